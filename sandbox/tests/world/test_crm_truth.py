"""The truth of the whole CRM, held against what the portal shows by a reader of its own."""

import json
import re
from collections import Counter
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal

import pytest
from sandbox.hubspot.object_types import STANDARD
from sandbox.world import TRACKED, World
from sandbox.world.columns import column_name

TYPES = {
    "tickets": "ticket",
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "line_items": "line_item",
    "products": "product",
    "quotes": "quote",
    "calls": "engagement_call",
    "emails": "engagement_email",
    "meetings": "engagement_meeting",
    "notes": "engagement_note",
    "tasks": "engagement_task",
    "appointments": "appointment",
    "divisions": "divisions",
    "installations": "installations",
}
ACTIVITIES = ("calls", "emails", "meetings", "notes", "tasks")
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
ID_NAMES = re.compile(
    r"hs_object_id|hubspot_(owner|team)_id|hs_(created|updated)_by_user_id|associatedcompanyid"
)
LINKS = {
    "ticket_company": ("tickets", "companies"),
    "ticket_contact": ("tickets", "contacts"),
    "ticket_deal": ("tickets", "deals"),
    "deal_company": ("deals", "companies"),
    "deal_contact": ("deals", "contacts"),
    "line_item_deal": ("line_items", "deals"),
}
TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


@pytest.fixture(scope="module")
def world():
    made = World(tickets=120, elapsed=lambda: 0)
    for _ in range(10):
        made.advance(4)
        made.settle(2)
    return made


@pytest.fixture(scope="module")
def truth(world):
    return world.truth()


def shown(world, kind):
    return [one for bin_ in (False, True) for one in world.portal.records(kind, archived=bin_)]


class MisfitError(Exception):
    pass


def read(definition, text):
    """What wire text means; raises MisfitError for what does not fit the type."""
    name, kind, single = (
        definition["name"],
        definition["type"],
        definition["fieldType"] != "checkbox",
    )
    refers = definition.get("referencedObjectType")
    is_id = ID_NAMES.fullmatch(name) or (
        single and refers and (kind == "number" or refers == "OWNER")
    )
    if text is None or (text == "" and (is_id or kind in READERS)):
        return None
    if is_id:
        return _id(text)
    return READERS.get(kind, lambda value: value.replace("\0", ""))(text)


def _id(text):
    if not re.fullmatch(r"\d+", text):
        raise MisfitError
    return int(text)


def _number(text):
    if not re.fullmatch(r"-?\d+(\.\d+)?(E\d+)?", text):
        raise MisfitError
    plain = f"{Decimal(text):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _flag(text):
    if text.lower() not in TRUE | FALSE:
        raise MisfitError
    return text.lower() in TRUE


def _instant(text):
    if re.fullmatch(r"-?\d+", text):
        found = EPOCH + timedelta(milliseconds=int(text))
    elif re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d(\.\d{3})?Z", text):
        try:
            found = datetime.fromisoformat(text.replace("Z", "+00:00"))
        except ValueError:
            raise MisfitError from None
    else:
        raise MisfitError
    return found.strftime("%Y-%m-%dT%H:%M:%S.") + f"{found.microsecond // 1000:03d}Z"


def _date(text):
    try:
        return (
            _instant(text)[:10]
            if text.lstrip("-").isdigit()
            else date.fromisoformat(text).isoformat()
        )
    except ValueError:
        raise MisfitError from None


def _json(text):
    def refuse(_):
        raise MisfitError

    try:
        return json.loads(text.replace("\\u0000", ""), parse_constant=refuse)
    except json.JSONDecodeError:
        raise MisfitError from None


READERS = {"number": _number, "bool": _flag, "date": _date, "datetime": _instant, "json": _json}


@pytest.mark.parametrize(("kind", "table"), TYPES.items())
def test_every_record_the_portal_shows_is_a_row_with_every_value(world, truth, kind, table):
    definitions = world.portal.definitions[kind]
    rows, misfits = truth[table], set()
    records = shown(world, kind)
    assert rows.keys() - truth["gone"][table].keys() == {str(one.id) for one in records}
    for record in records:
        row = rows[str(record.id)]
        assert row["is_deleted"] is row["_fivetran_deleted"] is (record.archived_at is not None)
        for name, definition in definitions.items():
            try:
                expected = read(definition, record.properties.get(name))
            except MisfitError:
                expected = None
                misfits.add((str(record.id), column_name(name)))
            held = row[column_name(name)]
            assert (held, type(held)) == (expected, type(expected)), (record.id, name)
    rejected = [row for row in truth["rejected_value"] if row["stream"] == table]
    assert {(row["record_id"], row["column_name"]) for row in rejected} == misfits


@pytest.mark.parametrize(("kind", "table"), TYPES.items())
def test_what_the_portal_lost_is_flagged_and_named(world, truth, kind, table):
    there = {str(one.id) for one in shown(world, kind)}
    for key, row in truth["gone"][table].items():
        assert key not in there
        assert truth[table][key]["is_deleted"] is True
        answered = world.portal.get(kind, int(key))
        assert answered is None or row["state"] == "merged"


def test_every_table_has_lost_and_archived_records(truth):
    for table in TYPES.values():
        assert any(row["is_deleted"] for row in truth[table].values()), table
    lost = Counter(row["state"] for rows in truth["gone"].values() for row in rows.values())
    assert lost["purged"] > 10
    assert lost["merged"] > 10


def test_no_property_is_left_undefined_or_unsaid(world, truth):
    for kind in TYPES:
        book = world.population.office.books[kind]
        assert world.portal.definitions[kind].keys() == book.properties.keys()
    defined = [(row["hubspot_object"], row["name"]) for row in truth["property"]]
    assert len(defined) == len(set(defined))
    names = {kind.name: kind.singular for kind in STANDARD}
    for kind in TYPES:
        for name, definition in world.portal.definitions[kind].items():
            (row,) = (
                r
                for r in truth["property"]
                if (r["hubspot_object"], r["name"]) == (names.get(kind, kind), name)
            )
            for column, field in {
                "label": "label",
                "type": "type",
                "field_type": "fieldType",
                "group_name": "groupName",
                "description": "description",
                "calculated": "calculated",
                "hubspot_defined": "hubspotDefined",
            }.items():
                assert row[column] == definition[field], (kind, name, column)
            assert row["show_currency_symbol"] == definition.get("showCurrencySymbol")
            assert row["created_at"] == _instant(definition["createdAt"])
            assert row["updated_at"] == _instant(definition["updatedAt"])


def test_options_are_those_of_the_definitions(world, truth):
    rows = {
        (r["hubspot_object"], r["name"], r["value"]): (r["label"], r["display_order"], r["hidden"])
        for r in truth["property_option"]
    }
    names = {kind.name: kind.singular for kind in STANDARD}
    expected = {
        (names.get(kind, kind), name, o["value"]): (o["label"], o["displayOrder"], o["hidden"])
        for kind in TYPES
        for name, definition in world.portal.definitions[kind].items()
        for o in definition["options"]
    }
    assert rows == expected
    assert len(rows) == len(truth["property_option"])


def pairs_of(world, near, far):
    return {
        (one.id, far_id, kind.type_id, kind.category, kind.label)
        for one in world.portal.records(near)
        for far_id, kinds in world.portal.associated(near, one.id, far)
        for kind in kinds
    }


@pytest.mark.parametrize(("table", "pair"), LINKS.items())
def test_link_tables_say_what_the_portal_shows_of_live_records(world, truth, table, pair):
    left, right = (f"{TYPES[kind]}_id" for kind in pair)
    rows = [(r[left], r[right], r["type_id"], r["category"], r["label"]) for r in truth[table]]
    assert len(rows) == len(set(rows)) > 0
    assert set(rows) == pairs_of(world, *pair)


@pytest.mark.parametrize("far", ["tickets", "companies", "contacts", "deals"])
def test_activities_share_their_link_tables(world, truth, far):
    table = "ticket_engagement" if far == "tickets" else f"engagement_{TYPES[far]}"
    expected = set()
    for kind in ACTIVITIES:
        expected |= pairs_of(world, *((far, kind) if far == "tickets" else (kind, far)))
    ends = (
        ("ticket_id", "engagement_id")
        if far == "tickets"
        else ("engagement_id", f"{TYPES[far]}_id")
    )
    rows = [
        (*(r[end] for end in ends), r["type_id"], r["category"], r["label"]) for r in truth[table]
    ]
    assert len(rows) == len(set(rows))
    assert set(rows) == expected


@pytest.mark.parametrize(
    ("near", "far"),
    [
        ("contacts", "companies"),
        ("companies", "companies"),
        ("quotes", "deals"),
        ("quotes", "contacts"),
        ("quotes", "companies"),
        ("quotes", "line_items"),
        ("appointments", "contacts"),
        ("appointments", "companies"),
        ("appointments", "deals"),
        ("appointments", "tickets"),
        ("divisions", "companies"),
        ("divisions", "contacts"),
        ("divisions", "tickets"),
        ("divisions", "installations"),
        ("installations", "companies"),
    ],
)
def test_every_other_pair_stands_in_the_general_table(world, truth, near, far):
    ends = (TYPES[near], TYPES[far])
    rows = [
        (r["from_id"], r["to_id"], r["type_id"], r["category"], r["label"])
        for r in truth["association"]
        if (r["from_object_type"], r["to_object_type"]) == ends
    ]
    assert len(rows) == len(set(rows)) > 0
    assert set(rows) == pairs_of(world, near, far)


def test_the_general_table_has_no_other_pairs(truth):
    pairs = {(r["from_object_type"], r["to_object_type"]) for r in truth["association"]}
    assert len(pairs) == 15


def test_some_parent_has_more_than_a_thousand_companions(truth):
    companions = Counter(
        r["to_id"] for r in truth["association"] if r["to_object_type"] == "company"
    )
    assert max(companions.values()) > 1_000


@pytest.mark.parametrize("kind", [kind for kind in TRACKED if kind != "tickets"])
def test_histories_are_those_the_portal_keeps(world, truth, kind):
    name = TYPES[kind]
    expected = {
        (one.id, prop, _instant(str(v.at))): (v.value, v.source_type, v.source_id)
        for one in shown(world, kind)
        for prop in TRACKED[kind]
        for v in reversed(one.versions(prop))
    }
    rows = truth[f"{name}_property_history"]
    found = {
        (r[f"{name}_id"], r["name"], r["timestamp"]): (r["value"], r["source"], r["source_id"])
        for r in rows
    }
    assert len(rows) == len(found)
    assert found == expected


def test_a_deal_stands_in_one_stage_at_a_time_and_the_last_is_its_own(truth):
    active = {r["deal_id"]: r["value"] for r in truth["deal_stage"] if r["_fivetran_active"]}
    present = {
        row["deal_id"]: row["deal_pipeline_stage_id"]
        for key, row in truth["deal"].items()
        if key not in truth["gone"]["deal"]
    }
    assert active == present
    for row in truth["deal"].values():
        assert row["deal_id"] == row["id"]
        assert row["owner_id"] == row["property_hubspot_owner_id"]
        assert row["deal_pipeline_id"] == row["property_pipeline"]


def test_merged_deals_name_every_loser(truth):
    losers = Counter(r["deal_id"] for r in truth["merged_deal"])
    for deal, count in losers.items():
        listed = truth["deal"][str(deal)]["property_hs_merged_object_ids"].split(";")
        assert len(listed) == count
    assert losers


def test_a_line_item_names_its_deal_only_when_there_is_one(world, truth):
    for record in world.portal.records("line_items"):
        deals = [far for far, _ in world.portal.associated("line_items", record.id, "deals")]
        named = truth["line_item"][str(record.id)]["property_deal_id"]
        assert named == (deals[0] if len(deals) == 1 else None)


def test_engagements_are_all_activities_under_ids_of_their_own(truth):
    ids = [key for kind in ACTIVITIES for key in truth[TYPES[kind]]]
    assert len(ids) == len(set(ids)) == len(truth["engagement"])
    types = {row["type"] for row in truth["engagement"].values()}
    assert types == {
        *("CALL", "EMAIL", "INCOMING_EMAIL", "FORWARDED_EMAIL", "MEETING", "NOTE", "TASK")
    }


def test_people_are_those_the_portal_shows(world, truth):
    users = {row["id"]: row for row in truth["users"] if not row["is_deleted"]}
    assert users.keys() == {int(key) for key in world.portal.users}
    for user in world.portal.users.values():
        row = users[int(user["id"])]
        assert row["email"] == user["email"]
        assert row["first_name"] == user.get("firstName")
        assert row["role_id"] == (int(user["roleId"]) if "roleId" in user else None)
    assert {(row["id"], row["name"]) for row in truth["role"]} == {
        (int(one["id"]), one["name"]) for one in world.portal.roles.values()
    }
    members = {
        (row["team_id"], row["user_id"], row["is_secondary_user"]) for row in truth["team_user"]
    }
    assert members == {
        (int(team["id"]), int(user), further)
        for team in world.portal.teams.values()
        for further, key in ((False, "userIds"), (True, "secondaryUserIds"))
        for user in team[key]
    }
    teams = {(r["owner_id"], r["team_id"], r["is_team_primary"]) for r in truth["owner_team"]}
    assert teams == {
        (int(owner["id"]), int(team["id"]), team["primary"])
        for owner in world.portal.owners.values()
        for team in owner.get("teams", ())
    }


@pytest.mark.parametrize("kind", ["deals", "appointments", "divisions"])
def test_pipelines_and_stages_are_those_the_portal_shows(world, truth, kind):
    name = TYPES[kind]
    stages = {
        key: row for key, row in truth[f"{name}_pipeline_stage"].items() if not row["is_deleted"]
    }
    seen = 0
    for pipeline in world.portal.pipelines[kind]:
        row = truth[f"{name}_pipeline"][pipeline["id"]]
        assert row["label"] == pipeline["label"]
        assert row["object_type_id"] == world.portal.known(kind).kind.type_id
        for stage in pipeline["stages"]:
            row, seen = stages[f"{pipeline['id']}/{stage['id']}"], seen + 1
            assert row["is_closed"] is (stage["metadata"]["isClosed"] == "true")
            if kind == "deals":
                assert Decimal(row["probability"]) == Decimal(stage["metadata"]["probability"])
                assert row["closed_won"] is (Decimal(row["probability"]) == 1)
    assert seen == len(stages)
