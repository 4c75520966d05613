"""Dates as numbers: days since 1899-12-30, the fraction is the time of day, no time zone."""

from __future__ import annotations

from datetime import datetime, timedelta

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a spreadsheet's clock has no zone
_MILLISECONDS = 86_400_000


def serial(moment: datetime) -> float:
    """Return the number of a date and time, whose zone is not looked at."""
    return (moment.replace(tzinfo=None) - _EPOCH) / timedelta(days=1)


def moment(number: float) -> datetime | None:
    """Return the date and time of a number, to the millisecond; None beyond the year 9999."""
    try:
        return _EPOCH + timedelta(milliseconds=round(number * _MILLISECONDS))
    except OverflowError:
        return None
