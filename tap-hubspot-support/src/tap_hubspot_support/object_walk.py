"""One portal's records of one type: what a run has to read of them, and in which order.

A run either lists everything under a new table version (first run, reconciliation, changed
columns) or searches what changed in a fixed window; then it looks through the recycle bin. The
record table and its companions are written from the same pages.
"""

from __future__ import annotations

import logging
from collections import Counter
from itertools import chain
from typing import TYPE_CHECKING

from tap_hubspot_support.bin_pass import moved
from tap_hubspot_support.bookmarks import Window, unpack_ids
from tap_hubspot_support.changes import Found, changed_ids, size_of
from tap_hubspot_support.full_pass import FullPass
from tap_hubspot_support.instants import iso
from tap_hubspot_support.plan import walk_requests
from tap_hubspot_support.reading import RECORDS, Reading, Subject

if TYPE_CHECKING:
    from collections.abc import Collection, Generator, Iterable, Iterator, Sequence

    from tap_hubspot_support.batches import Batch
    from tap_hubspot_support.bookmarks import Bookmark, FullSync
    from tap_hubspot_support.companions import Companion
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.record_table import RecordTable
    from tap_hubspot_support.run import Run

logger = logging.getLogger(__name__)

_MANY_CHANGES = 2_000  # below it, a list is not worth a thought
_CLOCK_DOUBT = 300_000  # ms; estimates of the server's time differ by seconds, or by a slow reply


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
        version: The table version of what is being written.
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
        self.limit, self.version = limit, 0
        self._subject = Subject(run, object_type, table, {c.name: c for c in companions}, limit)
        self._full_table = full_table
        self._listed: dict[str, str] = {}
        self._then_changes = True
        self._window: Window | None = None
        self._found: Generator[Found, None, None] | None = None
        self._first: Found | None = None

    @property
    def name(self) -> str:
        """What its bookmark is kept under."""
        return self.object_type.table

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it feeds, its own first."""
        return tuple(dict.fromkeys(t for tables in self.feeders.values() for t in tables))

    @property
    def parts(self) -> dict[str, str]:
        """Everything it reads: name to fingerprint."""
        table, companions = self._subject.table, self._subject.companions
        own = {RECORDS: table.fingerprint} if table else {}
        return own | {name: c.fingerprint for name, c in companions.items()}

    @property
    def feeders(self) -> dict[str, tuple[str, ...]]:
        """The tables that each part feeds."""
        table, companions = self._subject.table, self._subject.companions
        own = {RECORDS: (table.name,)} if table else {}
        return own | {name: c.tables for name, c in companions.items()}

    @property
    def lost(self) -> dict[str, Exception]:
        """Tables whose companions could not be read, and why."""
        return {t: error for c, error in self._subject.failures.values() for t in c.tables}

    # Deciding

    def prepare(self) -> Counter[str]:
        """Decide what to do and return the requests it takes, per budget.

        In an incremental run the first page of the search is read here, which tells how many
        records changed.
        """
        mark, now = self.bookmark, self.run.client.now()
        mark.keep_portal_id(self.run.portal_id)
        mark.forget_parts(set(mark.parts) - set(self.parts))
        start = self.run.settings.start
        if not mark.version and mark.full is None and start is not None:
            mark.begin(mark.next_version(now), self.parts, start, now)
        self.version = mark.version
        self._listed = self._parts_to_list(now)
        self._then_changes = not self._leaves_no_changes
        planned = self._plan_of_list() if self._listed else Counter()
        return planned + self._plan_of_changes(now) if self._then_changes else planned

    def _parts_to_list(self, now: int) -> dict[str, str]:
        """The parts that have to be read from the start."""
        mark, parts = self.bookmark, self.parts
        due = mark.reconcile_due(now, self.run.settings.reconcile_days)
        if (full := mark.full) is not None and self._goes_on(full) and (full.complete or not due):
            return full.parts
        if not mark.version or self._full_table:
            return parts
        if (mark.modified or 0) > now + _CLOCK_DOUBT:
            # Nobody knows since when changes are missing: the bookmark came from a wrong clock.
            self._tell(
                logging.WARNING, "the bookmark lies in the future: listing all records again"
            )
            return parts
        # A first window under way comes first: it fixes what belongs to the table.
        if due and (mark.modified is not None or mark.is_known_empty):
            return parts
        known = mark.parts
        new = {n: t for n, t in parts.items() if n not in known or known[n].fingerprint != t}
        if new:
            self._tell(logging.INFO, f"new or changed, so all records are listed: {', '.join(new)}")
        return new

    def _goes_on(self, full: FullSync) -> bool:
        return bool(full.parts) and all(self.parts.get(n) == t for n, t in full.parts.items())

    @property
    def _leaves_no_changes(self) -> bool:
        """Whether the list ahead leaves nothing for a search of changes."""
        full = self.bookmark.full
        if full is not None and full.parts == self._listed:
            return full.complete
        return set(self._listed) == set(self.parts)

    def _plan_of_list(self) -> Counter[str]:
        count = self._count
        size = self._reading(self._listed).size(
            count or 0, self._known_bin, listed=True, known=count is not None
        )
        return walk_requests(size)

    def _plan_of_changes(self, now: int) -> Counter[str]:
        if self._is_idle:
            return Counter()
        reading = self._reading(self.parts)
        if self.bookmark.window is not None:
            return walk_requests(reading.size(0, self._known_bin, listed=False))
        self._window = self._window_until(now)
        self._tell(logging.INFO, f"reading changes since {iso(self._window.lo)}")
        self._found = changed_ids(reading.records, self._window)
        self._first = next(self._found, None)
        if self._first is not None and self._is_most_of_the_table(reading, self._first):
            self._found.close()
            self._listed, self._then_changes = self.parts, False
            return self._plan_of_list()
        changed = self._first.matches if self._first else 0
        return walk_requests(reading.size(changed, self._known_bin, listed=False))

    def _is_most_of_the_table(self, reading: Reading, first: Found) -> bool:
        if first.matches <= _MANY_CHANGES or self.limit:
            return False
        total = size_of(reading.records).total if self._count is None else self._count
        if first.matches * 2 <= total:
            return False
        self._tell(logging.INFO, "over half of the records changed: listing all of them is faster")
        return True

    @property
    def _count(self) -> int | None:
        """Live records as the account counts them; None if it does not tell."""
        return self.run.counts.get(self.object_type.type_id)

    @property
    def _known_bin(self) -> int:
        return len(unpack_ids(self.bookmark.bin_ids))

    @property
    def _nothing_there(self) -> bool:
        """There is nothing to list; where something was before, a list has to prove it."""
        mark = self.bookmark
        return self._count == 0 and (mark.is_known_empty or not mark.parts)

    @property
    def _is_idle(self) -> bool:
        """Nothing was ever there, and nothing came: not worth a request.

        Without a look the bookmark stays where it is, so that a count that lags costs nothing.
        """
        return self._count == 0 and self.bookmark.is_known_empty

    def _tell(self, level: int, what: str) -> None:
        logger.log(level, "%s table=%s", what, self.name)

    # Reading

    def batches(self) -> Iterator[Batch]:
        """Rows of everything new since the bookmark, or of everything."""
        if self._listed:
            yield from self._everything()
        if self._then_changes and not self._is_idle:
            yield from self._changes()

    def _reading(self, parts: Collection[str]) -> Reading:
        return Reading(self._subject, parts, floor=self.bookmark.floor)

    def _everything(self) -> Iterator[Batch]:
        reading = self._reading(self._listed)
        try:
            full = FullPass(
                reading,
                self.bookmark,
                self._listed,
                self._subject.failures,
                complete=set(self._listed) == set(self.parts),
                count=self._count,
                nothing_there=self._nothing_there,
            )
            self.version = full.version
            yield from full.batches()
        finally:
            reading.close()

    def _changes(self) -> Iterator[Batch]:
        mark = self.bookmark
        self.version = mark.version
        reading = self._reading(set(self.parts) - set(self._subject.failures))
        try:
            if (unfinished := mark.window) is not None:
                yield from self._read_window(
                    reading, unfinished, changed_ids(reading.records, unfinished)
                )
            window = self._window or self._window_until(self.run.client.now())
            found = self._found or changed_ids(reading.records, window)
            first = [self._first] if self._first else []
            yield from self._read_window(reading, window, chain(first, found))
            yield from moved(reading, mark, unpack_ids(mark.bin_ids), whole=False)
            mark.forget_parts(self._subject.failures)
        finally:
            reading.close()

    def _window_until(self, now: int) -> Window:
        mark = self.bookmark
        # An earlier estimate of the server's time is as safe as this one, and may be later.
        now = max(now, mark.modified or 0)
        lookback = self.run.settings.lookback_seconds * 1000
        start = mark.floor if mark.modified is None else mark.modified - lookback
        return Window(max(start, 0), now)

    def _read_window(
        self, reading: Reading, window: Window, found: Iterable[Found]
    ) -> Iterator[Batch]:
        def note(last: str) -> None:
            window.last_id = int(last)
            self.bookmark.keep_window(window)

        ids = chain.from_iterable(page.ids for page in found)
        for asked, records in reading.by_id(ids, archived=False):
            yield from reading.feed(records, lambda last=asked[-1]: note(last))  # type: ignore[misc]
        yield from reading.flush()
        self.bookmark.forget_parts(self._subject.failures)
        self.bookmark.end_window(f"property_{self.object_type.modified}", window.hi)
