"""Instants and walls, the schedule's flags, and business time; instants are epoch microseconds."""

from __future__ import annotations

from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING

from sandbox.world.support_rules import folded
from sandbox.world.values import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterator
    from fractions import Fraction
    from zoneinfo import ZoneInfo

    from sandbox.world.support_rules import Range, Schedule, Week

MICROSECOND = timedelta(microseconds=1)
SECOND_US = 1_000_000
ONE_DAY = timedelta(days=1)
PERIODS = ("day", "week", "month")


def seconds(duration: int | None) -> str | None:
    """A duration of microseconds as decimal seconds, without trailing zeros."""
    if duration is None:
        return None
    whole, rest = divmod(duration, SECOND_US)
    return f"{whole}.{rest:06d}".rstrip("0") if rest else str(whole)


def exact_seconds(duration: Fraction) -> Fraction:
    """A mean or median of microseconds in seconds."""
    return duration / SECOND_US


def wall(at: int, zone: ZoneInfo) -> datetime:
    """What the clock on the wall of a zone shows, without a zone."""
    local = (EPOCH + timedelta(microseconds=at)).astimezone(zone)
    return local.replace(tzinfo=None, fold=0)


def wall_text(at: int, zone: ZoneInfo) -> str:
    """The same as `YYYY-MM-DD HH:MM:SS.ffffff`."""
    return wall(at, zone).isoformat(" ", "microseconds")


def instant(shown: datetime, zone: ZoneInfo) -> int:
    """When the wall of a zone shows a time.

    Of an hour that the wall shows twice it is the second pass; one that it never shows is taken
    with the offset before the change, and so lies after it.
    """
    second_pass = _instant(shown, zone, fold=1)
    if wall(second_pass, zone) == shown:
        return second_pass
    return _instant(shown, zone, fold=0)


def _instant(shown: datetime, zone: ZoneInfo, *, fold: int) -> int:
    aware = shown.replace(tzinfo=zone, fold=fold)
    return (aware.astimezone(timezone.utc) - EPOCH) // MICROSECOND


def period_start(at: int, period: str, zone: ZoneInfo) -> str:
    """The first day of the day, week (from Monday) or month an instant lies in, as ISO date."""
    day = wall(at, zone).date()
    if period == "week":
        day -= timedelta(days=day.weekday())
    if period == "month":
        day = day.replace(day=1)
    return day.isoformat()


def is_weekend(schedule: Schedule, at: int) -> bool:
    """Whether an instant lies in the schedule's weekend."""
    shown = wall(at, schedule.zone)
    minute = shown.weekday() * 1440 + shown.hour * 60 + shown.minute
    begins, ends = schedule.weekend
    if begins <= ends:
        return begins <= minute < ends
    return minute >= begins or minute < ends


def is_business(schedule: Schedule, at: int) -> bool:
    """Whether an instant lies in the business hours."""
    return _holds(schedule, schedule.business_hours, at)


def is_off_shift(schedule: Schedule, at: int, agent: str | None) -> bool | None:
    """Whether an instant lies outside the agent's shifts; None without an agent."""
    if agent is None:
        return None
    week = schedule.agents.get(folded(agent), schedule.shifts)
    return not _holds(schedule, week, at, early=schedule.early_minutes)


def _holds(schedule: Schedule, week: Week, at: int, *, early: int = 0) -> bool:
    """Whether a range holds by the wall; one that began the evening before, or will, too."""
    shown = wall(at, schedule.zone)
    for day in (shown.date() - ONE_DAY, shown.date(), shown.date() + ONE_DAY):
        for begins, ends in _begun(schedule, week, day):
            midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall's
            opens = midnight + timedelta(minutes=begins - early)
            if opens <= shown < midnight + timedelta(minutes=ends):
                return True
    return False


def _begun(schedule: Schedule, week: Week, day: date) -> tuple[Range, ...]:
    """The ranges that begin on a day; none on a holiday."""
    return () if day in schedule.holidays else week[day.weekday()]


class BusinessTime:
    """Measures how much of a duration lies within a schedule's business hours."""

    def __init__(self, schedule: Schedule) -> None:
        self._schedule = schedule
        self._days: dict[date, list[tuple[int, int]]] = {}

    def between(self, start: int, end: int) -> int:
        """Microseconds of business hours from one instant to another; no minute counts twice."""
        total, counted = 0, start
        for opens, closes in sorted(self._stretches(start, end)):
            total += max(0, min(closes, end) - max(opens, counted))
            counted = max(counted, min(closes, end))
        return total

    def _stretches(self, start: int, end: int) -> Iterator[tuple[int, int]]:
        zone = self._schedule.zone
        day, last = wall(start, zone).date() - ONE_DAY, wall(end, zone).date()
        while day <= last:
            if day not in self._days:
                self._days[day] = self._open_on(day)
            yield from self._days[day]
            day += ONE_DAY

    def _open_on(self, day: date) -> list[tuple[int, int]]:
        zone = self._schedule.zone
        midnight = datetime(day.year, day.month, day.day)  # noqa: DTZ001 - a wall's
        return [
            (
                instant(midnight + timedelta(minutes=begins), zone),
                instant(midnight + timedelta(minutes=ends), zone),
            )
            for begins, ends in _begun(self._schedule, self._schedule.business_hours, day)
        ]
