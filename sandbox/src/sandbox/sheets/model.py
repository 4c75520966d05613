"""What a spreadsheet is made of.

Cells and rows are never changed in place: a draft shares them with the spreadsheet it was forked
from, so that a request costs what it touches and a failed one costs nothing.
"""

from __future__ import annotations

import copy
from typing import TYPE_CHECKING, Any, Literal, TypeAlias

import msgspec

from sandbox.sheets.a1 import Box

if TYPE_CHECKING:
    from collections.abc import Callable

Dimension = Literal["ROWS", "COLUMNS"]
DEFAULT_ROWS = 1000
DEFAULT_COLUMNS = 26


class Formula(msgspec.Struct, frozen=True, array_like=True, tag=True, gc=False):
    """A formula as it was typed, equals sign included."""

    text: str


Value: TypeAlias = bool | float | str | Formula | None


class Cell(msgspec.Struct, frozen=True, array_like=True, gc=False):
    """One cell.

    Attributes:
        value: What was entered; None is empty.
        style: Its number in the spreadsheet's list of styles; 0 is no format at all.
        note: The note on it.
        extra: Further fields of CellData, such as dataValidation.
    """

    value: Value = None
    style: int = 0
    note: str = ""
    extra: dict[str, Any] | None = None


EMPTY = Cell()
Row: TypeAlias = tuple[Cell, ...]


class Metadata(msgspec.Struct, frozen=True, omit_defaults=True):
    """A developer metadata entry; without a sheet it belongs to the spreadsheet."""

    id: int
    key: str
    value: str | None
    visibility: str
    sheet_id: int | None = None
    dimension: Dimension | None = None
    start: int = 0


class Sheet(msgspec.Struct):
    """One tab.

    Attributes:
        rows: The rows from the top; those after the last one are empty, and so are the cells
            after a row's last one.
        properties: What else SheetProperties tells: hidden, tabColor, ...
        grid: What else GridProperties tells: frozenRowCount, ...
        row_properties: DimensionProperties by row; only those that differ from the default.
        column_properties: The same by column.
        objects: Further members of the Sheet resource by name, each a list: merges,
            protectedRanges, conditionalFormats, filterViews, bandedRanges, tables.
        basic_filter: The tab's filter.
        formula_rows: Every row that has a formula, and maybe some that once had.
    """

    id: int
    title: str
    row_count: int = DEFAULT_ROWS
    column_count: int = DEFAULT_COLUMNS
    rows: list[Row] = []
    properties: dict[str, Any] = {}
    grid: dict[str, Any] = {}
    row_properties: dict[int, dict[str, Any]] = {}
    column_properties: dict[int, dict[str, Any]] = {}
    objects: dict[str, list[dict[str, Any]]] = {}
    basic_filter: dict[str, Any] | None = None
    formula_rows: set[int] = set()

    def fork(self) -> Sheet:
        """Return a sheet that can be changed without changing this one."""
        return Sheet(
            self.id,
            self.title,
            self.row_count,
            self.column_count,
            self.rows.copy(),
            copy.deepcopy(self.properties),
            self.grid.copy(),
            copy.deepcopy(self.row_properties),
            copy.deepcopy(self.column_properties),
            copy.deepcopy(self.objects),
            copy.deepcopy(self.basic_filter),
            self.formula_rows.copy(),
        )

    @property
    def whole(self) -> Box:
        """The whole grid."""
        return Box(0, self.row_count, 0, self.column_count)

    @property
    def cell_count(self) -> int:
        """Cells of the grid, empty ones too."""
        return self.row_count * self.column_count

    def row(self, index: int) -> Row:
        """Return a row's cells up to its last one that is not empty."""
        return self.rows[index] if index < len(self.rows) else ()

    def cell(self, row: int, column: int) -> Cell:
        """Return one cell."""
        cells = self.row(row)
        return cells[column] if column < len(cells) else EMPTY

    def set_row(self, index: int, cells: Row) -> None:
        """Replace a row."""
        if any(type(cell.value) is Formula for cell in cells):
            self.formula_rows.add(index)
        missing = index + 1 - len(self.rows)
        if missing > 0:
            self.rows.extend([()] * missing)
        self.rows[index] = cells

    def put(self, row: int, column: int, cells: Row) -> None:
        """Replace some neighbouring cells of a row."""
        old = self.row(row)
        if len(old) < column:
            old = (*old, *(EMPTY,) * (column - len(old)))
        self.set_row(row, old[:column] + cells + old[column + len(cells) :])

    def change_formulas(self, change: Callable[[str], str]) -> None:
        """Replace the text of every formula."""
        for index in sorted(self.formula_rows):
            row = self.row(index)
            if row:
                self.rows[index] = tuple(
                    msgspec.structs.replace(cell, value=Formula(change(cell.value.text)))
                    if isinstance(cell.value, Formula)
                    else cell
                    for cell in row
                )

    def last_row_with_data(self) -> int:
        """Return the index after the last row in which any cell has a value."""
        for index in range(len(self.rows) - 1, -1, -1):
            for cell in self.rows[index]:
                if cell.value is not None:
                    return index + 1
        return 0


class Spreadsheet(msgspec.Struct):
    """A spreadsheet and everything Google keeps about it.

    Attributes:
        properties: SpreadsheetProperties: title, locale, timeZone, ...
        sheets: The tabs, in order.
        styles: The formats that cells refer to by number.
        permissions: Role (owner, writer, commenter, reader) by e-mail address.
        version: Grows with every change, as Drive's `version` does.
        created: Unix seconds.
        modified: Unix seconds.
        formulas: Whether any cell ever was a formula.
    """

    id: str
    properties: dict[str, Any]
    sheets: list[Sheet] = []
    styles: list[dict[str, Any]] = msgspec.field(default_factory=lambda: [{}])
    named_ranges: list[dict[str, Any]] = []
    metadata: list[Metadata] = []
    permissions: dict[str, str] = {}
    version: int = 1
    created: float = 0.0
    modified: float = 0.0
    formulas: bool = False

    def fork(self) -> Spreadsheet:
        """Return a spreadsheet that can be changed without changing this one."""
        return Spreadsheet(
            self.id,
            copy.deepcopy(self.properties),
            [sheet.fork() for sheet in self.sheets],
            self.styles.copy(),
            copy.deepcopy(self.named_ranges),
            self.metadata.copy(),
            self.permissions.copy(),
            self.version,
            self.created,
            self.modified,
            self.formulas,
        )

    @property
    def title(self) -> str:
        """The file's name."""
        return str(self.properties["title"])

    @property
    def cell_count(self) -> int:
        """Cells of all grids, which is what the limit counts."""
        return sum(sheet.cell_count for sheet in self.sheets)

    def find(self, sheet_id: int) -> Sheet | None:
        """Return the tab with an id."""
        return next((one for one in self.sheets if one.id == sheet_id), None)

    def titled(self, title: str) -> Sheet | None:
        """Return the tab with a title; Google does not tell upper from lower case here."""
        exact = next((one for one in self.sheets if one.title == title), None)
        folded = title.casefold()
        return exact or next((one for one in self.sheets if one.title.casefold() == folded), None)
