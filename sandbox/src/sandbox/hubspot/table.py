"""The records of one object type."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from typing import TYPE_CHECKING

from sandbox.hubspot.search_index import SearchIndex

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.records import Record

BIN_MILLISECONDS = 90 * 86_400_000


class Table:
    """Live records, the recycle bin and the search index of one object type."""

    def __init__(self, kind: ObjectType) -> None:
        self.kind = kind
        self.records: dict[int, Record] = {}
        self.survivors: dict[int, int] = {}
        self.index = SearchIndex()
        self._live: list[int] = []
        self._bin: list[int] = []
        self._expiries: list[tuple[int, int]] = []
        self._last_id = 0

    def fresh_id(self, gap: int) -> int:
        """Return an unused id that is `gap` above the highest one."""
        return self._last_id + max(gap, 1)

    def ids(self, *, archived: bool) -> list[int]:
        """Return the ascending ids of the live records or of the bin; do not change it."""
        return self._bin if archived else self._live

    def is_archived(self, record_id: int) -> bool:
        """Tell whether there is such a record in the bin."""
        record = self.records.get(record_id)
        return record is not None and record.archived_at is not None

    def page(self, start: int, count: int, *, archived: bool) -> list[Record]:
        """Return up to `count` records with ids of `start` or more, ascending."""
        ids = self.ids(archived=archived)
        first = bisect_left(ids, start)
        return [self.records[record_id] for record_id in ids[first : first + count]]

    def walk(self, *, archived: bool) -> Iterator[Record]:
        """Return the records in ascending id."""
        return (self.records[record_id] for record_id in list(self.ids(archived=archived)))

    def add(self, record: Record) -> None:
        """Take in a new record, live or archived."""
        if record.id in self.records or record.id in self.survivors:
            raise ValueError(
                f"{self.kind.name} already has the id {record.id}. Choose one that was never used."
            )
        self.records[record.id] = record
        self._last_id = max(self._last_id, record.id)
        self._file(record)

    def move(self, record: Record, archived_at: int | None) -> None:
        """Move a record into the bin, or out of it with None."""
        self._unfile(record)
        record.archived_at = archived_at
        self._file(record)

    def drop(self, record: Record) -> None:
        """Remove a record without a trace."""
        self._unfile(record)
        self.index.forget(record.id)
        del self.records[record.id]

    def expired(self, now: int) -> Iterator[Record]:
        """Yield the records whose 90 days in the bin are over by `now`."""
        while self._expiries and self._expiries[0][0] <= now:
            expiry, record_id = heapq.heappop(self._expiries)
            record = self.records.get(record_id)
            if record and record.archived_at == expiry - BIN_MILLISECONDS:
                yield record

    def _file(self, record: Record) -> None:
        insort(self.ids(archived=record.archived_at is not None), record.id)
        if record.archived_at is not None:
            self.index.forget(record.id)
            heapq.heappush(self._expiries, (record.archived_at + BIN_MILLISECONDS, record.id))

    def _unfile(self, record: Record) -> None:
        ids = self.ids(archived=record.archived_at is not None)
        del ids[bisect_left(ids, record.id)]
