"""Undo what went to wrong rows: find those rows again and give them back what was copied."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

import msgspec

from target_gsheets import edits
from target_gsheets.cells import key_text, text_cell
from target_gsheets.columns import heading_row, moves, runs, texts, translated
from target_gsheets.undo import DELETE, HEADER, UPDATE, Entry

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_gsheets.assembling import Target
    from target_gsheets.edits import Edit
    from target_gsheets.undo import Check, Journal

Grid = list[list[Any]]
RESTORE, REINSERT, REMOVE = "restore", "reinsert", "remove"


@dataclass(frozen=True)
class Task:
    """One row to put right.

    Attributes:
        action: restore a row's cells, reinsert a deleted row, remove a row that went astray.
        sheet: The worksheet's id.
        copy: Row of the copy on the hidden worksheet, -1 without one.
        width: Columns copied.
        columns: Positions to restore; empty for all.
        identity: Texts by position that tell the row from others.
        stream: The worksheet's stream.
        header: Row of the copied header on the hidden worksheet, -1 without one.
    """

    action: str
    sheet: int
    copy: int
    width: int
    columns: tuple[int, ...] = ()
    identity: Mapping[int, str] = field(default_factory=dict)
    stream: str = ""
    header: int = -1


def repair_tasks(journal: Journal, check: Check, targets: Sequence[Target]) -> list[Task]:
    """Work out what a batch that hit other rows than it meant has to give back."""
    tasks = []
    headers = {
        entry.sheet: journal.start + at
        for at, entry in enumerate(journal.entries)
        if entry.kind == HEADER
    }
    for at, entry in enumerate(journal.entries):
        if entry.kind == HEADER or not (at in check.missed or entry.sheet in check.shifted):
            continue
        tasks.append(replace(_task(journal, check, at, entry), header=headers.get(entry.sheet, -1)))
    for target in targets:
        sheet = target.placement.worksheet.id
        if sheet in check.shifted:
            tasks += _strays(target, headers[sheet])
    return tasks


def _task(journal: Journal, check: Check, at: int, entry: Entry) -> Task:
    row, written = journal.start + at, journal.written[at]
    if entry.kind == DELETE:
        return Task(REINSERT, entry.sheet, row, entry.width, stream=entry.stream)
    actual = {position: text for position, text in check.missed.get(at, {}).items() if text}
    untouched = actual.keys().isdisjoint(written)
    if actual and untouched and entry.sheet not in check.shifted:
        # The key was not touched, so it still tells which row was hit.
        return Task(RESTORE, entry.sheet, row, entry.width, tuple(written), actual, entry.stream)
    identity = {position: cell_text(cell) for position, cell in written.items()}
    return Task(RESTORE, entry.sheet, row, entry.width, (), identity, entry.stream)


def _strays(target: Target, header: int) -> list[Task]:
    positions = target.placement.positions
    return [
        Task(
            REMOVE,
            target.placement.worksheet.id,
            -1,
            target.placement.worksheet.columns,
            identity={
                positions[at]: cell_text(cell)
                for at, cell in enumerate(row.cells)
                if cell is not None
            },
            stream=target.layout.stream,
            header=header,
        )
        for row in target.plan.inserts
    ]


def cell_text(cell: bytes) -> str:
    """Return a written cell as its text would be read back."""
    value = msgspec.json.decode(cell).get("userEnteredValue")
    return key_text(next(iter(value.values()))) if value else ""


@dataclass
class Ground:
    """One worksheet's cells now, and how its columns stand to those of the copies.

    Attributes:
        grid: Its values.
        copies: The values of the hidden worksheet.
    """

    grid: Grid
    copies: Grid

    def moved(self, task: Task) -> dict[int, int]:
        """Return where the columns of a task's copy stand now."""
        if task.header < 0:
            return {at: at for at in range(task.width)}
        before = texts(self.copies[task.header][1:], task.width)
        header = heading_row(self.grid, before)
        width = max((len(row) for row in self.grid), default=0)
        return moves(before, texts(header, max(width, len(header))))

    def identity(self, task: Task) -> dict[int, str]:
        """Return what tells a task's row from others, at the positions of now."""
        return translated(task.identity, self.moved(task))

    def restored(self, task: Task) -> dict[int, bytes]:
        """Return what a restoration writes, at the positions of now."""
        if task.action != RESTORE or not 0 <= task.copy < len(self.copies):
            return {}
        copy = self.copies[task.copy][1:]
        columns = task.columns or tuple(range(task.width))
        moved = self.moved(task)
        return {moved[at]: text_cell(_text(copy, at)) for at in columns if at in moved}

    def likeness(self, task: Task, row: Sequence[Any], moved: Mapping[int, int]) -> int:
        """Count cells that neither we nor anybody else changed since the copy was taken."""
        if not 0 <= task.copy < len(self.copies):
            return 0
        copy = self.copies[task.copy][1:]
        return sum(
            _text(row, now) == _text(copy, before)
            for before, now in moved.items()
            if before not in task.identity
        )


def locate(tasks: Sequence[Task], ground: Ground) -> dict[int, Task]:
    """Find each task's row; rows that people deleted meanwhile are not found.

    Args:
        tasks: Restorations and removals of one worksheet.
        ground: The worksheet.

    Returns:
        The tasks by row.
    """
    found: dict[int, Task] = {}
    by_identity: dict[tuple[int, ...], dict[tuple[str, ...], list[int]]] = {}
    moved = {task.header: ground.moved(task) for task in tasks}
    for task in tasks:
        identity = translated(task.identity, moved[task.header])
        places = tuple(sorted(identity))
        if places not in by_identity:
            by_identity[places] = _by_texts(ground.grid, places)
        wanted = tuple(identity[place] for place in places)
        free = [row for row in by_identity[places].get(wanted, ()) if row not in found]
        if free and places:
            best = max(
                free, key=lambda row: ground.likeness(task, ground.grid[row], moved[task.header])
            )
            found[best] = task
    return found


def _by_texts(grid: Grid, places: tuple[int, ...]) -> dict[tuple[str, ...], list[int]]:
    rows: dict[tuple[str, ...], list[int]] = {}
    for at, row in enumerate(grid):
        texts = tuple(_text(row, place) for place in places)
        rows.setdefault(texts, []).append(at)
    return rows


def _text(row: Sequence[Any], place: int) -> str:
    return key_text(row[place]) if place < len(row) else ""


def restoring(undo: int, row: int, task: Task, moved: Mapping[int, int]) -> list[Edit]:
    """Copy a row's cells back from the hidden worksheet."""
    columns = task.columns or tuple(range(task.width))
    return [
        edits.copy_cells(
            edits.box(undo, (task.copy, task.copy + 1), (source + 1, source + 1 + length)),
            edits.box(task.sheet, (row, row + 1), (start, start + length)),
        )
        for source, start, length in runs(moved, columns)
    ]


def entry_of(task: Task, identity: Mapping[int, str], width: int) -> Entry:
    """Return the journal entry of a repaired row, so that a repair is checked like a batch."""
    kind = DELETE if task.action == REMOVE else UPDATE
    expected = {str(place): text for place, text in identity.items()}
    return Entry(kind, task.stream, task.sheet, width, expected)
