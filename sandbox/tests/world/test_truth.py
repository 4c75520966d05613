"""The truth is made from intentions; here it is held against the wire by a reader of its own."""

import itertools
import json
import re
from datetime import date, datetime, timedelta, timezone
from decimal import Decimal
from zoneinfo import ZoneInfo

import pytest
from sandbox.world import World
from sandbox.world.columns import column_name

MIDNIGHT = datetime(1970, 1, 1, tzinfo=timezone.utc)
IDS = {
    *("hs_object_id", "hubspot_owner_id", "hubspot_team_id"),
    *("hs_created_by_user_id", "hs_updated_by_user_id"),
}
TRUE, FALSE = {"true", "1", "yes", "on"}, {"false", "0", "no", "off"}


@pytest.fixture(scope="module")
def world():
    made = World(tickets=300, elapsed=lambda: 0)
    for _ in range(10):
        made.advance(4)
    return made


@pytest.fixture(scope="module")
def truth(world):
    return world.truth()


@pytest.fixture(scope="module")
def records(world):
    return [one for a in (False, True) for one in world.portal.records("tickets", archived=a)]


class MisfitError(Exception):
    pass


def read(definition, text):
    """An independent reading of wire text; raises MisfitError for what does not fit."""
    single = definition["type"] == "number" or definition["fieldType"] == "select"
    if text is None:
        return None
    if definition["name"] in IDS or (single and definition.get("referencedObjectType")):
        return _matched(r"-?\d+", text) and int(text)
    readers = {"number": _number, "bool": _flag, "date": _date, "datetime": _instant, "json": _json}
    reader = readers.get(definition["type"])
    return reader(text) if reader else text.replace("\0", "")


def _matched(pattern, text):
    if text == "":
        return None
    if not re.fullmatch(pattern, text):
        raise MisfitError
    return text


def _number(text):
    if not _matched(r"-?\d+(\.\d+)?(E\d+)?", text):
        return None
    plain = f"{Decimal(text):f}"
    return plain.rstrip("0").rstrip(".") if "." in plain else plain


def _flag(text):
    if text.lower() not in TRUE | FALSE | {""}:
        raise MisfitError
    return text.lower() in TRUE if text else None


def _instant(text):
    if not text:
        return None
    if text.isdigit():
        found = MIDNIGHT + timedelta(milliseconds=int(text))
    else:
        try:
            found = datetime.strptime(
                text, "%Y-%m-%dT%H:%M:%S.%fZ" if "." in text else "%Y-%m-%dT%H:%M:%SZ"
            ).replace(tzinfo=timezone.utc)
        except ValueError:
            raise MisfitError from None
    return found.strftime("%Y-%m-%dT%H:%M:%S.") + f"{found.microsecond // 1000:03d}Z"


def _date(text):
    if text.isdigit():
        return _instant(text)[:10]
    try:
        return date.fromisoformat(text).isoformat() if text else None
    except ValueError:
        raise MisfitError from None


def _json(text):
    def refuse(_):
        raise MisfitError

    try:
        return json.loads(text.replace("\\u0000", ""), parse_constant=refuse) if text else None
    except json.JSONDecodeError:
        raise MisfitError from None


def test_the_truth_agrees_with_what_the_portal_shows(world, truth, records):
    definitions = world.portal.definitions["tickets"]
    misfits = set()
    for record in records:
        row = truth["ticket"][str(record.id)]
        for name, definition in definitions.items():
            column = column_name(name)
            try:
                expected = read(definition, record.properties.get(name))
            except MisfitError:
                expected = None
                misfits.add((str(record.id), column))
            assert row[column] == expected, (record.id, name, record.properties.get(name))
            assert type(row[column]) is type(expected)
    rejected = truth["rejected_value"]
    told = {(r["record_id"], r["column_name"]) for r in rejected if r["stream"] == "ticket"}
    assert told == misfits


def test_every_ticket_the_portal_shows_is_in_the_truth_and_no_other(truth, records):
    there = truth["ticket"].keys() - truth["gone"]["ticket"].keys()
    assert there == {str(record.id) for record in records}


def test_both_flags_say_archived_or_gone(truth, records):
    for record in records:
        row = truth["ticket"][str(record.id)]
        assert row["is_deleted"] is row["_fivetran_deleted"] is (record.archived_at is not None)
    for key in truth["gone"]["ticket"]:
        assert truth["ticket"][key]["is_deleted"] is True


def test_columns_fit_postgres_and_do_not_collide(world, truth):
    columns = list(next(iter(truth["ticket"].values())))
    assert len(columns) == 4 + len(world.portal.definitions["tickets"])
    assert len(set(columns)) == len(columns)
    assert max(len(name.encode()) for name in columns) <= 63


def test_histories_agree_with_the_portal_and_have_no_gap(truth, records):
    expected = {
        (record.id, name, _of(version.at)): (version.value, version.source_type, version.source_id)
        for record in records
        for name in ("hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id")
        for version in reversed(record.versions(name))  # newest first: the newest of a ms wins
    }
    rows = truth["ticket_property_history"]
    found = {
        (row["ticket_id"], row["name"], row["timestamp_instant"]): (
            row["value"],
            row["source"],
            row["source_id"],
        )
        for row in rows
    }
    assert len(found) == len(rows)
    assert found == expected
    for before, after in itertools.pairwise(rows):
        if (before["ticket_id"], before["name"]) == (after["ticket_id"], after["name"]):
            assert before["_fivetran_end"] == after["_fivetran_start"] > before["_fivetran_start"]
            assert before["_fivetran_active"] is False
        else:
            assert before["_fivetran_end"] == "9999-12-31T23:59:59.000Z"
            assert before["_fivetran_active"] is True


def _of(at):
    return _instant(str(at))


def test_the_present_value_is_the_newest_version(truth):
    for row in truth["ticket_property_history"]:
        if row["_fivetran_active"]:
            present = truth["ticket"][str(row["ticket_id"])][f"property_{row['name']}"]
            assert ("" if present is None else str(present)) == row["value"]


def test_stage_times_follow_from_the_stage_history(truth):
    stays = [row for row in truth["ticket_property_history"] if row["name"] == "hs_pipeline_stage"]
    for row in stays:
        if row["_fivetran_active"]:
            ticket = truth["ticket"][str(row["ticket_id"])]
            assert ticket[f"property_hs_v2_date_entered_{row['value']}"] == row["_fivetran_start"]


def test_owners_and_pipelines_agree_with_the_portal(world, truth):
    for owner in world.portal.owners.values():
        row = truth["owner"][owner["id"]]
        assert row["owner_id"] == row["id"] == int(owner["id"])
        assert (row["first_name"], row["last_name"]) == (owner["firstName"], owner["lastName"])
        assert row["active_user_id"] == owner["userId"]
        assert row["is_active"] is not owner["archived"]
        assert row["updated_at"] == _instant(owner["updatedAt"])
    for pipeline in world.portal.pipelines["tickets"]:
        row = truth["ticket_pipeline"][pipeline["id"]]
        assert row["label"] == pipeline["label"]
        assert row["created_at"] == _instant(pipeline["createdAt"])
        for stage in pipeline["stages"]:
            row = truth["ticket_pipeline_stage"][f"{pipeline['id']}/{stage['id']}"]
            assert row["is_closed"] is (stage["metadata"]["isClosed"] == "true")
            assert row["ticket_state"] == stage["metadata"]["ticketState"]


def test_the_truth_is_json(truth):
    assert json.loads(json.dumps(truth)) == truth


def test_metrics_follow_their_definitions(world, truth):
    for key, row in world.metrics_truth().items():
        ticket = truth["ticket"][key]
        created = _moment(ticket["property_createdate"])
        replied = _moment(ticket["property_first_agent_reply_date"])
        closed = _moment(ticket["property_closed_date"])
        if row["pipeline"] == "Live Chat":
            assert row["first_response_seconds"] == "30"
        elif replied is None or replied <= created:
            assert row["first_response_seconds"] is None
        else:
            expected = (replied - created) / timedelta(seconds=1)
            assert float(row["first_response_seconds"]) == pytest.approx(expected, abs=1e-6)
        if closed is None:
            assert row["resolution_seconds"] is None
        else:
            expected = (closed - created) / timedelta(seconds=1)
            assert float(row["resolution_seconds"]) == pytest.approx(expected, abs=1e-6)
        for zone, text in row["created_local"].items():
            local = datetime.fromisoformat(text.replace(" ", "T") + "000")
            assert created.astimezone(ZoneInfo(zone)).replace(tzinfo=None) == local


def test_every_response_oddity_is_in_the_metrics(world, truth):
    rows = world.metrics_truth()
    early = [
        key
        for key, row in rows.items()
        if row["first_response_at"] and row["first_response_at"] <= row["created_at"]
    ]
    assert all(
        rows[key]["first_response_seconds"] is None
        for key in early
        if rows[key]["pipeline"] != "Live Chat"
    )
    assert any(row["first_response_seconds"] == "30" for row in rows.values())
    assert any(row["resolution_seconds"] is None for row in rows.values())


def _moment(text):
    return None if text is None else datetime.fromisoformat(text.replace("Z", "+00:00"))


def test_a_second_owner_in_a_property_of_the_accounts_own_joins_the_owners(world, truth):
    assert world.portal.definitions["tickets"]["escalation_owner"]["type"] == "enumeration"
    found = {row["property_escalation_owner"] for row in truth["ticket"].values()} - {None}
    assert len(found) > 3
    assert found <= {owner["owner_id"] for owner in truth["owner"].values()}
