"""What all streams share: writing pages, checkpoints, the record limit."""

from __future__ import annotations

import abc
import time
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import (
    AbortedSyncPausedException,
    FatalSyncError,
    MapExpressionError,
    RetriableSyncError,
)
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream

from tap_hubspot_support.bookmarks import Bookmark
from tap_hubspot_support.clock import iso
from tap_hubspot_support.messages import plain

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Generator, Iterable, Iterator

    from tap_hubspot_support.rejections import Rejection
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.tap import TapHubSpotSupport

EXPECTED_ERRORS = (FatalSyncError, RetriableSyncError, AbortedSyncPausedException)
_CHECKPOINT_SECONDS = 15.0
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


def _nothing() -> None:
    return


@dataclass(frozen=True)
class RowBatch:
    """Rows to write together, what did not fit in them, and what to remember afterwards."""

    rows: list[Any]
    rejections: list[Rejection] = field(default_factory=list)
    written: Callable[[], None] = _nothing


class SupportStream(Stream):
    """A stream that writes whole pages of rows.

    Subclasses yield row batches. A batch's `written` is called after its rows are on stdout, so
    what it remembers never runs ahead of what was written.
    """

    _tap: TapHubSpotSupport

    def __init__(self, tap: TapHubSpotSupport, run: Run, schema: dict[str, Any]) -> None:
        super().__init__(tap, schema=schema)
        self.run = run
        self.failure: Exception | None = None
        self.records_written = 0
        self._since_state = 0
        self._state_written = time.monotonic()

    @abc.abstractmethod
    def batches(self) -> Iterator[RowBatch]:
        """Everything this run has to write, in order."""

    @property
    def bookmark(self) -> Bookmark:
        """This stream's memory."""
        return Bookmark(self.stream_state)

    @property
    def synced(self) -> str:
        """The server's time now, as rows carry it."""
        return iso(self.run.client.clock.now())

    @property
    def record_limit(self) -> int | None:
        """Most records to write in this run."""
        limits = [n for n in (self.run.settings.limit, self.ABORT_AT_RECORD_COUNT) if n is not None]
        return min(limits) if limits else None

    @property
    def emit_activate_version_messages(self) -> bool:
        """Off: versions are activated here, after a complete read, not before it."""
        return False

    def get_replication_key_signpost(self, context: Any = None) -> None:  # noqa: ARG002
        """None: bookmarks come from the server's time, never from the local clock."""
        return

    def get_batch_config(self, config: Any) -> None:  # noqa: ARG002
        """None: pages already go out in one write."""
        return

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:  # noqa: ARG002
        """Rows one by one, as the framework's interface asks for."""
        for batch in self.batches():
            yield from map(plain, batch.rows)

    def is_wanted(self, column: str) -> bool:
        """Whether a column is selected in the catalog."""
        return bool(self.mask.get(("properties", column), True))

    def _sync_records(
        self,
        context: Any = None,  # noqa: ARG002
        *,
        write_messages: bool = True,  # noqa: ARG002
    ) -> Generator[dict[str, Any], Any, Any]:
        """Write all batches; replaces the framework's record-by-record loop."""
        if self.failure is not None:
            raise self.failure
        with self.get_record_counter() as counter, self.get_sync_timer():
            try:
                for batch in self._limited(self.batches()):
                    self._write(batch)
                    counter.increment(len(batch.rows))
            except EXPECTED_ERRORS:
                self._checkpoint()
                raise
        self._checkpoint()
        yield from ()

    def _limited(self, batches: Iterator[RowBatch]) -> Iterator[RowBatch]:
        left = limit = self.record_limit
        for batch in batches:
            if left is None or limit is None:
                yield batch
                continue
            # A first batch whose place would be kept is never cut: every run would begin and
            # end with it.
            has_place = left == limit and batch.written is not _nothing
            if len(batch.rows) > left and not has_place:
                yield RowBatch(batch.rows[:left], batch.rejections)
                return
            yield batch
            left -= len(batch.rows)
            if left <= 0:
                return

    def _write(self, batch: RowBatch) -> None:
        if self._is_unmapped:
            self._tap.writer.write_records(
                self.name, batch.rows, version=self._stream_version, extracted=self.synced
            )
        else:
            for row in batch.rows:
                self._write_mapped(plain(row))
        self._tap.rejections.write(batch.rejections)
        self.records_written += len(batch.rows)
        self._since_state += len(batch.rows)
        batch.written()
        waited = time.monotonic() - self._state_written
        if self._since_state >= self.STATE_MSG_FREQUENCY or waited > _CHECKPOINT_SECONDS:
            self._checkpoint()

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
            kept = {k: v for k, v in message.record.items() if k in row or k in keys}
            # Without the mark a target would take the absent columns for nulls.
            if kept.get(TOMBSTONE_MARK) is not None:
                message.record = kept
                self._tap.write_message(message)

    def _key_columns(self, alias: str) -> Collection[str]:
        found = (m for m in self.stream_maps if m.stream_alias == alias)
        return {name for m in found for name in m.transformed_key_properties or ()}

    def _checkpoint(self) -> None:
        self.state_manager.is_flushed = False
        self._write_state_message()
        self._since_state, self._state_written = 0, time.monotonic()

    @property
    def _is_unmapped(self) -> bool:
        """Whether rows go out as they are: no stream map and no flattening changes them."""
        maps = self.stream_maps
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
        )


class WholeTableStream(SupportStream):
    """A small table that is read whole on each run; rows no longer there are deactivated."""

    def batches(self) -> Iterator[RowBatch]:
        """All rows, then the end of their version."""
        version = self.bookmark.next_version(self.run.client.clock.now())
        self._stream_version = version
        columns = [name for name in self.schema["properties"] if self.is_wanted(name)]
        for rows in self.pages():
            yield RowBatch([{name: row[name] for name in columns} for row in rows])
        self.bookmark.keep_portal_id(self.run.portal_id)
        self.bookmark.keep_version(version)
        self._write_activate_version_message(version)

    @abc.abstractmethod
    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """The rows, a page at a time, with all columns of the schema."""
