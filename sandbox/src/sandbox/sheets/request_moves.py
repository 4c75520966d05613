"""The requests of a batch that move or rewrite cells by what is in them."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.a1 import Box
from sandbox.sheets.blocks import carried, cut
from sandbox.sheets.draft import require_inside
from sandbox.sheets.errors import invalid
from sandbox.sheets.evaluation import Evaluator
from sandbox.sheets.model import EMPTY, Cell, Formula
from sandbox.sheets.request_cells import change_cells
from sandbox.sheets.request_sorting import sort_key
from sandbox.sheets.typing_in import typed_cell

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Row, Sheet

    Reply = dict[str, Any]

_PASTES: dict[str, Callable[[Cell, Cell], Cell]] = {
    "PASTE_NORMAL": lambda new, _: new,
    "PASTE_VALUES": lambda new, old: msgspec.structs.replace(old, value=new.value),
    "PASTE_FORMULA": lambda new, old: msgspec.structs.replace(old, value=new.value),
    "PASTE_FORMAT": lambda new, old: msgspec.structs.replace(old, style=new.style),
}


def copy_paste(draft: Draft, request: dict[str, Any]) -> Reply:
    """Copy a range to another place, as often as it fits there."""
    sheet, box = draft.area(request.get("source"))
    target, place = _destination(draft, request.get("destination"), box)
    draft.guard(target, place)
    paste = _pasting(request)
    block = [_padded(sheet, row, box) for row in range(box.top, box.bottom)]
    for row in range(place.top, place.bottom):
        source = block[(row - place.top) % box.height]
        old = _padded(target, row, place)
        cells = tuple(
            paste(
                carried(
                    source[index % box.width],
                    row - box.top - (row - place.top) % box.height,
                    place.left + index - box.left - index % box.width,
                ),
                old[index],
            )
            for index in range(place.width)
        )
        target.put(row, place.left, cells)
    return {}


def _pasting(request: dict[str, Any]) -> Callable[[Cell, Cell], Cell]:
    kind = request.get("pasteType") or "PASTE_NORMAL"
    if kind not in _PASTES or request.get("pasteOrientation", "NORMAL") == "TRANSPOSE":
        raise invalid(f"The stand-in does not know how to paste {kind} this way.")
    return _PASTES[kind]


def _destination(draft: Draft, wanted: dict[str, Any] | None, box: Box) -> tuple[Sheet, Box]:
    """Return where a copy goes: whole repetitions of the source, at least one."""
    target, place = draft.area(wanted)
    height = max(place.height // box.height, 1) * box.height
    width = max(place.width // box.width, 1) * box.width
    place = Box(place.top, place.top + height, place.left, place.left + width)
    require_inside(target, place)
    return target, place


def _padded(sheet: Sheet, row: int, box: Box) -> Row:
    cells = cut(sheet.row(row), box)
    return (*cells, *(EMPTY,) * (box.width - len(cells)))


def cut_paste(draft: Draft, request: dict[str, Any]) -> Reply:
    """Move a range to another place."""
    sheet, box = draft.area(request.get("source"))
    to = request.get("destination") or {}
    target = draft.sheet(to.get("sheetId") or 0)
    top, left = to.get("rowIndex") or 0, to.get("columnIndex") or 0
    place = Box(top, top + box.height, left, left + box.width)
    require_inside(target, place)
    draft.guard(sheet, box)
    draft.guard(target, place)
    block = [_padded(sheet, row, box) for row in range(box.top, box.bottom)]
    change_cells(sheet, box, lambda *_: EMPTY)
    for index, cells in enumerate(block):
        target.put(place.top + index, place.left, cells)
    return {}


def find_replace(draft: Draft, request: dict[str, Any]) -> Reply:
    """Replace a text wherever it stands."""
    pattern = _pattern(request)
    tally = {
        "valuesChanged": 0,
        "formulasChanged": 0,
        "rowsChanged": 0,
        "sheetsChanged": 0,
        "occurrencesChanged": 0,
    }
    for sheet, box in _searched(draft, request):
        rows = _replace_in(draft, sheet, box, (pattern, request), tally)
        tally["rowsChanged"] += rows
        tally["sheetsChanged"] += bool(rows)
    return {"findReplace": {name: count for name, count in tally.items() if count}}


def _pattern(request: dict[str, Any]) -> re.Pattern[str]:
    text = request.get("find") or ""
    if not text:
        raise invalid("The text to find must not be empty.")
    text = text if request.get("searchByRegex") else re.escape(text)
    text = f"^(?:{text})$" if request.get("matchEntireCell") else text
    return re.compile(text, 0 if request.get("matchCase") else re.IGNORECASE)


def _searched(draft: Draft, request: dict[str, Any]) -> list[tuple[Sheet, Box]]:
    if request.get("allSheets"):
        return [(sheet, sheet.whole) for sheet in draft.book.sheets]
    if request.get("range") is not None:
        return [draft.area(request["range"])]
    sheet = draft.sheet(request.get("sheetId") or 0)
    return [(sheet, sheet.whole)]


def _replace_in(
    draft: Draft,
    sheet: Sheet,
    box: Box,
    search: tuple[re.Pattern[str], dict[str, Any]],
    tally: dict[str, int],
) -> int:
    """Replace within one tab; returns how many rows changed."""
    pattern, request = search
    changed = set()

    def change(cell: Cell, row: int, column: int) -> Cell:  # noqa: ARG001
        formula = isinstance(cell.value, Formula)
        if formula and not request.get("includeFormulas"):
            return cell
        text = _searchable(cell)
        new, count = pattern.subn(request.get("replacement") or "", text) if text else (text, 0)
        if not count:
            return cell
        changed.add(row)
        tally["occurrencesChanged"] += count
        tally["formulasChanged" if formula else "valuesChanged"] += 1
        return typed_cell(draft, cell, new)

    change_cells(sheet, box, change)
    return len(changed)


def _searchable(cell: Cell) -> str:
    if isinstance(cell.value, Formula):
        return cell.value.text
    return cell.value if isinstance(cell.value, str) else ""


def delete_duplicates(draft: Draft, request: dict[str, Any]) -> Reply:
    """Delete rows of a range that are alike; the first one from the top stays."""
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    spans = request.get("comparisonColumns") or [{"startIndex": box.left, "endIndex": box.right}]
    columns = [index for one in spans for index in range(one.get("startIndex", 0), one["endIndex"])]
    evaluator = Evaluator(draft.book, draft.now)
    seen: set[tuple[Any, ...]] = set()
    kept = []
    for row in range(box.top, box.bottom):
        key = tuple(sort_key(evaluator.value(sheet, row, column)) for column in columns)
        if key not in seen:
            seen.add(key)
            kept.append(_padded(sheet, row, box))
    gone = box.height - len(kept)
    kept += [(EMPTY,) * box.width] * gone
    for row, cells in enumerate(kept, start=box.top):
        sheet.put(row, box.left, cells)
    return {"deleteDuplicates": {"duplicatesRemovedCount": gone} if gone else {}}


def trim_whitespace(draft: Draft, request: dict[str, Any]) -> Reply:
    """Take spaces from both ends of texts, and more than one within."""
    sheet, box = draft.area(request.get("range"))
    count = 0

    def change(cell: Cell, row: int, column: int) -> Cell:  # noqa: ARG001
        nonlocal count
        if not isinstance(cell.value, str):
            return cell
        text = " ".join(cell.value.split())
        count += text != cell.value
        return msgspec.structs.replace(cell, value=text or None)

    change_cells(sheet, box, change)
    return {"trimWhitespace": {"cellsChangedCount": count} if count else {}}


def paste_data(draft: Draft, request: dict[str, Any]) -> Reply:
    """Write a text of cells as if a person had typed it."""
    at = request.get("coordinate") or {}
    sheet = draft.sheet(at.get("sheetId") or 0)
    lines = (request.get("data") or "").split("\n")
    rows = [line.split(request.get("delimiter") or "\t") for line in lines]
    top, left = at.get("rowIndex") or 0, at.get("columnIndex") or 0
    box = Box(top, top + len(rows), left, left + max(map(len, rows)))
    require_inside(sheet, box)
    draft.guard(sheet, box)
    for index, row in enumerate(rows, start=top):
        cells = tuple(
            typed_cell(draft, sheet.cell(index, column), text)
            for column, text in enumerate(row, start=left)
        )
        sheet.put(index, left, cells)
    return {}


KINDS = {
    "copyPaste": copy_paste,
    "cutPaste": cut_paste,
    "findReplace": find_replace,
    "deleteDuplicates": delete_duplicates,
    "trimWhitespace": trim_whitespace,
    "pasteData": paste_data,
}
