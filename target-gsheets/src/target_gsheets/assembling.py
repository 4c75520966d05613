"""From plans to one request's edits, in an order that keeps row numbers valid."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from target_gsheets import edits
from target_gsheets.cells import EMPTY
from target_gsheets.undo import spans, written_cells

if TYPE_CHECKING:
    from collections.abc import Sequence

    from target_gsheets.batches import Row
    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.placement import Placement
    from target_gsheets.rows import Plan, RowIndex

Block = tuple[int, int]


@dataclass
class Target:
    """One stream's worksheet within a batch."""

    layout: Layout
    placement: Placement
    index: RowIndex
    plan: Plan

    @property
    def spare(self) -> int:
        """Rows to add at the end, since Google lets nobody delete all below a frozen header."""
        left = self.index.count - len(self.plan.deletes)
        return int(bool(self.plan.deletes) and left <= self.placement.first_row)


def row_edits(target: Target) -> list[Edit]:
    """Updates first, then deletions from below, then new rows."""
    return [*_updates(target), *_deletions(target), *_insertions(target)]


def _updates(target: Target) -> list[Edit]:
    sheet = target.placement.worksheet.id
    made = []
    by_row = {
        at: written_cells(target.layout, target.placement, row.cells)
        for at, row in target.plan.updates.items()
    }
    for group in _alike(by_row):
        for start, end in _blocks(sorted(by_row[group[0]])):
            rows = [edits.raw_row(by_row[row][at] for at in range(start, end)) for row in group]
            made.append(edits.write_cells(sheet, group[0], start, rows))
    return made


def _alike(by_row: dict[int, dict[int, bytes]]) -> list[list[int]]:
    """Consecutive rows of which the same columns are written."""
    groups: list[list[int]] = []
    for row in sorted(row for row, cells in by_row.items() if cells):
        last = groups[-1][-1] if groups else None
        if last is not None and row == last + 1 and by_row[row].keys() == by_row[last].keys():
            groups[-1].append(row)
        else:
            groups.append([row])
    return groups


def _blocks(positions: Sequence[int]) -> list[Block]:
    return spans(positions)


def _deletions(target: Target) -> list[Edit]:
    worksheet, deletes = target.placement.worksheet, target.plan.deletes
    made: list[Edit] = []
    if target.spare:
        made.append(edits.append_dimension(worksheet.id, "ROWS", target.spare))
    made += [edits.delete_rows(worksheet.id, start, end) for start, end in reversed(spans(deletes))]
    return made


def _insertions(target: Target) -> list[Edit]:
    rows, at = target.plan.inserts, target.plan.at
    if not rows:
        return []
    placement, sheet = target.placement, target.placement.worksheet.id
    made = _make_room(target, at, len(rows))
    placed = list(zip(placement.positions, target.layout.columns, strict=True))
    made += edits.look_of_columns(sheet, (at, at + len(rows)), placed)
    ordered = sorted(range(len(placement.positions)), key=lambda each: placement.positions[each])
    for start, end in _blocks([placement.positions[each] for each in ordered]):
        indexes = [each for each in ordered if start <= placement.positions[each] < end]
        block = [_inserted(row, indexes) for row in rows]
        made.append(edits.write_cells(sheet, at, start, block))
    return made


def _make_room(target: Target, at: int, count: int) -> list[Edit]:
    sheet = target.placement.worksheet.id
    left = target.index.count + target.spare - len(target.plan.deletes)
    if at >= left:
        # No row stands below; the rows are added with a spare one, which keeps the next
        # insertion possible.
        return [edits.append_dimension(sheet, "ROWS", at + count + 1 - left)]
    return [edits.insert_rows(sheet, at, count, like_above=at > target.placement.first_row)]


def _inserted(row: Row, indexes: Sequence[int]) -> Any:
    cells = [row.cells[at] for at in indexes]
    return edits.raw_row(EMPTY if cell is None else cell for cell in cells)


def apply_to_index(target: Target) -> None:
    """Note in the index what a batch has done."""
    index, plan = target.index, target.plan
    for at, row in plan.updates.items():
        if row.version is not None and at < len(index.versions):
            index.versions[at] = row.version
        if row.day is not None and at < len(index.days):
            index.days[at] = row.day
    spare = target.spare
    if plan.deletes:
        index.delete(plan.deletes)
    index.count += spare
    if plan.inserts:
        below = plan.at >= index.count
        index.insert(plan.at, plan.inserts)
        index.count += below
