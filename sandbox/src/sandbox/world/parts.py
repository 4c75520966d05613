"""Further systems of the same company, one line each in `PARTS`.

A part shares the company's agents, customers and tickets, and lives when the world lives.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, Protocol

from sandbox.world.chats import ChatPart
from sandbox.world.helpdesk import helpdesk

if TYPE_CHECKING:
    import random
    from collections import Counter
    from collections.abc import Callable

    from sandbox.world.company import World


class Part(Protocol):
    """A system beside HubSpot, such as the chat tool."""

    def advance(self, start: int, duration: int, rng: random.Random) -> Counter[str]:
        """Live from `start` for `duration` (milliseconds); says how often what happened."""

    def truth(self, now: int) -> dict[str, Any]:
        """What a warehouse must hold at `now` (epoch milliseconds), by stream."""


PARTS: dict[str, Callable[[World], Part]] = {
    "livechat": ChatPart,
    "gorgias": helpdesk,
}
"""How each part is built, with the year before the world's first \"now\" behind it."""
