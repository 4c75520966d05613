"""The spreadsheet as it stands: worksheets, marked columns, checkpoint, and the cells watched.

Two reads serve a whole run: the structure, and the header row and the watched columns of all
worksheets that are going to be written.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from target_gsheets.checkpoint import Checkpoint, checkpoint_of
from target_gsheets.edits import COLUMN_KEY, PEOPLE_KEY, STREAM_KEY
from target_gsheets.errors import MovedError
from target_gsheets.layout import UNDO

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_gsheets.client import Sheets

_METADATA = "developerMetadata(metadataKey,metadataValue)"
_STRUCTURE = (
    "properties(title,locale,timeZone),"
    "sheets(properties(sheetId,title,sheetType,hidden,gridProperties),"
    "protectedRanges(protectedRangeId,description,range,warningOnly,requestingUserCanEdit),"
    f"{_METADATA},data(columnMetadata({_METADATA})))"
)
_CELLS = (
    "sheets(properties(sheetId,gridProperties),"
    "protectedRanges(protectedRangeId,description),"
    f"data(startColumn,rowData(values(effectiveValue)),columnMetadata({_METADATA})))"
)
MOST_CELLS = 10_000_000
STAGING = "staging:"


@dataclass
class Worksheet:
    """One worksheet.

    Attributes:
        id: Google's id of it; titles change, this does not.
        tagged: Column position by property.
        stream: The stream it is marked for, None for people's own worksheets.
        people: Headings made for people already.
        blocked: Ranges that the service account may not edit.
        header: Texts of the header row, once read.
        header_row: Index of that row.
        width: Columns that hold anything, or the grid's where nobody looked.
        columns_read: Values by column position, one per row from the top, once read.
    """

    id: int
    title: str
    rows: int
    columns: int
    tagged: dict[str, int] = field(default_factory=dict)
    stream: str | None = None
    people: tuple[str, ...] = ()
    blocked: list[dict[str, int]] = field(default_factory=list)
    header: list[str] = field(default_factory=list)
    header_row: int = 0
    width: int = 0
    columns_read: dict[int, list[Any]] = field(default_factory=dict)

    @property
    def cells(self) -> int:
        """Cells of the grid, which is what the limit counts."""
        return self.rows * self.columns

    @property
    def quoted(self) -> str:
        """The title as A1 notation wants it."""
        return "'" + self.title.replace("'", "''") + "'"


@dataclass
class Workbook:
    """The spreadsheet's structure."""

    zone: str
    worksheets: list[Worksheet]
    checkpoint: Checkpoint | None

    @property
    def cells(self) -> int:
        """Cells of all grids."""
        return sum(each.cells for each in self.worksheets)

    def of_stream(self, stream: str, title: str) -> Worksheet | None:
        """Return a stream's worksheet: the one marked for it, else one of that title."""
        marked = next((each for each in self.worksheets if each.stream == stream), None)
        if marked is not None:
            return marked
        named = [each for each in self.worksheets if each.title.casefold() == title.casefold()]
        return named[0] if named and named[0].stream is None else None

    @property
    def undo(self) -> Worksheet | None:
        """The hidden worksheet."""
        return self.of_stream(UNDO, UNDO)


def read_workbook(sheets: Sheets) -> Workbook:
    """Read the structure, in one request."""
    answer = sheets.get(_STRUCTURE)
    told = [each for each in answer.get("sheets", []) if "gridProperties" in each["properties"]]
    protected = [one for each in told for one in each.get("protectedRanges", [])]
    return Workbook(
        zone=answer.get("properties", {}).get("timeZone", "Etc/UTC"),
        worksheets=[_worksheet(each) for each in told],
        checkpoint=checkpoint_of(protected),
    )


def _worksheet(told: Mapping[str, Any]) -> Worksheet:
    properties = told["properties"]
    grid = properties["gridProperties"]
    own = _entries(told.get("developerMetadata", ()))
    worksheet = Worksheet(
        id=properties.get("sheetId", 0),
        title=properties["title"],
        rows=grid.get("rowCount", 0),
        columns=grid.get("columnCount", 0),
        stream=next((value for key, value in own if key == STREAM_KEY), None),
        people=tuple(
            heading
            for key, value in own
            if key == PEOPLE_KEY
            for heading in msgspec.json.decode(value, type=list[str])
        ),
        blocked=[
            each.get("range", {})
            for each in told.get("protectedRanges", ())
            if not each.get("warningOnly") and not each.get("requestingUserCanEdit", False)
        ],
    )
    for data in told.get("data", ()):
        worksheet.tagged.update(_tags(data))
    return worksheet


def _entries(metadata: Sequence[Mapping[str, Any]]) -> list[tuple[str, str]]:
    return [(each.get("metadataKey", ""), each.get("metadataValue", "")) for each in metadata]


def _tags(data: Mapping[str, Any]) -> dict[str, int]:
    start = data.get("startColumn", 0)
    return {
        value: start + at
        for at, column in enumerate(data.get("columnMetadata", ()))
        for key, value in _entries(column.get("developerMetadata", ()))
        if key == COLUMN_KEY
    }


def column_letters(position: int) -> str:
    """Return a column's name.

    >>> column_letters(0), column_letters(25), column_letters(26), column_letters(701)
    ('A', 'Z', 'AA', 'ZZ')
    """
    letters = ""
    position += 1
    while position:
        position, rest = divmod(position - 1, 26)
        letters = chr(65 + rest) + letters
    return letters


@dataclass(frozen=True)
class Wish:
    """What is to be read of one worksheet.

    Attributes:
        worksheet: As the structure told it.
        sources: The properties whose columns are watched.
    """

    worksheet: Worksheet
    sources: tuple[str, ...]

    @property
    def ranges(self) -> list[str]:
        """The header row and the watched columns; all of a worksheet that has no marks yet."""
        name = self.worksheet.quoted
        if not self.worksheet.tagged:
            return [name]
        letters = [column_letters(self.worksheet.tagged[each]) for each in self.present]
        return [f"{name}!1:1", *(f"{name}!{each}:{each}" for each in letters)]

    @property
    def present(self) -> list[str]:
        """The watched properties that have a marked column."""
        return [each for each in self.sources if each in self.worksheet.tagged]


def read_cells(sheets: Sheets, wishes: Sequence[Wish], undo: Worksheet | None) -> Checkpoint | None:
    """Read what is watched, in one request, into the worksheets.

    Returns:
        The checkpoint as it is now.

    Raises:
        MovedError: A watched column is no longer where the structure told.
    """
    ranges = [name for wish in wishes for name in wish.ranges]
    if undo is not None:
        ranges.append(f"{undo.quoted}!A1")
    if not ranges:
        return None
    told = {
        each["properties"].get("sheetId", 0): each for each in sheets.get(_CELLS, ranges)["sheets"]
    }
    for wish in wishes:
        if wish.worksheet.id not in told:
            raise MovedError
        _take(wish, told[wish.worksheet.id])
    return checkpoint_of(told[undo.id].get("protectedRanges", [])) if undo else None


def _take(wish: Wish, told: Mapping[str, Any]) -> None:
    worksheet, data, sources = wish.worksheet, told["data"], wish.present
    grid = told["properties"]["gridProperties"]
    worksheet.rows, worksheet.columns = grid["rowCount"], grid["columnCount"]
    worksheet.columns_read = {}
    if not worksheet.tagged:
        _take_whole(worksheet, data[0])
        return
    worksheet.header = [_text(each) for each in grid_rows(data[0])[0]] if grid_rows(data[0]) else []
    worksheet.tagged = _tags(data[0])
    worksheet.width = worksheet.columns
    for source, one in zip(sources, data[1:], strict=True):
        if source not in (found := _tags(one)):
            raise MovedError
        position = found[source]
        worksheet.columns_read[position] = [row[0] if row else None for row in grid_rows(one)]


def _take_whole(worksheet: Worksheet, data: Mapping[str, Any]) -> None:
    rows = grid_rows(data)
    worksheet.width = max((len(row) for row in rows), default=0)
    worksheet.header = [_text(each) for each in rows[0]] if rows else []
    worksheet.columns_read = {
        at: [row[at] if at < len(row) else None for row in rows] for at in range(worksheet.width)
    }


def grid_rows(data: Mapping[str, Any]) -> list[list[Any]]:
    """Return the plain values of grid data."""
    return [
        [_plain(each.get("effectiveValue")) for each in row.get("values", ())]
        for row in data.get("rowData", ())
    ]


def _plain(value: Mapping[str, Any] | None) -> Any:
    if not value:
        return None
    return next(iter(value.values()))


def _text(value: Any) -> str:
    return "" if value is None else str(value).strip()
