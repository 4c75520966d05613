"""Put right what a batch did to rows that people had moved, now or after a killed run."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

import msgspec

from target_gsheets import edits
from target_gsheets.columns import texts
from target_gsheets.errors import MovedError, SheetsError
from target_gsheets.repair import (
    REINSERT,
    REMOVE,
    RESTORE,
    Ground,
    Task,
    entry_of,
    locate,
    repair_tasks,
    restoring,
)
from target_gsheets.undo import HEADER, Check, Entry, Journal, spans

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.assembling import Target
    from target_gsheets.book import Book
    from target_gsheets.edits import Edit
    from target_gsheets.repair import Grid
    from target_gsheets.workbook import Worksheet

_logger = logging.getLogger(__name__)
_MOST_ROUNDS = 12


class Mending:
    """Undoes from the copies.

    Attributes:
        unfinished: Rows still have to be put right; nothing may drop the copies.
    """

    def __init__(self) -> None:
        self._looked = False
        self.unfinished = False

    def mend(self, book: Book, journal: Journal, check: Check, targets: Sequence[Target]) -> None:
        """Give back what a batch took from rows it did not mean.

        Args:
            book: The spreadsheet; it is read anew.
            journal: The batch's.
            check: What it hit.
            targets: What it wanted.

        Raises:
            SheetsError: People went on rearranging; the copies stay.
        """
        self.unfinished = True
        tasks = repair_tasks(journal, check, targets)
        _logger.info("putting %d rows right", len(tasks))
        start = journal.start + len(journal.entries)
        for _ in range(_MOST_ROUNDS):
            if not tasks:
                self.unfinished = False
                return
            try:
                tasks, start = self._round(book, tasks, start)
            except MovedError:
                _logger.info("the spreadsheet was rearranged once more")
        raise SheetsError(
            "People went on rearranging the sheet while rows were put right. The copies are on "
            "the hidden worksheet Sync_Undo; run again when nobody is sorting or moving columns.",
        )

    def _round(self, book: Book, tasks: Sequence[Task], start: int) -> tuple[list[Task], int]:
        """Do what is to be done; return what is left, and where the next copies go."""
        book.forget()
        undo = book.undo
        grids = _grids(book, {task.sheet for task in tasks}, undo)
        journal = Journal(undo.id, start)
        done: list[Task] = []
        changes: list[Edit] = []
        for worksheet in book.workbook.worksheets:
            own = [task for task in tasks if task.sheet == worksheet.id]
            if own:
                changes += _sheet_edits(
                    worksheet,
                    own,
                    Ground(grids[worksheet.id], grids[undo.id]),
                    journal,
                    done,
                )
        if not changes:
            return [], start
        prepared = journal.edits(rows=undo.rows, columns=undo.columns, keep=True)
        ranges = journal.ranges(undo.quoted)
        answer = book.committer.commit([*prepared, *changes], undo.id, ranges=ranges)
        book.kept(journal)
        check = journal.check(book.copies(answer, ranges))
        left = [done[at] for at in check.missed]
        # A row that was not found may be one that this round gave its content back.
        left += [task for task in tasks if task.action != REINSERT and task not in done]
        # Newer copies first: what a row had before all of this is given back last.
        return repair_tasks(journal, check, ()) + left, start + len(journal.entries)

    def recover(self, book: Book) -> bool:
        """Look once whether a run that was killed left rows to put right.

        Returns:
            Whether anything was changed, so that the sheet has to be read again.
        """
        if self._looked:
            return False
        self._looked = True
        undo, checkpoint = book.workbook.undo, book.workbook.checkpoint
        if undo is None or checkpoint is None or not checkpoint.mark.open:
            return False
        journal, check = _left_behind(book, undo)
        if check.fine:
            return False
        _logger.warning("an interrupted run hit rows that people had moved; mending them")
        self.mend(book, journal, check, ())
        return True


def _grids(book: Book, sheets: set[int], undo: Worksheet) -> dict[int, Grid]:
    wanted = [each for each in book.workbook.worksheets if each.id in sheets] + [undo]
    read = book.sheets.values(
        [each.quoted for each in wanted], valueRenderOption="UNFORMATTED_VALUE"
    )
    return {each.id: grid for each, grid in zip(wanted, read, strict=True)}


def _sheet_edits(
    worksheet: Worksheet,
    tasks: Sequence[Task],
    ground: Ground,
    journal: Journal,
    done: list[Task],
) -> list[Edit]:
    rows = locate([task for task in tasks if task.action != REINSERT], ground)
    removed = sorted(row for row, task in rows.items() if task.action == REMOVE)
    changes: list[Edit] = []
    _note_header(worksheet, ground, journal, done)
    for row, task in sorted(rows.items()):
        journal.note(
            entry_of(task, ground.identity(task), worksheet.columns), row, ground.restored(task)
        )
        done.append(task)
        if task.action == RESTORE:
            changes += restoring(journal.sheet, row, task, ground.moved(task))
    changes += [edits.delete_rows(worksheet.id, *span) for span in reversed(spans(removed))]
    end = min(len(ground.grid), worksheet.rows - 1) - len(removed)
    for task in tasks:
        if task.action == REINSERT:
            changes.append(edits.insert_rows(worksheet.id, max(1, end), 1, like_above=end > 1))
            changes += restoring(journal.sheet, max(1, end), task, ground.moved(task))
    return changes


def _note_header(worksheet: Worksheet, ground: Ground, journal: Journal, done: list[Task]) -> None:
    header = texts(ground.grid[0] if ground.grid else [], worksheet.columns)
    entry = Entry(HEADER, worksheet.stream or "", worksheet.id, worksheet.columns, header=header)
    journal.note(entry, 0, {})
    done.append(Task(RESTORE, worksheet.id, -1, 0))


def _left_behind(book: Book, undo: Worksheet) -> tuple[Journal, Check]:
    """Return the journal on the hidden worksheet, and what its batch hit."""
    (grid,) = book.sheets.values([undo.quoted], valueRenderOption="UNFORMATTED_VALUE")
    journal = Journal(undo.id)
    for row in grid:
        entry = _entry(row[0] if row else None)
        if entry is None:
            break
        journal.entries.append(entry)
        journal.written.append({})
    headers = [[grid[at]] for at, each in enumerate(journal.entries) if each.kind == HEADER]
    places = journal.positions()
    columns: list[list[list[Any]]] = [
        [[row[place + 1] if place + 1 < len(row) else None] for row in grid] for place in places
    ]
    return journal, journal.check([*headers, *columns])


def _entry(text: Any) -> Entry | None:
    try:
        return msgspec.json.decode(text, type=Entry) if isinstance(text, str) else None
    except msgspec.MsgspecError:
        return None
