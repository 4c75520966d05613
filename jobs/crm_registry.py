# ruff: noqa: INP001 - it lies beside the program that imports it
"""What the CRM scoring keeps in the warehouse: its registry, its counts, and the events it sends.

Connections are short: a load takes minutes, and a serverless database sleeps meanwhile.
"""

from __future__ import annotations

import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from datetime import datetime

REGISTRY = "hs_snapshot_registry"
DATA_TABLES = {"companies": "hs_companies", "deals": "hs_deals"}
REFERENCE_TABLES = {"owners": "hs_owners", "deal_stages": "hs_deal_stage_reference"}
SCORE_TABLES = {
    "pipeline_units": "hs_pipeline_units_snapshot",
    "score_history": "hs_pipeline_score_history",
}
STREAMS = ("company", "deal", "deal_company", "deal_pipeline_stage", "owner")
MOST_LISTED = 20

_NOW = """select to_char(clock_timestamp() at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS"Z"')"""
_REGISTER = """
insert into {registry} (snapshot_id, snapshot_timestamp, triggered_by, status, notes, recorded_at)
values (%(id)s::text, (%(id)s::text)::timestamptz, %(by)s, %(status)s, %(notes)s, clock_timestamp())
"""
_COMPLETED = """
select distinct snapshot_id from {registry} where status = 'ingest_completed' order by 1
"""
_LOADS = """
select distinct on (stream) stream, status, received from {log}
where stream = any(%s) and started_at >= coalesce(%s::timestamptz, '-infinity')
order by stream, started_at desc
"""
_ALL_ROWS = "select count(*) from {table}"
_ITS_ROWS = "select count(*) from {table} where snapshot_id = %s"
_UNMAPPED = """
select lifecycle_stage, lead_status, deal_stage, combined_stage, num_companies
from {unmapped} where snapshot_id = %s order by num_companies desc, combined_stage
"""
_RECENT = """
select
    snapshot_id,
    (array_agg(triggered_by order by recorded_at) filter (where status = 'started'))[1],
    (array_agg(status order by recorded_at desc) filter (where status not like 'scoring%%'))[1],
    (array_agg(status order by recorded_at desc) filter (where status like 'scoring%%'))[1],
    (array_agg(notes::jsonb ->> 'error' order by recorded_at desc))[1]
from {registry} group by 1 order by 1 desc limit %s
"""


@dataclass(frozen=True)
class Warehouse:
    """The analytics schema and the raw schema, reached as dbt reaches them (DBT_*)."""

    schema: str = field(default_factory=lambda: os.environ.get("DBT_SCHEMA") or "analytics")
    raw: str = field(default_factory=lambda: os.environ.get("DBT_RAW_SCHEMA") or "hubspot")

    def ask(self, statement: str, values: Any = (), **names: str) -> list[tuple[Any, ...]]:
        """Run one statement, in which {names} are relations of the schema; returns its rows."""
        schemas = {"log": self.raw}
        tables = {
            key: sql.Identifier(schemas.get(key, self.schema), name) for key, name in names.items()
        }
        with _connection() as connection:
            cursor = connection.execute(sql.SQL(statement).format(**tables), values)
            return cursor.fetchall() if cursor.description else []

    def exists(self, schema: str, table: str) -> bool:
        """Whether a table is there."""
        found = self.ask(
            "select to_regclass(format('%%I.%%I', %s::text, %s::text))", (schema, table)
        )
        return found[0][0] is not None

    def now(self) -> datetime:
        """The server's present instant."""
        return self.ask("select clock_timestamp()")[0][0]  # type: ignore[no-any-return]

    def new_id(self) -> str:
        """The id of a snapshot taken now, by the server's clock."""
        return str(self.ask(_NOW)[0][0])

    def register(self, snapshot: str, status: str, by: str, notes: Mapping[str, Any]) -> None:
        """Add a row to the registry; none is ever changed."""
        values = {"id": snapshot, "by": by, "status": status, "notes": json.dumps(notes)}
        self.ask(_REGISTER, values, registry=REGISTRY)

    def completed(self) -> list[str]:
        """Snapshots whose ingest completed, oldest first; none if there never was one."""
        if not self.exists(self.schema, REGISTRY):
            return []
        return [row[0] for row in self.ask(_COMPLETED, registry=REGISTRY)]

    def loads(self, since: datetime | None) -> dict[str, tuple[str, int]]:
        """Status and records of the newest load of each stream, of those begun since then."""
        if not self.exists(self.raw, "_sync_log"):
            return {}
        rows = self.ask(_LOADS, (list(STREAMS), since), log="_sync_log")
        return {stream: (status, received) for stream, status, received in rows}

    def counts(self, tables: Mapping[str, str], snapshot: str | None = None) -> dict[str, int]:
        """How many rows each table has, of one snapshot or in all."""
        statement, values = (_ALL_ROWS, ()) if snapshot is None else (_ITS_ROWS, (snapshot,))
        return {
            name: self.ask(statement, values, table=table)[0][0] for name, table in tables.items()
        }

    def unmapped(self, snapshot: str) -> list[dict[str, Any]]:
        """The combinations of stages that scored nothing for want of a mapping."""
        names = ("lifecycle_stage", "lead_status", "deal_stage", "combined_stage", "num_companies")
        rows = self.ask(_UNMAPPED, (snapshot,), unmapped="hs_unmapped_stages")
        return [dict(zip(names, row, strict=True)) for row in rows]

    def recent(self, most: int) -> Sequence[tuple[Any, ...]]:
        """Snapshot, trigger, last ingest status, last scoring status and last error."""
        return self.ask(_RECENT, (most,), registry=REGISTRY)

    def notify(self, channel: str, payload: str) -> None:
        """Tell whoever listens.

        Raises:
            psycopg.Error: The channel's name or the payload is too long, or nobody is there.
        """
        self.ask("select pg_notify(%s, %s)", (channel, payload))


def _connection() -> psycopg.Connection[tuple[Any, ...]]:
    """Connect as profiles.yml does."""
    given = os.environ.get
    return psycopg.connect(
        host=given("DBT_HOST") or "localhost",
        port=given("DBT_PORT") or "5432",
        user=given("DBT_USER") or "postgres",
        password=given("DBT_PASSWORD") or None,
        dbname=given("DBT_DBNAME") or "postgres",
        sslmode=given("DBT_SSLMODE") or "prefer",
        connect_timeout=30,
        autocommit=True,
        application_name="crm-scoring",
        prepare_threshold=None,
    )
