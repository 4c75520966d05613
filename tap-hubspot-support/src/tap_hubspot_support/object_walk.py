"""One portal's records of one type: full sync, windows of changes, recycle bin, reconciliation.

A run either lists everything under a new table version (first run, reconciliation, changed
columns) or searches what changed in a fixed window; then it looks through the recycle bin. The
record table and its companions are written from the same pages.
"""

from __future__ import annotations

import logging
from collections import Counter
from dataclasses import replace
from itertools import chain
from typing import TYPE_CHECKING, Any

from tap_hubspot_support._throttle import ordered_map
from tap_hubspot_support.batches import Batch, nothing
from tap_hubspot_support.bookmarks import BinPass, FullSync, Window, pack_ids, unpack_ids
from tap_hubspot_support.changes import Found, changed_ids, size_of
from tap_hubspot_support.companions import Page
from tap_hubspot_support.followers import Failures, Followers
from tap_hubspot_support.full import FullWalk
from tap_hubspot_support.links.borrowing import BorrowingRecords, borrows
from tap_hubspot_support.plan import HISTORY_PAGE, LIST_PAGE, WalkSize, pages, walk_requests
from tap_hubspot_support.reads import Records, Wanted
from tap_hubspot_support.recycle_bin import RecycleBin, instant
from tap_hubspot_support.rows import RecordShape

if TYPE_CHECKING:
    from collections.abc import Callable, Generator, Iterable, Iterator, Sequence

    from tap_hubspot_support.bookmarks import Bookmark
    from tap_hubspot_support.companions import Companion
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.record_table import RecordTable
    from tap_hubspot_support.run import Run

logger = logging.getLogger(__name__)

RECORDS = "records"
"""Name of the record table among the parts of a walk."""

_MANY_CHANGES = 2_000  # below it, asking for the table's size is not worth a request
_CLOCK_DOUBT = 300_000  # ms; estimates of the server's time differ by seconds, or by a slow reply
_MANY_ROWS = 20  # of one record with history, as far as a record limit is concerned
_COMPANION_WORKERS = 8
_READERS = 8  # pages read ahead are pages in memory


class ObjectWalk:
    """Reads one object type of one portal once, for its table and all that follow it.

    Args:
        run: The portal.
        object_type: What to read.
        table: Its record table, if that is selected.
        companions: The selected companions.
        bookmark: The walk's memory.
        limit: Most records of this run; None for all.
        full_table: The catalog asks to read everything on each run.

    Attributes:
        failures: Companions that could not be read, with their errors.
    """

    keeps_place = True

    def __init__(
        self,
        run: Run,
        object_type: ObjectType,
        table: RecordTable | None,
        companions: Sequence[Companion],
        bookmark: Bookmark,
        *,
        limit: int | None = None,
        full_table: bool = False,
    ) -> None:
        self.run, self.object_type, self.bookmark = run, object_type, bookmark
        self.limit = limit
        self._table, self._full_table = table, full_table
        self._companions = {companion.name: companion for companion in companions}
        self._prepared: Generator[Found, None, None] | None = None
        self._first: Found | None = None
        self._window: Window | None = None
        self._full_parts: dict[str, str] = {}
        self._then_changes = True
        self._version = 0
        self.failures: Failures = {}
        self._followers: Followers | None = None
        self._shape_for(set(self.parts))

    @property
    def name(self) -> str:
        """What its bookmark is kept under."""
        return self.object_type.table

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it feeds."""
        own = (self._table.name,) if self._table else ()
        return (*own, *(name for c in self._companions.values() for name in c.tables))

    @property
    def version(self) -> int:
        """The table version of what is being written."""
        return self._version

    @property
    def parts(self) -> dict[str, str]:
        """Everything it reads: name to fingerprint."""
        own = {RECORDS: self._table.fingerprint} if self._table else {}
        return own | {name: c.fingerprint for name, c in self._companions.items()}

    @property
    def feeders(self) -> dict[str, tuple[str, ...]]:
        """The tables that each part feeds."""
        own = {RECORDS: (self._table.name,)} if self._table else {}
        return own | {name: c.tables for name, c in self._companions.items()}

    @property
    def lost(self) -> dict[str, Exception]:
        """Tables whose companions could not be read, and why."""
        return {t: error for c, error in self.failures.values() for t in c.tables}

    # Planning

    def prepare(self) -> Counter[str]:
        """Decide what to do and return the requests it takes, per budget.

        In an incremental run the first page of the search is read here, which tells how many
        records changed.
        """
        mark, now = self.bookmark, self.run.client.clock.now()
        mark.keep_portal_id(self.run.portal_id)
        mark.forget_parts(set(mark.parts) - set(self.parts))
        self._version = mark.version
        if not mark.version and mark.full is None and self.run.settings.start is not None:
            self._version = mark.next_version(now)
            mark.begin(self._version, self.parts, self.run.settings.start or 0, now)
        self._full_parts = self._parts_to_list(now)
        self._then_changes = not self._completes_table
        planned: Counter[str] = Counter()
        if self._full_parts:
            planned += self._plan_of_list(set(self._full_parts))
        if self._then_changes:
            planned += self._plan_of_changes(now)
        return planned

    def _parts_to_list(self, now: int) -> dict[str, str]:
        """The parts that have to be read from the start."""
        mark, parts = self.bookmark, self.parts
        if (full := mark.full) is not None and self._goes_on(full):
            return full.parts
        if not mark.version or self._full_table:
            return parts
        if (mark.modified or 0) > now + _CLOCK_DOUBT:
            # Nobody knows since when changes are missing: the bookmark came from a wrong clock.
            logger.warning(
                "the bookmark lies in the future: listing all records again table=%s", self.name
            )
            return parts
        due = mark.reconcile_due(now, self.run.settings.reconcile_days)
        # A first window under way comes first: it fixes what belongs to the table.
        if due and (mark.modified is not None or mark.is_known_empty):
            return parts
        known = mark.parts
        new = {n: t for n, t in parts.items() if n not in known or known[n].fingerprint != t}
        if new:
            logger.info(
                "new or changed, so all records are listed table=%s parts=%s",
                self.name,
                ",".join(new),
            )
        return new

    def _goes_on(self, full: FullSync) -> bool:
        return bool(full.parts) and all(self.parts.get(n) == t for n, t in full.parts.items())

    @property
    def _completes_table(self) -> bool:
        """Whether the list ahead leaves nothing for a search of changes."""
        full = self.bookmark.full
        if full is not None and full.parts == self._full_parts:
            return full.complete
        return set(self._full_parts) == set(self.parts)

    def _plan_of_list(self, parts: set[str]) -> Counter[str]:
        self._shape_for(parts)
        count = self._count
        return walk_requests(self._size(self._count or 0, listed=True, known=count is not None))

    def _plan_of_changes(self, now: int) -> Counter[str]:
        self._shape_for(set(self.parts))
        if self._is_idle:
            return Counter()
        mark = self.bookmark
        if mark.window is not None:
            return walk_requests(self._size(0, listed=False))
        # An earlier estimate of the server's time is as safe as this one, and may be later.
        now = max(now, mark.modified or 0)
        lookback = self.run.settings.lookback_seconds * 1000
        start = mark.floor if mark.modified is None else mark.modified - lookback
        self._window = Window(max(start, 0), now)
        self._prepared = changed_ids(self.records, self._window)
        self._first = next(self._prepared, None)
        if self._first is not None and self._is_most_of_the_table(self._first):
            self._prepared.close()
            self._full_parts, self._window, self._then_changes = self.parts, None, False
            return self._plan_of_list(set(self.parts))
        changed = self._first.matches if self._first else 0
        return walk_requests(self._size(changed, listed=False))

    def _size(self, records: int, *, listed: bool, known: bool = True) -> WalkSize:
        parents = [c.page_size for c in self._active if c.page_size]
        if isinstance(self.records, BorrowingRecords):
            parents.append(self._wanted.page)
        return WalkSize(
            records,
            listed,
            page=self._wanted.page,
            in_address=self.records.in_address,
            companions=tuple(parents),
            bin_pages=max(1, pages(len(unpack_ids(self.bookmark.bin_ids)), LIST_PAGE)),
            known=known,
        )

    @property
    def _count(self) -> int | None:
        """Live records as the account counts them; None if it does not tell."""
        counts = self.run.counts
        return counts.get(self.object_type.type_id) if counts else None

    @property
    def _is_new_and_empty(self) -> bool:
        """There is nothing to list; where something was before, a list has to prove it."""
        mark = self.bookmark
        return self._count == 0 and (mark.is_known_empty or not mark.parts)

    @property
    def _is_idle(self) -> bool:
        """Nothing was ever there, and nothing came: not worth a request.

        Without a look the bookmark stays where it is, so that a count that lags costs nothing.
        """
        return self._count == 0 and self.bookmark.is_known_empty

    def _is_most_of_the_table(self, first: Found) -> bool:
        if first.matches <= _MANY_CHANGES or self.limit:
            return False
        total = self._count
        if total is None:
            total = size_of(self.records).total
        if first.matches * 2 <= total:
            return False
        logger.info(
            "over half of the records changed: listing all of them is faster table=%s", self.name
        )
        return True

    # What to ask for

    def _shape_for(self, parts: set[str]) -> None:
        """Ask only for what these parts need."""
        self._own = self._table if RECORDS in parts else None
        self._active = [c for name, c in self._companions.items() if name in parts]
        names = [*(self._own.properties if self._own else ())]
        names += [name for c in self._active for name in c.properties]
        history = tuple(dict.fromkeys(name for c in self._active for name in c.history))
        self._shape = RecordShape(names, history=bool(history))
        if self._own is not None:
            self._own.shaped(self._shape)
        self._wanted = Wanted(
            self._shape.record_type,
            tuple(self._shape.requested),
            history,
            HISTORY_PAGE if history else LIST_PAGE,
        )
        if self._followers is not None:
            self._followers.close()
        self._followers = Followers(
            self.run,
            self._active,
            self.failures,
            workers=min(_COMPANION_WORKERS, self.run.settings.max_concurrency),
            hurried=self.limit is not None,
        )

    @property
    def _follow(self) -> Followers:
        assert self._followers is not None  # noqa: S101 - made with the shape
        return self._followers

    @property
    def records(self) -> Records:
        """Where the records are read."""
        run = self.run
        if borrows(run, self.object_type, self._wanted.properties):
            return BorrowingRecords(run, self.object_type, self._wanted, self._shape)
        return Records(
            run.client,
            run.paths,
            self.object_type,
            self._wanted,
            max_url_length=run.settings.max_url_length,
        )

    @property
    def _limited_page(self) -> int | None:
        """Most records to read at once under a record limit."""
        if self.limit is None or not self._wanted.history or self._own is not None:
            return self.limit
        return max(1, self.limit // _MANY_ROWS)

    # Writing

    def batches(self) -> Iterator[Batch]:
        """Rows of everything new since the bookmark, or of everything."""
        try:
            if self._full_parts:
                yield from self._everything(self._full_parts)
            if self._then_changes:
                yield from self._changes()
        finally:
            self._follow.close()

    def _feed(
        self,
        records: list[Any],
        written: Callable[[], object],
        *,
        deleted: bool = False,
        whole: bool = False,
        mergers: bool = True,
        returned: bool = False,
    ) -> Iterator[Batch]:
        rows = [self._own.rows(records, deleted=deleted)] if self._own else []
        page = self._page(records, [int(r.id) for r in records], deleted=deleted, whole=whole)
        page = replace(page, returned=returned)
        merged = self._merged_into(records) if mergers else []
        if not merged:
            yield from self._follow.feed(page, rows, written)
            return
        # A merged record is in no list and no search: its survivor is all that tells of it.
        yield from self._follow.feed(page, rows, nothing)
        graves = [self._own.tombstones(merged)] if self._own else []
        gone = self._page([], merged, deleted=True, whole=whole)
        yield from self._follow.feed(gone, graves, written)

    def _merged_into(self, records: Iterable[Any]) -> list[int]:
        return [id_ for record in records for id_ in self._shape.merged_ids(record)]

    def _page(self, records: list[Any], ids: list[int], *, deleted: bool, whole: bool) -> Page:
        return Page(self.object_type, records, ids, deleted, whole, self._shape.value)

    def _in_scope(self, records: Iterable[Any]) -> list[Any]:
        floor = self.bookmark.floor
        if not floor:
            return list(records)
        return [r for r in records if instant(r.updatedAt) >= floor]

    # Full sync

    def _everything(self, parts: dict[str, str]) -> Iterator[Batch]:
        self._shape_for(set(parts))
        full = self.bookmark.full
        bin_ = RecycleBin(self.records)
        is_empty = self._is_new_and_empty
        if full is None or full.parts != parts:
            full = self._begin_full(parts, bin_, is_empty=is_empty)
        else:
            # The list may take days of limited or killed runs: what was archived since it began
            # may be restored before it ends, behind the place that the list has reached.
            full.bin = pack_ids(unpack_ids(full.bin) | bin_.ids())
            self.bookmark.keep_full(full)
        self._version = full.version
        if full.ranges != [] and not is_empty:
            yield from self._listing(full)
        keep = self._keep_bin if full.complete else None
        yield from self._bin(unpack_ids(full.bin), bin_, keep, whole=True)
        yield from self._end_of_full(full, is_empty=is_empty)

    def _begin_full(self, parts: dict[str, str], bin_: RecycleBin, *, is_empty: bool) -> FullSync:
        now, mark = self.run.client.clock.now(), self.bookmark
        # Records restored while the list is read could be in neither list: the bin as it is
        # now tells later which ones left it.
        before = "" if is_empty else pack_ids(bin_.ids())
        complete = set(parts) == set(self.parts)
        full = FullSync(mark.next_version(now), now, parts, before, complete=complete)
        mark.keep_full(full)
        return full

    def _listing(self, full: FullSync) -> Iterator[Batch]:
        def note(left: list[tuple[int, int | None]] | None) -> None:
            full.ranges = left
            self.bookmark.keep_full(full)

        workers = 1 if self.limit else self.run.settings.max_concurrency
        walk = FullWalk(self.records, self._count, workers=workers, page=self._limited_page)
        for step in walk.steps(full.ranges):
            yield from self._feed(
                self._in_scope(step.records),
                lambda written=step.written: note(written()),  # type: ignore[misc]
                whole=True,
                mergers=False,
            )
        yield from self._follow.flush()
        note([])

    def _end_of_full(self, full: FullSync, *, is_empty: bool) -> Iterator[Batch]:
        self._lose_failed()
        parts = {n: t for n, t in full.parts.items() if n not in self.failures}
        full = FullSync(full.version, full.started, parts, "", complete=full.complete)
        key = self.object_type.modified
        nobody = is_empty and not self.bookmark.bin_ids
        yield Batch(
            [],
            lambda: self.bookmark.end_full(f"property_{key}", full, empty=nobody),
            complete=tuple(parts),
        )

    def _lose_failed(self) -> None:
        """What could not be read has to be read from the start next time."""
        self.bookmark.forget_parts(self.failures)

    # Changes

    def _changes(self) -> Iterator[Batch]:
        mark = self.bookmark
        if self._is_idle:
            return
        self._version = mark.version
        self._shape_for(set(self.parts) - set(self.failures))
        if (unfinished := mark.window) is not None:
            yield from self._read_window(unfinished)
        window = self._window or self._next_window()
        found = self._prepared if self._window else changed_ids(self.records, window)
        known = [self._first] if self._window and self._first else []
        yield from self._read_window(window, chain(known, found or ()))
        yield from self._bin(
            unpack_ids(mark.bin_ids), RecycleBin(self.records), self._keep_bin, whole=False
        )
        self._lose_failed()

    def _next_window(self) -> Window:
        mark, now = self.bookmark, self.run.client.clock.now()
        now = max(now, mark.modified or 0)
        lookback = self.run.settings.lookback_seconds * 1000
        start = mark.floor if mark.modified is None else mark.modified - lookback
        return Window(max(start, 0), now)

    def _read_window(self, window: Window, found: Iterable[Found] | None = None) -> Iterator[Batch]:
        def note(last: str) -> None:
            window.last_id = int(last)
            self.bookmark.keep_window(window)

        pages_found = found if found is not None else changed_ids(self.records, window)
        ids = chain.from_iterable(page.ids for page in pages_found)
        for asked, records in self._read(ids, archived=False):
            yield from self._feed(records, lambda last=asked[-1]: note(last))  # type: ignore[misc]
        yield from self._follow.flush()
        self._lose_failed()
        self.bookmark.end_window(f"property_{self.object_type.modified}", window.hi)

    def _read(self, ids: Iterable[str], *, archived: bool) -> Iterator[tuple[list[str], list[Any]]]:
        """Values straight from the store, because the search index may still hold old ones."""
        records = self.records
        most = min(records.wanted.page, self._limited_page or records.wanted.page)

        def read(chunk: list[str]) -> tuple[list[str], list[Any]]:
            return chunk, sorted(records.read(chunk, archived=archived), key=lambda r: int(r.id))

        workers = min(_READERS, self.run.settings.max_concurrency)
        yield from ordered_map(read, _chunks(ids, most), workers=workers)

    # Recycle bin

    def _bin(
        self,
        known: set[int],
        bin_: RecycleBin,
        keep: Callable[[set[int], int], None] | None,
        *,
        whole: bool,
    ) -> Iterator[Batch]:
        """Rows of records archived or restored since the bin held `known`.

        A pass over a few of the parts only does not `keep` what it saw: the others have yet to
        hear of it.
        """
        mark, looked = self.bookmark, self.run.client.clock.now()
        place = mark.bin_pass if keep else BinPass()
        archived, live = unpack_ids(place.archived), unpack_ids(place.live)
        known = (known | archived) - live
        since = mark.bin_seen - self.run.settings.lookback_seconds * 1000
        current, fresh = bin_.look(known, archived, since, everything=whole)
        gone = [str(number) for number in sorted(known - current)]
        for ids, kind, other in ((fresh, archived, live), (gone, live, archived)):
            for asked, records in self._read(ids, archived=kind is archived):
                numbers = set(map(int, asked))
                kind |= numbers  # noqa: PLW2901 - one of the two sets, changed in place
                other -= numbers  # noqa: PLW2901
                note = self._noting_bin(archived, live) if keep else nothing
                scope = self._in_scope(records)
                in_bin = kind is archived
                yield from self._feed(scope, note, deleted=in_bin, whole=whole, returned=not in_bin)
        yield from self._follow.flush()
        if keep:
            keep(current, looked)

    def _keep_bin(self, current: set[int], looked: int) -> None:
        self.bookmark.keep_bin(pack_ids(current), looked)

    def _noting_bin(self, archived: set[int], live: set[int]) -> Callable[[], object]:
        if not self.limit:
            return nothing
        # A limited run may stop here; the next one then goes on behind what is written now.
        place = BinPass(pack_ids(archived), pack_ids(live))
        return lambda: self.bookmark.keep_bin_pass(place)


def _chunks(ids: Iterable[str], most: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for id_ in ids:
        chunk.append(id_)
        if len(chunk) >= most:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
