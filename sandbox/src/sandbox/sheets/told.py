"""Objects of a spreadsheet as the API tells them."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.protection import may_edit

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Metadata

LOCATIONS = {"ROWS": "ROW", "COLUMNS": "COLUMN"}


def told_protected(draft: Draft, one: dict[str, Any]) -> dict[str, Any]:
    """Return a protected range as the API tells it to the caller."""
    told = {**one, "range": without_zero_sheet(one["range"])}
    told["requestingUserCanEdit"] = may_edit(draft.book, one, draft.caller)
    return told


def without_zero_sheet(value: Any) -> Any:
    """Return a JSON value as Google tells it: its grid ranges leave a sheetId of 0 out."""
    if isinstance(value, list):
        return [without_zero_sheet(one) for one in value]
    if not isinstance(value, dict):
        return value
    return {key: without_zero_sheet(one) for key, one in value.items() if key != "sheetId" or one}


def told_metadata(one: Metadata) -> dict[str, Any]:
    """Return an entry as the API tells it."""
    told: dict[str, Any] = {"metadataId": one.id, "metadataKey": one.key}
    if one.value is not None:
        told["metadataValue"] = one.value
    told["location"] = _told_location(one)
    told["visibility"] = one.visibility
    return told


def _told_location(one: Metadata) -> dict[str, Any]:
    if one.sheet_id is None:
        return {"locationType": "SPREADSHEET", "spreadsheet": True}
    if one.dimension is None:
        return {"locationType": "SHEET", "sheetId": one.sheet_id}
    span = {
        "sheetId": one.sheet_id,
        "dimension": one.dimension,
        "startIndex": one.start,
        "endIndex": one.start + 1,
    }
    return {"locationType": LOCATIONS[one.dimension], "dimensionRange": span}
