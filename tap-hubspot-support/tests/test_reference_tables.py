"""Owners, people, pipelines, definitions and the account as the tables that are read whole."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, RunningServer
from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client, ForbiddenError
from tap_hubspot_support.objects import STANDARD, ObjectType
from tap_hubspot_support.registry import REFERENCES
from tap_hubspot_support.run import Run
from tap_hubspot_support.settings import Settings

TOKEN = "pat-na1-sandbox-0000"
DIVISIONS = ObjectType("divisions", "2-111", "2-111", created="hs_createdate", pipelined=True)


class Tables:
    """Reads references and keeps their rows by table."""

    def __init__(self, server: RunningServer, *more: ObjectType, **settings: Any) -> None:
        chosen = Settings.of({"access_token": TOKEN, "api_base_url": server.url, **settings})
        client = Client(server.url, chosen.access_token, Budgets(), sleep=lambda _: None)
        self.run = Run(chosen, client)
        self.run.objects = (*STANDARD, *more)

    def __getitem__(self, name: str) -> list[dict[str, Any]]:
        references = [r for f in REFERENCES for r in f(self.run.settings, self.run.objects)]
        (reference,) = [r for r in references if any(t.name == name for t in r.tables)]
        found = [rows for page in reference.pages(self.run, [name]) for rows in page]
        assert {rows.table for rows in found} <= {name}
        (table,) = [t for t in reference.tables if t.name == name]
        rows = [row for part in found for row in part.rows]
        for row in rows:
            assert set(row) == set(table.columns)
            assert all(row[key] is not None for key in table.keys)
        keys = [tuple(row[key] for key in table.keys) for row in rows]
        assert len(set(keys)) == len(keys)
        return rows


@pytest.fixture
def tables(server: RunningServer) -> Tables:
    return Tables(server)


def test_owners_are_read_whether_they_are_active_or_not(tables: Tables, portal: Portal) -> None:
    portal.set_owner({"id": "9007199254740993", "email": "a@example.com", "userId": 7,
                      "firstName": "Ada", "lastName": None,
                      "teams": [{"id": "5", "name": "North", "primary": True},
                                {"id": "6", "name": "South", "primary": False}]})  # fmt: skip
    portal.set_owner({"id": "8", "email": "b@example.com", "archived": True, "userId": 9})
    ada, bo = tables["owner"]
    assert (ada["owner_id"], ada["id"], ada["active_user_id"]) == (9007199254740993,) * 2 + (7,)
    assert (ada["first_name"], ada["last_name"], ada["is_active"]) == ("Ada", "", True)
    assert (bo["owner_id"], bo["active_user_id"], bo["is_active"]) == (8, None, False)
    teams = [(r["owner_id"], r["team_id"], r["is_team_primary"]) for r in tables["owner_team"]]
    assert teams == [(9007199254740993, 5, True), (9007199254740993, 6, False)]


def test_many_owners_are_read_to_the_last_page(tables: Tables, portal: Portal) -> None:
    for number in range(1, 251):
        portal.set_owner({"id": str(number), "email": f"u{number}@example.com"})
    assert [row["owner_id"] for row in tables["owner"]] == list(range(1, 251))


def test_users_roles_and_teams_are_read(tables: Tables, portal: Portal) -> None:
    users = [
        {"id": str(n), "email": f"u{n}@example.com", "firstName": "U", "lastName": str(n),
         "roleId": "3" if n == 1 else None, "roleIds": [], "primaryTeamId": "5",
         "secondaryTeamIds": [], "superAdmin": n == 1}
        for n in range(1, 151)
    ]  # fmt: skip
    portal.set_people(
        users,
        [{"id": "3", "name": "Support", "requiresBillingWrite": False}],
        [{"id": "5", "name": "North", "userIds": ["1", "2"], "secondaryUserIds": ["2", "4"]}],
    )
    rows = tables["users"]
    assert [row["id"] for row in rows] == list(range(1, 151))
    assert (rows[0]["role_id"], rows[1]["role_id"], rows[0]["primary_team_id"]) == (3, None, 5)
    assert (rows[0]["is_super_admin"], rows[1]["is_super_admin"]) == (True, False)
    assert [(r["id"], r["name"], r["requires_billing_write"]) for r in tables["role"]] == [
        (3, "Support", False)
    ]
    assert [(r["id"], r["name"]) for r in tables["team"]] == [(5, "North")]
    members = {(r["team_id"], r["user_id"]): r["is_secondary_user"] for r in tables["team_user"]}
    assert members == {(5, 1): False, (5, 2): False, (5, 4): True}


@pytest.mark.parametrize(
    ("table", "scope"),
    [
        ("users", "settings.users.read"),
        ("role", "settings.users.read"),
        ("team", "settings.users.teams.read"),
        ("owner", "crm.objects.owners.read"),
    ],
)
def test_a_missing_scope_is_named(
    server: RunningServer, portal: Portal, table: str, scope: str
) -> None:
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    with pytest.raises(ForbiddenError, match=scope):
        Tables(server, access_token="pat-na1-narrow")[table]


STAGE = {"createdAt": "1970-01-01T00:00:00Z", "updatedAt": "2026-01-05T08:00:00Z"}


@pytest.mark.capability("S3-11")
def test_deal_stages_tell_whether_they_close_and_how_likely_they_win(
    tables: Tables, portal: Portal
) -> None:
    stages = [
        {"id": "new", "label": "New", "displayOrder": 0, **STAGE, "metadata": {"probability": 0.2, "isClosed": False}},
        {"id": "won", "label": "Won", "displayOrder": 1, **STAGE, "metadata": {"probability": "1.0", "isClosed": True}},
        {"id": "lost", "label": "Lost", "displayOrder": 2, **STAGE, "metadata": {"probability": "0.0", "isClosed": "true"}},
        {"id": "odd", "label": "Odd", "displayOrder": 3, **STAGE, "metadata": {"probability": "so-so"}},
    ]  # fmt: skip
    portal.set_pipelines("deals", [{"id": "default", "label": "Sales", "stages": stages, **STAGE}])
    rows = [
        (r["pipeline_id"], r["stage_id"], r["is_closed"], r["closed_won"], r["probability"])
        for r in tables["deal_pipeline_stage"]
    ]
    assert rows == [
        ("default", "new", False, False, 0.2),
        ("default", "won", True, True, 1.0),
        ("default", "lost", True, False, 0.0),
        ("default", "odd", False, False, None),
    ]
    (pipeline,) = tables["deal_pipeline"]
    assert (pipeline["id"], pipeline["label"], pipeline["active"]) == ("default", "Sales", True)
    assert pipeline["object_type_id"] == "0-3"


def test_every_object_with_pipelines_has_tables_for_them(
    server: RunningServer, portal: Portal
) -> None:
    portal.define_custom_object("divisions", "2-111")
    stage = {"id": "s", "label": "S", **STAGE, "metadata": {"isClosed": "true"}}
    for name in ("appointments", "divisions"):
        portal.set_pipelines(name, [{"id": name, "label": name, "stages": [stage], **STAGE}])
    tables = Tables(server, DIVISIONS)
    assert [r["pipeline_id"] for r in tables["appointment_pipeline"]] == ["appointments"]
    assert [r["object_type_id"] for r in tables["divisions_pipeline"]] == ["2-111"]
    (row,) = tables["divisions_pipeline_stage"]
    assert (row["is_closed"], "closed_won" in row, "ticket_state" in row) == (True, False, False)


def test_ticket_stages_tell_their_state(tables: Tables, portal: Portal) -> None:
    stage = {"id": "4", "label": "Closed", **STAGE, "metadata": {"ticketState": "CLOSED"}}
    portal.set_pipelines("tickets", [{"id": "0", "label": "Support", "stages": [stage], **STAGE}])
    (row,) = tables["ticket_pipeline_stage"]
    assert (row["ticket_state"], row["is_closed"]) == ("CLOSED", True)


def test_definitions_and_options_refer_to_each_other(
    tables: Tables, portal: Portal, server: RunningServer
) -> None:
    options = [
        {"label": "High", "value": "HIGH", "displayOrder": 0, "hidden": False},
        {"label": "Low", "value": "LOW", "displayOrder": 1, "hidden": True},
    ]
    definition = {"name": "urgency", "type": "enumeration", "options": options, "label": "Urgency"}
    for name in ("tickets", "calls"):
        portal.define_property(name, definition)
    properties = {(r["hubspot_object"], r["name"]): r for r in tables["property"]}
    found = properties["ticket", "urgency"]
    assert (found["label"], found["type"], found["field_type"]) == (
        "Urgency",
        "enumeration",
        "select",
    )
    assert found["hubspot_defined"] is found["calculated"] is False
    assert ("call", "urgency") in properties
    defined = sum(len(portal.definitions[o.path]) for o in STANDARD)
    assert len(properties) == defined
    mine = [r for r in tables["property_option"] if r["hubspot_object"] == "ticket"]
    assert [(r["value"], r["label"], r["hidden"]) for r in mine] == [
        ("HIGH", "High", False),
        ("LOW", "Low", True),
    ]
    assert {r["property_id"] for r in mine} == {found["_fivetran_id"]}
    assert Tables(server)["property"][0]["_fivetran_id"] == tables["property"][0]["_fivetran_id"]


def test_the_account_is_one_row(tables: Tables, portal: Portal) -> None:
    (row,) = tables["account"]
    assert (row["portal_id"], row["time_zone"]) == (4242, "America/Halifax")
    assert (row["company_currency"], row["account_type"]) == ("CAD", "STANDARD")


def test_custom_object_schemas_are_listed(server: RunningServer, portal: Portal) -> None:
    portal.define_custom_object("divisions", "2-111")
    (row,) = Tables(server, DIVISIONS)["object_schema"]
    assert (row["object_type_id"], row["name"]) == ("2-111", "divisions")
    assert row["fully_qualified_name"] == "p4242_divisions"


def test_labels_are_told_even_if_no_record_uses_them(
    tables: Tables, portal: Portal, behaviour: Behaviour, server: RunningServer
) -> None:
    portal.associate("tickets", 1, "companies", 2, type_id=37, category="USER_DEFINED",
                     label="Reseller")  # fmt: skip
    rows = {
        (r["from_object_type"], r["to_object_type"], r["category"], r["type_id"]): r["label"]
        for r in tables["association_label"]
    }
    assert rows["ticket", "company", "USER_DEFINED", 37] == "Reseller"
    assert rows["ticket", "company", "HUBSPOT_DEFINED", 339] is None
    assert rows["deal", "contact", "HUBSPOT_DEFINED", 3] is None
    assert sum(r.path.endswith("/labels") for r in server.journal) == 14


def test_without_associations_there_are_no_labels_either(server: RunningServer) -> None:
    made = [
        r for f in REFERENCES for r in f(Tables(server, associations=False).run.settings, STANDARD)
    ]
    assert "association_label" not in {t.name for r in made for t in r.tables}
