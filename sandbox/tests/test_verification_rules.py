"""What the judge wants of links, reference data, two portals and records that are gone."""

from __future__ import annotations

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sandbox.postgres import embedded_postgres
from sandbox.verification import differences

FLAGS = {"is_deleted": False, "_fivetran_deleted": False}
GONE = {"is_deleted": True, "_fivetran_deleted": True}


def contact(number: int, portal: int = 1, **more: Any) -> dict[str, Any]:
    return {
        "id": number,
        "portal_id": portal,
        "property_email": f"{number}@{portal}",
        **FLAGS,
        **more,
    }


def link(ticket: int, person: int, **more: Any) -> dict[str, Any]:
    return {
        "ticket_id": ticket,
        "contact_id": person,
        "type_id": 16,
        "category": "HUBSPOT_DEFINED",
        "label": None,
        "portal_id": 1,
        **more,
    }


TRUTH: dict[str, Any] = {
    "gone": {"contact": {"9": {"portal_id": 1, "id": 9, "state": "purged"}}},
    "contact": {
        "1": contact(1),
        "8": contact(8, **GONE),
        "9": contact(9, **GONE),
        "2/1": contact(1, 2),
    },
    "ticket_contact": [link(5, 1), link(5, 1, type_id=37, category="USER_DEFINED", label="Boss")],
    "role": [
        {"id": 7, "name": "Agent", "portal_id": 1, **FLAGS},
        {"id": 6, "name": "Before our time", "portal_id": 1, **GONE},
    ],
    "property": [
        {"hubspot_object": "contact", "name": "email", "label": "Email", "portal_id": 1},
    ],
    "deal_stage": [],
}
TABLES = tuple(name for name in TRUTH if name != "gone")

WAREHOUSE = """
create schema hubspot;
create table hubspot.contact (
  id bigint, portal_id bigint, property_email text, is_deleted boolean, _fivetran_deleted boolean
);
insert into hubspot.contact values
  (1, 1, '1@1', false, false), (8, 1, '8@1', true, true), (9, 1, 'gone@1', true, true),
  (1, 2, '1@2', false, false);
create table hubspot.ticket_contact (
  ticket_id bigint, contact_id bigint, type_id bigint, category text, label text, portal_id bigint,
  _fivetran_deleted boolean, _sdc_deleted_at timestamptz, _fivetran_synced timestamptz
);
insert into hubspot.ticket_contact values
  (5, 1, 16, 'HUBSPOT_DEFINED', null, 1), (5, 1, 37, 'USER_DEFINED', 'Boss', 1),
  (5, 8, 16, 'HUBSPOT_DEFINED', null, 1), (5, 9, 16, 'HUBSPOT_DEFINED', null, 1);
create table hubspot.role (
  id bigint, name text, portal_id bigint, is_deleted boolean, _fivetran_deleted boolean, note text
);
insert into hubspot.role values (7, 'Agent', 1, false, false, 'what a loader adds');
create table hubspot.property (
  _fivetran_id text, hubspot_object text, name text, label text, portal_id bigint
);
insert into hubspot.property values
  ('a', 'contact', 'email', 'Email', 1), ('b', 'communication', 'hs_body', 'Body', 1);
create table hubspot.deal_stage (deal_id bigint, date_entered timestamptz, portal_id bigint);
"""


@pytest.fixture(scope="module")
def database(tmp_path_factory) -> Iterator[Any]:
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


@pytest.fixture
def connection(database) -> Iterator[psycopg.Connection[Any]]:
    with psycopg.connect(database.url) as connection:
        connection.execute(WAREHOUSE)
        yield connection
        connection.rollback()


def found(connection, truth: dict[str, Any] = TRUTH) -> set[tuple[str, str]]:
    told = differences(truth, connection, tables=TABLES)
    return {(one.table, one.column) for one in told}


def test_a_warehouse_that_says_what_can_be_known_is_right(connection) -> None:
    assert found(connection) == set()


@pytest.mark.parametrize(
    ("change", "difference"),
    [
        ("delete from contact where portal_id = 2", ("contact", "*")),
        (
            "update contact set property_email = '1@1' where portal_id = 2",
            ("contact", "property_email"),
        ),
        ("update contact set is_deleted = false where id = 9", ("contact", "is_deleted")),
        ("update contact set property_email = null where id = 8", ("contact", "property_email")),
        ("delete from ticket_contact where type_id = 37", ("ticket_contact", "*")),
        (
            "update ticket_contact set label = 'Chief' where type_id = 37",
            ("ticket_contact", "label"),
        ),
        (
            "update ticket_contact set _fivetran_deleted = true where type_id = 37",
            ("ticket_contact", "*"),
        ),
        (
            "update ticket_contact set _sdc_deleted_at = now() where type_id = 37",
            ("ticket_contact", "*"),
        ),
        (
            "insert into ticket_contact values (6, 1, 16, 'HUBSPOT_DEFINED', null, 1)",
            ("ticket_contact", "*"),
        ),
        ("update role set is_deleted = true", ("role", "is_deleted")),
        ("delete from role", ("role", "*")),
        ("insert into role values (8, 'Nobody', 1, false, false)", ("role", "*")),
        ("update property set label = 'E-mail' where name = 'email'", ("property", "label")),
        (
            "insert into property values ('c', 'contact', 'surprise', 'Surprise', 1)",
            ("property", "*"),
        ),
        ("insert into deal_stage values (1, now(), 1)", ("deal_stage", "*")),
    ],
)
def test_each_wrong_row_is_seen(connection, change: str, difference: tuple[str, str]) -> None:
    connection.execute("set search_path to hubspot")
    connection.execute(change)
    assert found(connection) == {difference}


@pytest.mark.parametrize(
    "change",
    [
        "delete from ticket_contact where contact_id in (8, 9)",
        "delete from contact where id = 9",
        "update contact set property_email = null where id = 9",
        "insert into role values (6, 'Before our time', 1, true, true)",
        "insert into deal_stage values (77, now(), 1)",
    ],
)
def test_what_nobody_can_know_is_not_asked_for(connection, change: str) -> None:
    connection.execute("set search_path to hubspot")
    connection.execute(change)
    truth = {**TRUTH, "gone": {**TRUTH["gone"], "deal": {"77": {"portal_id": 1, "id": 77}}}}
    assert found(connection, truth) == set()


def test_tables_the_warehouse_does_not_have_are_left_out_unless_asked_for(connection) -> None:
    connection.execute("drop table hubspot.role")
    tickets = {one.table for one in differences(TRUTH, connection)}
    assert "role" not in tickets
    assert found(connection) == {("role", "*")}


def test_a_value_refused_by_a_stream_that_is_not_loaded_is_not_missed(connection) -> None:
    refused = {"stream": "deal", "record_id": "3", "column_name": "property_amount", "portal_id": 1}
    truth = {**TRUTH, "rejected_value": [refused, {**refused, "stream": "contact"}]}
    (only,) = [one for one in differences(truth, connection) if one.table == "rejected_value"]
    assert only.key[:2] == (1, "contact")
