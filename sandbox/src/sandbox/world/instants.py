"""When customers write: office hours, quiet nights, outages, and the minutes where clocks jump."""

from __future__ import annotations

import itertools
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from sandbox.world.values import DAY_MS, HOUR_MS, MINUTE_MS, milliseconds, moment

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator

SCHEDULE_ZONE = ZoneInfo("America/New_York")
SUNDAY = 6
OUTAGE_SHARE = 0.08
OUTAGES = 7

# Messages per hour of a weekday, midnight first, in the schedule zone; a weekend has a third.
HOURLY = (2, 1, 1, 1, 1, 2, 4, 8, 14, 20, 22, 20, 17, 19, 21, 19, 16, 12, 9, 8, 7, 6, 4, 3)
WEEKEND_FACTOR = 0.35

# Halifax, New York and Chicago change their clocks at the same wall time, so one after the other:
# between the first and the last of them the usual distances are off by an hour.
SPRING_UTC = ("05:59:59.999", "06:00:00.000", "06:30:00.250", "07:15:00.000", "07:59:59.999")
AUTUMN_UTC = ("04:59:59.999", "05:00:00.000", "05:30:00.250", "06:10:00.007", "06:59:59.999")
# After the last zone has changed, the usual distances hold again.
AFTER_CHANGE = {"spring": "08:00:00.000", "autumn": "07:00:00.000"}

BOUNDARIES = (
    (4, "17:59:59.999"),
    (4, "18:00:00.000"),
    (5, "12:00:00.000"),
    (6, "23:59:59.001"),
    (0, "04:59:59.999"),
    (0, "05:00:00.000"),
)
"""Weekday (Monday 0) and wall time in the schedule zone around the weekend rule's edges."""


def creation_instants(rng: random.Random, count: int, start: int, until: int) -> list[int]:
    """Ascending epoch milliseconds of `count` creations in [start, until)."""
    special = [at for at in special_instants(start, until) if start <= at < until][: count // 2]
    outages = [start + int(rng.random() * (until - start)) for _ in range(OUTAGES)]
    bursts = int(OUTAGE_SHARE * (count - len(special)))
    found = [*special, *itertools.islice(_burst(rng, outages, until), bursts)]
    found += ordinary_instants(rng, count - len(found), start, until)
    return sorted(found)


def special_instants(start: int, until: int) -> Iterator[int]:
    """The minutes that reports get wrong: both clock changes first, then weekend edges."""
    years = range(moment(start).year, moment(until).year + 1)
    for year in years:
        yield from _on(_nth_sunday(year, 3, 2), (*SPRING_UTC, AFTER_CHANGE["spring"]))
        yield from _on(_nth_sunday(year, 11, 1), (*AUTUMN_UTC, AFTER_CHANGE["autumn"]))
    for month, year in itertools.product((7, 1, 3, 11, 10, 4), years):
        yield from _weekend_edges(_nth_sunday(year, month, 1 if month == 11 else 2))  # noqa: PLR2004


def ordinary_instants(rng: random.Random, count: int, start: int, until: int) -> list[int]:
    """Instants drawn by the hour of the week."""
    days = max(1, (until - start) // DAY_MS)
    midnight = moment(start).astimezone(SCHEDULE_ZONE).replace(hour=0, minute=0, second=0)
    weights = [WEEKEND_FACTOR if _weekend(midnight, day) else 1.0 for day in range(days)]
    chosen_days = rng.choices(range(days), weights, k=count)
    hours = rng.choices(range(24), HOURLY, k=count)
    base = milliseconds(midnight.astimezone(timezone.utc))
    found = (
        base + day * DAY_MS + hour * HOUR_MS + int(rng.random() * HOUR_MS)
        for day, hour in zip(chosen_days, hours, strict=True)
    )
    return [min(max(at, start), until - 1) for at in found]


def _burst(rng: random.Random, outages: list[int], until: int) -> Iterator[int]:
    """An outage: many tickets within minutes, several of them in one millisecond."""
    while True:
        began = rng.choice(outages)
        at = min(began + int(rng.expovariate(1 / (9 * MINUTE_MS))), until - 1)
        yield at
        if rng.random() < 0.1:  # noqa: PLR2004
            yield at


def _weekend(midnight: datetime, day: int) -> bool:
    return (midnight.weekday() + day) % 7 >= SUNDAY - 1


def _nth_sunday(year: int, month: int, number: int) -> datetime:
    first = datetime(year, month, 1, tzinfo=timezone.utc)
    return first + timedelta(days=(SUNDAY - first.weekday()) % 7 + 7 * (number - 1))


def _on(day: datetime, times: tuple[str, ...]) -> Iterator[int]:
    for text in times:
        yield milliseconds(_at(day, text))


def _weekend_edges(sunday: datetime) -> Iterator[int]:
    """The edges of the weekend that `sunday` belongs to; wall times in the schedule zone."""
    for weekday, text in BOUNDARIES:
        distance = (weekday - SUNDAY) if weekday else 1
        local = _at(sunday + timedelta(days=distance), text).replace(tzinfo=SCHEDULE_ZONE)
        yield milliseconds(local.astimezone(timezone.utc))


def _at(day: datetime, text: str) -> datetime:
    time, _, fraction = text.partition(".")
    hour, minute, second = map(int, time.split(":"))
    return day.replace(hour=hour, minute=minute, second=second, microsecond=int(fraction) * 1000)
