"""The world's clock: it jumps when the world is advanced and ticks with real time between."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sandbox.world.values import MINUTE_MS

if TYPE_CHECKING:
    from collections.abc import Callable

QUIET_MS = 30 * MINUTE_MS


def since_now() -> Callable[[], int]:
    """A stopwatch: milliseconds since this call, by the monotonic clock."""
    began = time.monotonic_ns()
    return lambda: (time.monotonic_ns() - began) // 1_000_000


class WorldClock:
    """Epoch milliseconds UTC.

    Real time that passes between two jumps is swallowed by the next jump while it is short, so
    that what happens in a jump depends on nothing but the jumps. When it was long, the caller
    records it (`idle`) as a jump of its own: the clock never runs backwards.
    """

    def __init__(self, start: int, elapsed: Callable[[], int] | None = None) -> None:
        self.base = start
        self._elapsed = elapsed or since_now()
        self._counted = self._elapsed()

    def __call__(self) -> int:
        """Now."""
        return self.base + self.elapsed()

    def elapsed(self) -> int:
        """Real milliseconds since the last jump."""
        return max(0, self._elapsed() - self._counted)

    def idle(self, jump: int) -> int:
        """How long (ms) the world stood idle, if too long for a jump of `jump` ms to swallow."""
        elapsed = self.elapsed()
        quiet = quiet_part(jump)
        return 0 if elapsed < quiet else (elapsed // QUIET_MS + 1) * QUIET_MS

    def jump(self, duration: int) -> None:
        """Move on by `duration` ms from the last jump; real time counts from here again."""
        self.base += duration
        self._counted = self._elapsed()

    def shift(self, duration: int) -> None:
        """Move on by `duration` ms and keep the real time that has passed."""
        self.base += duration


def quiet_part(jump: int) -> int:
    """The beginning of a jump in which nothing happens: real time may already have covered it."""
    return min(QUIET_MS, jump // 2)
