"""Counting what happened within a window of time that rolls."""

from __future__ import annotations

from collections import deque


class RollingWindow:
    """Counts what happened within the last so many seconds."""

    def __init__(self, seconds: float) -> None:
        self._seconds = seconds
        self._taken: deque[float] = deque()

    def used(self, now: float) -> int:
        """Return how many were taken within the window that ends now."""
        while self._taken and self._taken[0] <= now - self._seconds:
            self._taken.popleft()
        return len(self._taken)

    def take(self, now: float) -> None:
        """Take one."""
        self._taken.append(now)
