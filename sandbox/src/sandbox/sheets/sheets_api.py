"""The endpoints of the Sheets API."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets import copies, values
from sandbox.sheets.a1 import Area, Box, parse_cells, split_title
from sandbox.sheets.errors import invalid, no_storage, not_found
from sandbox.sheets.masks import select
from sandbox.sheets.request_metadata import matches
from sandbox.sheets.resources import spreadsheet
from sandbox.sheets.told import told_metadata
from sandbox.sheets.values import Rendering

if TYPE_CHECKING:
    from sandbox.sheets.calls import Call
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Sheet

    Answer = dict[str, Any]


def get(call: Call) -> Answer:
    """`spreadsheets.get`."""
    book = call.book(write=False)
    draft = call.store.draft(book.id, call.caller)
    boxes = _boxes(draft, call.query.get("ranges"))
    mask = call.mask("Spreadsheet")
    return spreadsheet(draft, mask, boxes, grid_data=call.flag("includeGridData"))


def get_by_data_filter(call: Call) -> Answer:
    """`spreadsheets.getByDataFilter`."""
    book = call.book(write=False)
    body = call.json("GetSpreadsheetByDataFilterRequest")
    draft = call.store.draft(book.id, call.caller)
    filters = body.get("dataFilters")
    boxes = None
    if filters is not None:
        boxes = [one for by in filters for one in values.filtered(draft, by)]
    grid_data = bool(body.get("includeGridData"))
    return spreadsheet(draft, call.mask("Spreadsheet"), boxes, grid_data=grid_data)


def create(call: Call) -> Answer:
    """`spreadsheets.create`."""
    body = call.json("Spreadsheet")
    if not call.store.behaviour.accounts_own_files:
        raise no_storage()
    title = (body.get("properties") or {}).get("title") or "Untitled spreadsheet"
    wanted = [(one or {}).get("properties") or {} for one in body.get("sheets") or []]
    book_id = call.store.create(title, owner=call.caller)
    if wanted:
        requests: list[Answer] = [{"addSheet": {"properties": one}} for one in wanted]
        requests.append({"deleteSheet": {"sheetId": 0}})
        payload = msgspec.json.encode({"requests": requests})
        call.store.change(book_id, "batchUpdate", payload, caller=call.caller)
    draft = call.store.draft(book_id, call.caller)
    return spreadsheet(draft, call.mask("Spreadsheet"))


def batch_update(call: Call) -> Answer:
    """`spreadsheets.batchUpdate`; the spreadsheet comes with the answer when asked for."""
    book = call.book(write=True)
    body = call.json("BatchUpdateSpreadsheetRequest")
    mask = call.mask("BatchUpdateSpreadsheetResponse")
    answer, draft = call.change(book, "batchUpdate")
    if not body.get("includeSpreadsheetInResponse"):
        return answer if not mask else dict(select(answer, mask))
    below = (mask.get("updatedSpreadsheet") or {"*": {}}) if mask else {}
    boxes = _boxes(draft, body.get("responseRanges"))
    grid_data = bool(body.get("responseIncludeGridData"))
    told: Answer = select(answer, mask)
    if not mask or "updatedSpreadsheet" in mask or "*" in mask:
        told["updatedSpreadsheet"] = spreadsheet(draft, below, boxes, grid_data=grid_data)
    return told


def _boxes(draft: Draft, ranges: list[str] | None) -> list[tuple[Sheet, Box]] | None:
    return [_readable(draft, text) for text in ranges] if ranges else None


def _readable(draft: Draft, text: str) -> tuple[Sheet, Box]:
    """Return what a read asks for; an end outside the grid is cut off, or refused."""
    _, cells = split_title(text)
    area = parse_cells(cells or "") or Area()
    strict = draft.behaviour.bounded_reads == "reject" and area.bottom is not None
    return draft.a1(text, strict=strict)


def search_metadata(call: Call) -> Answer:
    """`developerMetadata.search`."""
    book = call.book(write=False)
    body = call.json("SearchDeveloperMetadataRequest")
    filters = body.get("dataFilters") or []
    if not filters:
        raise invalid("At least one data filter must be specified.")
    draft = call.store.draft(book.id, call.caller)
    found = []
    for one in book.metadata:
        by = [filter_ for filter_ in filters if matches(draft, one, filter_)]
        if by:
            found.append({"developerMetadata": told_metadata(one), "dataFilters": by})
    told = {"matchedDeveloperMetadata": found} if found else {}
    return dict(select(told, call.mask("SearchDeveloperMetadataResponse")))


def get_metadata(call: Call) -> Answer:
    """`developerMetadata.get`."""
    book = call.book(write=False)
    for one in book.metadata:
        if str(one.id) == call.parameters["metadata"]:
            return dict(select(told_metadata(one), call.mask("DeveloperMetadata")))
    raise not_found()


def copy_sheet(call: Call) -> Answer:
    """`sheets.copyTo`."""
    book = call.book(write=False)
    body = call.json("CopySheetToAnotherSpreadsheetRequest")
    packed = copies.pack(call.store.draft(book.id, call.caller), int(call.parameters["sheet"]))
    call.parameters["id"] = body.get("destinationSpreadsheetId") or ""
    target = call.book(write=True)
    payload = msgspec.json.encode(packed)
    answer, _ = call.store.change(target.id, "receiveSheet", payload, caller=call.caller)
    return answer


def read(call: Call) -> Answer:
    """`values.get`."""
    draft = call.store.draft(call.book(write=False).id, call.caller)
    found = values.read(draft, *_readable(draft, call.parameters["range"]), _rendering(call))
    return dict(select(found, call.mask("ValueRange")))


def batch_read(call: Call) -> Answer:
    """`values.batchGet`."""
    draft = call.store.draft(call.book(write=False).id, call.caller)
    rendering = _rendering(call)
    found = [
        values.read(draft, *_readable(draft, text), rendering)
        for text in call.query.get("ranges", [])
    ]
    told: Answer = {"spreadsheetId": draft.book.id}
    if found:
        told["valueRanges"] = found
    return dict(select(told, call.mask("BatchGetValuesResponse")))


def batch_read_by_filter(call: Call) -> Answer:
    """`values.batchGetByDataFilter`."""
    draft = call.store.draft(call.book(write=False).id, call.caller)
    body = call.json("BatchGetValuesByDataFilterRequest")
    rendering = Rendering(
        body.get("valueRenderOption") or "FORMATTED_VALUE",
        body.get("dateTimeRenderOption") or "SERIAL_NUMBER",
        body.get("majorDimension") or "ROWS",
    )
    found = [
        {"valueRange": values.read(draft, sheet, box, rendering), "dataFilters": [by]}
        for by in body.get("dataFilters") or []
        for sheet, box in values.filtered(draft, by)
    ]
    told: Answer = {"spreadsheetId": draft.book.id}
    if found:
        told["valueRanges"] = found
    return dict(select(told, call.mask("BatchGetValuesByDataFilterResponse")))


def _rendering(call: Call) -> Rendering:
    return Rendering(
        call.one("valueRenderOption") or "FORMATTED_VALUE",
        call.one("dateTimeRenderOption") or "SERIAL_NUMBER",
        call.one("majorDimension") or "ROWS",
    )


def changing(operation: str, request: str, response: str) -> Any:
    """Return the endpoint of a `values` method that changes something."""

    def endpoint(call: Call) -> Answer:
        book = call.book(write=True)
        call.json(request)
        answer, _ = call.change(book, operation)
        return dict(select(answer, call.mask(response)))

    return endpoint
