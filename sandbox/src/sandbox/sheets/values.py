"""The `values` endpoints: reading, writing, appending and clearing plain values."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.a1 import Box, column_letters, range_text
from sandbox.sheets.cell_resources import Formatter, json_number
from sandbox.sheets.draft import require_inside
from sandbox.sheets.errors import SheetsError, invalid
from sandbox.sheets.growth import append_columns, append_rows
from sandbox.sheets.model import EMPTY, Cell, Formula
from sandbox.sheets.request_dimensions import insert
from sandbox.sheets.request_metadata import areas
from sandbox.sheets.tables import last_table
from sandbox.sheets.typing_in import typed_cell

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Sheet

_SHOWN = 120


@dataclass(frozen=True)
class Rendering:
    """How values are told.

    Attributes:
        value: FORMATTED_VALUE, UNFORMATTED_VALUE or FORMULA.
        date: SERIAL_NUMBER or FORMATTED_STRING.
        dimension: ROWS or COLUMNS, whichever the lists are.
    """

    value: str = "FORMATTED_VALUE"
    date: str = "SERIAL_NUMBER"
    dimension: str = "ROWS"


def read(draft: Draft, sheet: Sheet, box: Box, rendering: Rendering) -> dict[str, Any]:
    """Return a ValueRange; what is empty at the ends of lists is not told."""
    told: dict[str, Any] = {
        "range": range_text(sheet.title, box),
        "majorDimension": rendering.dimension,
    }
    rows = _Reader(draft, sheet, rendering).rows(box)
    if rendering.dimension == "COLUMNS":
        width = max((len(row) for row in rows), default=0)
        rows = _trimmed([[row[i] if i < len(row) else "" for row in rows] for i in range(width)])
    if rows:
        told["values"] = rows
    return told


class _Reader:
    """Reads the values of one tab."""

    def __init__(self, draft: Draft, sheet: Sheet, rendering: Rendering) -> None:
        self._formatter = Formatter(draft.book, draft.now)
        self._sheet = sheet
        self._rendering = rendering

    def rows(self, box: Box) -> list[list[Any]]:
        """Return the values of a box."""
        last = min(box.bottom, len(self._sheet.rows))
        return _trimmed([self._row(row, box) for row in range(box.top, last)])

    def _row(self, row: int, box: Box) -> list[Any]:
        cells = self._sheet.rows[row][box.left : box.right]
        return [
            value if type(value := cell.value) is str else self._told(row, column, cell)
            for column, cell in enumerate(cells, start=box.left)
        ]

    def _told(self, row: int, column: int, cell: Cell) -> Any:
        value = cell.value
        if value is None:
            return ""
        if isinstance(value, Formula):
            if self._rendering.value == "FORMULA":
                return value.text
            value = self._formatter.effective(self._sheet, row, column, cell)
        if self._rendering.value == "FORMATTED_VALUE":
            return self._formatter.text(self._sheet, cell, value)
        return self._unformatted(cell, value)

    def _unformatted(self, cell: Cell, value: Any) -> Any:
        if isinstance(value, bool):
            return value
        if not isinstance(value, float):
            return self._formatter.text(self._sheet, cell, value)
        as_text = self._rendering.date == "FORMATTED_STRING"
        if as_text and self._formatter.is_date(self._sheet, cell):
            return self._formatter.text(self._sheet, cell, value)
        return json_number(value)


def _trimmed(rows: list[list[Any]]) -> list[list[Any]]:
    """Take what is empty from the end of every list, and empty lists from the end."""
    for row in rows:
        while row and row[-1] == "":
            row.pop()
    while rows and not rows[-1]:
        rows.pop()
    return rows


@dataclass(frozen=True)
class Input:
    """Values to be written: a list of lists, how they lie, and how they are understood."""

    values: list[list[Any]]
    dimension: str = "ROWS"
    option: str = "RAW"

    def rows(self) -> list[list[Any]]:
        """Return them by rows."""
        if self.dimension != "COLUMNS":
            return self.values
        height = max((len(column) for column in self.values), default=0)
        return [
            [column[row] if row < len(column) else None for column in self.values]
            for row in range(height)
        ]


def require_option(option: Any) -> str:
    """Return the valueInputOption.

    Raises:
        SheetsError: There is none, or it is none of RAW and USER_ENTERED.
    """
    if option not in ("RAW", "USER_ENTERED"):
        raise invalid("'valueInputOption' is required but not specified")
    return str(option)


def write(draft: Draft, text: str, given: Input) -> tuple[Sheet, Box, dict[str, Any]]:
    """Write values to a range; one cell only says where they begin.

    Returns:
        The tab, the cells that the values cover, and an UpdateValuesResponse.

    Raises:
        SheetsError: They do not fit the range or the grid, or one is no value.
    """
    sheet, box = draft.a1(text, strict=True)
    return write_box(draft, sheet, box, given)


def write_box(
    draft: Draft, sheet: Sheet, box: Box, given: Input
) -> tuple[Sheet, Box, dict[str, Any]]:
    """Write values to a rectangle of a tab, as `write` does."""
    rows = given.rows()
    height = len(rows)
    width = max((len(row or ()) for row in rows), default=0)
    if box.height > 1 or box.width > 1:
        _check_fits(sheet, box, height, width)
    covered = Box(box.top, box.top + height, box.left, box.left + width)
    require_inside(sheet, covered)
    draft.guard(sheet, covered)
    response = _put(draft, sheet, covered, rows, given.option)
    return sheet, covered, {"spreadsheetId": draft.book.id, **response}


def _check_fits(sheet: Sheet, box: Box, height: int, width: int) -> None:
    where = f"Requested writing within range [{range_text(sheet.title, box)}]"
    if height > box.height:
        raise invalid(f"{where}, but tried writing to row [{box.bottom + 1}]")
    if width > box.width:
        raise invalid(f"{where}, but tried writing to column [{column_letters(box.right)}]")


def _put(
    draft: Draft, sheet: Sheet, box: Box, rows: list[list[Any]], option: str
) -> dict[str, Any]:
    """Write values from a box's first cell on, and count those that are not null."""
    touched_rows, touched_columns, cells = 0, set(), 0
    for index, row in enumerate(rows):
        written = [column for column, value in enumerate(row or ()) if value is not None]
        if written:
            _put_row(draft, sheet, (box.top + index, box.left, index), row, option)
        touched_rows += bool(written)
        touched_columns.update(written)
        cells += len(written)
    return {
        "updatedRange": range_text(sheet.title, box),
        "updatedRows": touched_rows,
        "updatedColumns": len(touched_columns),
        "updatedCells": cells,
    }


def _put_row(
    draft: Draft, sheet: Sheet, place: tuple[int, int, int], row: list[Any], option: str
) -> None:
    index, left, number = place
    old = sheet.row(index)[left : left + len(row)]
    padded = (*old, *(EMPTY,) * (len(row) - len(old)))
    cells = tuple(
        before if value is None else _entered(draft, before, value, (number, column, option))
        for column, (value, before) in enumerate(zip(row, padded, strict=True))
    )
    sheet.put(index, left, cells)


def _entered(draft: Draft, before: Cell, value: Any, place: tuple[int, int, str]) -> Cell:
    row, column, option = place
    if isinstance(value, str):
        if option == "USER_ENTERED":
            return typed_cell(draft, before, value)
        draft.check_length(value)
        return msgspec.structs.replace(before, value=value or None)
    if isinstance(value, bool):
        return msgspec.structs.replace(before, value=value)
    if isinstance(value, (int, float)):
        return msgspec.structs.replace(before, value=float(value))
    kind = "list_value" if isinstance(value, list) else "struct_value"
    shown = msgspec.json.encode(value).decode()[:_SHOWN]
    raise invalid(f"Invalid values[{row}][{column}]: {kind} {{ {shown} }}")


def append(
    draft: Draft, text: str, given: Input, *, insert_rows: bool
) -> tuple[Sheet, Box, dict[str, Any]]:
    """Write values below the last table that a range touches.

    Returns:
        The tab, the cells written, and an AppendValuesResponse.
    """
    sheet, box = draft.a1(text, strict=False)
    rows = given.rows()
    table = last_table(sheet, box)
    top, left = (box.top, box.left) if table is None else (table.bottom, table.left)
    width = max((len(row or ()) for row in rows), default=0)
    append_columns(draft, sheet, max(0, left + width - sheet.column_count))
    if insert_rows and top < sheet.row_count and rows:
        insert(draft, sheet, "ROWS", top, len(rows), before=top > 0)
    append_rows(draft, sheet, top + len(rows) - sheet.row_count)
    covered = Box(top, top + len(rows), left, left + width)
    draft.guard(sheet, covered)
    response: dict[str, Any] = {"spreadsheetId": draft.book.id}
    if table is not None:
        response["tableRange"] = range_text(sheet.title, table)
    updates = _put(draft, sheet, covered, rows, given.option)
    response["updates"] = {"spreadsheetId": draft.book.id, **updates}
    return sheet, covered, response


def clear(draft: Draft, sheet: Sheet, box: Box) -> str:
    """Clear the values of a rectangle; formats, notes and validation stay. Returns its text."""
    draft.guard(sheet, box)
    for index in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.row(index)[box.left : box.right]
        if any(cell.value is not None for cell in cells):
            emptied = tuple(msgspec.structs.replace(cell, value=None) for cell in cells)
            sheet.put(index, box.left, emptied)
    return range_text(sheet.title, box)


def batch_write(
    draft: Draft, data: list[dict[str, Any]], option: str
) -> list[tuple[Sheet, Box, dict[str, Any]]]:
    """Write several ranges; one that is wrong keeps all from being written.

    Raises:
        SheetsError: One is wrong; the message says which.
    """
    written = []
    for index, one in enumerate(data):
        given = Input(one.get("values") or [], one.get("majorDimension") or "ROWS", option)
        try:
            written.append(write(draft, one.get("range") or "", given))
        except SheetsError as error:
            raise error.within(f"Invalid data[{index}]") from error
    return written


def filtered(draft: Draft, by: dict[str, Any]) -> list[tuple[Sheet, Box]]:
    """Return what a data filter finds, as tabs and cells."""
    found = []
    for sheet_id, area in areas(draft, by):
        sheet = draft.sheet(sheet_id)
        found.append((sheet, draft.within(sheet, area, strict=False)))
    return found
