"""How many conversations were opened and closed on each day, and how many stayed open."""

from __future__ import annotations

from collections import Counter, defaultdict
from datetime import date, timedelta
from typing import TYPE_CHECKING

from sandbox.world.support_time import period_start

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.world.support_conversation import Conversation
    from sandbox.world.support_rules import Rules


def backlog(
    counted: Iterable[Conversation], rules: Rules, now: int
) -> dict[tuple[str, str], dict[str, int]]:
    """By source and day of the reporting zone, from the source's first conversation to `now`.

    Args:
        counted: The conversations that count.
        rules: Whose days they are.
        now: Epoch microseconds; the last day ends here.
    """
    opened: dict[str, Counter[str]] = defaultdict(Counter)
    closed: dict[str, Counter[str]] = defaultdict(Counter)
    for one in counted:
        for at in (one.created, *one.reopenings):
            opened[one.source][period_start(at, "day", rules.reporting_zone)] += 1
        for at in one.closings:
            closed[one.source][period_start(at, "day", rules.reporting_zone)] += 1
    last = period_start(now, "day", rules.reporting_zone)
    return {
        (source, day): row
        for source in opened
        for day, row in _running(opened[source], closed[source], last)
    }


def _running(
    opened: Counter[str], closed: Counter[str], last: str
) -> Iterator[tuple[str, dict[str, int]]]:
    open_at_end = 0
    for day in _days(min(opened), last):
        open_at_end += opened[day] - closed[day]
        yield day, {"opened": opened[day], "closed": closed[day], "open_at_end": open_at_end}


def _days(first: str, last: str) -> Iterator[str]:
    day = date.fromisoformat(first)
    while day <= date.fromisoformat(last):
        yield day.isoformat()
        day += timedelta(days=1)
