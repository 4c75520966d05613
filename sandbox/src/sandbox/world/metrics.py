"""The support metrics of every ticket, from the definitions and the intended values."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.world.agents import CANONICAL
from sandbox.world.entries import LIVE
from sandbox.world.instants import SCHEDULE_ZONE
from sandbox.world.pipelines import LIVE_CHAT
from sandbox.world.values import canonical_seconds, milliseconds, moment

if TYPE_CHECKING:
    from sandbox.world.population import Population
    from sandbox.world.tickets import Ticket

ZONES = ("America/Halifax", "America/Chicago", "America/New_York")
CHAT_RESPONSE_SECONDS = "30"
FRIDAY, SATURDAY, SUNDAY, MONDAY = 4, 5, 6, 0
WEEKEND_BEGINS, WEEKEND_ENDS = 18, 5  # o'clock on Friday and on Monday, in the schedule zone


def metrics(population: Population, now: int) -> dict[str, dict[str, Any]]:
    """Per id of every ticket the portal still has, live or archived, at `now` (epoch ms).

    Instants are `YYYY-MM-DDTHH:MM:SS.mmmZ`, wall times `YYYY-MM-DD HH:MM:SS.mmm`, durations
    decimal seconds as text.
    """
    return {
        str(ticket.id): _metrics(population, ticket)
        for ticket in population.ledger.rows(now)
        if not ticket.gone
    }


def _metrics(population: Population, ticket: Ticket) -> dict[str, Any]:
    created = ticket.created_at
    closed = _instant(ticket, "closed_date")
    replied = _instant(ticket, "first_agent_reply_date")
    pipeline = population.pipelines[ticket.moves[-1].pipeline].label.strip()
    owner = population.owners.get(ticket.value("hubspot_owner_id").truth or 0)
    name = " ".join(part for part in owner.first_and_last if part) if owner else None
    return {
        "is_deleted": ticket.state != LIVE,
        "pipeline": pipeline,
        "owner_name": name,
        "agent": CANONICAL.get(name or ""),
        "created_at": ticket.value("createdate").truth,
        "closed_at": ticket.value("closed_date").truth,
        "first_response_at": ticket.value("first_agent_reply_date").truth,
        "first_response_seconds": _first_response(pipeline, created, replied),
        "resolution_seconds": None if closed is None else canonical_seconds(closed - created),
        "is_weekend": weekend(created),
        "created_local": {zone: wall_time(created, zone) for zone in ZONES},
        "closed_local": {zone: wall_time(closed, zone) for zone in ZONES},
    }


def _first_response(pipeline: str, created: int, replied: int | None) -> str | None:
    if pipeline == LIVE_CHAT:
        return CHAT_RESPONSE_SECONDS
    if replied is None or replied <= created:
        return None
    return canonical_seconds(replied - created)


def _instant(ticket: Ticket, name: str) -> int | None:
    canonical = ticket.value(name).truth
    if canonical is None:
        return None
    return milliseconds(datetime.fromisoformat(canonical.replace("Z", "+00:00")))


def weekend(at: int) -> bool:
    """Friday 18:00 to Monday 05:00 on the schedule's wall clock."""
    local = moment(at).astimezone(SCHEDULE_ZONE)
    if local.weekday() == FRIDAY:
        return local.hour >= WEEKEND_BEGINS
    if local.weekday() == MONDAY:
        return local.hour < WEEKEND_ENDS
    return local.weekday() in (SATURDAY, SUNDAY)


def wall_time(at: int | None, zone: str) -> str | None:
    """What a clock on the wall of a zone shows."""
    if at is None:
        return None
    local = moment(at).astimezone(ZoneInfo(zone))
    return local.strftime("%Y-%m-%d %H:%M:%S.") + f"{at % 1000:03d}"
