"""Instants as LiveChat writes them and as rows carry them: UTC, microseconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone
from typing import Any

_USUAL = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z").fullmatch
_FRACTION = re.compile(r"\.(\d+)")


def instant(text: str) -> datetime:
    """The instant that a text names; without an offset it is UTC.

    Raises:
        ValueError: It names none.

    >>> instant("2026-03-02T10:15:00.5+01:00").isoformat()
    '2026-03-02T09:15:00.500000+00:00'
    """
    whole = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), text.strip(), count=1)
    moment = datetime.fromisoformat(whole.replace("Z", "+00:00").replace("z", "+00:00"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc)


def written(moment: datetime) -> str:
    """An instant as rows and bookmarks carry it.

    >>> written(instant("2026-03-02T09:15:00+00:00"))
    '2026-03-02T09:15:00.000000Z'
    """
    utc = moment.astimezone(timezone.utc).isoformat(timespec="microseconds")
    return utc.replace("+00:00", "Z")


def asked(moment: datetime) -> str:
    """An instant as a filter wants it: with microseconds and a numeric offset."""
    return moment.astimezone(timezone.utc).isoformat(timespec="microseconds")


def moment_of(value: Any) -> str | None:
    """A row's instant from whatever the vendor sent; None for anything that is none."""
    if not isinstance(value, str) or not value:
        return None
    if _USUAL(value):
        return value
    try:
        return written(instant(value))
    except (ValueError, OverflowError):
        return None


def months_before(moment: datetime, months: int) -> datetime:
    """The same day so many months earlier, or the last such day that every month has."""
    year, month = divmod(moment.year * 12 + moment.month - 1 - months, 12)
    return moment.replace(year=year, month=month + 1, day=min(moment.day, 28))


def days_before(moment: datetime, days: float) -> datetime:
    """An instant so many days earlier."""
    return moment - timedelta(days=days)
