"""What inserting, deleting and moving rows or columns does to everything that names some."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from sandbox.sheets.references import shift_formula

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.model import Cell, Dimension, Metadata, Row, Sheet, Spreadsheet

_KEYS = {
    "ROWS": ("startRowIndex", "endRowIndex"),
    "COLUMNS": ("startColumnIndex", "endColumnIndex"),
}


class Shift(Protocol):
    """A change of the order of rows or columns."""

    def index(self, index: int) -> int | None:
        """Return where one row or column is now; None when it is gone."""

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a run of them is now, half-open; None when nothing of it is left."""


@dataclass(frozen=True)
class Insertion:
    """New ones before `at`; a run that they land in grows."""

    at: int
    count: int

    def index(self, index: int) -> int:
        """Return where one is now."""
        return index + self.count if index >= self.at else index

    def span(self, start: int, end: int) -> tuple[int, int]:
        """Return where a run is now."""
        return self.index(start), end + self.count if end > self.at else end


@dataclass(frozen=True)
class Deletion:
    """Those from `start` to before `end` are gone."""

    start: int
    end: int

    def index(self, index: int) -> int | None:
        """Return where one is now."""
        if index < self.start:
            return index
        return None if index < self.end else index - (self.end - self.start)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return what is left of a run."""
        low, high = self._edge(start), self._edge(end)
        return (low, high) if low < high else None

    def _edge(self, edge: int) -> int:
        return edge - max(0, min(edge, self.end) - self.start)


@dataclass(frozen=True)
class Move:
    """Those from `start` to before `end` now stand where `to` stood (an index of before)."""

    start: int
    end: int
    to: int

    @property
    def landing(self) -> int:
        """Index of the first moved one afterwards."""
        return self.to if self.to <= self.start else self.to - (self.end - self.start)

    def index(self, index: int) -> int:
        """Return where one is now."""
        if self.start <= index < self.end:
            return index - self.start + self.landing
        left = Deletion(self.start, self.end).index(index)
        return Insertion(self.landing, self.end - self.start).index(left or 0)

    def span(self, start: int, end: int) -> tuple[int, int] | None:
        """Return where a run is now: with the moved ones, or closed over their gap."""
        if self.start <= start and end <= self.end:
            return self.index(start), self.index(start) + end - start
        left = Deletion(self.start, self.end).span(start, end)
        return left and Insertion(self.landing, self.end - self.start).span(*left)


def reorder_rows(sheet: Sheet, shift: Insertion | Deletion | Move, fresh: Row = ()) -> None:
    """Insert, delete or move the rows themselves."""
    sheet.rows = _reordered(sheet.rows, shift, fresh)
    moved = (shift.index(row) for row in sheet.formula_rows)
    sheet.formula_rows = {row for row in moved if row is not None}


def reorder_columns(sheet: Sheet, shift: Insertion | Deletion | Move, blank: Cell) -> None:
    """Insert, delete or move the cells of every row."""
    width = sheet.column_count
    for index, row in enumerate(sheet.rows):
        if isinstance(shift, Move):
            row = (*row, *(blank,) * (width - len(row)))  # noqa: PLW2901 - padded to be cut
        sheet.rows[index] = tuple(_reordered(list(row), shift, blank))


def _reordered(items: list[Any], shift: Insertion | Deletion | Move, fresh: Any) -> list[Any]:
    if isinstance(shift, Insertion):
        if len(items) <= shift.at:
            return items
        return [*items[: shift.at], *[fresh] * shift.count, *items[shift.at :]]
    taken = items[shift.start : shift.end]
    rest = [*items[: shift.start], *items[shift.end :]]
    if isinstance(shift, Deletion):
        return rest
    missing = max(0, shift.end - shift.start - len(taken)) if shift.landing < len(rest) else 0
    rest.extend([fresh] * (shift.landing - len(rest)))
    return [*rest[: shift.landing], *taken, *[fresh] * missing, *rest[shift.landing :]]


def shift_everything(book: Spreadsheet, sheet: Sheet, dimension: Dimension, shift: Shift) -> None:
    """Let metadata, ranges, widths and formulas follow their rows or columns."""
    book.metadata = [
        moved
        for one in book.metadata
        if (moved := _shift_metadata(one, sheet.id, dimension, shift)) is not None
    ]
    book.named_ranges = _shift_objects(book.named_ranges, sheet.id, dimension, shift)
    for other in book.sheets:
        for name, objects in other.objects.items():
            other.objects[name] = _shift_objects(objects, sheet.id, dimension, shift)
    if sheet.basic_filter is not None:
        kept = _shift_objects([sheet.basic_filter], sheet.id, dimension, shift)
        sheet.basic_filter = kept[0] if kept else None
    _shift_properties(sheet, dimension, shift)
    if book.formulas:
        _shift_formulas(book, sheet, dimension, shift)


def _shift_metadata(
    one: Metadata, sheet_id: int, dimension: Dimension, shift: Shift
) -> Metadata | None:
    if one.sheet_id != sheet_id or one.dimension != dimension:
        return one
    index = shift.index(one.start)
    return None if index is None else msgspec.structs.replace(one, start=index)


def _shift_objects(
    objects: list[dict[str, Any]], sheet_id: int, dimension: Dimension, shift: Shift
) -> list[dict[str, Any]]:
    """Return the objects whose ranges still have cells."""
    moved = [_shift_value(one, sheet_id, dimension, shift) for one in objects]
    return [one for one in moved if one is not None]


def _shift_value(value: Any, sheet_id: int, dimension: Dimension, shift: Shift) -> Any:
    """Return a JSON value with its grid ranges moved; None when its range is gone."""
    if isinstance(value, list):
        moved = [_shift_value(one, sheet_id, dimension, shift) for one in value]
        return [one for one in moved if one is not None]
    if not isinstance(value, dict):
        return value
    if _is_range(value):
        return _shift_range(value, sheet_id, dimension, shift)
    members = {key: _shift_value(one, sheet_id, dimension, shift) for key, one in value.items()}
    lost = [key for key in ("range", "ranges") if key in value and not members[key] and value[key]]
    return None if lost else members


def _is_range(value: dict[str, Any]) -> bool:
    return any(key in value for keys in _KEYS.values() for key in keys)


def _shift_range(
    value: dict[str, Any], sheet_id: int, dimension: Dimension, shift: Shift
) -> dict[str, Any] | None:
    first, last = _KEYS[dimension]
    if value.get("sheetId", 0) != sheet_id or (first not in value and last not in value):
        return value
    start = value.get(first, 0)
    span = shift.span(start, value.get(last, 2**31))
    if span is None:
        return None
    moved = dict(value)
    if first in value or span[0]:
        moved[first] = span[0]
    if last in value:
        moved[last] = span[1]
    return moved


def _shift_properties(sheet: Sheet, dimension: Dimension, shift: Shift) -> None:
    old = sheet.row_properties if dimension == "ROWS" else sheet.column_properties
    moved = {index: value for key, value in old.items() if (index := shift.index(key)) is not None}
    if dimension == "ROWS":
        sheet.row_properties = moved
    else:
        sheet.column_properties = moved


def _shift_formulas(book: Spreadsheet, sheet: Sheet, dimension: Dimension, shift: Shift) -> None:
    for other in book.sheets:
        other.change_formulas(_shifter(other.title, sheet.title, dimension, shift))


def _shifter(home: str, changed: str, dimension: Dimension, shift: Shift) -> Callable[[str], str]:
    return lambda text: shift_formula(text, home, changed, dimension, shift.span)
