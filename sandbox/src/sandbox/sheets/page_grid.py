"""A tab as an HTML table: letters and numbers around it, frozen rows on top, cells as they look."""

from __future__ import annotations

import re
from html import escape
from typing import TYPE_CHECKING, Any

from sandbox.sheets.a1 import column_letters
from sandbox.sheets.cell_resources import Formatter
from sandbox.sheets.page_rules import Rules
from sandbox.sheets.page_style import css
from sandbox.sheets.resources import COLUMN_PIXELS, ROW_PIXELS

if TYPE_CHECKING:
    from sandbox.sheets.model import Cell, Sheet, Spreadsheet

ROWS_PER_PAGE = 200
_COLUMNS_SHOWN = 60
_TEXT_SHOWN = 500
_NUMBER_PIXELS = 46
_HEADER_PIXELS = 24
_SPACES = re.compile(r"\s+")


def page_count(sheet: Sheet) -> int:
    """Return how many pages a tab has."""
    return max(1, -(-sheet.row_count // ROWS_PER_PAGE))


def grid(book: Spreadsheet, sheet: Sheet, page: int, now: float) -> str:
    """Return one page of a tab's table; frozen rows are on every page."""
    return _Grid(book, sheet, now).html(page)


class _Grid:
    def __init__(self, book: Spreadsheet, sheet: Sheet, now: float) -> None:
        self._sheet = sheet
        self._formatter = Formatter(book, now)
        self._rules = Rules(sheet)
        self._styles = book.styles
        self._columns = [
            index
            for index in range(min(sheet.column_count, _COLUMNS_SHOWN))
            if not sheet.column_properties.get(index, {}).get("hiddenByUser")
        ]
        self._frozen_rows = sheet.grid.get("frozenRowCount", 0)
        self._frozen_columns = sheet.grid.get("frozenColumnCount", 0)

    def html(self, page: int) -> str:
        start = (page - 1) * ROWS_PER_PAGE
        end = min(page * ROWS_PER_PAGE, self._sheet.row_count)
        rows = [*range(self._frozen_rows), *range(max(start, self._frozen_rows), end)]
        body = "".join(self._row(row) for row in rows if not self._hidden(row))
        return f'<table class="grid">{self._widths()}{self._letters()}<tbody>{body}</tbody></table>'

    def _hidden(self, row: int) -> bool:
        known = self._sheet.row_properties.get(row, {})
        return bool(known.get("hiddenByUser")) or self._rules.filtered_out(
            row, lambda column: self._text(row, column)
        )

    def _width(self, column: int) -> int:
        known = self._sheet.column_properties.get(column, {})
        return int(known.get("pixelSize", COLUMN_PIXELS))

    def _height(self, row: int) -> int:
        return int(self._sheet.row_properties.get(row, {}).get("pixelSize", ROW_PIXELS))

    def _widths(self) -> str:
        columns = "".join(f'<col style="width:{self._width(one)}px">' for one in self._columns)
        return f'<colgroup><col style="width:{_NUMBER_PIXELS}px">{columns}</colgroup>'

    def _letters(self) -> str:
        letters = "".join(f"<th>{column_letters(one)}</th>" for one in self._columns)
        return f"<thead><tr><th></th>{letters}</tr></thead>"

    def _row(self, row: int) -> str:
        frozen = row < self._frozen_rows
        top = ""
        if frozen:
            above = _HEADER_PIXELS + sum(self._height(one) for one in range(row))
            top = f"top:{above}px;"
        cells = "".join(self._cell(row, column, top) for column in self._columns)
        name = "frozen lastfrozen" if row == self._frozen_rows - 1 else "frozen"
        kind = f' class="{name}"' if frozen else ""
        number = f'<th style="{top}">{row + 1}</th>'
        return f'<tr{kind} style="height:{self._height(row)}px">{number}{cells}</tr>'

    def _text(self, row: int, column: int) -> str:
        cell = self._sheet.cell(row, column)
        value = self._formatter.effective(self._sheet, row, column, cell)
        return self._formatter.text(self._sheet, cell, value)

    def _cell(self, row: int, column: int, top: str) -> str:
        cell = self._sheet.cell(row, column)
        value = self._formatter.effective(self._sheet, row, column, cell)
        text = self._formatter.text(self._sheet, cell, value)
        look = {**self._rules.banding(row, column), **self._styles[cell.style]}
        look |= self._rules.conditional(row, column, value, text)
        style = top + self._left(column) + _alignment(value) + css(look)
        classes = self._classes(row, column, cell, look)
        title = f' title="{escape(cell.note)}"' if cell.note else ""
        kind = f' class="{classes}"' if classes else ""
        return f'<td{kind}{title} style="{style}">{_shown(text, look)}</td>'

    def _left(self, column: int) -> str:
        """Return where a frozen column stays when the others are scrolled."""
        if column >= self._frozen_columns:
            return ""
        widths = (self._width(one) for one in self._columns if one < column)
        return f"left:{_NUMBER_PIXELS + sum(widths)}px;"

    def _classes(self, row: int, column: int, cell: Cell, look: dict[str, Any]) -> str:
        found = {
            "wrap": look.get("wrapStrategy") == "WRAP",
            "noted": bool(cell.note),
            "fixed": column < self._frozen_columns,
            "edge": column == self._frozen_columns - 1,
            "filter": self._rules.filter_header(row, column),
        }
        return " ".join(name for name, holds in found.items() if holds)


def _alignment(value: Any) -> str:
    """Return where a value stands that has no alignment of its own."""
    if isinstance(value, bool):
        return "text-align:center;"
    return "text-align:right;" if isinstance(value, float) else ""


def _shown(text: str, look: dict[str, Any]) -> str:
    """Return a cell's text; unless it is wrapped, on one line."""
    text = text if len(text) <= _TEXT_SHOWN else f"{text[:_TEXT_SHOWN]}..."
    return escape(text if look.get("wrapStrategy") == "WRAP" else _SPACES.sub(" ", text))
