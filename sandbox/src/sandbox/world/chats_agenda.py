"""What is going to happen in chats, in order of time."""

from __future__ import annotations

import heapq
import itertools
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    Action = Callable[[], None]


class Agenda:
    """Actions at instants (epoch microseconds); of one instant they happen as they were entered."""

    def __init__(self) -> None:
        self._planned: list[tuple[int, int, Action]] = []
        self._number = itertools.count()

    def plan(self, at: int, action: Action) -> None:
        """Let something happen at an instant."""
        heapq.heappush(self._planned, (at, next(self._number), action))

    def live(self, until: int) -> int:
        """Let happen what is due by `until`; returns how much that was."""
        happened = 0
        while self._planned and self._planned[0][0] <= until:
            heapq.heappop(self._planned)[2]()
            happened += 1
        return happened
