"""The requests of a batch that write cells: updateCells, appendCells, repeatCell and the like."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING, Any

from sandbox.sheets.a1 import Box
from sandbox.sheets.discovery import SHEETS
from sandbox.sheets.draft import require_inside
from sandbox.sheets.errors import invalid
from sandbox.sheets.growth import append_rows
from sandbox.sheets.masks import MaskError, parse_mask
from sandbox.sheets.model import EMPTY, Cell

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.masks import Mask
    from sandbox.sheets.model import Sheet

    Reply = dict[str, Any]


def mask_of(request: dict[str, Any], schema: str) -> Mask:
    """Return the mask of a request's `fields`.

    Raises:
        SheetsError: There is none, or it names a member that does not exist.
    """
    text = request.get("fields") or ""
    if not text:
        raise invalid(
            "At least one field must be listed in 'fields'. (Use '*' to indicate all fields.)"
        )
    try:
        mask = parse_mask(text)
    except MaskError:
        raise invalid(f"Invalid field mask: {text}") from None
    if SHEETS.knows_mask(schema, mask) is not None:
        raise invalid(f"Invalid field mask: {text}")
    return mask


def update_cells(draft: Draft, request: dict[str, Any]) -> Reply:
    """Write rows of CellData; of a `range`, what is not given is cleared."""
    mask = mask_of(request, "CellData")
    rows = [row.get("values") or [] if row else [] for row in request.get("rows") or []]
    if request.get("range") is not None:
        sheet, box = draft.area(request["range"])
        _check_fits(rows, box)
        rows = [*rows, *[[]] * (box.height - len(rows))]
        rows = [[*row, *[None] * (box.width - len(row))] for row in rows]
    else:
        start = request.get("start") or {}
        sheet = draft.sheet(start.get("sheetId") or 0)
        top, left = start.get("rowIndex") or 0, start.get("columnIndex") or 0
        width = max((len(row) for row in rows), default=0)
        box = Box(top, top + len(rows), left, left + width)
        require_inside(sheet, box)
    draft.guard(sheet, box)
    write_rows(draft, sheet, box, rows, mask)
    return {}


def _check_fits(rows: list[list[Any]], box: Box) -> None:
    if len(rows) > box.height:
        raise invalid(f"Tried to write {len(rows)} rows into a range of {box.height}.")
    for row in rows:
        if len(row) > box.width:
            raise invalid(f"Tried to write {len(row)} columns into a range of {box.width}.")


def write_rows(draft: Draft, sheet: Sheet, box: Box, rows: list[list[Any]], mask: Mask) -> None:
    """Write rows of CellData from a box's first cell on."""
    for index, row in enumerate(rows, start=box.top):
        old = sheet.row(index)[box.left :]
        cells = tuple(
            draft.entered(before, data or {}, mask)
            for data, before in zip(row, itertools.chain(old, itertools.repeat(EMPTY)))  # noqa: B905
        )
        sheet.put(index, box.left, cells)


def append_cells(draft: Draft, request: dict[str, Any]) -> Reply:
    """Write rows of CellData below the last row with data; rows are added, columns are not."""
    mask = mask_of(request, "CellData")
    sheet = draft.sheet(request.get("sheetId") or 0)
    rows = [row.get("values") or [] if row else [] for row in request.get("rows") or []]
    width = max((len(row) for row in rows), default=0)
    if width > sheet.column_count:
        raise invalid(
            f"Attempting to write column: {sheet.column_count}, beyond the last requested column "
            f"of: {sheet.column_count - 1}"
        )
    top = sheet.last_row_with_data()
    box = Box(top, top + len(rows), 0, width)
    append_rows(draft, sheet, max(0, box.bottom - sheet.row_count))
    draft.guard(sheet, box)
    write_rows(draft, sheet, box, rows, mask)
    return {}


def repeat_cell(draft: Draft, request: dict[str, Any]) -> Reply:
    """Write the same CellData into every cell of a range."""
    mask = mask_of(request, "CellData")
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    change_cells(sheet, box, _Repeated(draft, request.get("cell") or {}, mask))
    return {}


class _Repeated:
    """One CellData over many cells; like cells become like cells."""

    def __init__(self, draft: Draft, data: dict[str, Any], mask: Mask) -> None:
        self._draft, self._data, self._mask = draft, data, mask
        self._empties: dict[int, Cell] = {}

    def __call__(self, old: Cell, row: int, column: int) -> Cell:  # noqa: ARG002
        if old.value is not None or old.note or old.extra:
            return self._draft.entered(old, self._data, self._mask)
        if old.style not in self._empties:
            self._empties[old.style] = self._draft.entered(old, self._data, self._mask)
        return self._empties[old.style]


def change_cells(sheet: Sheet, box: Box, change: Any) -> None:
    """Replace every cell of a box by what `change(cell, row, column)` makes of it."""
    for index in range(box.top, box.bottom):
        old = sheet.row(index)[box.left : box.right]
        missing = box.width - len(old)
        padded = (*old, *(EMPTY,) * missing)
        cells = tuple(
            change(cell, index, column) for column, cell in enumerate(padded, start=box.left)
        )
        if cells != padded:
            sheet.put(index, box.left, cells)


def set_data_validation(draft: Draft, request: dict[str, Any]) -> Reply:
    """Set or clear the rule of a range's cells."""
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    data = {"dataValidation": request.get("rule")}
    mask: Mask = {"dataValidation": {}}
    change_cells(sheet, box, lambda cell, *_: draft.entered(cell, data, mask))
    return {}


def update_borders(draft: Draft, request: dict[str, Any]) -> Reply:
    """Set the borders around a range, on each of its edge cells."""
    sheet, box = draft.area(request.get("range"))

    def change(cell: Cell, row: int, column: int) -> Cell:
        sides = {
            "top": "top" if row == box.top else "innerHorizontal",
            "bottom": "bottom" if row == box.bottom - 1 else "innerHorizontal",
            "left": "left" if column == box.left else "innerVertical",
            "right": "right" if column == box.right - 1 else "innerVertical",
        }
        borders = {side: request[name] for side, name in sides.items() if request.get(name)}
        mask: Mask = {"userEnteredFormat": {"borders": {key: {} for key in borders}}}
        data = {"userEnteredFormat": {"borders": borders}}
        return draft.entered(cell, data, mask) if borders else cell

    change_cells(sheet, box, change)
    return {}


KINDS = {
    "updateCells": update_cells,
    "appendCells": append_cells,
    "repeatCell": repeat_cell,
    "setDataValidation": set_data_validation,
    "updateBorders": update_borders,
}
