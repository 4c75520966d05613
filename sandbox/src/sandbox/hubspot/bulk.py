"""A portal of any size in constant memory: records are made when they are asked for.

For load and memory tests. It serves list, get, batch read and search (by id and dates only) of as
many records of a few types as one likes, their associations, properties, record limits, and
everything that has no records. A record's id and times follow from its number, its other values
from one of a few variants, and pages are put together from text that was encoded ahead.
"""

from __future__ import annotations

import time
from bisect import bisect_left
from typing import TYPE_CHECKING

from sandbox.hubspot.bulk_links import bulk_links
from sandbox.hubspot.bulk_search import BulkMatches, bare, bulk_matches
from sandbox.hubspot.bulk_series import (
    FIRST_ID,
    FIRST_MODIFIED,
    ID_STEP,
    MODIFIED_STEP,
    VARIANTS,
    Series,
)
from sandbox.hubspot.bulk_text import BulkText
from sandbox.hubspot.bulk_values import STANDARD_VALUES, bulk_definitions, bulk_values
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.records import Record
from sandbox.hubspot.replies import invalid
from sandbox.hubspot.search_cache import IndexSearch
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from sandbox.hubspot.associations import AssociationType
    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.call import Call, Matcher, Matches
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.search_index import Image
    from sandbox.hubspot.search_query import SearchQuery
    from sandbox.hubspot.table import Table

__all__ = ["FIRST_ID", "FIRST_MODIFIED", "ID_STEP", "MODIFIED_STEP", "BulkMatches", "BulkPortal"]


class BulkPortal(Portal):
    """An account with very many records and nothing else that takes room.

    Args:
        records: Number of tickets.
        properties: Number of ticket properties, the standard ones included.
        null_share: Share of the custom properties that are unset.
        others: Number of records and of properties by further type:
            `{"contacts": (300_000, 60)}`.
        changed: How many records of a type have changed as the portal starts, by type.
    """

    def __init__(
        self,
        records: int = 1_000_000,
        properties: int = 100,
        null_share: float = 0.5,
        *,
        others: Mapping[str, tuple[int, int]] | None = None,
        changed: Mapping[str, int] | None = None,
    ) -> None:
        super().__init__(4242, clock=lambda: time.time_ns() // 1_000_000)
        self.series: dict[str, Series] = {}
        self._variants: dict[str, list[dict[str, str]]] = {}
        sizes = {"tickets": (records, properties), **(others or {})}
        for name, (count, width) in sizes.items():
            self._fill(name, count, width, null_share)
        for name, count in (changed or {}).items():
            self.change_some(name, count)

    @property
    def sizes(self) -> dict[str, int]:
        """How many records each bulk type has."""
        return {name: series.count for name, series in self.series.items()}

    def change_some(self, object_type: str, records: int) -> None:
        """Let so many records of a type have changed by now, spread over all of them."""
        with self.lock:
            self.series[object_type].change(records, self.clock())

    def table(self, object_type: str) -> Table:
        """Return a type's records; those of bulk types are made when asked for."""
        return self.known(object_type)

    def get(self, object_type: str, record_id: int) -> Record | None:
        """Return a record by id."""
        series = self.series.get(object_type)
        number = series.number(record_id) if series else None
        return None if number is None else self.record(object_type, number)

    def texts(self, behaviour: Behaviour) -> BulkText:
        """Return what puts records together from encoded text."""
        return BulkText(self, behaviour)

    def matcher(self) -> Matcher:
        """Return what finds records by bounds of id and dates."""
        return BulkSearch(self)

    def associated(
        self, object_type: str, record_id: int, far_type: str
    ) -> list[tuple[int, list[AssociationType]]]:
        """Return (far id, types) of a record's companions, ascending."""
        links = bulk_links(object_type, far_type, self.sizes)
        number = self.series[object_type].number(record_id) if links else None
        if links is None or number is None:
            return []
        ids = self.series[far_type].ids
        return [(ids[far], list(types)) for far, types in links.of(number)]

    def association_types(self, near: str, far: str) -> list[AssociationType]:
        """Return the types in use from one object type to another."""
        links = bulk_links(near, far, self.sizes)
        return list(links.types[1]) if links else []

    def ticket(self, number: int) -> Record:
        """Return the ticket with a running number, counted from 0."""
        return self.record("tickets", number)

    def record(self, object_type: str, number: int) -> Record:
        """Return the record with a running number, counted from 0."""
        series = self.series[object_type]
        record_id, created, modified = series.moments(number)
        variant = self.sample(object_type, series.variant(number))
        system = zip(
            series.kind.system,
            (str(record_id), instant_text(created), instant_text(modified)),
            strict=True,
        )
        return Record(record_id, {**variant.properties, **dict(system)}, created, modified)

    def sample(self, object_type: str, variant: int) -> Record:
        """Return a record that has a variant's values, and neither id nor times."""
        return Record(0, self._variants[object_type][variant], 0, 0)

    def _fill(self, name: str, count: int, width: int, null_share: float) -> None:
        kind = self.known(name).kind
        custom = bulk_definitions(max(width - len(self.definitions[name]), 0))
        for definition in custom:
            self.define_property(name, definition)
        self.series[name] = Series(kind, count)
        standard = {n: v for n, v in STANDARD_VALUES.items() if n in self.definitions[name]}
        self._variants[name] = [
            {**standard, **bulk_values(custom, null_share, variant)} for variant in range(VARIANTS)
        ]
        self._tables[name] = BulkTable(self, self.series[name])  # type: ignore[assignment]


class BulkTable:
    """Stands where a portal has a table."""

    def __init__(self, portal: BulkPortal, series: Series) -> None:
        self.kind = series.kind
        self._portal = portal
        self._series = series

    @property
    def records(self) -> BulkTable:
        """Itself: it can get a record by id."""
        return self

    def get(self, record_id: int) -> Record | None:
        """Return a record by id."""
        return self._portal.get(self.kind.name, record_id)

    def ids(self, *, archived: bool) -> Sequence[int]:
        """Return the ids; the bin is empty."""
        return () if archived else self._series.ids

    def is_archived(self, _record_id: int) -> bool:
        """Tell whether a record is in the bin, which is empty."""
        return False

    def page(self, start: int, count: int, *, archived: bool) -> list[Image]:
        """Return up to `count` records with ids of `start` or more, values not yet made."""
        ids = self.ids(archived=archived)
        first = bisect_left(ids, start)
        last = min(first + count, len(ids))
        return [bare(self._series, number) for number in range(first, last)]

    def walk(self, *, archived: bool) -> Iterator[Record]:
        """Return the records in ascending id."""
        numbers = range(len(self.ids(archived=archived)))
        return (self._portal.record(self.kind.name, number) for number in numbers)


class BulkSearch:
    """Searches bulk types by arithmetic, and the empty ones as any portal does."""

    def __init__(self, portal: BulkPortal) -> None:
        self._portal = portal
        self._index = IndexSearch()

    def __call__(self, call: Call, kind: ObjectType, query: SearchQuery) -> Matches:
        """Return the matches.

        Raises:
            ApiError: The search asks for what the bulk portal cannot do.
        """
        series = self._portal.series.get(kind.name)
        if series is None:
            return self._index(call, kind, query)
        if any(name == "associations" for name in _names(query)):
            raise invalid("The bulk portal does not search by associations.")
        return bulk_matches(series, query)


def _names(query: SearchQuery) -> Iterator[str]:
    for group in query.groups:
        for condition in group:
            yield str(condition.get("propertyName")).partition(".")[0]
