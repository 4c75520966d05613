"""Periods of the statistics, in microseconds, both ends as the vendor means them."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta, timezone
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.gorgias.errors import ApiError, invalid
from sandbox.gorgias.instants import SECOND, microseconds, moment, padded

if TYPE_CHECKING:
    from datetime import tzinfo

LONGEST_DAYS = 366
DAY = 86_400 * SECOND
LAST = microseconds(datetime(3000, 1, 1, tzinfo=timezone.utc))
_DATE = len("2026-03-01")


@dataclass(frozen=True)
class Period:
    """From `start` to before `end`."""

    start: int
    end: int

    @property
    def before(self) -> Period:
        """The period of the same length just before."""
        return Period(self.start - (self.end - self.start), self.start)


def zone(name: object) -> ZoneInfo:
    """Return a time zone by name.

    Raises:
        ApiError: It is missing or there is none of that name.
    """
    if not isinstance(name, str) or not name:
        raise invalid("timezone", "Missing data for required field.")
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError) as error:
        raise invalid("timezone", "Not a valid timezone.") from error


def local_period(start: str, end: str, place: ZoneInfo) -> Period:
    """A period in wall time: a date as its end is exclusive, a datetime belongs to it.

    Raises:
        ApiError: Not dates, or more than 366 days.
    """
    last = _wall(end, place)
    return _checked(Period(_wall(start, place), last if len(end) == _DATE else last + 1))


def absolute_period(start: str, end: str, longest: int | None) -> Period:
    """A period in instants with offsets; its last instant belongs to it.

    Raises:
        ApiError: Not datetimes, the wrong way round, or longer than allowed (days).
    """
    try:
        period = Period(_absolute(start), _absolute(end) + 1)
    except ValueError:
        raise invalid("filters.period", "Not a valid datetime.") from None
    return _checked(period, longest)


def bucket(at: int, granularity: str, place: ZoneInfo) -> str:
    """The beginning of the hour, day, week or month that an instant falls into, in wall time."""
    local = moment(at).astimezone(place).replace(minute=0, second=0, microsecond=0)
    if granularity != "hour":
        local = local.replace(hour=0)
    if granularity == "week":
        local -= timedelta(days=local.weekday())
    if granularity == "month":
        local = local.replace(day=1)
    return local.strftime("%Y-%m-%dT%H:%M:%S.000")


def _wall(text: str, place: tzinfo) -> int:
    try:
        if len(text) == _DATE:
            day = date.fromisoformat(text)
            return microseconds(datetime(day.year, day.month, day.day, tzinfo=place))
        found = datetime.fromisoformat(padded(text))
    except ValueError:
        raise invalid("filters", "Not a valid datetime.") from None
    return microseconds(found if found.tzinfo else found.replace(tzinfo=place))


def _absolute(text: str) -> int:
    found = datetime.fromisoformat(padded(text))
    if found.tzinfo is None:
        found = found.replace(tzinfo=ZoneInfo("UTC"))
    return microseconds(found)


def _checked(period: Period, longest: int | None = LONGEST_DAYS) -> Period:
    if period.start < 0 or period.end > LAST:
        raise invalid("filters.period", "Not a valid datetime.")
    if period.end < period.start:
        raise invalid("filters.period", "The period ends before it starts.")
    # An hour of slack: a year in wall time may have one more hour than its days.
    if longest is not None and period.end - period.start > longest * DAY + 3600 * SECOND:
        raise ApiError(400, f"Maximum allowed period size is {longest} days")
    return period
