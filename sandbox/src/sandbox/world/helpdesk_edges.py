"""Tickets at the instants that monthly figures get wrong."""

from __future__ import annotations

from datetime import datetime, timedelta
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.world.helpdesk_objects import DAY, EPOCH, HOUR, LIVE, MINUTE, SECOND

if TYPE_CHECKING:
    from sandbox.world.helpdesk_cases import Case
    from sandbox.world.helpdesk_life import Narrator

MONTHS = (1, 3, 4, 11)
"""Months before whose first instant something happens: at the turn of the year, after February (a
leap one among them), and after each change of the clocks, north and south."""

OFFSETS = (-1, 0, -500_000)
"""Microseconds from that instant."""


def stage_edges(narrator: Narrator, start: int, until: int) -> int:
    """Plan tickets answered and closed around the edges of months; says how many."""
    zone = ZoneInfo(narrator.office.desk.zone)
    years = range(_year(start), _year(until) + 1)
    edges = [_local(year, month, zone) for year in years for month in MONTHS]
    planned = 0
    for edge in edges:
        for offset in OFFSETS:
            if start + 3 * DAY < edge and edge + DAY < until:
                _plan(narrator, edge + offset, planned)
                planned += 1
    return planned


def _plan(narrator: Narrator, at: int, number: int) -> None:
    """Answered and closed in the same instant; a chat's answer takes seconds."""
    office = narrator.office
    agent = office.workers[number % 2].id
    channel = ("email", "chat")[number % 2]
    wait = 40 * SECOND if channel == "chat" else 2 * DAY + HOUR

    def begin(when: int) -> None:
        case = narrator.begin(when, channel=channel, by_agent=False)
        narrator.voices.write(case, when)
        office.assign(case, when + 1, agent)
        office.later(at, lambda then: finish(case, then))

    def finish(case: Case, then: int) -> None:
        if case.state == LIVE:
            narrator.voices.answer_at_once(case, then, agent)
            narrator.shut(case, then)

    office.later(at - wait - number * MINUTE, begin)


def _local(year: int, month: int, zone: ZoneInfo) -> int:
    return (datetime(year, month, 1, tzinfo=zone) - EPOCH) // timedelta(microseconds=1)


def _year(at: int) -> int:
    return (EPOCH + timedelta(microseconds=at)).year
