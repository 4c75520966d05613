"""Who gets the next ticket: mostly agents, those on shift before the others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.agents import CANONICAL, MANAGERS, QUEUE, UNLISTED, on_shift
from sandbox.world.instants import SCHEDULE_ZONE
from sandbox.world.values import moment

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from sandbox.world.agents import Owner

ON_SHIFT, OFF_SHIFT, MANAGER, ODD_ONE = 60, 10, 8, 4


class Rota:
    """Weighs the owners by the hour of the week on the schedule's wall clock."""

    def __init__(self, owners: Mapping[int, Owner]) -> None:
        self._ids = list(owners)
        self._owners = list(owners.values())
        self._weights: dict[tuple[int, int], list[int]] = {}

    def pick(self, rng: random.Random, at: int) -> int:
        """The id of somebody to own a ticket from `at` (epoch ms) on."""
        local = moment(at).astimezone(SCHEDULE_ZONE)
        hour = (local.weekday(), local.hour)
        if hour not in self._weights:
            self._weights[hour] = [_weight(owner, *hour) for owner in self._owners]
        return rng.choices(self._ids, self._weights[hour])[0]


def _weight(owner: Owner, weekday: int, hour: int) -> int:
    agent = CANONICAL.get(owner.name, "")
    if owner.archived or owner.name in (QUEUE, UNLISTED):
        return ODD_ONE
    if agent in MANAGERS:
        return MANAGER
    return ON_SHIFT if on_shift(agent, weekday, hour) else OFF_SHIFT
