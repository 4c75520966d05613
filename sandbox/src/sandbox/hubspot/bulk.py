"""A portal of any size in constant memory: tickets are made when they are asked for.

For load and memory tests. It serves list, get, batch read and search of tickets (search by id
and modified date only), properties, record limits and everything that has no records. A
ticket's id and times follow from its number, its other values from one of a few variants, and
pages are put together from text that was encoded ahead.
"""

from __future__ import annotations

import re
import time
from bisect import bisect_left
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.hubspot.bulk_values import bulk_definitions, bulk_values
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.record_text import RecordText, Selection
from sandbox.hubspot.records import Record
from sandbox.hubspot.replies import invalid
from sandbox.hubspot.search_index import Image
from sandbox.hubspot.wire import instant_text, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.call import Call, Matcher
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.search_query import SearchQuery
    from sandbox.hubspot.table import Table

FIRST_ID = 7_100_000_001
ID_STEP = 37
FIRST_MODIFIED = 1_735_689_600_000
MODIFIED_STEP = 20_011
VARIANTS = 32
_STANDARD_VALUES = {
    "hs_pipeline": "0",
    "hs_pipeline_stage": "2",
    "hs_ticket_priority": "HIGH",
    "subject": "Login fails",
    "content": "Cannot log in since this morning. The page stays white.",
}
_MARKS = re.compile(rb'"@(id|created|modified|created_ms|modified_ms|url)@"')
_GAPS = {
    "hs_object_id": "id",
    "createdate": "created",
    "hs_lastmodifieddate": "modified",
}


class BulkPortal(Portal):
    """An account with very many tickets and nothing else that takes room.

    Args:
        records: Number of tickets.
        properties: Number of ticket properties, the standard nine included.
        null_share: Share of the custom properties that are unset.
    """

    def __init__(
        self, records: int = 1_000_000, properties: int = 100, null_share: float = 0.5
    ) -> None:
        super().__init__(4242, clock=lambda: time.time_ns() // 1_000_000)
        standard = len(self.definitions["tickets"])
        self.count = records
        custom = bulk_definitions(max(properties - standard, 0))
        for definition in custom:
            self.define_property("tickets", definition)
        self.variants = [
            {**_STANDARD_VALUES, **bulk_values(custom, null_share, variant)}
            for variant in range(VARIANTS)
        ]
        self._tables["tickets"] = BulkTable(super().table("tickets").kind, self)  # type: ignore[assignment]

    def table(self, object_type: str) -> Table:
        """Return a type's records; those of tickets are made when asked for."""
        return self._tables[object_type]

    def get(self, object_type: str, record_id: int) -> Record | None:
        """Return a ticket by id."""
        number, rest = divmod(record_id - FIRST_ID, ID_STEP)
        if object_type != "tickets" or rest or not 0 <= number < self.count:
            return None
        return self.ticket(number)

    def texts(self, behaviour: Behaviour) -> BulkText:
        """Return what puts tickets together from encoded text."""
        return BulkText(self, behaviour)

    def matcher(self) -> Matcher:
        """Return what finds tickets by bounds of id and modified date."""
        return bulk_matches

    def ticket(self, number: int) -> Record:
        """Return the ticket with a running number, counted from 0."""
        record_id, created, modified = moments(number)
        properties = {
            **self.variants[number % VARIANTS],
            "hs_object_id": str(record_id),
            "createdate": instant_text(created),
            "hs_lastmodifieddate": instant_text(modified),
        }
        return Record(record_id, properties, created, modified)


def moments(number: int) -> tuple[int, int, int]:
    """Return id, creation and modification instant (epoch ms) of a ticket."""
    modified = FIRST_MODIFIED + number * MODIFIED_STEP
    return FIRST_ID + number * ID_STEP, modified - 3_600_000, modified


class BulkTable:
    """Stands where a portal has a table."""

    def __init__(self, kind: ObjectType, portal: BulkPortal) -> None:
        self.kind = kind
        self._portal = portal

    @property
    def records(self) -> BulkTable:
        """Itself: it can get a record by id."""
        return self

    def get(self, record_id: int) -> Record | None:
        """Return a ticket by id."""
        return self._portal.get("tickets", record_id)

    def ids(self, *, archived: bool) -> Sequence[int]:
        """Return the ids; the bin is empty."""
        count = 0 if archived else self._portal.count
        return range(FIRST_ID, FIRST_ID + count * ID_STEP, ID_STEP)

    def is_archived(self, _record_id: int) -> bool:
        """Tell whether a ticket is in the bin, which is empty."""
        return False

    def page(self, start: int, count: int, *, archived: bool) -> list[Image]:
        """Return up to `count` tickets with ids of `start` or more, values not yet made."""
        ids = self.ids(archived=archived)
        first = bisect_left(ids, start)
        return [bare(number) for number in range(first, min(first + count, len(ids)))]

    def walk(self, *, archived: bool) -> Iterator[Record]:
        """Return the tickets in ascending id."""
        return (self._portal.ticket(n) for n in range(len(self.ids(archived=archived))))


def bare(number: int) -> Image:
    """Return a ticket without values: enough for `BulkText`."""
    record_id, created, modified = moments(number)
    return Image(record_id, {}, created, modified)


class BulkText(RecordText):
    """Puts tickets together from encoded text with gaps for id and times."""

    def __init__(self, portal: BulkPortal, behaviour: Behaviour) -> None:
        super().__init__(portal, behaviour)
        self._bulk = portal
        self._live = behaviour
        self._templates: dict[Any, list[tuple[bytes, list[str]]]] = {}

    def many(self, selection: Selection, records: Iterable[Record | Image]) -> list[bytes]:
        """Return each ticket's JSON object."""
        if selection.with_history:
            return super().many(selection, records)
        key = (selection.kind.name, selection.names, self._live.datetime_as_ms)
        if key not in self._templates:
            self._templates[key] = [self._template(selection, v) for v in range(VARIANTS)]
        templates = self._templates[key]
        return [_filled(templates, record.id) for record in records]

    def fields(self, selection: Selection, record: Record | Image) -> dict[str, Any]:
        """Return a ticket's API object with its values made."""
        made = self._bulk.get(selection.kind.name, record.id)
        return super().fields(selection, made or record)

    def _template(self, selection: Selection, variant: int) -> tuple[bytes, list[str]]:
        value = self.fields(selection, self._bulk.ticket(variant))
        value |= {"id": "@id@", "createdAt": "@created@", "updatedAt": "@modified@"}
        value["url"] = "@url@"
        value["properties"] |= {
            name: f"@{mark}_ms@" if name in self._live.datetime_as_ms else f"@{mark}@"
            for name, mark in _GAPS.items()
            if name in selection.names
        }
        text = msgspec.json.encode(value).replace(b"%", b"%%")
        return _MARKS.sub(b'"%b"', text), [mark.decode() for mark in _MARKS.findall(text)]


def _filled(templates: list[tuple[bytes, list[str]]], record_id: int) -> bytes:
    number = (record_id - FIRST_ID) // ID_STEP
    _, created, modified = moments(number)
    identity = str(record_id).encode()
    gaps = {
        "id": identity,
        "created": instant_text(created).encode(),
        "modified": instant_text(modified).encode(),
        "created_ms": str(created).encode(),
        "modified_ms": str(modified).encode(),
        "url": b"https://app.hubspot.com/contacts/4242/record/0-5/" + identity,
    }
    text, marks = templates[number % VARIANTS]
    return text % tuple([gaps[mark] for mark in marks])


class BulkMatches:
    """A run of tickets as search results: made page by page."""

    def __init__(self, numbers: range) -> None:
        self._numbers = numbers

    def __len__(self) -> int:
        return len(self._numbers)

    def __getitem__(self, part: slice) -> list[Image]:
        return [bare(number) for number in self._numbers[part]]


def bulk_matches(call: Call, kind: ObjectType, query: SearchQuery) -> BulkMatches:
    """Return the tickets within bounds of id and modified date.

    Raises:
        ApiError: The search asks for anything else, which this portal cannot do.
    """
    portal = call.portal
    if not isinstance(portal, BulkPortal) or kind.name != "tickets" or len(query.groups) > 1:
        raise invalid("The bulk portal searches tickets only, with one group of filters.")
    numbers = range(portal.count)
    for condition in query.groups[0] if query.groups else ():
        numbers = _within(numbers, condition)
    if query.sort and query.sort[0] not in _SCALES:
        raise invalid("The bulk portal sorts by id and dates only.")
    return BulkMatches(numbers[::-1] if query.sort and query.sort[1] else numbers)


_SCALES = {
    "hs_object_id": (FIRST_ID, ID_STEP),
    "hs_lastmodifieddate": (FIRST_MODIFIED, MODIFIED_STEP),
    "createdate": (FIRST_MODIFIED - 3_600_000, MODIFIED_STEP),
}


def _within(numbers: range, condition: dict[str, Any]) -> range:
    scale = _SCALES.get(str(condition.get("propertyName")))
    value = parse_instant(str(condition.get("value")))
    if scale is None or value is None:
        raise invalid("The bulk portal filters by id and dates only.")
    high = parse_instant(str(condition.get("highValue", value)))
    low, end = _bounds(str(condition.get("operator")), value, value if high is None else high)
    first = numbers.start if low is None else max(numbers.start, _number(scale, low))
    last = numbers.stop if end is None else min(numbers.stop, _number(scale, end))
    return range(first, max(first, last))


def _bounds(operator: str, value: int, high: int) -> tuple[int | None, int | None]:
    """Return the lowest value that matches and the lowest above that does not."""
    bounds: dict[str, tuple[int | None, int | None]] = {
        "GT": (value + 1, None),
        "GTE": (value, None),
        "LT": (None, value),
        "LTE": (None, value + 1),
        "EQ": (value, value + 1),
        "BETWEEN": (value, high + 1),
    }
    if operator not in bounds:
        raise invalid("The bulk portal compares with GT, GTE, LT, LTE, EQ and BETWEEN only.")
    return bounds[operator]


def _number(scale: tuple[int, int], value: int) -> int:
    """Return the number of the first ticket at or above a value."""
    first, step = scale
    return max(0, -(-(value - first) // step))
