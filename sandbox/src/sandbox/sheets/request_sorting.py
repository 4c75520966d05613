"""The request of a batch that sorts rows."""

from __future__ import annotations

from functools import cmp_to_key
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.blocks import carried, cut
from sandbox.sheets.errors import invalid
from sandbox.sheets.evaluation import Evaluator
from sandbox.sheets.model import EMPTY

if TYPE_CHECKING:
    from sandbox.sheets.a1 import Box
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Sheet

    Reply = dict[str, Any]


def sort_range(draft: Draft, request: dict[str, Any]) -> Reply:
    """Sort a range's rows; cells outside of it stay where they are."""
    sheet, box = draft.area(request.get("range"))
    draft.guard(sheet, box)
    specs = request.get("sortSpecs") or []
    if not specs:
        raise invalid("Must specify at least one sort spec.")
    sort_rows(
        draft,
        sheet,
        box,
        [(one.get("dimensionIndex") or 0, one.get("sortOrder") == "DESCENDING") for one in specs],
    )
    return {}


def sort_rows(draft: Draft, sheet: Sheet, box: Box, specs: list[tuple[int, bool]]) -> None:
    """Sort the rows of a box by columns, each descending or not; equal rows keep their order.

    Raises:
        SheetsError: A column is not in the box.
    """
    for column, _ in specs:
        if not box.left <= column < box.right:
            raise invalid(f"Sort column {column} is not within the range.")
    evaluator = Evaluator(draft.book, draft.now)
    order = list(range(box.top, box.bottom))
    for column, descending in reversed(specs):
        keys = {row: sort_key(evaluator.value(sheet, row, column)) for row in order}
        order.sort(key=lambda row: _placed(keys[row], descending=descending))
    _put_in_order(sheet, box, order)
    if draft.behaviour.metadata_follows_sort:
        _move_metadata(draft, sheet, box, order)


def sort_key(value: Any) -> tuple[int, Any]:
    """Return what a value is ordered by: numbers, texts, booleans, errors, then empty cells."""
    if value is None:
        return (4, 0)
    if isinstance(value, bool):
        return (2, value)
    if isinstance(value, float):
        return (0, value)
    return (1, str(value).casefold()) if isinstance(value, str) else (3, str(value))


def _placed(key: tuple[int, Any], *, descending: bool) -> Any:
    """Return a key that sorts as wanted; empty cells come last either way."""
    if not descending:
        return key
    empty = key[0] == 4  # noqa: PLR2004 - the rank given above
    return (empty, _backwards(key))


def _backwards(key: tuple[int, Any]) -> Any:
    def compare(one: tuple[int, Any], other: tuple[int, Any]) -> int:
        return (one < other) - (one > other)

    return cmp_to_key(compare)(key)


def _put_in_order(sheet: Sheet, box: Box, order: list[int]) -> None:
    rows = {row: cut(sheet.row(row), box) for row in order}
    for target, source in enumerate(order, start=box.top):
        if target != source and (rows[source] or rows[target]):
            cells = (*rows[source], *(EMPTY,) * (box.width - len(rows[source])))
            sheet.put(target, box.left, tuple(carried(cell, target - source, 0) for cell in cells))


def _move_metadata(draft: Draft, sheet: Sheet, box: Box, order: list[int]) -> None:
    now = {source: target for target, source in enumerate(order, start=box.top)}
    draft.book.metadata = [
        msgspec.structs.replace(one, start=now.get(one.start, one.start))
        if one.sheet_id == sheet.id and one.dimension == "ROWS"
        else one
        for one in draft.book.metadata
    ]


KINDS = {"sortRange": sort_range}
