"""The synthetic company: one seed, one year, and everything that happens after it."""

from __future__ import annotations

import random
from collections import Counter
from contextlib import ExitStack, contextmanager
from datetime import datetime
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.portal import Portal
from sandbox.world import metrics, truth
from sandbox.world.clock import WorldClock
from sandbox.world.crm_events import CrmRound
from sandbox.world.events import Round
from sandbox.world.flavours import FIRST, SECOND
from sandbox.world.parts import PARTS
from sandbox.world.population import Population
from sandbox.world.values import DAY_MS, HOUR_MS, MINUTE_MS, milliseconds

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sandbox.world.flavours import Flavour
    from sandbox.world.parts import Part

FEWEST_TICKETS = 50
FEWEST_NEW = 3
FLAVOURS = (FIRST, SECOND)
Operation = tuple[str, int]


class World:
    """A company with a year of tickets behind it, deterministic from its arguments.

    Two worlds of the same arguments that were advanced by the same steps are the same to the
    byte. Nothing happens but in `advance`.

    Args:
        seed: Which company.
        tickets: How many tickets its year had; 50 at least.
        until: The world's first "now", ISO 8601 with an offset.
        tickets_per_day: New tickets per day of an advance; None keeps the year's pace.
        search_lag_ms: Lowest and highest delay until the portal's search sees a change.
        portals: How many HubSpot accounts the company has, 1 or 2; the second one is smaller and
            set up otherwise.
        parts: Names of the further systems the company uses, see `sandbox.world.parts`.
        elapsed: Milliseconds since some fixed moment, for the clock's ticking; None takes the
            monotonic clock.

    Raises:
        ValueError: Fewer than 50 tickets, more than two portals, or no such part.
    """

    def __init__(
        self,
        seed: int = 7,
        tickets: int = 6000,
        until: str = "2026-06-01T12:00:00Z",
        *,
        tickets_per_day: float | None = None,
        search_lag_ms: tuple[int, int] = (0, 0),
        portals: int = 1,
        parts: Iterable[str] = (),
        elapsed: Callable[[], int] | None = None,
    ) -> None:
        if not 1 <= portals <= len(FLAVOURS):
            raise ValueError("A world has one portal or two.")
        if tickets < FEWEST_TICKETS:
            raise ValueError(f"A world has at least {FEWEST_TICKETS} tickets. Ask for more.")
        start = milliseconds(datetime.fromisoformat(until.replace("Z", "+00:00")))
        self.clock = WorldClock(start, elapsed)
        self.operations: list[Operation] = []
        self.seed = seed
        self.tickets = tickets
        self._per_day = tickets / 365 if tickets_per_day is None else tickets_per_day
        self._rounds = 0
        self.populations = [
            self._populate(position, flavour, start, search_lag_ms)
            for position, flavour in enumerate(FLAVOURS[:portals])
        ]
        self.parts: dict[str, Part] = {name: _part(name)(self) for name in parts}

    @property
    def population(self) -> Population:
        """Everybody and everything in the first HubSpot account."""
        return self.populations[0]

    @property
    def portal(self) -> Portal:
        """The first HubSpot account."""
        return self.portals[0]

    @property
    def portals(self) -> list[Portal]:
        """Every HubSpot account of the world."""
        return [one.portal for one in self.populations]

    @property
    def tokens(self) -> dict[int, str]:
        """What opens each HubSpot account, by portal id."""
        return {one.portal_id: min(one.tokens) for one in self.portals}

    def advance(self, hours: float = 4) -> Counter[str]:
        """Let the world live for some hours.

        Returns:
            How often each kind of event happened.

        Raises:
            ValueError: The time is not positive.
        """
        duration = _positive(hours, HOUR_MS)
        with self._still():
            self._catch_up(duration)
            start = self.clock.base
            self._rounds += 1
            self.operations.append(("advance", duration))
            self.clock.jump(duration)
            happened: Counter[str] = Counter()
            for population in self.populations:
                happened.update(self._live(population, start, duration))
            for name, part in self.parts.items():
                fate = random.Random(f"{name}:{self.seed}:{self._rounds}")  # noqa: S311
                happened.update(part.advance(start, duration, fate))
            return happened

    def settle(self, minutes: float = 2) -> None:
        """Move the clock and let nothing happen, so that search catches up.

        Raises:
            ValueError: The time is not positive.
        """
        duration = _positive(minutes, MINUTE_MS)
        self.operations.append(("idle", duration))
        self.clock.shift(duration)

    def replay(self, operations: list[Operation]) -> None:
        """Do again what another world of the same arguments has done (`operations`)."""
        for kind, duration in operations:
            if kind == "advance":
                self.advance(duration / HOUR_MS)
            else:
                self.settle(duration / MINUTE_MS)

    def truth(self) -> dict[str, Any]:
        """What a warehouse must hold by now: see TABLES.md beside this module.

        The streams of a part stand under its name: `livechat.chats`.
        """
        with self._still():
            now = self.clock()
            whole, *others = (truth.truth(one, one.portal, now) for one in self.populations)
            for population, other in zip(self.populations[1:], others, strict=True):
                _take_in(whole, other, population.portal.portal_id)
            for name, part in self.parts.items():
                whole |= {f"{name}.{stream}": rows for stream, rows in part.truth(now).items()}
            return whole

    def metrics_truth(self) -> dict[str, dict[str, Any]]:
        """The support metrics of the first account's tickets: see `sandbox.world.metrics`."""
        with self._still():
            return metrics.metrics(self.population, self.clock())

    def _populate(
        self, position: int, flavour: Flavour, start: int, search_lag_ms: tuple[int, int]
    ) -> Population:
        seed = self.seed + 1_000 * position
        portal = Portal(
            flavour.portal_id,
            flavour.time_zone,
            clock=self.clock,
            search_lag_ms=search_lag_ms,
            seed=seed,
        )
        flavour.set_up(portal)
        size = self.tickets if position == 0 else max(FEWEST_TICKETS, self.tickets // 3)
        return Population(portal, seed, size, start, flavour)

    def _live(self, population: Population, start: int, duration: int) -> Counter[str]:
        """Let one account live for the time that has just been jumped over."""
        second = "" if population is self.population else f":{population.portal.portal_id}"
        dice = f"{self.seed}:{self._rounds}:{start}:{duration}{second}"
        rng, luck = random.Random(dice), random.Random(f"crm:{dice}")  # noqa: S311
        new = max(FEWEST_NEW, round(self._per_day * duration / DAY_MS))
        happened = Round(population, rng, self._rounds).happen(start, duration, new)
        return happened + CrmRound(population, luck, self._rounds).happen(start, duration)

    @contextmanager
    def _still(self) -> Iterator[None]:
        """Let nobody see an account half changed."""
        with ExitStack() as stack:
            for portal in self.portals:
                stack.enter_context(portal.lock)
            yield

    def _catch_up(self, duration: int) -> None:
        idle = self.clock.idle(duration)
        if idle:
            self.operations.append(("idle", idle))
            self.clock.shift(idle)


def _part(name: str) -> Callable[[World], Part]:
    if name not in PARTS:
        raise ValueError(f"No part {name!r}. There are {', '.join(sorted(PARTS)) or 'none'}.")
    return PARTS[name]


def _positive(amount: float, unit: int) -> int:
    duration = round(amount * unit)
    if duration <= 0:
        raise ValueError("The world only moves forward. Give a time above zero.")
    return duration


def _take_in(whole: dict[str, Any], other: dict[str, Any], portal_id: int) -> None:
    """Add another account's truth; its mappings' texts get its id in front."""
    for table, rows in other.items():
        if isinstance(rows, list):
            whole[table] = [*whole.get(table, []), *rows]
        elif table == "gone":
            _take_in(whole["gone"], rows, portal_id)
        else:
            named = {f"{portal_id}/{key}": row for key, row in rows.items()}
            whole[table] = {**whole.get(table, {}), **named}
