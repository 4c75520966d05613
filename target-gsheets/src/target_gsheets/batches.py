"""Rows held for one write."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Collection

    from target_gsheets.layout import Layout

Key = tuple[str, ...]
#: Texts of some key parts, by their place in the key.
Part = tuple[tuple[int, str], ...]
Cells = tuple["bytes | None", ...]


@dataclass(frozen=True)
class Row:
    """One record as it goes into the sheet.

    Attributes:
        key: Text of each key part, () for a stream without key.
        cells: JSON of one CellData per layout column; None leaves the cell as it is.
        day: The window's date as a serial number of the wall clock, None without one.
        dead: The record is a tombstone: it changes an existing row and never makes one.
        version: The table version it came with.
    """

    key: Key
    cells: Cells
    day: float | None = None
    dead: bool = False
    version: int | None = None

    @property
    def size(self) -> int:
        """Bytes in a request, about."""
        return sum(len(cell) + 1 for cell in self.cells if cell is not None) + 16


@dataclass
class StreamBatch:
    """What one stream received since the last batch.

    Attributes:
        layout: The worksheet, as it was when the rows were read.
        rows: By key, last one wins; by running number without a key.
        received: Records read, repeated and refused ones included.
        refused: Records that have no key.
        size: Bytes held, about.
        activate: The table version to activate after the rows, if any.
        sweeps: Cells of tombstones with a part of the key, by that part; they come before the rows.
        spared: Keys that no sweep touches, because their rows are in another part of the batch.
    """

    layout: Layout
    rows: dict[Any, Row] = field(default_factory=dict)
    received: int = 0
    refused: int = 0
    size: int = 0
    activate: int | None = None
    sweeps: dict[Part, Cells] = field(default_factory=dict)
    spared: frozenset[Key] = frozenset()

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not self.received and self.activate is None

    def halves(self) -> tuple[StreamBatch, StreamBatch]:
        """Return two batches that do the same one after the other."""
        items = list(self.rows.items())
        middle = len(items) // 2
        later = dict(items[middle:])
        first = StreamBatch(
            self.layout,
            dict(items[:middle]),
            self.received,
            self.refused,
            sweeps=self.sweeps,
            spared=self.spared | later.keys() if self.sweeps else frozenset(),
        )
        return first, StreamBatch(self.layout, later, activate=self.activate)

    def rest(self, left: Collection[Key], swept: Collection[Key]) -> StreamBatch:
        """Return what deletes more rows, after a request that deleted as many as it could.

        Args:
            left: Keys of the rows that are still to be deleted.
            swept: Keys of the rows that sweeps have marked.
        """
        rows = {key: self.rows[key] for key in left if key in self.rows}
        spared = self.spared.union(self.rows, swept) if self.sweeps else frozenset()
        return StreamBatch(
            self.layout, rows, activate=self.activate, sweeps=self.sweeps, spared=spared
        )


@dataclass
class Counts:
    """What became of a stream's records."""

    received: int = 0
    added: int = 0
    updated: int = 0
    removed: int = 0
    too_old: int = 0
    unknown: int = 0
    refused: int = 0

    def add(self, other: Counts) -> None:
        """Add another batch's counts."""
        for name, number in vars(other).items():
            setattr(self, name, getattr(self, name) + number)

    def text(self) -> str:
        """Return the counts as they are logged."""
        return " ".join(f"{name}={number}" for name, number in vars(self).items())
