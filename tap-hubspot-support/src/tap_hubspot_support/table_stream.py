"""A table as the framework sees it: one Singer stream, written by walks and references."""

from __future__ import annotations

from contextlib import ExitStack
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import MapExpressionError
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream

from tap_hubspot_support._messages import plain

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Sequence

    from tap_hubspot_support.tables import Table
    from tap_hubspot_support.tap import TapHubSpotSupport

# What an expression over a null can raise, wrapped by the framework or not.
_UNMAPPABLE = (
    MapExpressionError,
    ArithmeticError,
    AttributeError,
    LookupError,
    TypeError,
    ValueError,
)
TOMBSTONE_MARK = "_sdc_deleted_at"
"""A record in which this is not null sets the columns it carries and leaves the others alone."""


class TableStream(Stream):
    """One table of all portals.

    It reads nothing itself: walks hand it rows, under the writer's lock.
    """

    _tap: TapHubSpotSupport

    def __init__(self, tap: TapHubSpotSupport, table: Table) -> None:
        # The framework looks at these while the stream is being made.
        self.table = table
        super().__init__(tap, schema=table.schema, name=table.name)
        self.primary_keys = table.keys
        self.replication_key = table.replication_key
        self.records_written = 0
        self._is_announced = False
        self._metrics = ExitStack()
        self._counter: Any = None

    @property
    def emit_activate_version_messages(self) -> bool:
        """Off: versions are activated after a complete read, not before it."""
        return False

    def get_replication_key_signpost(self, context: Any = None) -> None:  # noqa: ARG002
        """None: bookmarks come from the server's time, never from the local clock."""
        return

    def get_batch_config(self, config: Any) -> None:  # noqa: ARG002
        """None: pages already go out in one write."""
        return

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:  # noqa: ARG002
        """None of its own: records come from the walks that feed this table."""
        return ()

    def is_wanted(self, column: str) -> bool:
        """Whether a column is selected in the catalog."""
        return bool(self.mask.get(("properties", column), True))

    def announce(self) -> None:
        """Write the SCHEMA message once, and begin to measure."""
        if self._is_announced:
            return
        self._is_announced = True
        self._counter = self._metrics.enter_context(self.get_record_counter())
        self._metrics.enter_context(self.get_sync_timer())
        super()._write_schema_message()

    def finish(self) -> None:
        """Write the metrics of the run."""
        self._metrics.close()

    def write(self, rows: Sequence[Any], version: int | None, extracted: str) -> None:
        """Write rows in their order; the caller holds the writer's lock."""
        self._stream_version = version
        fitting = self._fitting(rows)
        if self._is_unmapped:
            self._tap.writer.write_records(self.name, fitting, version=version, extracted=extracted)
        else:
            for row in fitting:
                self._write_mapped(plain(row))
        self.records_written += len(rows)
        self._counter.increment(len(rows))

    def activate(self, version: int) -> None:
        """Say that rows of older versions are gone."""
        self._write_activate_version_message(version)

    def _fitting(self, rows: Sequence[Any]) -> Sequence[Any]:
        """Rows without deselected columns; structs were made without them."""
        unwanted = [name for name in self.schema["properties"] if not self.is_wanted(name)]
        if not unwanted:
            return rows
        return [
            {n: v for n, v in row.items() if n not in unwanted} if isinstance(row, dict) else row
            for row in rows
        ]

    def _sync_records(
        self,
        context: Any = None,  # noqa: ARG002
        *,
        write_messages: bool = True,  # noqa: ARG002
    ) -> Generator[dict[str, Any], Any, Any]:
        """Read this table alone, for the framework's connection test."""
        self._tap.sync_tables([self])
        yield from ()

    def _write_schema_message(self) -> None:
        self.announce()

    def _write_mapped(self, row: dict[str, Any]) -> None:
        """Write what the stream maps make of a row."""
        if row.get(TOMBSTONE_MARK) is None:
            self._write_record_message(row)
        else:
            self._write_partial(row)

    def _write_partial(self, row: dict[str, Any]) -> None:
        """Write a row of a few columns: maps see the others as null, and their results stay out.

        What a map would compute from nulls is not to be stored, and where it cannot compute
        from nulls the reconciliation finds what the row would have said.
        """
        try:
            whole = {**dict.fromkeys(self.effective_schema["properties"]), **row}
            messages = list(self._generate_record_messages(whole))
        except _UNMAPPABLE:
            self.logger.warning("a stream map cannot take a row of a merged record: left out")
            return
        for message in messages:
            keys = self._key_columns(message.stream)
            # A part of the key stays a part: the rest would be nulls that name no row.
            kept = {
                k: v for k, v in message.record.items() if k in row or (k in keys and v is not None)
            }
            # Without the mark a target would take the absent columns for nulls.
            if kept.get(TOMBSTONE_MARK) is not None:
                message.record = kept
                self._tap.write_message(message)

    def _key_columns(self, alias: str) -> Collection[str]:
        found = (m for m in self.stream_maps if m.stream_alias == alias)
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
