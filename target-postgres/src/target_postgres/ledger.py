"""The two tables about the data: ``_sync_log`` and ``_rejected``."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any

from target_postgres.connection import run
from target_postgres.csv_rows import without_nul
from target_postgres.identifiers import quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_postgres.batches import Counts, Rejection
    from target_postgres.connection import Connection

_SYNC_LOG = """
CREATE TABLE IF NOT EXISTS {log} (
  run_id text NOT NULL,
  stream text NOT NULL,
  status text NOT NULL,
  started_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  updated_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  finished_at timestamptz,
  received bigint NOT NULL DEFAULT 0,
  inserted bigint NOT NULL DEFAULT 0,
  updated bigint NOT NULL DEFAULT 0,
  deleted bigint NOT NULL DEFAULT 0,
  rejected bigint NOT NULL DEFAULT 0,
  batches bigint NOT NULL DEFAULT 0,
  state_before jsonb,
  state_after jsonb,
  PRIMARY KEY (run_id, stream)
)
"""
_REJECTED = """
CREATE TABLE IF NOT EXISTS {rejected} (
  rejected_at timestamptz NOT NULL DEFAULT clock_timestamp(),
  run_id text NOT NULL,
  stream text NOT NULL,
  record_key text,
  reason text NOT NULL,
  record text NOT NULL
)
"""
_INTERRUPTED = """
UPDATE {log} SET status = 'interrupted'
WHERE stream = %s AND run_id <> %s AND status = 'running'
"""
_START = """
INSERT INTO {log} (run_id, stream, status, state_before)
VALUES (%s, %s, 'running', (
  SELECT state_after FROM {log}
  WHERE stream = %s AND run_id <> %s AND state_after IS NOT NULL
  ORDER BY started_at DESC LIMIT 1))
ON CONFLICT (run_id, stream) DO NOTHING
"""
_PROGRESS = """
UPDATE {log} SET received = received + %s, inserted = inserted + %s, updated = updated + %s,
  deleted = deleted + %s, rejected = rejected + %s, batches = %s,
  state_after = coalesce(%s::jsonb, state_after), status = 'running',
  updated_at = clock_timestamp()
WHERE run_id = %s AND stream = %s
"""
# The lock waits for a transaction whose client is gone but whose commit is still under way.
_LAST_BATCH = """
SELECT max(batches) FROM (SELECT batches FROM {log} WHERE run_id = %s FOR UPDATE) AS locked
"""
_FINISH = """
UPDATE {log} SET
  status = CASE WHEN %s = 'success' AND rejected > 0 THEN 'partial' ELSE %s END,
  state_after = coalesce(%s::jsonb, state_after),
  finished_at = clock_timestamp(), updated_at = clock_timestamp()
WHERE run_id = %s AND stream = %s
"""
_REJECT = """
INSERT INTO {rejected} (run_id, stream, record_key, reason, record)
SELECT %s, %s, refused.* FROM unnest(%s::text[], %s::text[], %s::text[]) AS refused
"""
_EXISTS = "SELECT to_regclass(%s) IS NOT NULL AND to_regclass(%s) IS NOT NULL"


def stream_state(state: Mapping[str, Any] | None, stream: str) -> str | None:
    """Return a stream's own bookmark as JSON text, or the whole state if it has none."""
    if state is None:
        return None
    bookmarks = state.get("bookmarks") if isinstance(state, dict) else None
    own = bookmarks.get(stream) if isinstance(bookmarks, dict) else None
    text = json.dumps(state if own is None else own)
    return without_nul(text.encode()).decode()


def _plain(stream: str) -> str:
    # PostgreSQL's text holds no NUL.
    return stream.replace("\0", "")


class Ledger:
    """Reads and writes both tables for one run, always in the caller's transaction.

    Args:
        schema: The target schema.
        run_id: Identifies this run in both tables.
    """

    def __init__(self, schema: str, run_id: str) -> None:
        self._run_id = run_id
        self._names = {
            "log": quoted(schema, "_sync_log"),
            "rejected": quoted(schema, "_rejected"),
        }

    def _sql(self, template: str) -> str:
        names = {key: name.replace("%", "%%") for key, name in self._names.items()}
        return template.format(**names)

    def create(self, connection: Connection) -> None:
        """Create what is missing."""
        found = run(connection, _EXISTS, tuple(self._names.values())).fetchone()
        if found != (True,):
            run(connection, _SYNC_LOG.format(**self._names))
            run(connection, _REJECTED.format(**self._names))

    def start(self, connection: Connection, stream: str) -> None:
        """Open this run's row for a stream; rows that a killed run left open are closed."""
        name = _plain(stream)
        run(connection, self._sql(_INTERRUPTED), (name, self._run_id))
        run(connection, self._sql(_START), (self._run_id, name, name, self._run_id))

    def last_batch(self, connection: Connection) -> int:
        """Return the number of the last batch of this run that was committed."""
        row = run(connection, self._sql(_LAST_BATCH), (self._run_id,)).fetchone()
        return (row and row[0]) or 0

    def progress(
        self,
        connection: Connection,
        stream: str,
        batch: int,
        counts: Counts,
        state: Mapping[str, Any] | None,
    ) -> None:
        """Add a batch's counts to the stream's row."""
        numbers = (
            counts.received,
            counts.inserted,
            counts.updated,
            counts.deleted,
            counts.rejected,
        )
        rest = (batch, stream_state(state, stream), self._run_id, _plain(stream))
        run(connection, self._sql(_PROGRESS), (*numbers, *rest))

    def reject(self, connection: Connection, stream: str, rejected: Sequence[Rejection]) -> None:
        """Store refused records with their reasons."""
        if not rejected:
            return
        keys = [each.key for each in rejected]
        reasons = [each.reason for each in rejected]
        records = [each.record for each in rejected]
        run(connection, self._sql(_REJECT), (self._run_id, _plain(stream), keys, reasons, records))

    def finish(
        self, connection: Connection, stream: str, status: str, state: Mapping[str, Any] | None
    ) -> None:
        """Close a stream's row; success with refused records is written as partial."""
        after = stream_state(state, stream)
        parameters = (status, status, after, self._run_id, _plain(stream))
        run(connection, self._sql(_FINISH), parameters)
