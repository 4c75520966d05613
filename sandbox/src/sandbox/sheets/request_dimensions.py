"""The requests of a batch that add, remove, move or format rows and columns."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.errors import invalid
from sandbox.sheets.growth import append_columns, append_rows, check_columns, format_only
from sandbox.sheets.masks import merge
from sandbox.sheets.model import EMPTY, Cell
from sandbox.sheets.request_cells import mask_of
from sandbox.sheets.shifts import (
    Deletion,
    Insertion,
    Move,
    reorder_columns,
    reorder_rows,
    shift_everything,
)

if TYPE_CHECKING:
    from sandbox.sheets.a1 import Box
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Dimension, Sheet

    Reply = dict[str, Any]

_NAMES = {"ROWS": "row", "COLUMNS": "column"}
_NARROWEST = 50
_WIDEST = 400
_LETTER_PIXELS = 7


def append_dimension(draft: Draft, request: dict[str, Any]) -> Reply:
    """Add rows or columns at the end."""
    sheet = draft.sheet(request.get("sheetId") or 0)
    length = request.get("length") or 0
    if length < 1:
        raise invalid("Length must be greater than 0.")
    if dimension_of(request) == "ROWS":
        append_rows(draft, sheet, length)
    else:
        append_columns(draft, sheet, length)
    return {}


def insert_dimension(draft: Draft, request: dict[str, Any]) -> Reply:
    """Insert rows or columns."""
    sheet, dimension, start, end = _span(draft, request.get("range") or {}, grows=True)
    insert(
        draft, sheet, dimension, start, end - start, before=bool(request.get("inheritFromBefore"))
    )
    return {}


def insert(
    draft: Draft, sheet: Sheet, dimension: Dimension, at: int, count: int, *, before: bool
) -> None:
    """Insert empty rows or columns that look like a neighbour.

    Raises:
        SheetsError: The grid would be too large.
    """
    if before and at == 0:
        raise invalid("Cannot inherit from before the first one: there is nothing before it.")
    shift = Insertion(at, count)
    neighbour = at - 1 if before else at
    if dimension == "ROWS":
        sheet.row_count += count
        reorder_rows(sheet, shift, format_only(sheet.row(neighbour)))
    else:
        sheet.column_count += count
        check_columns(sheet)
        _insert_columns(sheet, shift, neighbour)
    draft.check_size()
    shift_everything(draft.book, sheet, dimension, shift)


def _insert_columns(sheet: Sheet, shift: Insertion, neighbour: int) -> None:
    for index, row in enumerate(sheet.rows):
        if len(row) > shift.at:
            style = row[neighbour].style
            fresh = (Cell(style=style) if style else EMPTY,) * shift.count
            sheet.rows[index] = row[: shift.at] + fresh + row[shift.at :]


def delete_dimension(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete rows or columns with all that is in them."""
    sheet, dimension, start, end = _span(draft, request.get("range") or {})
    delete(draft, sheet, dimension, start, end)
    return {}


def delete(draft: Draft, sheet: Sheet, dimension: Dimension, start: int, end: int) -> None:
    """Delete rows or columns.

    Raises:
        SheetsError: They do not exist, are protected, or too few would be left.
    """
    name = _NAMES[dimension]
    rows = dimension == "ROWS"
    count = sheet.row_count if rows else sheet.column_count
    frozen = sheet.grid.get("frozenRowCount" if rows else "frozenColumnCount", 0)
    if end > count:
        raise invalid(
            f"Cannot delete a {name} that doesn't exist. Tried to delete {name} index {end - 1} "
            f"but there are only {count} {name}s."
        )
    if end - start >= count:
        raise invalid(f"You can't delete all the {name}s on the sheet.")
    left_unfrozen = count - frozen - (end - max(start, min(frozen, end)))
    if left_unfrozen < 1:
        raise invalid(f"Sorry, it is not possible to delete all non-frozen {name}s.")
    whole = sheet.whole
    draft.guard(
        sheet,
        whole._replace(top=start, bottom=end) if rows else whole._replace(left=start, right=end),
    )
    shift = Deletion(start, end)
    if rows:
        reorder_rows(sheet, shift)
        sheet.row_count -= end - start
    else:
        reorder_columns(sheet, shift, EMPTY)
        sheet.column_count -= end - start
    _thaw(sheet, dimension, shift, frozen)
    shift_everything(draft.book, sheet, dimension, shift)


def _thaw(sheet: Sheet, dimension: Dimension, shift: Deletion, frozen: int) -> None:
    """Freeze fewer when some of the frozen ones are gone."""
    left = shift.span(0, frozen) if frozen else None
    key = "frozenRowCount" if dimension == "ROWS" else "frozenColumnCount"
    if frozen and left:
        sheet.grid[key] = left[1]
    elif frozen:
        sheet.grid.pop(key)


def move_dimension(draft: Draft, request: dict[str, Any]) -> Reply:
    """Move rows or columns to another place, given as an index of before the move."""
    sheet, dimension, start, end = _span(draft, request.get("source") or {})
    to = request.get("destinationIndex") or 0
    count = sheet.row_count if dimension == "ROWS" else sheet.column_count
    if to > count or to < 0:
        raise invalid(f"Cannot move to index {to}: there are only {count} {_NAMES[dimension]}s.")
    if start <= to <= end:
        return {}
    shift = Move(start, end, to)
    if dimension == "ROWS":
        reorder_rows(sheet, shift)
    else:
        reorder_columns(sheet, shift, EMPTY)
    shift_everything(draft.book, sheet, dimension, shift)
    return {}


def update_dimension_properties(draft: Draft, request: dict[str, Any]) -> Reply:
    """Set widths, heights and what is hidden."""
    sheet, dimension, start, end = _span(draft, request.get("range") or {})
    mask = mask_of(request, "DimensionProperties")
    table = sheet.row_properties if dimension == "ROWS" else sheet.column_properties
    for index in range(start, end):
        table[index] = merge(table.get(index, {}), request.get("properties") or {}, mask)
    return {}


def auto_resize_dimensions(draft: Draft, request: dict[str, Any]) -> Reply:
    """Give columns a width after the longest of their first texts, roughly."""
    sheet, dimension, start, end = _span(draft, request.get("dimensions") or {})
    if dimension == "ROWS":
        return {}
    for column in range(start, end):
        texts = (
            str(sheet.cell(row, column).value or "") for row in range(min(200, sheet.row_count))
        )
        pixels = max(len(text) for text in texts) * _LETTER_PIXELS
        width = min(max(pixels, _NARROWEST), _WIDEST)
        sheet.column_properties[column] = {
            **sheet.column_properties.get(column, {}),
            "pixelSize": width,
        }
    return {}


def dimension_of(wanted: dict[str, Any]) -> Dimension:
    """Return the dimension of a request.

    Raises:
        SheetsError: It names none.
    """
    dimension = wanted.get("dimension")
    if dimension == "ROWS":
        return "ROWS"
    if dimension == "COLUMNS":
        return "COLUMNS"
    raise invalid("No dimension specified.")


def _span(
    draft: Draft, wanted: dict[str, Any], *, grows: bool = False
) -> tuple[Sheet, Dimension, int, int]:
    """Return what a DimensionRange means: tab, dimension, and the half-open span."""
    sheet = draft.sheet(wanted.get("sheetId") or 0)
    dimension = dimension_of(wanted)
    count = sheet.row_count if dimension == "ROWS" else sheet.column_count
    start = wanted.get("startIndex") or 0
    end = wanted.get("endIndex")
    if grows and (wanted.get("startIndex") is None or end is None):
        raise invalid("Both startIndex and endIndex must be specified.")
    end = count if end is None else end
    if not 0 <= start < end:
        raise invalid(f"endIndex[{end}] must be greater than startIndex[{start}].")
    if start > count or (start == count and not grows and end - start > count):
        raise invalid(f"startIndex[{start}] is beyond the last {_NAMES[dimension]} ({count}).")
    return sheet, dimension, start, end


def insert_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Insert empty cells and push the others down or to the right."""
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    if dimension_of({"dimension": request.get("shiftDimension")}) == "ROWS":
        if sheet.last_row_with_data() + box.height > sheet.row_count:
            append_rows(draft, sheet, box.height)
        for index in range(sheet.row_count - 1, box.top - 1, -1):
            source = index - box.height
            _copy_cells(sheet, source if source >= box.top else None, index, box)
    else:
        raise invalid("Only cells below can be shifted here; shift whole columns instead.")
    return {}


def delete_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete cells and pull those below up."""
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    if dimension_of({"dimension": request.get("shiftDimension")}) == "COLUMNS":
        raise invalid("Only cells below can be shifted here; delete whole columns instead.")
    for index in range(box.top, sheet.row_count):
        source = index + box.height
        _copy_cells(sheet, source if source < sheet.row_count else None, index, box)
    return {}


def _copy_cells(sheet: Sheet, source: int | None, target: int, box: Box) -> None:
    cells = () if source is None else sheet.row(source)[box.left : box.right]
    padded = (*cells, *(EMPTY,) * (box.width - len(cells)))
    if padded != (*sheet.row(target)[box.left : box.right],):
        sheet.put(target, box.left, padded)


KINDS = {
    "appendDimension": append_dimension,
    "insertDimension": insert_dimension,
    "deleteDimension": delete_dimension,
    "moveDimension": move_dimension,
    "updateDimensionProperties": update_dimension_properties,
    "autoResizeDimensions": auto_resize_dimensions,
    "insertRange": insert_range,
    "deleteRange": delete_range,
}
