"""The records of one bulk object type as arithmetic: a running number gives id and times.

Numbers count from 0. A record's creation and modification follow from its number; some records
may have changed since, every so manieth of them, at one instant after the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from sandbox.hubspot.object_types import ObjectType

FIRST_ID = 7_100_000_001
ID_STEP = 37
FIRST_MODIFIED = 1_735_689_600_000
MODIFIED_STEP = 20_011
VARIANTS = 32
_AGE = 3_600_000
_IDS = {"contacts": (60_001, 41), "companies": (9_000_000_001, 11)}


@dataclass
class Series:
    """Very many records of one type; instants are epoch milliseconds.

    Attributes:
        kind: The object type.
        count: How many records there are.
        changed: How many of them changed lately.
        changed_at: When the first of those did; each other one a millisecond later.
    """

    kind: ObjectType
    count: int
    changed: int = 0
    changed_at: int = 0

    @property
    def ids(self) -> range:
        """All ids, ascending."""
        first, step = _IDS.get(self.kind.name, (FIRST_ID, ID_STEP))
        return range(first, first + self.count * step, step)

    @property
    def stride(self) -> int:
        """Every how many records one has changed."""
        return max(1, self.count // self.changed) if self.changed else self.count + 1

    def change(self, records: int, at: int) -> None:
        """Let so many records have changed, the last of them at `at`."""
        self.changed = min(records, self.count)
        self.changed_at = at - self.changed + 1

    def number(self, record_id: int) -> int | None:
        """Return the number of an id; None when no record has it."""
        ids = self.ids
        return ids.index(record_id) if record_id in ids else None

    def is_changed(self, number: int) -> bool:
        """Tell whether a record is one of those that changed lately."""
        turn, rest = divmod(number, self.stride)
        return rest == 0 and turn < self.changed

    def moments(self, number: int) -> tuple[int, int, int]:
        """Return id, creation and modification of a record."""
        modified = FIRST_MODIFIED + number * MODIFIED_STEP
        created = modified - _AGE
        if self.is_changed(number):
            modified = self.changed_at + number // self.stride
        return self.ids[number], created, modified

    def variant(self, number: int) -> int:
        """Return which of the ready-made value sets a record has; a changed one has another."""
        return (number + self.is_changed(number)) % VARIANTS
