"""What people do to a spreadsheet by hand, for tests to do between two requests."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.a1 import column_letters, quote_title

if TYPE_CHECKING:
    from sandbox.sheets.model import Dimension, Sheet
    from sandbox.sheets.store import Store


class Person:
    """Somebody who works in a spreadsheet. Rows and columns count from 0, as the API's do."""

    def __init__(self, store: Store, book_id: str, email: str) -> None:
        self._store, self._id, self._email = store, book_id, email

    def do(self, *requests: dict[str, Any]) -> list[dict[str, Any]]:
        """Carry out requests of `batchUpdate`; returns their replies."""
        body = msgspec.json.encode({"requests": requests})
        answer, _ = self._store.change(self._id, "batchUpdate", body, caller=self._email)
        replies: list[dict[str, Any]] = answer["replies"]
        return replies

    def type(self, worksheet: str, cell: str, *texts: str) -> None:
        """Type a text into a cell, and further ones into those right of it."""
        arguments = {
            "range": f"{quote_title(worksheet)}!{cell}",
            "valueInputOption": "USER_ENTERED",
        }
        body = msgspec.json.encode({"values": [texts]})
        self._store.change(self._id, "values.update", body, caller=self._email, arguments=arguments)

    def sort(
        self, worksheet: str, column: int, *, descending: bool = False, header: int = 1
    ) -> None:
        """Sort all rows below the header by a column, whole rows."""
        sheet = self._sheet(worksheet)
        last = max(sheet.last_row_with_data(), header + 1)
        cells = {"sheetId": sheet.id, "startRowIndex": header, "endRowIndex": last}
        spec = {"dimensionIndex": column, "sortOrder": "DESCENDING" if descending else "ASCENDING"}
        self.do({"sortRange": {"range": cells, "sortSpecs": [spec]}})

    def rename_header(self, worksheet: str, old: str, new: str) -> None:
        """Write another text over a header in the first row.

        Raises:
            LookupError: No header has the old text.
        """
        column = self.column(worksheet, old)
        at = {"sheetId": self._sheet(worksheet).id, "rowIndex": 0, "columnIndex": column}
        cell = {"userEnteredValue": {"stringValue": new}}
        self.do(
            {
                "updateCells": {
                    "start": at,
                    "rows": [{"values": [cell]}],
                    "fields": "userEnteredValue",
                }
            }
        )

    def column(self, worksheet: str, header: str) -> int:
        """Return the index of the column with a header.

        Raises:
            LookupError: There is none.
        """
        for index, cell in enumerate(self._sheet(worksheet).row(0)):
            if cell.value == header:
                return index
        raise LookupError(f"No column {header!r} in {worksheet!r}.")

    def insert_columns(self, worksheet: str, at: int, count: int = 1) -> None:
        """Insert empty columns."""
        self._insert(worksheet, "COLUMNS", at, count)

    def insert_rows(self, worksheet: str, at: int, count: int = 1) -> None:
        """Insert empty rows."""
        self._insert(worksheet, "ROWS", at, count)

    def _insert(self, worksheet: str, dimension: Dimension, at: int, count: int) -> None:
        span = self._span(worksheet, dimension, at, count)
        self.do({"insertDimension": {"range": span, "inheritFromBefore": at > 0}})

    def add_column(self, worksheet: str, at: int, header: str, *cells: str) -> None:
        """Insert a column of one's own: a header, and what is typed below it."""
        self.insert_columns(worksheet, at)
        for row, text in enumerate((header, *cells), start=1):
            self.type(worksheet, f"{column_letters(at)}{row}", text)

    def delete_columns(self, worksheet: str, at: int, count: int = 1) -> None:
        """Delete columns."""
        self.do({"deleteDimension": {"range": self._span(worksheet, "COLUMNS", at, count)}})

    def delete_rows(self, worksheet: str, at: int, count: int = 1) -> None:
        """Delete rows."""
        self.do({"deleteDimension": {"range": self._span(worksheet, "ROWS", at, count)}})

    def move_columns(self, worksheet: str, at: int, to: int, count: int = 1) -> None:
        """Move columns before the one that stands at `to` now."""
        span = self._span(worksheet, "COLUMNS", at, count)
        self.do({"moveDimension": {"source": span, "destinationIndex": to}})

    def move_rows(self, worksheet: str, at: int, to: int, count: int = 1) -> None:
        """Move rows before the one that stands at `to` now."""
        span = self._span(worksheet, "ROWS", at, count)
        self.do({"moveDimension": {"source": span, "destinationIndex": to}})

    def rename_tab(self, worksheet: str, title: str) -> None:
        """Give a tab another title."""
        properties = {"sheetId": self._sheet(worksheet).id, "title": title}
        self.do({"updateSheetProperties": {"properties": properties, "fields": "title"}})

    def add_tab(self, title: str, rows: int = 1000, columns: int = 26) -> None:
        """Add a tab."""
        grid = {"rowCount": rows, "columnCount": columns}
        self.do({"addSheet": {"properties": {"title": title, "gridProperties": grid}}})

    def delete_tab(self, worksheet: str) -> None:
        """Delete a tab."""
        self.do({"deleteSheet": {"sheetId": self._sheet(worksheet).id}})

    def filter(self, worksheet: str, hidden: dict[int, list[str]] | None = None) -> None:
        """Set a filter over the whole tab; of some columns it hides some texts."""
        specs = [
            {"columnIndex": column, "filterCriteria": {"hiddenValues": texts}}
            for column, texts in (hidden or {}).items()
        ]
        wanted = {"range": {"sheetId": self._sheet(worksheet).id}, "filterSpecs": specs}
        self.do({"setBasicFilter": {"filter": wanted}})

    def colour(
        self, worksheet: str, row: int, column: int, rgb: tuple[float, float, float]
    ) -> None:
        """Colour a cell's background."""
        look = {"backgroundColor": dict(zip(("red", "green", "blue"), rgb, strict=True))}
        self._repeat(
            worksheet, row, column, {"userEnteredFormat": look}, "userEnteredFormat.backgroundColor"
        )

    def note(self, worksheet: str, row: int, column: int, text: str) -> None:
        """Put a note on a cell."""
        self._repeat(worksheet, row, column, {"note": text}, "note")

    def protect(self, worksheet: str, *, warning: bool = False, **cells: int) -> None:
        """Protect a tab, or a part of it given as members of a GridRange."""
        wanted = {"range": {"sheetId": self._sheet(worksheet).id, **cells}, "warningOnly": warning}
        self.do({"addProtectedRange": {"protectedRange": wanted}})

    def _repeat(
        self, worksheet: str, row: int, column: int, cell: dict[str, Any], mask: str
    ) -> None:
        cells = {
            "sheetId": self._sheet(worksheet).id,
            "startRowIndex": row,
            "endRowIndex": row + 1,
            "startColumnIndex": column,
            "endColumnIndex": column + 1,
        }
        self.do({"repeatCell": {"range": cells, "cell": cell, "fields": mask}})

    def _span(self, worksheet: str, dimension: Dimension, at: int, count: int) -> dict[str, Any]:
        sheet_id = self._sheet(worksheet).id
        return {
            "sheetId": sheet_id,
            "dimension": dimension,
            "startIndex": at,
            "endIndex": at + count,
        }

    def _sheet(self, worksheet: str) -> Sheet:
        sheet = self._store.book(self._id).titled(worksheet)
        if sheet is None:
            raise LookupError(f"No worksheet {worksheet!r}.")
        return sheet
