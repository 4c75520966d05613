"""Copying a tab from one spreadsheet to another."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.model import Sheet

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft


def pack(draft: Draft, sheet_id: int) -> dict[str, Any]:
    """Return a tab with its formats, as a JSON value that `receive` takes."""
    sheet = draft.sheet(sheet_id)
    packed: dict[str, Any] = msgspec.to_builtins(
        {"sheet": sheet, "styles": draft.book.styles}, str_keys=True
    )
    return packed


def receive(draft: Draft, packed: dict[str, Any]) -> Sheet:
    """Add a packed tab under a new id, called "Copy of ..."."""
    sheet = msgspec.convert(packed["sheet"], Sheet, strict=False)
    numbers = [draft.style(style) for style in packed["styles"]]
    sheet.rows = [
        tuple(msgspec.structs.replace(cell, style=numbers[cell.style]) for cell in row)
        for row in sheet.rows
    ]
    sheet.id = draft.new_id()
    title = f"Copy of {sheet.title}"
    while draft.book.titled(title):
        title = f"Copy of {title}"
    sheet.title = title
    draft.book.sheets.append(sheet)
    draft.book.formulas = True
    draft.check_size()
    return sheet
