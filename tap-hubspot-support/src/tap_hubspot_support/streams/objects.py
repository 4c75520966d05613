"""Record types: full sync, windows of changes, recycle bin, reconciliation."""

from __future__ import annotations

import abc
from datetime import datetime
from itertools import chain
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support._throttle import ordered_map
from tap_hubspot_support.bookmarks import BinPass, FullSync, Window, pack_ids, unpack_ids
from tap_hubspot_support.changes import Found, Size, changed_ids, size_of
from tap_hubspot_support.clock import milliseconds
from tap_hubspot_support.columns import fingerprint
from tap_hubspot_support.full import FullWalk
from tap_hubspot_support.reads import Records
from tap_hubspot_support.streams.base import RowBatch, SupportStream
from tap_hubspot_support.walk import pages_in_order

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_hubspot_support.columns import Column
    from tap_hubspot_support.reads import Wanted

_MANY_CHANGES = 2_000  # below it, asking for the table's size is not worth a request
_LATE = 1 << 60
_CLOCK_DOUBT = 300_000  # ms; estimates of the server's time differ by seconds, or by a slow reply
_WHOLE_TABLE = "FULL_TABLE"


class ObjectStream(SupportStream):
    """A table fed by one CRM object type.

    A run either lists everything under a new table version (first run, reconciliation, changed
    columns) or searches what changed in a fixed window; then it looks through the recycle bin.
    """

    object_type: str
    key_property: str
    reconciles = True

    @property
    @abc.abstractmethod
    def wanted(self) -> Wanted:
        """What to ask HubSpot for."""

    @property
    @abc.abstractmethod
    def tracked_columns(self) -> list[Column]:
        """The columns whose change makes a full sync necessary."""

    @abc.abstractmethod
    def rows_of(self, records: Iterable[Any], *, deleted: bool) -> RowBatch:
        """The rows of some records."""

    def tombstones_of(self, records: Iterable[Any]) -> list[Any]:  # noqa: ARG002
        """Rows saying that records were merged away; none by default."""
        return []

    @property
    def limited_page(self) -> int | None:
        """Most records to read at once under a record limit."""
        return self.record_limit

    @property
    def records(self) -> Records:
        """Where this stream's records are read."""
        run = self.run
        return Records(
            run.client,
            run.paths,
            self.object_type,
            self.wanted,
            max_url_length=run.settings.max_url_length,
        )

    def batches(self) -> Iterator[RowBatch]:
        """Rows of everything new since the bookmark, or of everything."""
        now, mark = self.run.client.clock.now(), self.bookmark
        mark.keep_portal_id(self.run.portal_id)
        columns = fingerprint(self.tracked_columns)
        self._stream_version = mark.version
        if self._begins_at_start_date(mark.version):
            self._stream_version = mark.next_version(now)
            mark.begin(self._stream_version, columns, self.run.settings.start or 0, now)
        if self._needs_everything(columns, now):
            yield from self._everything(columns)
        else:
            yield from self._changes(columns)

    def _begins_at_start_date(self, version: int) -> bool:
        return not version and self.bookmark.full is None and self.run.settings.start is not None

    def _needs_everything(self, columns: str, now: int) -> bool:
        mark = self.bookmark
        if mark.full is not None or not mark.version:
            return True
        if self.replication_method == _WHOLE_TABLE:
            return True
        if (mark.modified or 0) > now + _CLOCK_DOUBT:
            # Nobody knows since when changes are missing: the bookmark came from a wrong clock.
            self.logger.warning("the bookmark lies in the future: listing all records again")
            return True
        if mark.fingerprint != columns:
            self.logger.info("the columns changed: listing all records again")
            return True
        due = self.reconciles and mark.reconcile_due(now, self.run.settings.reconcile_days)
        # A first window under way comes first: it fixes what belongs to the table.
        return due and mark.modified is not None

    # Full sync

    def _everything(self, columns: str) -> Iterator[RowBatch]:
        full = self.bookmark.full
        if full is None or full.fingerprint != columns:
            full = self._begin_full(columns)
        else:
            # The list may take days of limited or killed runs: what was archived since it began
            # may be restored before it ends, behind the place that the list has reached.
            full.bin = pack_ids(unpack_ids(full.bin) | self._bin_ids())
            self.bookmark.keep_full(full)
        self._stream_version = full.version
        if full.ranges != []:
            yield from self._listing(full)
        yield from self._bin(unpack_ids(full.bin), everything=True)
        if self.reconciles:
            self._write_activate_version_message(full.version)
        self.bookmark.end_full(self.key_property, full)

    def _begin_full(self, columns: str) -> FullSync:
        now = self.run.client.clock.now()
        # Records restored while the list is read could be in neither list: the bin as it is
        # now tells later which ones left it.
        full = FullSync(self.bookmark.next_version(now), now, columns, pack_ids(self._bin_ids()))
        self.bookmark.keep_full(full)
        return full

    def _listing(self, full: FullSync) -> Iterator[RowBatch]:
        def note(left: list[tuple[int, int | None]] | None) -> None:
            full.ranges = left
            self.bookmark.keep_full(full)

        records = self.records
        workers = 1 if self.record_limit else self.run.settings.max_concurrency
        walk = FullWalk(records, size_of(records), workers=workers, page=self.limited_page)
        for step in walk.steps(full.ranges):
            batch = self.rows_of(self._in_scope(step.records), deleted=False)
            yield RowBatch(batch.rows, batch.rejections, lambda left=step.left: note(left))  # type: ignore[misc]
        note([])

    def _in_scope(self, records: Iterable[Any]) -> list[Any]:
        floor = self.bookmark.floor
        if not floor:
            return list(records)
        return [r for r in records if _instant(r.updatedAt) >= floor]

    # Changes

    def _changes(self, columns: str) -> Iterator[RowBatch]:
        mark = self.bookmark
        if (unfinished := mark.window) is not None:
            yield from self._window(unfinished)
        # An earlier estimate of the server's time is as safe as this one, and may be later.
        now = max(self.run.client.clock.now(), mark.modified or 0)
        lookback = self.run.settings.lookback_seconds * 1000
        start = mark.floor if mark.modified is None else mark.modified - lookback
        window = Window(max(start, 0), now)
        pages = changed_ids(self.records, window)
        first = next(pages, None)
        if first is not None and self._is_most_of_the_table(first):
            pages.close()
            yield from self._everything(columns)
            return
        yield from self._window(window, chain([first] if first else [], pages))
        yield from self._bin(unpack_ids(mark.bin_ids), everything=False)

    def _is_most_of_the_table(self, first: Found) -> bool:
        if first.matches <= _MANY_CHANGES or self.record_limit:
            return False
        size: Size = size_of(self.records)
        if first.matches * 2 <= size.total:
            return False
        self.logger.info("over half of the records changed: listing all of them is faster")
        return True

    def _window(self, window: Window, pages: Iterable[Found] | None = None) -> Iterator[RowBatch]:
        def note(last: str) -> None:
            window.last_id = int(last)
            self.bookmark.keep_window(window)

        found = pages if pages is not None else changed_ids(self.records, window)
        ids = chain.from_iterable(page.ids for page in found)
        for asked, records in self._read(ids, archived=False):
            batch = self.rows_of(records, deleted=False)
            rows = batch.rows + self.tombstones_of(records)
            yield RowBatch(rows, batch.rejections, lambda last=asked[-1]: note(last))  # type: ignore[misc]
        self.bookmark.end_window(self.key_property, window.hi)

    def _read(self, ids: Iterable[str], *, archived: bool) -> Iterator[tuple[list[str], list[Any]]]:
        """Values straight from the store, because the search index may still hold old ones."""
        records = self.records
        most = min(records.wanted.page, self.limited_page or records.wanted.page)

        def read(chunk: list[str]) -> tuple[list[str], list[Any]]:
            return chunk, sorted(records.read(chunk, archived=archived), key=lambda r: int(r.id))

        workers = self.run.settings.max_concurrency
        yield from ordered_map(read, _chunks(ids, most), workers=workers)

    # Recycle bin

    def _bin_ids(self) -> set[int]:
        only_ids = self.records.only_ids()
        pages = pages_in_order(lambda after: only_ids.page(after, archived=True))
        return {int(record.id) for page in pages for record in page.results}

    def _bin(self, known: set[int], *, everything: bool) -> Iterator[RowBatch]:
        """Rows of records archived or restored since the bin held `known`."""
        mark, looked = self.bookmark, self.run.client.clock.now()
        archived, live = unpack_ids(mark.bin_pass.archived), unpack_ids(mark.bin_pass.live)
        known = (known | archived) - live
        current, fresh = self._look_into_bin(known, archived, everything=everything)
        gone = [str(number) for number in sorted(known - current)]
        for ids, kind, other in ((fresh, archived, live), (gone, live, archived)):
            for asked, records in self._read(ids, archived=kind is archived):
                numbers = set(map(int, asked))
                kind |= numbers  # noqa: PLW2901 - one of the two sets, changed in place
                other -= numbers  # noqa: PLW2901
                yield self._rows_of_moved(records, archived, live, deleted=kind is archived)
        mark.keep_bin(pack_ids(current), looked)

    def _look_into_bin(
        self, known: set[int], written: set[int], *, everything: bool
    ) -> tuple[set[int], list[str]]:
        """All ids in the bin, and those of them that are still to be written."""
        since = self.bookmark.bin_seen - self.run.settings.lookback_seconds * 1000
        current, fresh = set(), []
        only_ids = self.records.only_ids()
        for page in pages_in_order(lambda after: only_ids.page(after, archived=True)):
            for record in page.results:
                number = int(record.id)
                current.add(number)
                new = everything or number not in known or _instant(record.archived_at) >= since
                if new and number not in written:
                    fresh.append(record.id)
        return current, fresh

    def _rows_of_moved(
        self, records: list[Any], archived: set[int], live: set[int], *, deleted: bool
    ) -> RowBatch:
        batch = self.rows_of(self._in_scope(records), deleted=deleted)
        # A survivor of a merge that was archived since is in no search: this is its only sight.
        rows = batch.rows + self.tombstones_of(records)
        if not self.record_limit:
            return RowBatch(rows, batch.rejections)
        # A limited run may stop here; the next one then goes on behind what is written now.
        place = BinPass(pack_ids(archived), pack_ids(live))
        return RowBatch(rows, batch.rejections, lambda: self.bookmark.keep_bin_pass(place))


def _chunks(ids: Iterable[str], most: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for id_ in ids:
        chunk.append(id_)
        if len(chunk) >= most:
            yield chunk
            chunk = []
    if chunk:
        yield chunk


def _instant(text: str | None) -> int:
    """Milliseconds of an instant; none counts as very late, so that nothing is left out."""
    if not text:
        return _LATE
    return milliseconds(msgspec.convert(text, datetime))
