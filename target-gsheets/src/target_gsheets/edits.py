"""Single requests of a batchUpdate, as Google wants them written."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from target_gsheets.layout import Column

Edit = dict[str, Any]

STREAM_KEY = "target-gsheets.stream"
COLUMN_KEY = "target-gsheets.column"
PEOPLE_KEY = "target-gsheets.people"
_VALUE = "userEnteredValue"
_HEADER_FORMAT = {
    "textFormat": {
        "bold": True,
        "foregroundColorStyle": {"rgbColor": {"red": 1, "green": 1, "blue": 1}},
    },
    "backgroundColorStyle": {"rgbColor": {"red": 0.16, "green": 0.32, "blue": 0.46}},
    "verticalAlignment": "MIDDLE",
    "wrapStrategy": "WRAP",
}
_PEOPLE_FORMAT = {
    **_HEADER_FORMAT,
    "backgroundColorStyle": {"rgbColor": {"red": 0.42, "green": 0.36, "blue": 0.16}},
}
_PEOPLE_WIDTH = 140


def box(sheet: int, rows: tuple[int, int], columns: tuple[int, int]) -> dict[str, int]:
    """Return a GridRange, half open."""
    return {
        "sheetId": sheet,
        "startRowIndex": rows[0],
        "endRowIndex": rows[1],
        "startColumnIndex": columns[0],
        "endColumnIndex": columns[1],
    }


def raw_row(cells: Iterable[bytes]) -> msgspec.Raw:
    """Return the RowData of encoded cells."""
    return msgspec.Raw(b'{"values":[' + b",".join(cells) + b"]}")


def write_cells(
    sheet: int, row: int, column: int, rows: Sequence[Any], fields: str = _VALUE
) -> Edit:
    """Write a block from its upper left cell on; formats, notes and validation stay."""
    start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
    return {"updateCells": {"start": start, "rows": list(rows), "fields": fields}}


def clear_cells(where: Mapping[str, int]) -> Edit:
    """Empty the cells of a range."""
    return {"updateCells": {"range": dict(where), "fields": _VALUE}}


def copy_cells(source: Mapping[str, int], destination: Mapping[str, int]) -> Edit:
    """Copy values and formulas, no formats, to a range of the same shape."""
    return {
        "copyPaste": {
            "source": dict(source),
            "destination": dict(destination),
            "pasteType": "PASTE_FORMULA",
            "pasteOrientation": "NORMAL",
        }
    }


def add_worksheet(
    sheet: int, title: str, rows: int, columns: int, *, frozen: int = 1, hidden: bool = False
) -> Edit:
    """Add a worksheet of exactly this size."""
    grid = {"rowCount": rows, "columnCount": columns}
    if frozen:
        grid["frozenRowCount"] = frozen
    properties = {"sheetId": sheet, "title": title, "sheetType": "GRID", "gridProperties": grid}
    return {"addSheet": {"properties": {**properties, **({"hidden": True} if hidden else {})}}}


def delete_worksheet(sheet: int) -> Edit:
    """Delete a worksheet."""
    return {"deleteSheet": {"sheetId": sheet}}


def hide_worksheet(sheet: int) -> Edit:
    """Hide a worksheet; another one has to be visible."""
    properties = {"sheetId": sheet, "hidden": True}
    return {"updateSheetProperties": {"properties": properties, "fields": "hidden"}}


def resize(sheet: int, rows: int, columns: int) -> list[Edit]:
    """Give a worksheet of our own another size; columns first, as both at once is misjudged."""
    return [
        {
            "updateSheetProperties": {
                "properties": {"sheetId": sheet, "gridProperties": {name: number}},
                "fields": f"gridProperties.{name}",
            }
        }
        for name, number in (("columnCount", columns), ("rowCount", rows))
    ]


def append_dimension(sheet: int, dimension: str, length: int) -> Edit:
    """Add rows or columns at the end, however many there are by then."""
    return {"appendDimension": {"sheetId": sheet, "dimension": dimension, "length": length}}


def insert_rows(sheet: int, start: int, count: int, *, like_above: bool) -> Edit:
    """Insert rows; nothing is ever overwritten by that."""
    span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": start + count}
    return {"insertDimension": {"range": span, "inheritFromBefore": like_above}}


def delete_rows(sheet: int, start: int, end: int) -> Edit:
    """Delete whole rows."""
    span = {"sheetId": sheet, "dimension": "ROWS", "startIndex": start, "endIndex": end}
    return {"deleteDimension": {"range": span}}


def metadata(key: str, value: str, location: Mapping[str, Any]) -> Edit:
    """Attach a hidden key and value."""
    entry = {
        "metadataKey": key,
        "metadataValue": value,
        "location": dict(location),
        "visibility": "DOCUMENT",
    }
    return {"createDeveloperMetadata": {"developerMetadata": entry}}


def tag_column(sheet: int, position: int, source: str) -> Edit:
    """Mark a column as the one of a property, wherever people move it and whatever they call it."""
    span = {
        "sheetId": sheet,
        "dimension": "COLUMNS",
        "startIndex": position,
        "endIndex": position + 1,
    }
    return metadata(COLUMN_KEY, source, {"dimensionRange": span})


def tag_sheet(sheet: int, key: str, value: str) -> Edit:
    """Mark a worksheet."""
    return metadata(key, value, {"sheetId": sheet})


def header(
    sheet: int, row: int, position: int, headings: Sequence[str], *, people: bool = False
) -> Edit:
    """Write headings, with the look of a header."""
    look = _PEOPLE_FORMAT if people else _HEADER_FORMAT
    cells = [{_VALUE: {"stringValue": text}, "userEnteredFormat": look} for text in headings]
    return write_cells(sheet, row, position, [{"values": cells}], f"{_VALUE},userEnteredFormat")


def look_of_columns(
    sheet: int, rows: tuple[int, int], placed: Sequence[tuple[int, Column]]
) -> list[Edit]:
    """Give cells of rows their columns' number formats, and take a header's look from them."""
    return [
        _look(sheet, rows, (start, start + len(columns)), columns[0])
        for start, columns in _alike(placed)
    ]


def _alike(placed: Sequence[tuple[int, Column]]) -> list[tuple[int, list[Column]]]:
    groups: list[tuple[int, list[Column]]] = []
    for position, column in sorted(placed, key=lambda each: each[0]):
        if groups:
            start, columns = groups[-1]
            last = columns[-1]
            if position == start + len(columns) and last.number_format == column.number_format:
                columns.append(column)
                continue
        groups.append((position, [column]))
    return groups


def _look(sheet: int, rows: tuple[int, int], columns: tuple[int, int], like: Column) -> Edit:
    look: dict[str, Any] = {"wrapStrategy": "CLIP", "verticalAlignment": "TOP"}
    if like.number_format:
        look["numberFormat"] = like.number_format
    return {
        "repeatCell": {
            "range": box(sheet, rows, columns),
            "cell": {"userEnteredFormat": look},
            "fields": "userEnteredFormat(numberFormat,wrapStrategy,verticalAlignment)",
        }
    }


def width(sheet: int, position: int, pixels: int, *, hidden: bool = False) -> Edit:
    """Set a column's width, or hide it."""
    span = {
        "sheetId": sheet,
        "dimension": "COLUMNS",
        "startIndex": position,
        "endIndex": position + 1,
    }
    properties: dict[str, Any] = {"pixelSize": pixels}
    if hidden:
        properties["hiddenByUser"] = True
    return {
        "updateDimensionProperties": {
            "range": span,
            "properties": properties,
            "fields": "pixelSize,hiddenByUser" if hidden else "pixelSize",
        }
    }


def add_mark(sheet: int, description: str) -> Edit:
    """Add the range that carries a checkpoint; it stops nobody from anything."""
    protected = {
        "range": box(sheet, (0, 1), (0, 1)),
        "description": description,
        "warningOnly": True,
    }
    return {"addProtectedRange": {"protectedRange": protected}}


def delete_mark(range_id: int) -> Edit:
    """Delete the range of a checkpoint; refused, with the whole batch, if it is not there."""
    return {"deleteProtectedRange": {"protectedRangeId": range_id}}


def people_columns(sheet: int, row: int, position: int, headings: Sequence[str]) -> list[Edit]:
    """Make columns for people: headings and widths, once."""
    made = [header(sheet, row, position, headings, people=True)]
    made += [width(sheet, position + at, _PEOPLE_WIDTH) for at in range(len(headings))]
    return [*made, tag_sheet(sheet, PEOPLE_KEY, msgspec.json.encode(list(headings)).decode())]
