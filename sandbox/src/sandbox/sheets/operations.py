"""Everything that changes a spreadsheet, by name: what the journal on disk can carry out again."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets import values
from sandbox.sheets.batch import carry_out
from sandbox.sheets.copies import receive
from sandbox.sheets.errors import forbidden, invalid
from sandbox.sheets.resources import sheet_properties
from sandbox.sheets.values import Input, Rendering

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Sheet

    Body = dict[str, Any]

ROLES = ("owner", "writer", "commenter", "reader")


def batch_update(draft: Draft, _: Body, body: Body) -> Body:
    """`spreadsheets.batchUpdate`, without the spreadsheet in its answer."""
    return {"spreadsheetId": draft.book.id, "replies": carry_out(draft, body.get("requests") or [])}


def values_update(draft: Draft, arguments: Body, body: Body) -> Body:
    """`values.update`."""
    option = values.require_option(arguments.get("valueInputOption"))
    text = arguments["range"]
    if body.get("range") and body["range"] != text:
        raise invalid(
            f"Requested writing within range [{body['range']}], but the URL says [{text}]"
        )
    given = Input(body.get("values") or [], body.get("majorDimension") or "ROWS", option)
    written = values.write(draft, text, given)
    return _with_values(draft, written, arguments)


def values_append(draft: Draft, arguments: Body, body: Body) -> Body:
    """`values.append`."""
    option = values.require_option(arguments.get("valueInputOption"))
    given = Input(body.get("values") or [], body.get("majorDimension") or "ROWS", option)
    insert = arguments.get("insertDataOption") == "INSERT_ROWS"
    sheet, box, response = values.append(draft, arguments["range"], given, insert_rows=insert)
    response["updates"] = _with_values(draft, (sheet, box, response["updates"]), arguments)
    return response


def values_clear(draft: Draft, arguments: Body, _: Body) -> Body:
    """`values.clear`."""
    sheet, box = draft.a1(arguments["range"], strict=False)
    return {"spreadsheetId": draft.book.id, "clearedRange": values.clear(draft, sheet, box)}


def values_batch_update(draft: Draft, _: Body, body: Body) -> Body:
    """`values.batchUpdate`."""
    option = values.require_option(body.get("valueInputOption"))
    written = values.batch_write(draft, body.get("data") or [], option)
    return _totals(draft, [_with_values(draft, one, body) for one in written])


def values_batch_update_by_filter(draft: Draft, _: Body, body: Body) -> Body:
    """`values.batchUpdateByDataFilter`."""
    option = values.require_option(body.get("valueInputOption"))
    responses = []
    for one in body.get("data") or []:
        by = one.get("dataFilter") or {}
        given = Input(one.get("values") or [], one.get("majorDimension") or "ROWS", option)
        for sheet, box in values.filtered(draft, by):
            written = values.write_box(draft, sheet, box, given)
            response = _with_values(draft, written, body)
            response.pop("spreadsheetId")
            responses.append({**response, "dataFilter": by})
    return _totals(draft, responses)


def values_batch_clear(draft: Draft, _: Body, body: Body) -> Body:
    """`values.batchClear`."""
    found = [draft.a1(text, strict=False) for text in body.get("ranges") or []]
    return _cleared(draft, found)


def values_batch_clear_by_filter(draft: Draft, _: Body, body: Body) -> Body:
    """`values.batchClearByDataFilter`."""
    found = [one for by in body.get("dataFilters") or [] for one in values.filtered(draft, by)]
    return _cleared(draft, found)


def _cleared(draft: Draft, found: list[tuple[Sheet, Any]]) -> Body:
    texts = [values.clear(draft, sheet, box) for sheet, box in found]
    return {"spreadsheetId": draft.book.id, "clearedRanges": texts}


def _with_values(draft: Draft, written: tuple[Sheet, Any, Body], asked: Body) -> Body:
    """Return an UpdateValuesResponse, with the values as they are now when asked for."""
    sheet, box, response = written
    if not _flag(asked.get("includeValuesInResponse")):
        return response
    rendering = Rendering(
        asked.get("responseValueRenderOption") or "FORMATTED_VALUE",
        asked.get("responseDateTimeRenderOption") or "SERIAL_NUMBER",
    )
    return {**response, "updatedData": values.read(draft, sheet, box, rendering)}


def _flag(value: Any) -> bool:
    return str(value).lower() == "true"


def _totals(draft: Draft, responses: list[Body]) -> Body:
    """Return a BatchUpdateValuesResponse; columns are counted per range."""
    tabs = {one["updatedRange"].rpartition("!")[0] for one in responses}
    return {
        "spreadsheetId": draft.book.id,
        "totalUpdatedRows": sum(one["updatedRows"] for one in responses),
        "totalUpdatedColumns": sum(one["updatedColumns"] for one in responses),
        "totalUpdatedCells": sum(one["updatedCells"] for one in responses),
        "totalUpdatedSheets": len(tabs),
        "responses": responses,
    }


def share(draft: Draft, _: Body, body: Body) -> Body:
    """Give somebody a role."""
    if body.get("role") not in ROLES:
        raise invalid("The specified role is invalid or not supported.")
    draft.book.permissions[body["email"]] = body["role"]
    return {}


def unshare(draft: Draft, _: Body, body: Body) -> Body:
    """Take somebody's role away."""
    if draft.book.permissions.pop(body["email"], None) is None:
        raise forbidden()
    return {}


def receive_sheet(draft: Draft, _: Body, body: Body) -> Body:
    """Take over a tab that is copied from another spreadsheet."""
    return {**sheet_properties(draft.book, receive(draft, body))}


OPERATIONS: dict[str, Callable[[Draft, Body, Body], Body]] = {
    "batchUpdate": batch_update,
    "values.update": values_update,
    "values.append": values_append,
    "values.clear": values_clear,
    "values.batchUpdate": values_batch_update,
    "values.batchUpdateByDataFilter": values_batch_update_by_filter,
    "values.batchClear": values_batch_clear,
    "values.batchClearByDataFilter": values_batch_clear_by_filter,
    "share": share,
    "unshare": unshare,
    "receiveSheet": receive_sheet,
}
