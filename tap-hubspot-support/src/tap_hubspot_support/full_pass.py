"""One pass over all records of a type under a new table version, in as many runs as it takes."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_support.batches import Batch
from tap_hubspot_support.bin_pass import moved
from tap_hubspot_support.bookmarks import FullSync, pack_ids, unpack_ids
from tap_hubspot_support.full import FullWalk
from tap_hubspot_support.reading import Manner
from tap_hubspot_support.recycle_bin import RecycleBin

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from tap_hubspot_support.bookmarks import Bookmark
    from tap_hubspot_support.reading import Reading


class FullPass:
    """Lists all records, then the recycle bin.

    Args:
        reading: What to read, and where it is written.
        mark: The walk's memory.
        parts: What is read: name to fingerprint.
        failed: Names of the parts that could not be read; it grows while the pass goes on.
        complete: Whether these are all parts of the walk.
        count: How many records the account counts; None if it does not tell.
        nothing_there: The account counts none, and never did.
    """

    def __init__(
        self,
        reading: Reading,
        mark: Bookmark,
        parts: dict[str, str],
        failed: Collection[str],
        *,
        complete: bool,
        count: int | None,
        nothing_there: bool,
    ) -> None:
        self._reading, self._mark, self._parts, self._failed = reading, mark, parts, failed
        self._complete, self._count, self._nothing_there = complete, count, nothing_there
        self._full = self._begun()

    @property
    def version(self) -> int:
        """The table version it writes."""
        return self._full.version

    def batches(self) -> Iterator[Batch]:
        """Everything, and the end of the version."""
        full = self._full
        if full.ranges != [] and not self._nothing_there:
            yield from self._listing()
        yield from moved(
            self._reading, self._mark, unpack_ids(full.bin), whole=True, keeps=full.complete
        )
        yield from self._end()

    def _begun(self) -> FullSync:
        full = self._mark.full
        bin_ = RecycleBin(self._reading.records)
        if full is not None and full.parts == self._parts:
            # The list may take days of limited or killed runs: what was archived since it began
            # may be restored before it ends, behind the place that the list has reached.
            full.bin = pack_ids(unpack_ids(full.bin) | bin_.ids())
        else:
            now = self._reading.run.client.now()
            version = self._mark.next_version(now)
            # Records restored while the list is read could be in neither list: the bin as it is
            # now tells later which ones left it.
            before = "" if self._nothing_there else pack_ids(bin_.ids())
            full = FullSync(version, now, self._parts, before, complete=self._complete)
        self._mark.keep_full(full)
        return full

    def _listing(self) -> Iterator[Batch]:
        reading, full = self._reading, self._full

        def note(left: list[tuple[int, int | None]] | None) -> None:
            full.ranges = left
            self._mark.keep_full(full)

        workers = 1 if reading.limit else reading.run.settings.max_concurrency
        walk = FullWalk(reading.records, self._count, workers=workers, page=reading.limited_page)
        for step in walk.steps(full.ranges):
            yield from reading.feed(
                reading.in_scope(step.records),
                lambda written=step.written: note(written()),  # type: ignore[misc]
                Manner(whole=True),
                mergers=False,
            )
        yield from reading.flush()
        note([])

    def _end(self) -> Iterator[Batch]:
        mark, full = self._mark, self._full
        # What could not be read has to be read from the start next time.
        mark.forget_parts(self._failed)
        full.parts = {n: t for n, t in full.parts.items() if n not in self._failed}
        key = f"property_{self._reading.object_type.modified}"
        empty = self._nothing_there and not mark.bin_ids
        end = Batch([], lambda: mark.end_full(key, full, empty=empty), complete=tuple(full.parts))
        yield end
