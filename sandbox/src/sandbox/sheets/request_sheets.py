"""The requests of a batch that are about tabs and about the spreadsheet itself."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.errors import invalid
from sandbox.sheets.growth import check_columns, resize
from sandbox.sheets.masks import merge, takes_all
from sandbox.sheets.model import DEFAULT_COLUMNS, DEFAULT_ROWS, Sheet
from sandbox.sheets.references import rename_title
from sandbox.sheets.request_cells import mask_of
from sandbox.sheets.resources import sheet_properties

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.draft import Draft
    from sandbox.sheets.masks import Mask

    Reply = dict[str, Any]

TITLE_MAXIMUM = 100
TABS_MAXIMUM = 200
_SIZES = ("rowCount", "columnCount")
_ELSEWHERE = frozenset({"sheetId", "title", "index", "sheetType", "gridProperties"})


def add_sheet(draft: Draft, request: dict[str, Any]) -> Reply:
    """Add a tab."""
    wanted = _without_nulls(request.get("properties") or {})
    sheet = new_sheet(draft, wanted)
    index = wanted.get("index", len(draft.book.sheets))
    if not 0 <= index <= len(draft.book.sheets):
        raise invalid(f"Sheet index {index} is out of bounds.")
    draft.book.sheets.insert(index, sheet)
    draft.check_size()
    return {"addSheet": {"properties": sheet_properties(draft.book, sheet)}}


def new_sheet(draft: Draft, wanted: dict[str, Any]) -> Sheet:
    """Return a tab with the wanted SheetProperties.

    Raises:
        SheetsError: They cannot be had: a title or id is taken, there are too many tabs, ...
    """
    if wanted.get("sheetType", "GRID") != "GRID":
        raise invalid("Only sheets of type GRID can be added.")
    if len(draft.book.sheets) >= TABS_MAXIMUM:
        raise invalid(f"A spreadsheet can have no more than {TABS_MAXIMUM} sheets.")
    title = wanted.get("title") or _free_title(draft)
    check_title(draft, title, None)
    grid = dict(wanted.get("gridProperties") or {})
    rows, columns = grid.pop("rowCount", DEFAULT_ROWS), grid.pop("columnCount", DEFAULT_COLUMNS)
    sheet = Sheet(_free_id(draft, wanted.get("sheetId")), title, rows, columns)
    if rows < 1 or columns < 1:
        raise invalid("The grid must have at least one row and one column.")
    check_columns(sheet)
    sheet.grid = {key: value for key, value in grid.items() if value}
    _check_frozen(sheet)
    sheet.properties = {
        key: value for key, value in wanted.items() if key not in _ELSEWHERE and value
    }
    return sheet


def _free_title(draft: Draft) -> str:
    number = len(draft.book.sheets) + 1
    while draft.book.titled(f"Sheet{number}"):
        number += 1
    return f"Sheet{number}"


def _free_id(draft: Draft, wanted: int | None) -> int:
    if wanted is None:
        return draft.new_id()
    if wanted < 0:
        raise invalid(f"Invalid sheet id: {wanted}. It must not be negative.")
    taken = draft.book.find(wanted)
    if taken:
        raise invalid(f"A sheet with the ID {wanted} already exists. Please choose another ID.")
    return wanted


def check_title(draft: Draft, title: str, own: Sheet | None) -> None:
    """Let a tab have a title.

    Raises:
        SheetsError: Another one has it, or it is too long.
    """
    taken = draft.book.titled(title)
    if taken is not None and taken is not own:
        raise invalid(f'A sheet with the name "{title}" already exists. Please enter another name.')
    if not title or len(title) > TITLE_MAXIMUM:
        raise invalid(f"A sheet's name must have 1 to {TITLE_MAXIMUM} characters.")


def delete_sheet(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete a tab; formulas that named it are broken."""
    sheet = _sheet(draft, request.get("sheetId") or 0)
    if len(
        [one for one in draft.book.sheets if not one.properties.get("hidden")]
    ) <= 1 and not sheet.properties.get("hidden"):
        raise invalid("You can't remove all the visible sheets in a document.")
    draft.guard(sheet, sheet.whole)
    book = draft.book
    book.sheets = [one for one in book.sheets if one is not sheet]
    book.metadata = [one for one in book.metadata if one.sheet_id != sheet.id]
    book.named_ranges = [
        one for one in book.named_ranges if one["range"].get("sheetId", 0) != sheet.id
    ]
    _rewrite(draft, lambda text: rename_title(text, sheet.title, None))
    return {}


def duplicate_sheet(draft: Draft, request: dict[str, Any]) -> Reply:
    """Add a copy of a tab."""
    source = _sheet(draft, request.get("sourceSheetId") or 0)
    title = request.get("newSheetName") or f"Copy of {source.title}"
    check_title(draft, title, None)
    copy = source.fork()
    copy.id, copy.title = _free_id(draft, request.get("newSheetId")), title
    copy.objects = {
        name: [_moved_to(draft, name, one, copy.id) for one in objects]
        for name, objects in copy.objects.items()
    }
    if copy.basic_filter:
        copy.basic_filter = _retargeted(copy.basic_filter, copy.id)
    draft.book.metadata += [
        msgspec.structs.replace(one, id=draft.new_id(), sheet_id=copy.id)
        for one in draft.book.metadata
        if one.sheet_id == source.id
    ]
    draft.book.sheets.insert(request.get("insertSheetIndex") or 0, copy)
    draft.check_size()
    return {"duplicateSheet": {"properties": sheet_properties(draft.book, copy)}}


def _moved_to(draft: Draft, name: str, one: dict[str, Any], sheet_id: int) -> dict[str, Any]:
    ids = {
        "protectedRanges": "protectedRangeId",
        "filterViews": "filterViewId",
        "bandedRanges": "bandedRangeId",
    }
    moved: dict[str, Any] = _retargeted(one, sheet_id)
    if name in ids:
        moved[ids[name]] = draft.new_id()
    return moved


def _retargeted(value: Any, sheet_id: int) -> Any:
    """Return a JSON value whose grid ranges are on another tab."""
    if isinstance(value, list):
        return [_retargeted(one, sheet_id) for one in value]
    if not isinstance(value, dict):
        return value
    moved = {key: _retargeted(one, sheet_id) for key, one in value.items()}
    if any(key.endswith(("RowIndex", "ColumnIndex")) for key in value) or "sheetId" in value:
        moved["sheetId"] = sheet_id
    return moved


def update_sheet_properties(draft: Draft, request: dict[str, Any]) -> Reply:
    """Rename, move, resize, freeze, hide or colour a tab."""
    mask = mask_of(request, "SheetProperties")
    wanted = request.get("properties") or {}
    sheet = _sheet(draft, wanted.get("sheetId") or 0)
    if "title" in mask or "*" in mask:
        _rename(draft, sheet, wanted.get("title") or "")
    whole: Mask | None = {"*": {}} if "*" in mask else None
    grid = mask.get("gridProperties", whole)
    if grid is not None and (wanted.get("gridProperties") or "*" not in mask):
        _update_grid(draft, sheet, wanted.get("gridProperties") or {}, grid)
    if "index" in mask:
        _reindex(draft, sheet, wanted.get("index") or 0)
    others = {name: below for name, below in mask.items() if name not in _ELSEWHERE and name != "*"}
    sheet.properties = merge(sheet.properties, wanted, others) if others else sheet.properties
    if not sheet.properties.get("hidden"):
        sheet.properties.pop("hidden", None)
    if all(one.properties.get("hidden") for one in draft.book.sheets):
        raise invalid("You can't hide all the sheets in a document.")
    return {}


def _rename(draft: Draft, sheet: Sheet, title: str) -> None:
    check_title(draft, title, sheet)
    old, sheet.title = sheet.title, title
    _rewrite(draft, lambda text: rename_title(text, old, title))


def _rewrite(draft: Draft, change: Callable[[str], str]) -> None:
    """Change the text of every formula."""
    for sheet in draft.book.sheets if draft.book.formulas else ():
        sheet.change_formulas(change)


def _update_grid(draft: Draft, sheet: Sheet, wanted: dict[str, Any], mask: Mask) -> None:
    every = takes_all(mask)
    sizes = {
        name: wanted.get(name) if (name in mask or (every and name in wanted)) else None
        for name in _SIZES
    }
    for name in _SIZES:
        if name in mask and not wanted.get(name):
            raise invalid("The grid must have at least one row and one column.")
    rows = sizes["rowCount"] or sheet.row_count
    resize(draft, sheet, rows, sizes["columnCount"] or sheet.column_count)
    for name, value in wanted.items() if every else ((name, wanted.get(name)) for name in mask):
        if name in _SIZES:
            continue
        if value:
            sheet.grid[name] = value
        else:
            sheet.grid.pop(name, None)
    _check_frozen(sheet)


def _check_frozen(sheet: Sheet) -> None:
    if sheet.grid.get("frozenRowCount", 0) >= sheet.row_count:
        raise invalid("You can't freeze all visible rows on the sheet.")
    if sheet.grid.get("frozenColumnCount", 0) >= sheet.column_count:
        raise invalid("You can't freeze all visible columns on the sheet.")


def _reindex(draft: Draft, sheet: Sheet, index: int) -> None:
    """Move a tab; the index counts as before the move, as Google has it."""
    old = next(number for number, one in enumerate(draft.book.sheets) if one is sheet)
    del draft.book.sheets[old]
    draft.book.sheets.insert(index - 1 if index > old else index, sheet)


def update_spreadsheet_properties(draft: Draft, request: dict[str, Any]) -> Reply:
    """Set title, locale or time zone of the file."""
    mask = mask_of(request, "SpreadsheetProperties")
    draft.book.properties = merge(draft.book.properties, request.get("properties") or {}, mask)
    if not draft.book.properties.get("title"):
        raise invalid("A spreadsheet must have a title.")
    return {}


def _sheet(draft: Draft, sheet_id: int) -> Sheet:
    sheet = draft.book.find(sheet_id)
    if sheet is None:
        raise invalid(f"No sheet with id: {sheet_id}")
    return sheet


def _without_nulls(value: dict[str, Any]) -> dict[str, Any]:
    return {key: one for key, one in value.items() if one is not None}


KINDS = {
    "addSheet": add_sheet,
    "deleteSheet": delete_sheet,
    "duplicateSheet": duplicate_sheet,
    "updateSheetProperties": update_sheet_properties,
    "updateSpreadsheetProperties": update_spreadsheet_properties,
}
