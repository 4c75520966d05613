"""The streams of the catalog: their schema, and how their rows are written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream

from tap_gorgias.columns import TOMBSTONE_MARK

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from tap_gorgias.run import Batch, State
    from tap_gorgias.table import Table
    from tap_gorgias.tap import TapGorgias
    from tap_gorgias.wire import Row

_CHECKPOINT_SECONDS = 15.0


class GorgiasStream(Stream):
    """One table of all accounts.

    What it remembers of an account is a partition of its bookmark, changed only after the rows
    it covers are on standard output.
    """

    _tap: TapGorgias

    def __init__(self, tap: TapGorgias, table: Table) -> None:
        self.table = table
        super().__init__(tap, schema=table.schema, name=table.name)
        self.primary_keys = list(table.keys)
        self.replication_key = table.replication_key
        self.records_written = 0
        self._since_state, self._state_written = 0, time.monotonic()

    @property
    def is_sorted(self) -> bool:
        """Whether rows come in the order of the replication key: not across accounts."""
        return False

    @property
    def states(self) -> dict[str, State]:
        """What it remembers, by account."""
        partitions = self.stream_state.get("partitions") or []
        return {str(p["context"]["account"]): p for p in partitions if _has_account(p)}

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:  # noqa: ARG002
        """Rows of all accounts, one by one, as the framework's interface asks for."""
        for item in self._tap.items([self]):
            yield from item.batch.rows

    def begin(self) -> None:
        """Write the SCHEMA message."""
        self._write_schema_message()

    def write(self, account: str, batch: Batch) -> None:
        """Write rows, then remember what they cover."""
        live = [row for row in batch.rows if row.get(TOMBSTONE_MARK) is None]
        if self._is_unmapped:
            rows = self._wanted(batch.rows)
            self._tap.writer.write_records(self.name, rows, extracted=self._tap.now)
        else:
            for row in batch.rows:
                self._write_mapped(row)
        self.records_written += len(batch.rows)
        self._since_state += len(live)
        if batch.remember:
            self._remember(account, batch.remember)
        waited = time.monotonic() - self._state_written
        if self._since_state >= self.STATE_MSG_FREQUENCY or waited > _CHECKPOINT_SECONDS:
            self.checkpoint()

    def checkpoint(self) -> None:
        """Write a STATE message."""
        self.state_manager.is_flushed = False
        self._write_state_message()
        self._since_state, self._state_written = 0, time.monotonic()

    def _remember(self, account: str, news: State) -> None:
        state = self.get_context_state({"account": account})
        state.update(news)
        for name in [name for name, value in state.items() if value is None]:
            del state[name]

    def _wanted(self, rows: list[Row]) -> list[Row]:
        dropped = [n for n in self.schema["properties"] if not self._is_wanted(n)]
        if not dropped:
            return rows
        left = [{n: v for n, v in row.items() if n not in dropped} for row in rows]
        # Without its mark a target would take a tombstone's absent columns for nulls.
        whole = TOMBSTONE_MARK not in dropped
        return [r for r, row in zip(left, rows, strict=True) if whole or not _is_tombstone(row)]

    def _is_wanted(self, column: str) -> bool:
        return column in self.table.keys or bool(self.mask.get(("properties", column), True))

    def _write_mapped(self, row: Row) -> None:
        """Write what the stream maps make of a row; of a tombstone only what it carries."""
        if not _is_tombstone(row):
            self._write_record_message(row)
            return
        whole = {**dict.fromkeys(self.effective_schema["properties"]), **row}
        for message in self._generate_record_messages(whole):
            keys = self._key_columns(message.stream)
            kept = {k: v for k, v in message.record.items() if k in row or k in keys}
            if kept.get(TOMBSTONE_MARK) is not None:
                message.record = kept
                self._tap.write_message(message)

    def _key_columns(self, alias: str) -> Collection[str]:
        found: Iterator[Any] = (m for m in self.stream_maps if m.stream_alias == alias)
        return {name for m in found for name in m.transformed_key_properties or ()}

    @property
    def _is_unmapped(self) -> bool:
        """Whether rows go out as they are: no stream map and no flattening changes them."""
        maps = self.stream_maps
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
        )


def _is_tombstone(row: Row) -> bool:
    return row.get(TOMBSTONE_MARK) is not None


def _has_account(partition: Any) -> bool:
    context = partition.get("context") if isinstance(partition, dict) else None
    return isinstance(context, dict) and "account" in context
