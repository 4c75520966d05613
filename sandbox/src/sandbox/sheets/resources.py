"""A spreadsheet as the API tells it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.cell_resources import CellTeller
from sandbox.sheets.masks import part, select
from sandbox.sheets.told import told_metadata, told_protected, without_zero_sheet

if TYPE_CHECKING:
    from sandbox.sheets.a1 import Box
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.masks import Mask
    from sandbox.sheets.model import Dimension, Sheet, Spreadsheet

ROW_PIXELS = 21
COLUMN_PIXELS = 100
URL = "https://docs.google.com/spreadsheets/d/{}/edit"
_NO_GRID: Mask = {"never": {}}


def sheet_properties(book: Spreadsheet, sheet: Sheet) -> dict[str, Any]:
    """Return a tab's SheetProperties."""
    index = next((number for number, one in enumerate(book.sheets) if one is sheet), 0)
    grid = {"rowCount": sheet.row_count, "columnCount": sheet.column_count, **sheet.grid}
    return {
        "sheetId": sheet.id,
        "title": sheet.title,
        "index": index,
        "sheetType": "GRID",
        "gridProperties": grid,
        **sheet.properties,
    }


def spreadsheet(
    draft: Draft,
    mask: Mask,
    boxes: list[tuple[Sheet, Box]] | None = None,
    *,
    grid_data: bool = False,
) -> dict[str, Any]:
    """Return a Spreadsheet.

    Args:
        draft: What to tell of.
        mask: The wanted members; an empty one takes all.
        boxes: Only tabs that these are on, and only their cells; None takes all.
        grid_data: Whether cells are told when there is no mask.
    """
    book = draft.book
    told: dict[str, Any] = {"spreadsheetId": book.id, "properties": book.properties}
    sheets = part(mask, "sheets")
    if sheets is not None:
        with_data = grid_data if not mask else True
        told["sheets"] = [
            _sheet(draft, sheet, sheets, _boxes_of(sheet, boxes), with_data=with_data)
            for sheet in book.sheets
            if boxes is None or any(sheet is one for one, _ in boxes)
        ]
    if book.named_ranges:
        told["namedRanges"] = [without_zero_sheet(one) for one in book.named_ranges]
    told["spreadsheetUrl"] = URL.format(book.id)
    told |= _metadata(book, None, None, None)
    cells = told.pop("sheets", None)
    told = select(told, mask)
    return {**told, "sheets": cells} if cells is not None else told


def _boxes_of(sheet: Sheet, boxes: list[tuple[Sheet, Box]] | None) -> list[Box]:
    return [sheet.whole] if boxes is None else [box for one, box in boxes if one is sheet]


def _sheet(
    draft: Draft, sheet: Sheet, mask: Mask, boxes: list[Box], *, with_data: bool
) -> dict[str, Any]:
    """Return a Sheet; its cells are told by the mask already and not filtered again."""
    told: dict[str, Any] = {"properties": sheet_properties(draft.book, sheet)}
    for name, objects in sheet.objects.items():
        if objects:
            told[name] = [_told_object(draft, name, one) for one in objects]
    if sheet.basic_filter is not None:
        told["basicFilter"] = without_zero_sheet(sheet.basic_filter)
    told |= _metadata(draft.book, sheet.id, None, None)
    told = select(told, mask)
    data = part(mask, "data")
    if with_data and data is not None:
        told["data"] = [_grid_data(draft, sheet, box, data) for box in boxes]
    return told


def _told_object(draft: Draft, name: str, one: dict[str, Any]) -> dict[str, Any]:
    if name == "protectedRanges":
        return told_protected(draft, one)
    told: dict[str, Any] = without_zero_sheet(one)
    return told


def _metadata(
    book: Spreadsheet, sheet_id: int | None, dimension: Dimension | None, start: int | None
) -> dict[str, Any]:
    """Return the developerMetadata member of what is at a place; nothing when there is none."""
    entries = [
        told_metadata(one)
        for one in book.metadata
        if one.sheet_id == sheet_id
        and one.dimension == dimension
        and (start is None or one.start == start)
    ]
    return {"developerMetadata": entries} if entries else {}


def _grid_data(draft: Draft, sheet: Sheet, box: Box, mask: Mask) -> dict[str, Any]:
    told: dict[str, Any] = {}
    if box.top:
        told["startRow"] = box.top
    if box.left:
        told["startColumn"] = box.left
    told = select(told, mask)
    rows = part(mask, "rowData")
    if rows is not None and (cells := part(rows, "values")) is not None:
        told |= _row_data(CellTeller(draft.book, draft.now, cells), sheet, box)
    for name, dimension in (("rowMetadata", "ROWS"), ("columnMetadata", "COLUMNS")):
        below = part(mask, name)
        if below is not None:
            told[name] = select(_dimensions(draft.book, sheet, box, dimension), below)
    return told


def _row_data(teller: CellTeller, sheet: Sheet, box: Box) -> dict[str, Any]:
    """Return the rows down to the last one that has anything in it."""
    rows: list[dict[str, Any]] = []
    for index in range(box.top, min(box.bottom, len(sheet.rows))):
        cells = sheet.row(index)[box.left : box.right]
        values = teller.row(sheet, index, box.left, cells)
        rows.append({"values": values} if values else {})
    while rows and not rows[-1]:
        rows.pop()
    return {"rowData": rows} if rows else {}


def _dimensions(book: Spreadsheet, sheet: Sheet, box: Box, dimension: str) -> list[dict[str, Any]]:
    rows = dimension == "ROWS"
    span = range(box.top, box.bottom) if rows else range(box.left, box.right)
    known = sheet.row_properties if rows else sheet.column_properties
    pixels = ROW_PIXELS if rows else COLUMN_PIXELS
    told = [{"pixelSize": pixels, **known.get(index, {})} for index in span]
    for one in book.metadata:
        if one.sheet_id == sheet.id and one.dimension == dimension and one.start in span:
            place = one.start - span.start
            told[place] |= _metadata(book, sheet.id, one.dimension, one.start)
    return told
