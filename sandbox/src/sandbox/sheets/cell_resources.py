"""Cells as the API tells them: typed, effective and formatted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.evaluation import Evaluator
from sandbox.sheets.functions import Failure
from sandbox.sheets.masks import part, select
from sandbox.sheets.model import Formula
from sandbox.sheets.number_text import is_date, number_text
from sandbox.sheets.references import REFERENCE, Reference

if TYPE_CHECKING:
    from sandbox.sheets.masks import Mask
    from sandbox.sheets.model import Cell, Row, Sheet, Spreadsheet

WHITE = {"red": 1, "green": 1, "blue": 1}
DEFAULT_FORMAT: dict[str, Any] = {
    "backgroundColor": WHITE,
    "padding": {"top": 2, "right": 3, "bottom": 2, "left": 3},
    "verticalAlignment": "BOTTOM",
    "wrapStrategy": "OVERFLOW_CELL",
    "textFormat": {
        "foregroundColor": {},
        "fontFamily": "arial,sans,sans-serif",
        "fontSize": 10,
        "bold": False,
        "italic": False,
        "strikethrough": False,
        "underline": False,
        "foregroundColorStyle": {"rgbColor": {}},
    },
    "backgroundColorStyle": {"rgbColor": WHITE},
}


def json_number(value: float) -> int | float:
    """Return a double as JSON tells it: without a point when it is whole."""
    return int(value) if value == int(value) and abs(value) < 1e21 else value  # noqa: PLR2004


def extended(value: Any) -> dict[str, Any]:
    """Return a value as an ExtendedValue."""
    if isinstance(value, bool):
        return {"boolValue": value}
    if isinstance(value, float):
        return {"numberValue": json_number(value)}
    if isinstance(value, Formula):
        return {"formulaValue": value.text}
    if isinstance(value, Failure):
        return {"errorValue": {"type": value.type, "message": value.message}}
    return {"stringValue": value}


class Formatter:
    """Tells how the values of one spreadsheet's cells look."""

    def __init__(self, book: Spreadsheet, now: float) -> None:
        self._book = book
        self._evaluator = Evaluator(book, now)
        self._formats: dict[int, tuple[str, str]] = {}

    def effective(self, sheet: Sheet, row: int, column: int, cell: Cell) -> Any:
        """Return what a cell comes to."""
        value = cell.value
        if type(value) is Formula:
            return self._evaluator.formula(sheet, row, column, value)
        return value

    def number_format(self, sheet: Sheet, cell: Cell) -> tuple[str, str]:
        """Return type and pattern of a cell's number format; both empty when it has none.

        A formula without a format that only refers to one cell looks like that one.
        """
        known = self._formats.get(cell.style)
        if known is None:
            found = self._book.styles[cell.style].get("numberFormat", {})
            known = found.get("type", ""), found.get("pattern", "")
            self._formats[cell.style] = known
        if known == ("", "") and isinstance(cell.value, Formula):
            return self._inherited(sheet, cell.value)
        return known

    def _inherited(self, sheet: Sheet, formula: Formula) -> tuple[str, str]:
        match = REFERENCE.fullmatch(formula.text[1:].strip())
        if not match or match[0].startswith('"'):
            return "", ""
        reference = Reference(match)
        if reference.is_range or reference.title is not None or not reference.sound:
            return "", ""
        other = sheet.cell(reference.rows[0] or 0, reference.columns[0] or 0)
        found = self._book.styles[other.style].get("numberFormat", {})
        return found.get("type", ""), found.get("pattern", "")

    def text(self, sheet: Sheet, cell: Cell, value: Any) -> str:
        """Return how a cell looks that comes to a value."""
        if isinstance(value, str):
            return value
        if isinstance(value, bool):
            return "TRUE" if value else "FALSE"
        if isinstance(value, float):
            return number_text(value, *self.number_format(sheet, cell))
        return "" if value is None else str(value)

    def is_date(self, sheet: Sheet, cell: Cell) -> bool:
        """Whether a number in a cell is a date or a time."""
        return is_date(self.number_format(sheet, cell)[0])


class CellTeller:
    """Tells CellData, only the wanted members."""

    def __init__(self, book: Spreadsheet, now: float, mask: Mask) -> None:
        self._book = book
        self._mask = mask
        self._formatter = Formatter(book, now)
        self._entered = part(mask, "userEnteredValue")
        self._effective = part(mask, "effectiveValue")
        self._text = part(mask, "formattedValue") is not None
        self._styles: dict[int, dict[str, Any]] = {}

    def row(self, sheet: Sheet, row: int, left: int, cells: Row) -> list[dict[str, Any]]:
        """Return the CellData of a row's cells, without empty ones at its end."""
        told = [self._cell(sheet, row, column, cell) for column, cell in enumerate(cells, left)]
        while told and not told[-1]:
            told.pop()
        return told

    def _cell(self, sheet: Sheet, row: int, column: int, cell: Cell) -> dict[str, Any]:
        told: dict[str, Any] = {}
        value = cell.value
        if value is not None:
            if self._entered is not None:
                told["userEnteredValue"] = select(extended(value), self._entered)
            if self._effective is not None or self._text:
                self._tell_value(
                    told, sheet, cell, self._formatter.effective(sheet, row, column, cell)
                )
        if cell.style or value is not None:
            told |= self._formats(cell.style)
        if cell.note and part(self._mask, "note") is not None:
            told["note"] = cell.note
        if cell.extra:
            told |= select(cell.extra, self._mask)
        return told

    def _tell_value(self, told: dict[str, Any], sheet: Sheet, cell: Cell, value: Any) -> None:
        if self._effective is not None:
            told["effectiveValue"] = select(extended(value), self._effective)
        if self._text:
            told["formattedValue"] = self._formatter.text(sheet, cell, value)

    def _formats(self, style: int) -> dict[str, Any]:
        if style not in self._styles:
            own = self._book.styles[style]
            told = {"effectiveFormat": _over(DEFAULT_FORMAT, own)}
            if own:
                told["userEnteredFormat"] = own
            wanted = select(told, self._mask)
            self._styles[style] = {name: one for name, one in wanted.items() if one}
        return self._styles[style]


def _over(base: dict[str, Any], own: dict[str, Any]) -> dict[str, Any]:
    """Return a format with another laid over it."""
    merged = dict(base)
    for name, value in own.items():
        old = merged.get(name)
        both = isinstance(old, dict) and isinstance(value, dict) and "olor" not in name
        merged[name] = _over(old, value) if both else value  # type: ignore[arg-type]
    return merged
