"""Making a grid larger or smaller."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.sheets.a1 import COLUMN_MAXIMUM
from sandbox.sheets.errors import invalid
from sandbox.sheets.model import Cell
from sandbox.sheets.shifts import Deletion, reorder_columns, reorder_rows, shift_everything

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Row, Sheet


def append_rows(draft: Draft, sheet: Sheet, count: int) -> None:
    """Add empty rows at the end.

    Raises:
        SheetsError: The spreadsheet would have too many cells.
    """
    if count <= 0:
        return
    last = sheet.row(sheet.row_count - 1)
    sheet.row_count += count
    draft.check_size()
    fresh = format_only(last)
    if fresh and draft.behaviour.appended_rows_inherit_format:
        sheet.rows.extend([fresh] * (sheet.row_count - len(sheet.rows)))


def append_columns(draft: Draft, sheet: Sheet, count: int) -> None:
    """Add empty columns at the end.

    Raises:
        SheetsError: The tab would have too many columns, or the spreadsheet too many cells.
    """
    sheet.column_count += count
    check_columns(sheet)
    draft.check_size()


def check_columns(sheet: Sheet) -> None:
    """Let a grid's width pass.

    Raises:
        SheetsError: It is wider than column ZZZ.
    """
    if sheet.column_count > COLUMN_MAXIMUM:
        raise invalid(f"A sheet can have no more than {COLUMN_MAXIMUM} columns.")


def format_only(row: Row) -> Row:
    """Return a row's formats without anything in its cells; nothing when there are none."""
    if not any(cell.style for cell in row):
        return ()
    return tuple(Cell(style=cell.style) for cell in row)


def resize(draft: Draft, sheet: Sheet, rows: int, columns: int) -> None:
    """Give a grid another size; what lies beyond is lost.

    Both at once are checked as Google does it: the new rows with the old columns first.

    Raises:
        SheetsError: The size is no size, or too large.
    """
    if rows < 1 or columns < 1:
        raise invalid("The grid must have at least one row and one column.")
    if rows < sheet.row_count:
        _cut_rows(draft, sheet, rows)
    append_rows(draft, sheet, rows - sheet.row_count)
    if columns < sheet.column_count:
        _cut_columns(draft, sheet, columns)
    elif columns > sheet.column_count:
        append_columns(draft, sheet, columns - sheet.column_count)


def _cut_rows(draft: Draft, sheet: Sheet, rows: int) -> None:
    gone = Deletion(rows, sheet.row_count)
    reorder_rows(sheet, gone)
    sheet.row_count = rows
    shift_everything(draft.book, sheet, "ROWS", gone)


def _cut_columns(draft: Draft, sheet: Sheet, columns: int) -> None:
    gone = Deletion(columns, sheet.column_count)
    reorder_columns(sheet, gone, Cell())
    sheet.column_count = columns
    shift_everything(draft.book, sheet, "COLUMNS", gone)
