"""The judge of chats and helpdesks is judged: it must see every kind of disagreement."""

from collections.abc import Iterator
from typing import Any

import psycopg
import pytest
from sandbox.postgres import embedded_postgres
from sandbox.verification_parts import KEYS, part_differences

CREATED = "2026-03-08T06:30:00.001002Z"
FIGURES = {
    "account": "harbor",
    "agent_id": 7,
    "channel": "email",
    "month": "2026-05-01",
    "closed_tickets": 2,
    "messages_sent": 0,
    "csat_sent": 0,
    "csat_rating": "4.5",
    "first_response_median_seconds": None,
    "sources": {"csat_rating": "reporting"},
}
TRUTH: dict[str, Any] = {
    **{f"gorgias.{table}": {} for table in KEYS["gorgias"]},
    "gorgias.tickets": {
        "harbor/1": {
            "account": "harbor",
            "id": 1,
            "tag_ids": [3],
            "created_datetime": CREATED,
            "trashed_datetime": None,
        },
        "harbor/2": {
            "account": "harbor",
            "id": 2,
            "tag_ids": [],
            "created_datetime": CREATED,
            "trashed_datetime": CREATED,
        },
    },
    "gorgias.messages": {"harbor/11": {"account": "harbor", "id": 11, "ticket_id": 1}},
    "gorgias.agent_statistics": {"harbor/7/email/2026-05-01": FIGURES},
    "gorgias.gone": {"tickets/harbor/3": "deleted", "messages/harbor/13": "deleted"},
}
TABLES = f"""
create schema gorgias;
create table gorgias.tickets (
  account text, id bigint, tag_ids jsonb, created_datetime timestamptz,
  trashed_datetime timestamptz, surprise text, is_deleted boolean, _sdc_deleted_at timestamptz
);
insert into gorgias.tickets values
  ('harbor', 1, '[3]', '{CREATED}', null, 'x', false, null),
  ('harbor', 2, '[]', '{CREATED}', '{CREATED}', 'x', true, null),
  ('harbor', 3, null, null, null, null, true, now());
create table gorgias.messages (account text, id bigint, ticket_id bigint);
insert into gorgias.messages values ('harbor', 11, 1), ('harbor', 13, 3);
create table gorgias.satisfaction_surveys (account text, id bigint, ticket_id bigint);
insert into gorgias.satisfaction_surveys values ('harbor', 21, 3);
create table gorgias.agent_statistics (
  account text, agent_id bigint, channel text, month date, closed_tickets bigint,
  messages_sent bigint, csat_sent bigint, csat_rating numeric,
  first_response_median_seconds numeric, sources jsonb, agent_name text
);
insert into gorgias.agent_statistics values
  ('harbor', 7, 'email', '2026-05-01', 2, 0, 0, 4.50, null, '{{"csat_rating": "raw"}}', 'Mia'),
  ('harbor', 8, 'email', '2026-05-01', 0, 0, 0, null, null, '{{}}', 'Idle');
"""


@pytest.fixture
def connection(tmp_path) -> Iterator[psycopg.Connection[Any]]:
    with embedded_postgres(tmp_path) as database, psycopg.connect(database.url) as connection:
        connection.execute("set time zone 'America/Halifax'")
        connection.execute(TABLES)
        yield connection


def found(connection: psycopg.Connection[Any]) -> list[tuple[str, str]]:
    return [(one.table, one.column) for one in part_differences(TRUTH, connection, "gorgias")]


def test_gone_rows_that_are_flagged_and_idle_agents_are_no_difference(connection) -> None:
    assert found(connection) == []


@pytest.mark.parametrize(
    ("change", "table", "column"),
    [
        ("delete from {} where id = 1", "tickets", "*"),
        ("drop table {}", "messages", "*"),
        ("insert into {0} select * from {0} where id = 1", "tickets", "*"),
        ("insert into {} values ('harbor', 12, 1)", "messages", "*"),
        ("insert into {} values ('harbor', 9)", "tickets", "*"),
        ("update {} set tag_ids = '[4]' where id = 1", "tickets", "tag_ids"),
        ("alter table {} alter tag_ids type text", "tickets", "tag_ids"),
        ("alter table {} drop created_datetime", "tickets", "created_datetime"),
        (
            "update {} set created_datetime = created_datetime + '1 us' where id = 1",
            "tickets",
            "created_datetime",
        ),
        ("update {} set ticket_id = 3 where id = 11", "messages", "ticket_id"),
        ("update {} set is_deleted = false where id = 2", "tickets", "is_deleted"),
        ("update {} set is_deleted = true where id = 1", "tickets", "is_deleted"),
        ("update {} set _sdc_deleted_at = now() where id = 1", "tickets", "_sdc_deleted_at"),
        ("update {} set csat_rating = 4.51", "agent_statistics", "csat_rating"),
        ("update {} set closed_tickets = 1 where agent_id = 8", "agent_statistics", "*"),
        ("delete from {} where agent_id = 7", "agent_statistics", "*"),
    ],
)
def test_each_kind_of_disagreement_is_seen(
    connection, change: str, table: str, column: str
) -> None:
    connection.execute(change.format(f"gorgias.{table}"))
    assert set(found(connection)) == {(table, column)}


def test_a_deleted_ticket_must_be_flagged_and_so_tells_of_what_it_held(connection) -> None:
    connection.execute("update gorgias.tickets set is_deleted = false, _sdc_deleted_at = null")
    assert {
        ("tickets", "_sdc_deleted_at"),
        ("messages", "_sdc_deleted_at"),
        ("satisfaction_surveys", "_sdc_deleted_at"),
    } <= set(found(connection))


def test_months_that_no_run_has_loaded_are_not_missed(connection) -> None:
    connection.execute("delete from gorgias.agent_statistics")
    assert found(connection) == []
