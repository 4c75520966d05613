"""Store one stream's batch inside an open transaction, whatever single records may hold."""

from __future__ import annotations

import contextlib
import re
from typing import TYPE_CHECKING, Any

import msgspec
import psycopg

from target_postgres.batches import Counts, Rejection
from target_postgres.column_types import BOOLEAN, JSONB
from target_postgres.connection import run
from target_postgres.csv_rows import json_text, mended, to_csv
from target_postgres.layout import DELETED_AT, ROW_METADATA, TABLE_VERSION
from target_postgres.statements import (
    activate_statement,
    batch_statements,
    bury_statement,
    delete_statement,
    keep_statement,
    stage_types,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_postgres.batches import StreamBatch, Tombstone
    from target_postgres.connection import Connection
    from target_postgres.layout import Layout

#: The server refused a row; another row may be fine.
REFUSALS = (
    psycopg.DataError,
    psycopg.IntegrityError,
    psycopg.errors.CardinalityViolation,
    psycopg.errors.ProgramLimitExceeded,
    psycopg.errors.StatementTooComplex,
    psycopg.errors.RaiseException,
)
_ROWS_PER_COPY = 1_000
#: How COPY names a column of the staging table in its error's context.
_STAGED_COLUMN = re.compile(r"\bc(\d+)\b")
_decode_array = msgspec.json.Decoder(list[msgspec.Raw]).decode
_decode_text = msgspec.json.Decoder(str).decode
_decode_version = msgspec.json.Decoder(int | None).decode
_encode = msgspec.json.encode


def _reason(error: psycopg.Error, layout: Layout) -> str:
    diagnostics = error.diag
    staged = _STAGED_COLUMN.search(diagnostics.context or "")
    index = int(staged[1]) if staged else len(layout.columns)
    known = layout.columns[index].name if index < len(layout.columns) else None
    where = known or diagnostics.column_name or diagnostics.constraint_name
    said = diagnostics.message_primary or type(error).__name__
    return f"{error.sqlstate}: {said}" + (f" ({where})" if where else "")


class StreamStore:
    """Writes one stream's rows through its staging table.

    Args:
        connection: A connection inside a transaction.
        layout: The stream's table.
        stage: Name for the staging table, free in this transaction.
        batched_at: ISO instant of the batch.
        started_at: Epoch milliseconds of the run's start.
    """

    def __init__(
        self, connection: Connection, layout: Layout, stage: str, batched_at: str, started_at: int
    ) -> None:
        self.counts = Counts()
        self.rejected: list[Rejection] = []
        self._connection = connection
        self._layout = layout
        self._sql = batch_statements(layout, stage, batched_at, started_at)

    def store(self, rows: Sequence[bytes]) -> None:
        """Merge the rows into the table; those that cannot be stored are put aside.

        Args:
            rows: JSON arrays, in the order they came.
        """
        if not rows:
            return
        run(self._connection, self._sql.stage)
        try:
            self._merge(rows)
        except REFUSALS:
            kinds = stage_types(self._layout)
            self._narrow([mended(row, kinds) for row in rows])

    def _narrow(self, rows: Sequence[bytes]) -> None:
        """Halve until what fails is a single row. Order is kept, so the last one wins."""
        try:
            self._merge(rows)
        except REFUSALS as error:
            if len(rows) == 1:
                self._reject(rows[0], error)
                return
            half = len(rows) // 2
            self._narrow(rows[:half])
            self._narrow(rows[half:])

    def _merge(self, rows: Sequence[bytes]) -> None:
        with self._connection.transaction():
            run(self._connection, self._sql.clear)
            self._copy(rows)
            merged = run(self._connection, self._sql.merge).fetchone() or (0, 0)
        self.counts.inserted += merged[0]
        self.counts.updated += merged[1]

    def _copy(self, rows: Sequence[bytes]) -> None:
        with (
            self._connection.cursor() as cursor,
            cursor.copy(self._sql.copy.encode()) as copy,
        ):
            for start in range(0, len(rows), _ROWS_PER_COPY):
                copy.write(to_csv(rows[start : start + _ROWS_PER_COPY]))

    def _reject(self, row: bytes, error: psycopg.Error) -> None:
        values = _decode_array(row)
        columns = self._layout.columns
        named = {
            column.source: _as_sent(value, column.type)
            for column, value in zip(columns, values, strict=False)
        }
        key = _encode(values[: self._layout.key_size]).decode("utf-8", "replace")
        record = _encode(named).decode("utf-8", "replace")
        version = _decode_version(values[len(columns) + ROW_METADATA.index(TABLE_VERSION)])
        self.rejected.append(Rejection(_reason(error, self._layout), record, key, version))

    def keep(self) -> None:
        """Keep rows whose latest record was refused: the source has them, if with other values.

        Without this, activating the version that the record came with would remove them.
        """
        if not self._layout.key_size or TABLE_VERSION not in self._layout.metadata:
            return
        statement = keep_statement(self._layout)
        for each in self.rejected:
            if each.key is not None and each.version is not None:
                # A key that is itself what the server refused names no row.
                with contextlib.suppress(*REFUSALS), self._connection.transaction():
                    run(self._connection, statement, (each.version, *_key_texts(each.key)))

    def bury(self, tombstones: Iterable[Tombstone], *, hard: bool) -> None:
        """Mark rows as deleted (or delete them); rows that do not exist stay so.

        Args:
            tombstones: Keys, with the columns each carries.
            hard: Delete instead.
        """
        alike: dict[tuple[Any, Any], list[Tombstone]] = {}
        for each in tombstones:
            alike.setdefault((tuple(each.key), tuple(each.changes)), []).append(each)
        for group in alike.values():
            self._bury(group, hard=hard)

    def _bury(self, alike: Sequence[Tombstone], *, hard: bool) -> None:
        """One statement for tombstones of the same columns; halve until what fails is one."""
        try:
            with self._connection.transaction():
                self.counts.deleted += self._mark(alike, hard=hard)
        except REFUSALS as error:
            if len(alike) == 1:
                record = _encode(alike[0].changes).decode()
                key = _encode(list(alike[0].key.values())).decode()
                self.rejected.append(Rejection(_reason(error, self._layout), record, key))
                return
            half = len(alike) // 2
            self._bury(alike[:half], hard=hard)
            self._bury(alike[half:], hard=hard)

    def _mark(self, alike: Sequence[Tombstone], *, hard: bool) -> int:
        keys = [each for each in self._layout.keys if each.source in alike[0].key]
        changed = [each for each in self._layout.every if each.source in alike[0].changes]
        values = tuple([one.key[each.source] for one in alike] for each in keys)
        if hard:
            return run(self._connection, delete_statement(self._layout, keys), values).rowcount
        if not changed:
            return 0
        values += tuple([one.changes[each.source] for one in alike] for each in changed)
        return run(self._connection, bury_statement(self._layout, keys, changed), values).rowcount

    def activate(self, version: int, flags: Sequence[str], *, hard: bool) -> None:
        """Remove the rows of earlier table versions.

        Args:
            version: The version to keep.
            flags: Names of boolean columns that a soft delete sets true, where they exist.
            hard: Delete instead of marking.
        """
        found = [self._layout.column(flag) for flag in flags]
        names = [each.name for each in found if each is not None and each.type == BOOLEAN]
        statement = activate_statement(self._layout, version, names, hard=hard)
        self.counts.deleted += run(self._connection, statement).rowcount


def _as_sent(value: msgspec.Raw, kind: str) -> Any:
    data = bytes(value)
    if kind == JSONB and data != b"null":
        return msgspec.Raw(msgspec.json.decode(data, type=str).encode())
    return value


def _key_texts(key: str) -> list[str | None]:
    return [
        _decode_text(raw) if bytes(raw)[:1] == b'"' else json_text(raw)
        for raw in _decode_array(key)
    ]


def store_stream(
    store: StreamStore, batch: StreamBatch, flags: Sequence[str], *, hard: bool
) -> Counts:
    """Store everything one stream received: sweeps, rows, tombstones, then a version change.

    Args:
        store: Where to.
        batch: What.
        flags: Boolean columns a soft delete sets.
        hard: Delete rows instead of marking them.

    Returns:
        What became of the records.
    """
    store.rejected += batch.rejected
    store.bury(batch.sweeps.values(), hard=hard)
    store.store(list(batch.rows.values()))
    store.keep()
    store.bury(batch.tombstones.values(), hard=hard)
    if batch.activate is not None and DELETED_AT in batch.layout.metadata:
        store.activate(batch.activate, flags, hard=hard)
    store.counts.received = batch.received
    store.counts.rejected = len(store.rejected)
    return store.counts
