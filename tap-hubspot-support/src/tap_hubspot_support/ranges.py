"""Dividing a list of records among workers by id, exactly and resumably.

HubSpot lists records in ascending id and its cursor `after=N` means "ids from N on" (every
official sample shows it as last id + 1), so a list can be entered anywhere. Ids are uneven:
equal width is not equal work, so ranges are split while they are being read.
"""

from __future__ import annotations

import threading
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Sequence

R = TypeVar("R")
_WORTH_SPLITTING = 400  # rows: four pages; a split may cost one request that finds nothing


class SeekRefusedError(Exception):
    """The list does not honour ids as cursors."""


@dataclass(eq=False)
class IdRange:
    """Ids from `position` (the next request) up to, not including, `end`.

    `emitted` trails `position`: everything below it has been written. `end` None is open.
    """

    start: int
    end: int | None
    position: int
    emitted: int
    rows: int = 0
    done: bool = False


class RangePlan:
    """The ranges of one full sync; all methods may be called from any thread.

    Args:
        bounds: (first id, end or None) per range; only the last may be open.
        top: The highest id known, to divide the open range by.
        total: The number of records known, to guess the work in a range.
    """

    def __init__(self, bounds: Sequence[tuple[int, int | None]], *, top: int, total: int) -> None:
        self._changed = threading.Condition()
        self._waiting = [IdRange(lo, hi, lo, lo) for lo, hi in bounds]
        self._all = list(self._waiting)
        self._top = top
        span = max(1, top - min((r.start for r in self._all), default=0))
        self._total = total
        self._density = total / span
        self._stopped = False
        # Nothing is split before one page's cursor has shown that it is an id.
        self._proven = False
        self.ended_early = False

    def claim(self) -> IdRange | None:
        """A range to read, splitting another one if none waits; None when no work is left."""
        with self._changed:
            while not self._stopped:
                if self._waiting:
                    return self._waiting.pop(0)
                running = [r for r in self._all if not r.done]
                if not running:
                    return None
                if self._proven and (part := self._split(running)) is not None:
                    return part
                self._changed.wait(1.0)
            return None

    def stop(self) -> None:
        """Let all workers finish."""
        with self._changed:
            self._stopped = True
            self._changed.notify_all()

    def advance(
        self, part: IdRange, rows: list[tuple[int, R]], following: int | None
    ) -> list[tuple[int, R]]:
        """Take in a page read at `part.position` and return the rows that belong to the range.

        Args:
            part: The range.
            rows: (id, record) in the order received.
            following: The next page's cursor; None when the list says it has ended.

        Raises:
            SeekRefusedError: The page holds ids below the position, or does not lead on.
        """
        with self._changed:
            ids = [part.position - 1, *(row_id for row_id, _ in rows)]
            if any(a >= b for a, b in pairwise(ids)):
                raise SeekRefusedError
            if following is not None and following <= max(ids[-1], part.position):
                raise SeekRefusedError
            kept = [row for row in rows if part.end is None or row[0] < part.end]
            if kept and not part.rows:
                self._skip_leading_gap(part, kept[0][0])
            part.rows += len(kept)
            self._finish(part, following, ids[-1] + 1)
            self._proven = True
            self._changed.notify_all()
            return kept

    def written(self, part: IdRange, position: int) -> None:
        """Note that all rows of a range below `position` have been written."""
        with self._changed:
            part.emitted = position

    def remaining(self) -> list[tuple[int, int | None]]:
        """The ranges still to be written, for the state."""
        with self._changed:
            return [(r.emitted, r.end) for r in self._all if not self._is_written(r)]

    def _skip_leading_gap(self, part: IdRange, first: int) -> None:
        # Ids of one account may all be above some billion: the empty space before the first
        # record says nothing about how close together the records are.
        part.start = first
        if not self._proven:
            self._density = self._total / max(1, self._top - first)

    def _finish(self, part: IdRange, following: int | None, after_last: int) -> None:
        part.done = following is None or (part.end is not None and following >= part.end)
        # The last page of the list may lie in any range: a page is cut at the range's end only
        # after it was read, and ids are so uneven that it can span several ranges.
        if following is None and after_last <= self._top:
            self.ended_early = True
        if part.done:
            part.position = after_last if part.end is None else part.end
        elif following is not None:
            part.position = following

    @staticmethod
    def _is_written(part: IdRange) -> bool:
        return part.done and part.emitted >= part.position

    def _split(self, running: list[IdRange]) -> IdRange | None:
        part = max(running, key=self._work_left)
        # Ids come in clusters with wide gaps, where a range's own density promises far too much.
        if min(self._work_left(part), self._rows_left()) < _WORTH_SPLITTING:
            return None
        middle = part.position + (self._end(part) - part.position) // 2
        new = IdRange(middle, part.end, middle, middle)
        part.end = middle
        self._all.append(new)
        return new

    def _rows_left(self) -> int:
        return self._total - sum(part.rows for part in self._all)

    def _end(self, part: IdRange) -> int:
        return self._top + 1 if part.end is None else part.end

    def _work_left(self, part: IdRange) -> float:
        read = part.position - part.start
        density = part.rows / read if part.rows and read else self._density
        return density * (self._end(part) - part.position)
