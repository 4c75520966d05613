"""Which table an append goes below: Google looks for blocks of cells with data."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.sheets.a1 import Box

if TYPE_CHECKING:
    from sandbox.sheets.model import Sheet


def last_table(sheet: Sheet, box: Box) -> Box | None:
    """Return the last table that a range touches; None when there is none.

    A table is a block of filled cells that touch one another, corners too. Of several it is the
    one that begins lowest; of those beside one another, the rightmost.
    """
    touched = [table for table in tables(sheet) if _touch(table, box)]
    return max(touched, key=lambda table: (table.top, table.left), default=None)


def tables(sheet: Sheet) -> list[Box]:
    """Return every table of a tab.

    Rows are gone through from the top; runs of filled cells join the tables of the row above
    that they touch, and tables that touch become one.
    """
    done: list[Box] = []
    open_ones: list[Box] = []
    for index, row in enumerate(sheet.rows):
        filled = [column for column, cell in enumerate(row) if cell.value is not None]
        open_ones, closed = _with_row(open_ones, _runs(filled), index)
        done += closed
    return done + open_ones


def _with_row(
    open_ones: list[Box], runs: list[tuple[int, int]], row: int
) -> tuple[list[Box], list[Box]]:
    """Return the tables that go on in a row, and those that ended above it."""
    going: list[Box] = []
    left = list(open_ones)
    for start, end in runs:
        joined = [one for one in left if one.left <= end and start <= one.right]
        left = [one for one in left if one not in joined]
        joined += [one for one in going if one.left <= end and start <= one.right]
        going = [one for one in going if one not in joined]
        going.append(
            Box(
                min((one.top for one in joined), default=row),
                row + 1,
                min([start, *(one.left for one in joined)]),
                max([end, *(one.right for one in joined)]),
            )
        )
    return going, left


def _runs(filled: list[int]) -> list[tuple[int, int]]:
    """Return the runs of neighbouring columns, half-open."""
    runs: list[tuple[int, int]] = []
    for column in filled:
        if runs and runs[-1][1] == column:
            runs[-1] = (runs[-1][0], column + 1)
        else:
            runs.append((column, column + 1))
    return runs


def _touch(table: Box, box: Box) -> bool:
    return (
        table.top < box.bottom
        and box.top < table.bottom
        and table.left < box.right
        and box.left < table.right
    )
