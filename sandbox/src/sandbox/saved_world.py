"""The daemon's world: written down step by step, built again after a restart."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING

from sandbox.world import World
from sandbox.world.parts import PARTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.saved import SandboxDirectory, Saved

SEARCH_LAG_MS = (0, 20_000)


class SavedWorld:
    """A world that survives restarts: every step is written down before it is answered."""

    def __init__(
        self, directory: SandboxDirectory, saved: Saved, *, wall: Callable[[], int] | None = None
    ) -> None:
        """Build the world again, with the time that passed while nobody served it."""
        self._directory = directory
        self._saved = saved
        self._wall = wall or (lambda: time.time_ns() // 1_000_000)
        spec = saved.spec
        self.world = World(spec.seed, spec.tickets, search_lag_ms=SEARCH_LAG_MS, parts=PARTS)
        self.world.replay(saved.operations)
        slept = self._wall() - saved.anchor if saved.anchor else 0
        if slept > 0:
            self.world.settle(slept / 60_000)
        self.save()

    def advance(self, hours: float) -> dict[str, int]:
        """Let the world live; returns how often each event happened."""
        happened = self.world.advance(hours)
        self.save()
        return dict(happened)

    def settle(self, minutes: float) -> None:
        """Let only time pass."""
        self.world.settle(minutes)
        self.save()

    def save(self) -> None:
        """Write everything down."""
        self._saved.operations = list(self.world.operations)
        self._saved.anchor = self._wall() - self.world.clock.elapsed()
        self._directory.save(self._saved)
