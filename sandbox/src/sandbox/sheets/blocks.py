"""Blocks of cells that go to another place."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sandbox.sheets.model import Formula
from sandbox.sheets.references import translate

if TYPE_CHECKING:
    from sandbox.sheets.a1 import Box
    from sandbox.sheets.model import Cell, Row


def cut(row: Row, box: Box) -> Row:
    """Return the part of a row within a box, as far as the row has cells."""
    return row[box.left : box.right]


def carried(cell: Cell, rows: int, columns: int) -> Cell:
    """Return a cell as it is after it went so many rows and columns further."""
    if not isinstance(cell.value, Formula):
        return cell
    return msgspec.structs.replace(cell, value=Formula(translate(cell.value.text, rows, columns)))
