"""Asking for some parts of one object's records, and writing them with all that follows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from tap_hubspot_support._throttle import ordered_map
from tap_hubspot_support.batches import nothing
from tap_hubspot_support.companions import Page
from tap_hubspot_support.followers import Followers
from tap_hubspot_support.links.borrowing import BorrowingRecords, borrows
from tap_hubspot_support.plan import HISTORY_PAGE, LIST_PAGE, WalkSize, pages
from tap_hubspot_support.reads import Records, Wanted
from tap_hubspot_support.recycle_bin import instant
from tap_hubspot_support.rows import RecordShape

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Iterator, Mapping

    from tap_hubspot_support.batches import Batch
    from tap_hubspot_support.companions import Companion
    from tap_hubspot_support.followers import Failures
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.record_table import RecordTable
    from tap_hubspot_support.run import Run

RECORDS = "records"
"""Name of the record table among the parts of a walk."""

_MANY_ROWS = 20  # of one record with history, as far as a record limit is concerned
_COMPANION_WORKERS = 8
_READERS = 8  # pages read ahead are pages in memory


@dataclass(frozen=True)
class Subject:
    """What a walk is about.

    Attributes:
        run: The portal.
        object_type: What to read.
        table: The record table, if that is selected.
        companions: The selected companions by name.
        limit: Most records of this run; None for all.
        failures: Companions that could not be read, with their errors.
    """

    run: Run
    object_type: ObjectType
    table: RecordTable | None
    companions: Mapping[str, Companion]
    limit: int | None
    failures: Failures = field(default_factory=dict)


@dataclass(frozen=True)
class Manner:
    """How records were met: in the bin, in a complete pass, or on leaving the bin."""

    deleted: bool = False
    whole: bool = False
    returned: bool = False


_ORDINARY = Manner()


class Reading:
    """Reads the records of one type, asking only for what some parts of a walk need.

    Args:
        subject: What the walk is about.
        parts: Names of the parts to read: `records`, and companions.
        floor: Instant (ms) before which modified records are left out; 0 for none.
    """

    def __init__(self, subject: Subject, parts: Collection[str], *, floor: int) -> None:
        self.run, self.object_type, self.limit = subject.run, subject.object_type, subject.limit
        self._table = subject.table if RECORDS in parts else None
        self._companions = [c for name, c in subject.companions.items() if name in parts]
        self._floor = floor
        self._shape = self._shaped()
        self.records = self._records()
        self._followers = Followers(
            self.run,
            self._companions,
            subject.failures,
            workers=min(_COMPANION_WORKERS, self.run.settings.max_concurrency),
            hurried=self.limit is not None,
        )

    def size(self, records: int, bin_ids: int, *, listed: bool, known: bool = True) -> WalkSize:
        """What decides the requests of reading so many records in this way."""
        parents = [c.page_size for c in self._companions if c.page_size]
        if isinstance(self.records, BorrowingRecords):
            parents.append(self.records.wanted.page)
        return WalkSize(
            records,
            listed,
            page=self.records.wanted.page,
            in_address=self.records.in_address,
            companions=tuple(parents),
            bin_pages=max(1, pages(bin_ids, LIST_PAGE)),
            known=known,
        )

    @property
    def limited_page(self) -> int | None:
        """Most records to read at once under a record limit."""
        if self.limit is None or not self.records.wanted.history or self._table is not None:
            return self.limit
        return max(1, self.limit // _MANY_ROWS)

    def in_scope(self, records: Iterable[Any]) -> list[Any]:
        """Those modified since the floor."""
        if not self._floor:
            return list(records)
        return [r for r in records if instant(r.updatedAt) >= self._floor]

    def by_id(self, ids: Iterable[str], *, archived: bool) -> Iterator[tuple[list[str], list[Any]]]:
        """Values straight from the store, because the search index may still hold old ones."""
        most = min(self.records.wanted.page, self.limited_page or self.records.wanted.page)

        def read(chunk: list[str]) -> tuple[list[str], list[Any]]:
            found = self.records.read(chunk, archived=archived)
            return chunk, sorted(found, key=lambda record: int(record.id))

        workers = min(_READERS, self.run.settings.max_concurrency)
        yield from ordered_map(read, _chunks(ids, most), workers=workers)

    def feed(
        self,
        records: list[Any],
        written: Callable[[], object],
        manner: Manner = _ORDINARY,
        *,
        mergers: bool = True,
    ) -> Iterator[Batch]:
        """Write records and what follows them.

        Args:
            records: The records.
            written: Called once they and their companions are on stdout.
            manner: How they were met.
            mergers: Whether to tell of the records that were merged into them: those are in no
                list and no search, so their survivor is all that tells of them.
        """
        rows = [self._table.rows(records, deleted=manner.deleted)] if self._table else []
        page = self._page(records, [int(r.id) for r in records], manner)
        merged = self._merged_into(records) if mergers else []
        if not merged:
            yield from self._followers.feed(page, rows, written)
            return
        yield from self._followers.feed(page, rows, nothing)
        graves = [self._table.tombstones(merged)] if self._table else []
        gone = self._page([], merged, Manner(deleted=True, whole=manner.whole))
        yield from self._followers.feed(gone, graves, written)

    def flush(self) -> Iterator[Batch]:
        """Write what still follows."""
        yield from self._followers.flush()

    def close(self) -> None:
        """Give up what was not read."""
        self._followers.close()

    def _shaped(self) -> RecordShape:
        names = [*(self._table.properties if self._table else ())]
        names += [name for c in self._companions for name in c.properties]
        shape = RecordShape(names, history=any(c.history for c in self._companions))
        if self._table is not None:
            self._table.shaped(shape)
        return shape

    def _records(self) -> Records:
        run, wanted = self.run, self._wanted()
        if borrows(run, self.object_type, wanted.properties):
            return BorrowingRecords(run, self.object_type, wanted, self._shape)
        most = run.settings.max_url_length
        return Records(run.client, run.paths, self.object_type, wanted, max_url_length=most)

    def _wanted(self) -> Wanted:
        history = tuple(dict.fromkeys(name for c in self._companions for name in c.history))
        page = HISTORY_PAGE if history else LIST_PAGE
        return Wanted(self._shape.record_type, tuple(self._shape.requested), history, page)

    def _merged_into(self, records: Iterable[Any]) -> list[int]:
        return [id_ for record in records for id_ in self._shape.merged_ids(record)]

    def _page(self, records: list[Any], ids: list[int], manner: Manner) -> Page:
        return Page(
            self.object_type,
            records,
            ids,
            deleted=manner.deleted,
            whole=manner.whole,
            value=self._shape.value,
            returned=manner.returned,
        )


def _chunks(ids: Iterable[str], most: int) -> Iterator[list[str]]:
    chunk: list[str] = []
    for id_ in ids:
        chunk.append(id_)
        if len(chunk) >= most:
            yield chunk
            chunk = []
    if chunk:
        yield chunk
