"""The judge itself is judged: it must see every kind of disagreement."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sandbox.postgres import embedded_postgres
from sandbox.verification import differences

TRUTH: dict[str, Any] = {
    "ticket": {
        "1": {
            "id": 1,
            "property_amount": "12.5",
            "property_closed_date": "2026-03-08T06:30:00.001Z",
            "property_due": "2026-03-08",
            "property_json": {"a": [1]},
            "is_deleted": False,
            "_fivetran_deleted": False,
        }
    },
    "gone": {},
}

TABLE = """
create schema hubspot;
create table hubspot.ticket (
  id bigint, property_amount numeric, property_closed_date timestamptz, property_due date,
  property_json jsonb, is_deleted boolean, _fivetran_deleted boolean, _fivetran_synced timestamptz,
  _sdc_batched_at timestamptz
);
insert into hubspot.ticket values (
  1, 12.50, '2026-03-08 03:30:00.001-03', '2026-03-08', '{"a": [1]}', false, false, now(), now()
)
"""


@pytest.fixture
def connection(tmp_path) -> Iterator[psycopg.Connection[Any]]:
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        connection.execute("set time zone 'America/Halifax'")
        connection.execute(TABLE)
        yield connection


def columns(connection: psycopg.Connection[Any], truth: dict[str, Any] = TRUTH) -> set[str]:
    return {difference.column for difference in differences(truth, connection)}


def test_equal_values_in_any_spelling_are_no_difference(connection) -> None:
    assert columns(connection) == set()


@pytest.mark.parametrize(
    ("change", "column"),
    [
        ("update hubspot.ticket set property_amount = 12.51", "property_amount"),
        (
            "update hubspot.ticket set property_closed_date = property_closed_date + '1 us'",
            "property_closed_date",
        ),
        ("update hubspot.ticket set property_due = null", "property_due"),
        ("update hubspot.ticket set is_deleted = true", "is_deleted"),
        ("update hubspot.ticket set property_json = '{}'", "property_json"),
        ("alter table hubspot.ticket alter property_amount type text", "property_amount"),
        (
            "alter table hubspot.ticket alter property_closed_date type timestamp",
            "property_closed_date",
        ),
        ("alter table hubspot.ticket drop property_amount", "property_amount"),
        ("alter table hubspot.ticket add property_surprise text default 'x'", "property_surprise"),
        ("insert into hubspot.ticket (id) values (2)", "*"),
        ("delete from hubspot.ticket", "*"),
        ("drop table hubspot.ticket", "*"),
    ],
)
def test_each_kind_of_disagreement_is_seen(connection, change: str, column: str) -> None:
    connection.execute(change)
    assert columns(connection) == {column}


def test_a_purged_ticket_must_be_flagged_and_nothing_else(connection) -> None:
    truth = {"ticket": {}, "gone": {"ticket": {"1": {"id": 1, "state": "purged"}}}}
    assert columns(connection, truth) == {"is_deleted", "_fivetran_deleted"}
    connection.execute("update hubspot.ticket set is_deleted = true, _fivetran_deleted = true")
    assert columns(connection, truth) == set()
