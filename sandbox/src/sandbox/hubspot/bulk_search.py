"""Search over the bulk portal: bounds of id and dates turn into runs of numbers."""

from __future__ import annotations

from dataclasses import dataclass
from heapq import merge
from itertools import chain, islice
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.bulk_series import FIRST_MODIFIED, MODIFIED_STEP, Series
from sandbox.hubspot.replies import invalid
from sandbox.hubspot.search_index import Image
from sandbox.hubspot.wire import parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.search_query import SearchQuery

Bounds = tuple[int | None, int | None]


@dataclass
class BulkMatches:
    """Search results that are made page by page.

    Attributes:
        series: The records.
        settled: Numbers of the matches among records that did not change lately, those that did
            still counted in.
        turns: Which of the lately changed records match, by their turn.
        by_date: Whether the order is that of the modified date instead of the ids.
        backwards: Whether the order is descending.
    """

    series: Series
    settled: range
    turns: range
    by_date: bool = False
    backwards: bool = False

    def __len__(self) -> int:
        return len(self.settled) - len(self._changed_within()) + len(self.turns)

    def __getitem__(self, part: slice) -> list[Image]:
        return [bare(self.series, n) for n in islice(self._numbers(), part.start, part.stop)]

    def _numbers(self) -> Iterator[int]:
        way = -1 if self.backwards else 1
        stride, excluded = self.series.stride, self._changed_within()
        changed = (turn * stride for turn in self.turns[::way])
        if not excluded:
            settled: Iterator[int] = iter(self.settled[::way])
        else:
            settled = (n for n in self.settled[::way] if not self.series.is_changed(n))
        if self.by_date:
            return chain(changed, settled) if self.backwards else chain(settled, changed)
        return merge(settled, changed, reverse=self.backwards)

    def _changed_within(self) -> range:
        """The turns of lately changed records whose numbers lie among the settled ones."""
        return _turns(self.series, self.settled)


def bare(series: Series, number: int) -> Image:
    """Return a record without values: enough for writing it from encoded text."""
    record_id, created, modified = series.moments(number)
    return Image(record_id, {}, created, modified)


def bulk_matches(series: Series, query: SearchQuery) -> BulkMatches:
    """Return the records within bounds of id and dates.

    Raises:
        ApiError: The search asks for anything else, which the bulk portal cannot do.
    """
    if len(query.groups) > 1 or query.text:
        raise invalid("The bulk portal searches with one group of filters and no words.")
    numbers, dated = range(series.count), range(series.count)
    turns = range(series.changed)
    for condition in query.groups[0] if query.groups else ():
        name, bounds = _read(series, condition)
        if name == series.kind.modified:
            dated = _between(dated, FIRST_MODIFIED, MODIFIED_STEP, bounds)
            turns = _between(turns, series.changed_at, 1, bounds)
        else:
            first, step = _scale(series, name)
            numbers = _between(numbers, first, step, bounds)
    inside = _turns(series, numbers)
    turns = range(max(turns.start, inside.start), min(turns.stop, inside.stop))
    settled = range(max(numbers.start, dated.start), min(numbers.stop, dated.stop))
    name, backwards = query.sort or ("hs_object_id", False)
    if name not in (*series.kind.system,):
        raise invalid("The bulk portal sorts by id and dates only.")
    return BulkMatches(series, settled, turns, name == series.kind.modified, backwards)


def _turns(series: Series, numbers: range) -> range:
    """Return the turns of the lately changed records within a run of numbers."""
    first = -(-numbers.start // series.stride)
    last = -(-max(numbers.stop, numbers.start) // series.stride)
    return range(min(first, series.changed), min(last, series.changed))


def _read(series: Series, condition: dict[str, Any]) -> tuple[str, Bounds]:
    name = str(condition.get("propertyName"))
    value = parse_instant(str(condition.get("value")))
    if name not in series.kind.system or value is None:
        raise invalid("The bulk portal filters by id and dates only.")
    high = parse_instant(str(condition.get("highValue", value)))
    return name, _bounds(str(condition.get("operator")), value, value if high is None else high)


def _scale(series: Series, name: str) -> tuple[int, int]:
    if name == "hs_object_id":
        return series.ids.start, series.ids.step
    return series.moments(0)[1], MODIFIED_STEP


def _between(numbers: range, first: int, step: int, bounds: Bounds) -> range:
    """Return the part of a run whose values, from `first` on every `step`, lie within bounds."""
    low, end = bounds
    start = numbers.start if low is None else max(numbers.start, -(-(low - first) // step))
    stop = numbers.stop if end is None else min(numbers.stop, -(-(end - first) // step))
    return range(start, max(start, stop))


def _bounds(operator: str, value: int, high: int) -> Bounds:
    """Return the lowest value that matches and the lowest above that does not."""
    bounds: dict[str, Bounds] = {
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
