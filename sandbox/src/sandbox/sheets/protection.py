"""Protected ranges: who may edit them, and which cells they guard."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.sheets.a1 import Box

if TYPE_CHECKING:
    from sandbox.sheets.model import Sheet, Spreadsheet


def may_edit(book: Spreadsheet, protected: dict[str, Any], caller: str) -> bool:
    """Whether somebody may change a protected range: its editors, and the file's owners."""
    if protected.get("warningOnly") or book.permissions.get(caller) == "owner":
        return True
    return caller in protected.get("editors", {}).get("users", ())


def touches(protected: dict[str, Any], sheet: Sheet, box: Box) -> bool:
    """Whether a box has cells of a protected range that are not excepted from it."""
    guarded = _box(protected.get("range", {}), sheet)
    free = (_box(one, sheet) for one in protected.get("unprotectedRanges", ()))
    meets = (
        guarded.top < box.bottom
        and box.top < guarded.bottom
        and guarded.left < box.right
        and box.left < guarded.right
    )
    return meets and not any(_encloses(one, box) for one in free)


def _box(wanted: dict[str, Any], sheet: Sheet) -> Box:
    return Box(
        wanted.get("startRowIndex", 0),
        wanted.get("endRowIndex", sheet.row_count),
        wanted.get("startColumnIndex", 0),
        wanted.get("endColumnIndex", sheet.column_count),
    )


def _encloses(outer: Box, inner: Box) -> bool:
    return (
        outer.top <= inner.top
        and inner.bottom <= outer.bottom
        and outer.left <= inner.left
        and inner.right <= outer.right
    )
