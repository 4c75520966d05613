"""What is known of the spreadsheet between two batches."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from target_gsheets import edits
from target_gsheets.layout import UNDO
from target_gsheets.placement import new_id, place
from target_gsheets.rows import index_of
from target_gsheets.workbook import Wish, Worksheet, grid_rows, read_cells, read_workbook

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from target_gsheets.assembling import Target
    from target_gsheets.client import Sheets
    from target_gsheets.commit import Committer
    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.placement import Placement
    from target_gsheets.rows import RowIndex
    from target_gsheets.undo import Journal
    from target_gsheets.workbook import Workbook

_ENTERED = "sheets(data(rowData(values(userEnteredValue,note))))"
_NEW_GRID = 1000, 26
_COPIES = "sheets(properties(sheetId),data(rowData(values(effectiveValue))))"


class Book:
    """The spreadsheet's structure, and where each stream stands in it.

    Args:
        sheets: The service.
        committer: Is told each checkpoint that a read shows.

    Attributes:
        undo: The hidden worksheet of copies and checkpoints.
        waste: What removes worksheets that dead runs left, with the next batch.
    """

    def __init__(self, sheets: Sheets, committer: Committer) -> None:
        self.sheets = sheets
        self.committer = committer
        self._workbook: Workbook | None = None
        self._placements: dict[str, tuple[Layout, Placement]] = {}
        self._indexes: dict[str, RowIndex] = {}
        self._undo: Worksheet | None = None
        self._undo_made = False
        self._blank: bool | None = None
        self.waste: list[Edit] = []

    @property
    def workbook(self) -> Workbook:
        """The structure; read when first asked for."""
        if self._workbook is None:
            self._workbook = read_workbook(self.sheets)
            self.committer.see(self._workbook.checkpoint)
        return self._workbook

    def forget(self) -> None:
        """Have everything read again when it is needed next."""
        self._workbook = self._undo = self._blank = None
        self._placements, self._indexes = {}, {}

    @property
    def undo(self) -> Worksheet:
        """The hidden worksheet; if there is none, the next batch makes it."""
        if self._undo is None:
            found = self.workbook.undo
            self._undo_made = found is None
            self._undo = found or Worksheet(new_id(), UNDO, 1, 1, stream=UNDO)
        return self._undo

    def preparation(self) -> list[Edit]:
        """Return what makes the hidden worksheet, if it is not there."""
        undo = self.undo
        if not self._undo_made:
            return list(self.waste)
        return [
            *self.waste,
            edits.add_worksheet(undo.id, UNDO, 1, 1, frozen=0, hidden=True),
            edits.tag_sheet(undo.id, edits.STREAM_KEY, UNDO),
        ]

    def tidying(self) -> list[Edit]:
        """Return what hides the blank worksheet that a new spreadsheet begins with.

        It is hidden, not deleted: somebody may be typing into it this very moment.
        """
        if not self._undo_made or len(self.workbook.worksheets) != 1:
            return []
        (only,) = self.workbook.worksheets
        used = any(each.worksheet.id == only.id for _, each in self._placements.values())
        if used or (only.rows, only.columns) != _NEW_GRID or not self._is_blank(only):
            return []
        return [edits.hide_worksheet(only.id)]

    def _is_blank(self, worksheet: Worksheet) -> bool:
        if self._blank is None:
            (told,) = self.sheets.get(_ENTERED, [worksheet.quoted])["sheets"]
            self._blank = not any(data.get("rowData") for data in told.get("data", ()))
        return self._blank

    def ready(self, layouts: Sequence[Layout]) -> None:
        """Place all layouts that are new, in one read.

        Raises:
            MovedError: Columns moved between two reads.
        """
        missing = [each for each in layouts if not self._is_placed(each)]
        wishes = {}
        for layout in missing:
            worksheet = self._worksheet(layout)
            if worksheet is not None:
                wishes[layout.stream] = Wish(worksheet, _watched(layout))
        if wishes:
            known = self.workbook.undo
            seen = read_cells(self.sheets, list(wishes.values()), known)
            if known is not None:
                self.committer.see(seen)
        for layout in missing:
            worksheet = wishes[layout.stream].worksheet if layout.stream in wishes else None
            self._placements[layout.stream] = layout, place(layout, worksheet)
            self._indexes.pop(layout.stream, None)

    def _is_placed(self, layout: Layout) -> bool:
        return layout.stream in self._placements and self._placements[layout.stream][0] == layout

    def _worksheet(self, layout: Layout) -> Worksheet | None:
        found = self.workbook.of_stream(layout.stream, layout.title)
        if found is None:
            for each in self.workbook.worksheets:
                if each.title.casefold() == layout.title.casefold():
                    raise FatalSyncError(
                        f"Worksheet '{each.title}' belongs to stream '{each.stream}', not to "
                        f"'{layout.stream}'. Name another one in the setting streams.",
                    )
        return found

    def placement(self, layout: Layout) -> Placement:
        """Return where a layout that is ready stands."""
        return self._placements[layout.stream][1]

    def index(self, layout: Layout, zone: tzinfo) -> RowIndex:
        """Return which row holds which key."""
        if layout.stream not in self._indexes:
            self._indexes[layout.stream] = index_of(layout, self.placement(layout), zone)
        return self._indexes[layout.stream]

    def growth(self, targets: Sequence[Target], journal: Journal) -> dict[str, int]:
        """Return how many cells a batch adds, by worksheet."""
        growth = {}
        for target in targets:
            worksheet = target.placement.worksheet
            new = worksheet.cells if target.placement.made else 0
            rows = len(target.plan.inserts) - len(target.plan.deletes)
            growth[worksheet.title] = new + rows * worksheet.columns
        rows, columns = journal.size
        undo = self.undo
        growth[UNDO] = max(rows, undo.rows) * max(columns, undo.columns) - (
            0 if self._undo_made else undo.cells
        )
        return growth

    def kept(self, journal: Journal) -> None:
        """Note that a batch was applied, and the size of the hidden worksheet after it."""
        rows, columns = journal.size
        undo = self.undo
        undo.rows, undo.columns = max(rows, undo.rows), max(columns, undo.columns)
        self.waste = []
        if self._undo_made:
            self.workbook.worksheets.append(undo)
            self._undo_made = False

    def written(self, targets: Sequence[Target]) -> None:
        """Note what a batch has made."""
        for target in targets:
            worksheet = target.placement.worksheet
            if target.placement.made:
                self.workbook.worksheets.append(worksheet)
            target.placement.preparation, target.placement.made = [], False
            worksheet.rows = target.index.count

    def copies(self, answer: dict[str, Any] | None, ranges: Sequence[str]) -> list[list[list[Any]]]:
        """Return the copies' rows by range, from the answer or, if that was lost, by a read."""
        if not ranges:
            return []
        told = answer["updatedSpreadsheet"] if answer else self.sheets.get(_COPIES, ranges)
        undo = self.undo.id
        own = next(each for each in told["sheets"] if each["properties"].get("sheetId", 0) == undo)
        return [grid_rows(each) for each in own["data"]]


def _watched(layout: Layout) -> tuple[str, ...]:
    watched = layout.watched or (0,)
    return tuple(layout.columns[at].source for at in watched)
