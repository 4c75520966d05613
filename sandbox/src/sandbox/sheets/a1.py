"""A1 notation: what a range's text means, and how Google writes one."""

from __future__ import annotations

import re
from typing import NamedTuple

_LETTERS = 26
COLUMN_MAXIMUM = 18_278  # ZZZ
_END = r"\$?([A-Za-z]{1,3})?\$?([1-9]\d{0,8})?"
_CELLS = re.compile(rf"^{_END}(?::{_END})?$")
_QUOTED = re.compile(r"^'((?:[^']|'')*)'(?:!(.*))?$", re.DOTALL)
_PLAIN_TITLE = re.compile(r"^[A-Za-z_][A-Za-z0-9_]*$")
_LIKE_A_CELL = re.compile(r"^([A-Za-z]{1,3}\d+|[Rr]\d*[Cc]\d*)$")


class Area(NamedTuple):
    """A rectangle of cells, half-open and from 0; None is as far as the grid goes."""

    top: int | None = None
    bottom: int | None = None
    left: int | None = None
    right: int | None = None


class Box(NamedTuple):
    """A rectangle within a grid, half-open and from 0."""

    top: int
    bottom: int
    left: int
    right: int

    @property
    def height(self) -> int:
        """How many rows."""
        return self.bottom - self.top

    @property
    def width(self) -> int:
        """How many columns."""
        return self.right - self.left


def column_letters(index: int) -> str:
    """Return a column's letters: 0 is A, 26 is AA."""
    letters = ""
    number = index + 1
    while number:
        number, rest = divmod(number - 1, _LETTERS)
        letters = chr(ord("A") + rest) + letters
    return letters


def column_index(letters: str) -> int:
    """Return the index of a column's letters."""
    number = 0
    for letter in letters.upper():
        number = number * _LETTERS + ord(letter) - ord("A") + 1
    return number - 1


def split_title(text: str) -> tuple[str | None, str | None]:
    """Return the tab's title and the cells of a range's text; None where it names none.

    A quoted title always is one. A text without an exclamation mark that reads as cells is
    cells; otherwise it is a title.
    """
    quoted = _QUOTED.match(text)
    if quoted:
        return quoted[1].replace("''", "'"), quoted[2]
    if "!" in text:
        title, _, cells = text.rpartition("!")
        return title, cells
    return (None, text) if parse_cells(text) else (text, None)


def parse_cells(text: str) -> Area | None:
    """Return the rectangle that `A1`, `A1:B`, `2:3` or `C:A` means; None when it is no cells."""
    found = _CELLS.match(text)
    if not found or not text:
        return None
    column, row, other_column, other_row = found.groups()
    if ":" not in text:
        if column is None or row is None:
            return None
        other_column, other_row = column, row
    if (column is None and row is None) or (other_column is None and other_row is None):
        return None
    top, bottom = _span(row and int(row) - 1, other_row and int(other_row) - 1)
    left, right = _span(
        column and column_index(column), other_column and column_index(other_column)
    )
    return Area(top, bottom, left, right)


def _span(first: int | str | None, last: int | str | None) -> tuple[int | None, int | None]:
    """Return both ends in order; a missing one reaches to the end of the grid."""
    if first is None or last is None:
        known = first if first is not None else last
        return (None if known is None else int(known)), None
    low, high = sorted((int(first), int(last)))
    return low, high + 1


def quote_title(title: str) -> str:
    """Return a title as Google writes it before an exclamation mark."""
    if _PLAIN_TITLE.match(title) and not _LIKE_A_CELL.match(title):
        return title
    return "'" + title.replace("'", "''") + "'"


def cells_text(box: Box) -> str:
    """Return a rectangle's text, such as `A1:B2`, or `A1` for one cell."""
    first = f"{column_letters(box.left)}{box.top + 1}"
    last = f"{column_letters(max(box.right - 1, box.left))}{max(box.bottom, box.top + 1)}"
    return first if first == last else f"{first}:{last}"


def range_text(title: str, box: Box) -> str:
    """Return the whole text of a rectangle on a tab."""
    return f"{quote_title(title)}!{cells_text(box)}"
