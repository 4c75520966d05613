"""Which row holds which key, and what a batch does to the rows."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from target_gsheets.batches import Counts, Row
from target_gsheets.cells import key_text
from target_gsheets.layout import TABLE_VERSION
from target_gsheets.moments import parse_instant, serial

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import tzinfo

    from target_gsheets.batches import Key, StreamBatch
    from target_gsheets.layout import Layout
    from target_gsheets.placement import Placement

#: Rows deleted, swept or retired in one batch at most; the next batch goes on.
MOST_DELETIONS = 4_000
#: The serial number of a day in the year 10114; larger numbers are epochs.
_LARGEST_SERIAL = 3_000_000


@dataclass
class RowIndex:
    """What is known of each row below the header, by its index in the worksheet.

    Attributes:
        keys: The key's text, None for a row without one (people's own, or blank).
        days: The window's date as a serial number.
        versions: The table version.
        count: Rows of the grid.
        first: Index of the first row below the header.
    """

    keys: list[Key | None]
    days: list[float | None]
    versions: list[int | None]
    count: int
    first: int
    last: int
    _rows: dict[Key, int] | None = None

    def row_of(self, key: Key) -> int | None:
        """Return the first row that has a key."""
        if self._rows is None:
            self._rows = {}
            for row in range(len(self.keys) - 1, self.first - 1, -1):
                found = self.keys[row]
                if found is not None:
                    self._rows[found] = row
        return self._rows.get(key)

    def insert(self, at: int, rows: Sequence[Row]) -> None:
        """Note rows inserted before a row."""
        self._pad(at)
        self.keys[at:at] = [row.key or None for row in rows]
        self.days[at:at] = [row.day for row in rows]
        self.versions[at:at] = [row.version for row in rows]
        self.count += len(rows)
        self.last = max(self.last + len(rows), at + len(rows) - 1)
        self._rows = None

    def _pad(self, length: int) -> None:
        for cells in (self.keys, self.days, self.versions):
            cells.extend([None] * (length - len(cells)))

    def delete(self, rows: Sequence[int]) -> None:
        """Note deleted rows."""
        gone = set(rows)
        for name in ("keys", "days", "versions"):
            kept = [cell for row, cell in enumerate(getattr(self, name)) if row not in gone]
            setattr(self, name, kept)
        self.count -= len(gone)
        self.last -= sum(1 for row in gone if row <= self.last)
        self._rows = None


def day_number(value: Any, zone: tzinfo) -> float | None:
    """Return what a date means as a wall clock's serial number, None for no date."""
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, (int, float)):
        if value < _LARGEST_SERIAL:
            return float(value)
        value = int(value)  # an epoch in a column of integers
    instant = parse_instant(value, zone)
    try:
        return serial(instant.astimezone(zone)) if instant else None
    except OverflowError:
        return None


def index_of(layout: Layout, placement: Placement, zone: tzinfo) -> RowIndex:
    """Build the index from the cells that were read."""
    worksheet, first = placement.worksheet, placement.first_row
    read = worksheet.columns_read

    def column(at: int | None) -> list[Any]:
        return read.get(placement.positions[at], []) if at is not None else []

    parts = [[key_text(each) for each in column(at)] for at in layout.keys] if layout.keyed else []
    keys = _joined(parts, first)
    days = [day_number(each, zone) for each in column(layout.retention)]
    versions = [_version(each) for each in column(layout.index(TABLE_VERSION))]
    last = len(keys) - 1 if layout.keyed else _last_filled(worksheet.columns_read)
    count = worksheet.rows
    index = RowIndex(keys, days, versions, count, first, max(last, first - 1))
    index._pad(len(keys))  # noqa: SLF001
    longest = max(len(keys), len(days), len(versions))
    index._pad(longest)  # noqa: SLF001
    return index


def _joined(parts: Sequence[Sequence[str]], first: int) -> list[Key | None]:
    longest = max((len(part) for part in parts), default=0)
    padded = [[*part, *[""] * (longest - len(part))] for part in parts]
    keys: list[Key | None] = [key if any(key) else None for key in zip(*padded, strict=True)]
    keys[:first] = [None] * min(first, len(keys))
    while keys and keys[-1] is None:
        keys.pop()
    return keys


def _version(value: Any) -> int | None:
    if isinstance(value, str) and value.isdecimal():
        return int(value)  # one of more than 15 digits
    return int(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else None


def _last_filled(columns: dict[int, list[Any]]) -> int:
    last = -1
    for cells in columns.values():
        filled = [row for row, cell in enumerate(cells) if cell not in (None, "")]
        last = max(last, filled[-1] if filled else -1)
    return last


@dataclass
class Plan:
    """What one batch does to a worksheet's rows; indexes are those before anything is done.

    Attributes:
        updates: Records by row.
        deletes: Rows to delete.
        inserts: New rows, in order.
        at: Before which row they go, after the deletions.
        left: Keys of rows that a further batch has to delete.
        swept: Keys of rows that a sweep marked; a further batch leaves them alone.
        more: A further batch is needed.
    """

    updates: dict[int, Row] = field(default_factory=dict)
    deletes: list[int] = field(default_factory=list)
    inserts: list[Row] = field(default_factory=list)
    at: int = 0
    counts: Counts = field(default_factory=Counts)
    left: set[Key] = field(default_factory=set)
    swept: set[Key] = field(default_factory=set)
    more: bool = False

    @property
    def empty(self) -> bool:
        """Nothing changes."""
        return not (self.updates or self.deletes or self.inserts)


@dataclass(frozen=True)
class Rules:
    """What is done with rows that are too old or dead.

    Attributes:
        oldest: Serial number of the window's begin, None without a window.
        remove_dead: Delete rows of deleted records instead of marking them.
        marks: What a mark writes: cell by layout index.
    """

    oldest: float | None = None
    remove_dead: bool = False
    marks: dict[int, bytes] = field(default_factory=dict)


def plan(batch: StreamBatch, index: RowIndex, rules: Rules) -> Plan:
    """Decide about every row of a batch.

    Args:
        batch: What was received.
        index: What is there.
        rules: What to do with old and dead rows.
    """
    made = Plan(counts=Counts(received=batch.received, refused=batch.refused))
    doomed: set[int] = set()
    for row in batch.rows.values():
        at = index.row_of(row.key) if batch.layout.keyed else None
        _decide(row, at, rules, made, doomed)
    if batch.sweeps:
        _sweep(batch, index, rules, made, doomed)
    _expire(batch, index, rules, made, doomed)
    if batch.activate is not None:
        _retire(batch, index, rules, made, doomed)
    deletes = sorted(doomed)
    made.deletes, left = deletes[:MOST_DELETIONS], deletes[MOST_DELETIONS:]
    made.more = made.more or bool(left)
    made.left = {key for row in left if (key := index.keys[row]) is not None}
    made.counts.removed += len(made.deletes)
    for at in made.deletes:
        made.updates.pop(at, None)
    made.at = _where(batch.layout, index, made.deletes)
    return made


def _decide(row: Row, at: int | None, rules: Rules, made: Plan, doomed: set[int]) -> None:
    too_old = rules.oldest is not None and row.day is not None and row.day < rules.oldest
    if at is None:
        if row.dead:
            made.counts.unknown += 1
        elif too_old:
            made.counts.too_old += 1
        else:
            made.counts.added += 1
            made.inserts.append(row)
    elif too_old or (row.dead and rules.remove_dead):
        doomed.add(at)
    else:
        made.counts.updated += 1
        made.updates[at] = row


def _sweep(batch: StreamBatch, index: RowIndex, rules: Rules, made: Plan, doomed: set[int]) -> None:
    """Rows with a part of their key are deleted, but those that came again since."""
    patterns = {tuple(place for place, _ in part) for part in batch.sweeps}
    for row in range(index.first, len(index.keys)):
        key = index.keys[row]
        if key is None or key in batch.rows or key in batch.spared:
            continue
        parts = (tuple((place, key[place]) for place in places) for places in patterns)
        cells = next((batch.sweeps[part] for part in parts if part in batch.sweeps), None)
        if cells is None:
            continue
        if rules.remove_dead:
            doomed.add(row)
        elif len(made.swept) == MOST_DELETIONS:
            made.more = True
        else:
            made.counts.updated += 1
            made.swept.add(key)
            made.updates[row] = Row(key, cells, index.days[row], dead=True)


def _expire(
    batch: StreamBatch, index: RowIndex, rules: Rules, made: Plan, doomed: set[int]
) -> None:
    if rules.oldest is None:
        return
    for row in range(index.first, len(index.days)):
        day = index.days[row]
        old = day is not None and day < rules.oldest and row not in made.updates
        if old and (index.keys[row] is not None or not batch.layout.keyed):
            doomed.add(row)


def _retire(
    batch: StreamBatch, index: RowIndex, rules: Rules, made: Plan, doomed: set[int]
) -> None:
    """Rows of earlier versions go; those that this batch has just written are of the new one."""
    marked = 0
    for row in range(index.first, len(index.versions)):
        version = index.versions[row]
        old = version is not None and batch.activate is not None and version < batch.activate
        if not old or row in made.updates or row in doomed:
            continue
        if batch.layout.keyed and index.keys[row] is None:
            continue
        if rules.remove_dead or not batch.layout.keyed or not rules.marks:
            doomed.add(row)
        elif marked == MOST_DELETIONS:
            made.more = True
        else:
            marked += 1
            made.counts.removed += 1
            cells = tuple(rules.marks.get(at) for at in range(len(batch.layout.columns)))
            made.updates[row] = Row((), cells, index.days[row], dead=True, version=batch.activate)


def _where(layout: Layout, index: RowIndex, deletes: Sequence[int]) -> int:
    if layout.newest_first:
        return index.first
    gone = sum(1 for row in deletes if row <= index.last)
    return max(index.first, index.last + 1 - gone)
