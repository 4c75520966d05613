"""Calendar months in an account's own time zone."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk.exceptions import FatalSyncError

_DECEMBER = 12


@dataclass(frozen=True, order=True)
class Month:
    """A calendar month."""

    year: int
    number: int

    @classmethod
    def of(cls, day: date) -> Month:
        """The month a day lies in."""
        return cls(day.year, day.month)

    @property
    def first_day(self) -> date:
        """Its first day."""
        return date(self.year, self.number, 1)

    @property
    def following(self) -> Month:
        """The month after it."""
        return self.plus(1)

    def plus(self, months: int) -> Month:
        """The month so many later, or earlier."""
        years, number = divmod(self.number - 1 + months, _DECEMBER)
        return Month(self.year + years, number + 1)

    def start(self, zone: ZoneInfo) -> datetime:
        """Its first instant in a zone."""
        return datetime(self.year, self.number, 1, tzinfo=zone)

    def last_second(self, zone: ZoneInfo) -> datetime:
        """The second before the following month begins, with the offset it has itself."""
        wall = self.following.start(zone).replace(tzinfo=None) - timedelta(seconds=1)
        return wall.replace(tzinfo=zone)

    def last_instant(self, zone: ZoneInfo) -> datetime:
        """The last microsecond before the following month begins."""
        return self.last_second(zone).replace(microsecond=999_999)


def zone_of(name: str) -> ZoneInfo:
    """A time zone by name.

    Raises:
        FatalSyncError: There is no such zone.
    """
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError, OSError):
        raise FatalSyncError(
            "The account's time zone is unknown here. Give the client's `timezone` by a name of "
            "the IANA database, such as Europe/Vienna."
        ) from None


def complete_months(now: datetime, zone: ZoneInfo, count: int) -> list[Month]:
    """The latest complete months, oldest first; the one under way is none of them.

    Args:
        now: The present, with an offset.
        zone: Where months begin and end.
        count: How many.
    """
    current = Month.of(now.astimezone(zone).date())
    return [current.plus(-back) for back in range(max(0, count), 0, -1)]


def months_to_load(
    now: datetime, zone: ZoneInfo, *, count: int, refresh: int, known: Month | None
) -> list[Month]:
    """The months a run has to load: all at first, later those that are new or can still move.

    Args:
        now: The present, with an offset.
        zone: Where months begin and end.
        count: Months of the first run.
        refresh: Latest months that later runs load again.
        known: The last month that an earlier run loaded; None before the first.
    """
    months = complete_months(now, zone, max(count, refresh))
    if known is None:
        return months[-count:] if count > 0 else []
    movable = set(months[-refresh:]) if refresh > 0 else set()
    return [month for month in months if month > known or month in movable]
