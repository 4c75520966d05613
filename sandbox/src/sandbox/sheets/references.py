"""References in formulas, and how they change when cells move."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from sandbox.sheets.a1 import column_index, column_letters, quote_title

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.model import Dimension

    Span = Callable[[int, int], "tuple[int, int] | None"]

_END = r"(\$?)([A-Za-z]{1,3})?(\$?)([1-9]\d*)?"
_TITLE = r"(?:('(?:[^']|'')*'|[A-Za-z_][\w.]*)!)?"
_CELL = r"(\$?)([A-Za-z]{1,3})(\$?)([1-9]\d*)"
REFERENCE = re.compile(
    rf'"(?:[^"]|"")*"'
    rf"|{_TITLE}(?<![\w$])(?:{_END}:{_END}|{_CELL})(?![\w(!:])"
)
_BROKEN = "#REF!"
_FAR = 2**31


class Reference:
    """One reference as it stands in a formula's text."""

    def __init__(self, match: re.Match[str]) -> None:
        groups = match.groups()
        self.title = _unquoted(groups[0])
        self.is_range = ":" in match[0][len(groups[0] or "") :]
        first = groups[1:5] if self.is_range else groups[9:13]
        last = groups[5:9] if self.is_range else first
        self.fixed = [bool(first[0]), bool(first[2]), bool(last[0]), bool(last[2])]
        self.columns = [_column(first[1]), _column(last[1])]
        self.rows = [_row(first[3]), _row(last[3])]

    @property
    def sound(self) -> bool:
        """Whether it names cells at all: `:` alone does not."""
        return all(
            column is not None or row is not None
            for column, row in zip(self.columns, self.rows, strict=True)
        )

    def text(self) -> str:
        """Return it as it is written."""
        ends = [self._end(0), self._end(1)] if self.is_range else [self._end(0)]
        prefix = f"{quote_title(self.title)}!" if self.title is not None else ""
        return prefix + ":".join(ends)

    def _end(self, which: int) -> str:
        column, row = self.columns[which], self.rows[which]
        column_fixed, row_fixed = self.fixed[2 * which : 2 * which + 2]
        letters = "" if column is None else "$" * column_fixed + column_letters(column)
        number = "" if row is None else "$" * row_fixed + str(row + 1)
        return letters + number


def shift_formula(text: str, home: str, changed: str, dimension: Dimension, span: Span) -> str:
    """Return a formula after rows or columns of one tab were inserted, deleted or moved.

    Args:
        text: The formula.
        home: Title of the tab it stands on.
        changed: Title of the tab that changed.
        dimension: What was inserted, deleted or moved.
        span: Where a run of them is afterwards.
    """

    def change(reference: Reference) -> str:
        title = home if reference.title is None else reference.title
        if title.casefold() != changed.casefold():
            return reference.text()
        ends = reference.rows if dimension == "ROWS" else reference.columns
        start, end = ends
        if start is None and end is None:
            return reference.text()
        moved = span(start or 0, _FAR if end is None else end + 1)
        if moved is None:
            return _BROKEN
        ends[0] = None if start is None else moved[0]
        ends[1] = None if end is None else moved[1] - 1
        return reference.text()

    return _each(text, change)


def translate(text: str, rows: int, columns: int) -> str:
    """Return a formula as it reads when it is copied so many rows and columns further."""

    def change(reference: Reference) -> str:
        for which in (0, 1):
            column, row = reference.columns[which], reference.rows[which]
            if column is not None and not reference.fixed[2 * which]:
                reference.columns[which] = column + columns
            if row is not None and not reference.fixed[2 * which + 1]:
                reference.rows[which] = row + rows
        ends = [one for one in (*reference.columns, *reference.rows) if one is not None]
        return reference.text() if min(ends) >= 0 else _BROKEN

    return _each(text, change)


def rename_title(text: str, old: str, new: str | None) -> str:
    """Return a formula after a tab got another title, or after it was deleted (None)."""

    def change(reference: Reference) -> str:
        if reference.title is None or reference.title.casefold() != old.casefold():
            return reference.text()
        if new is None:
            return _BROKEN
        reference.title = new
        return reference.text()

    return _each(text, change)


def _each(text: str, change: Callable[[Reference], str]) -> str:
    def replace(match: re.Match[str]) -> str:
        if match[0].startswith('"'):
            return match[0]
        reference = Reference(match)
        return change(reference) if reference.sound else match[0]

    return REFERENCE.sub(replace, text)


def _unquoted(title: str | None) -> str | None:
    if title is None or not title.startswith("'"):
        return title
    return title[1:-1].replace("''", "'")


def _column(letters: str | None) -> int | None:
    return column_index(letters) if letters else None


def _row(number: str | None) -> int | None:
    return int(number) - 1 if number else None
