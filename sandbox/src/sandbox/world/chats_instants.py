"""When conversations begin, and which tickets come of them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.world.instants import creation_instants
from sandbox.world.pipelines import LIVE_CHAT
from sandbox.world.population import YEAR_MS
from sandbox.world.values import DAY_MS, HOUR_MS, MINUTE_MS, milliseconds, moment

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from sandbox.hubspot.portal import Portal
    from sandbox.world.population import Population

LEAD_MS = 12 * MINUTE_MS
ZONES = ("America/Halifax", "America/New_York", "UTC")
WAITING = 4 * MINUTE_MS
RECENT = (3 * DAY_MS, 2 * DAY_MS, DAY_MS, 9 * HOUR_MS, 5 * HOUR_MS, 70_000)
"""How long before "now" (ms) conversations begin for sure; the last ones are still open."""

LINKED_SHARE = 5


@dataclass(frozen=True)
class Beginning:
    """A conversation to be: when (epoch microseconds), and what comes of it.

    Attributes:
        waiting: Whether it is to end up in the queue, where nobody comes.
    """

    at: int
    ticket_id: int | None = None
    contact: int | None = None
    ticket_at: int = 0
    waiting: bool = False


def beginnings(
    rng: random.Random, count: int, population: Population, portal: Portal, until: int
) -> list[Beginning]:
    """The year's conversations in order of time."""
    start = until - YEAR_MS
    linked = from_tickets(population, portal, start + LEAD_MS, until)[:: max(1, LINKED_SHARE - 2)]
    made = [*linked[: count // LINKED_SHARE], Beginning((until - WAITING) * 1000, waiting=True)]
    fixed = [*(until - before for before in RECENT), *_midnights(until)]
    rest = creation_instants(rng, count - len(made) - len(fixed), start, until)
    rest[10] = rest[11]  # two of one microsecond
    spread = [at * 1000 + (rng.randrange(1000) if at != rest[10] else 7) for at in [*fixed, *rest]]
    return sorted([*made, *map(Beginning, spread)], key=lambda one: one.at)


def from_tickets(population: Population, portal: Portal, after: int, until: int) -> list[Beginning]:
    """The conversations that tickets of the live chat pipeline came of."""
    return [
        Beginning((ticket.created_at - LEAD_MS) * 1000 + 11, ticket.id, contact, ticket.created_at)
        for ticket in population.ledger.rows(until)
        if not ticket.gone
        and after <= ticket.created_at <= until
        and population.pipelines[ticket.moves[0].pipeline].label.strip() == LIVE_CHAT.strip()
        for contact in _contacts(portal, ticket.id)[:1]
    ]


def _contacts(portal: Portal, ticket: int) -> list[int]:
    linked = portal.associations.everything_of("tickets", ticket)
    return sorted({far_id for far_type, far_id, _ in linked if far_type == "contacts"})


def _midnights(until: int) -> Iterable[int]:
    """Half a second before and after midnight in three zones, half a year ago."""
    day = moment(until - 180 * DAY_MS).date()
    for number, zone in enumerate(ZONES):
        midnight = datetime(day.year, day.month, day.day, tzinfo=ZoneInfo(zone))
        at = milliseconds(midnight + timedelta(days=number))
        yield from (at - 500, at + 500)
