"""Overwriting: the new rows wait on a hidden worksheet and replace the old ones in one step."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from target_gsheets import edits
from target_gsheets.batches import StreamBatch
from target_gsheets.layout import APPEND, OVERWRITE
from target_gsheets.undo import spans
from target_gsheets.workbook import STAGING

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.placement import Placement
    from target_gsheets.workbook import Workbook, Worksheet

_LONGEST = 80


class Staging:
    """Sends batches of overwriting streams aside until the run's end.

    Args:
        run: The run's id; what other runs left is thrown away.
    """

    def __init__(self, run: str) -> None:
        self._run = run
        self.layouts: dict[str, Layout] = {}

    def note(self, layout: Layout) -> None:
        """Note a stream's newest layout."""
        if layout.method == OVERWRITE:
            self.layouts[layout.stream] = layout

    def aside(self, layout: Layout) -> Layout:
        """Return the layout of the hidden worksheet on which a stream's rows wait."""
        return replace(
            layout,
            stream=f"{STAGING}{self._run}:{layout.stream}",
            title=f"{layout.title[:_LONGEST]} ({self._run})",
            method=APPEND,
            people=(),
        )

    def divert(self, batches: Sequence[StreamBatch]) -> list[StreamBatch]:
        """Return the batches, those of overwriting streams sent aside."""
        return [self._diverted(each) for each in batches]

    def _diverted(self, batch: StreamBatch) -> StreamBatch:
        if batch.layout.method != OVERWRITE:
            return batch
        aside = self.aside(batch.layout)
        return StreamBatch(aside, batch.rows, batch.received, batch.refused)

    def own(self, stream: str) -> str:
        """Return the stream whose rows a diverted one has."""
        return stream.split(":", 2)[2] if stream.startswith(STAGING) else stream

    def leftovers(self, workbook: Workbook) -> list[Edit]:
        """Return what removes the hidden worksheets that other runs left."""
        mine = f"{STAGING}{self._run}:"
        left = [
            each
            for each in workbook.worksheets
            if each.stream and each.stream.startswith(STAGING) and not each.stream.startswith(mine)
        ]
        workbook.worksheets = [each for each in workbook.worksheets if each not in left]
        return [edits.delete_worksheet(each.id) for each in left]


def swap(layout: Layout, live: Placement, staged: Worksheet | None) -> list[Edit]:
    """Return what puts the staged rows into the place of the present ones.

    Args:
        layout: The stream's.
        live: Its worksheet.
        staged: The hidden one, None if the stream had no rows.
    """
    sheet, first = live.worksheet, live.first_row
    count = staged.rows - 2 if staged else 0
    made = _fit(sheet.id, sheet.rows, first, count)
    for start, end in spans(sorted(live.positions)):
        made.append(
            edits.clear_cells(edits.box(sheet.id, (first, first + count + 1), (start, end)))
        )
    if staged is None:
        return made
    for at, position in enumerate(live.positions):
        source = edits.box(staged.id, (1, 1 + count), (at, at + 1))
        made.append(
            edits.copy_cells(
                source, edits.box(sheet.id, (first, first + count), (position, position + 1))
            )
        )
    placed = list(zip(live.positions, layout.columns, strict=True))
    made += edits.look_of_columns(sheet.id, (first, first + count), placed) if count else []
    return [*made, edits.delete_worksheet(staged.id)]


def _fit(sheet: int, rows: int, first: int, count: int) -> list[Edit]:
    """One spare row below keeps the sheet valid whatever is frozen."""
    wanted = first + count + 1
    if rows < wanted:
        return [edits.append_dimension(sheet, "ROWS", wanted - rows)]
    return [edits.delete_rows(sheet, wanted, rows)] if rows > wanted else []
