"""Instants and days as they are sent, and as the serial numbers that Sheets counts them by."""

from __future__ import annotations

import re
from dataclasses import dataclass
from datetime import date, datetime, timezone, tzinfo
from typing import Any

_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
DAY_SECONDS = 86_400
_SECONDS_BELOW = 10_000_000_000
_EPOCH_DIGITS = re.compile(r"[0-9]{9,13}")
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"\s*([Zz]|[+-]\d\d(?::?\d\d)?)?"
)
_DATE_ONLY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")


@dataclass(frozen=True)
class Clock:
    """How instants are shown.

    Attributes:
        zone: The zone of the wall clock in the sheet.
        as_text: Write ISO 8601 text in UTC, exact to the digit, instead of date cells.
    """

    zone: tzinfo = timezone.utc
    as_text: bool = False


def serial(moment: datetime) -> float | None:
    """Return a wall clock as days since 1899-12-30, None before that day.

    >>> serial(datetime(2020, 1, 1, 12))
    43831.5
    """
    since = moment.replace(tzinfo=None) - _EPOCH
    if since.days < 0:
        return None
    return since.days + (since.seconds + since.microseconds / 1e6) / DAY_SECONDS


def moment_of(days: float) -> datetime:
    """Return the wall clock of a serial number, to the millisecond."""
    milliseconds = round(days * DAY_SECONDS * 1000)
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).replace(tzinfo=None) + (
        _EPOCH - datetime(1970, 1, 1)  # noqa: DTZ001
    )


def parse_instant(value: Any, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return the instant a value means, in its own zone or in `zone`; None if it means none.

    ISO 8601 text, a date, or 9 to 13 digits as epoch milliseconds (seconds when below
    10,000,000,000). What has no offset is a wall clock of `zone`.
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if _EPOCH_DIGITS.fullmatch(text):
        number = int(text)
        seconds = number if number < _SECONDS_BELOW else number / 1000
        return datetime.fromtimestamp(seconds, timezone.utc)
    match = _INSTANT.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None
    return _instant(match, zone)


def _instant(match: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute = (int(match[at]) for at in range(1, 6))
    fraction = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        naive = datetime(year, month, day, hour, minute, int(match[6] or 0), fraction)  # noqa: DTZ001
        return naive.replace(tzinfo=_offset(match[8]) if match[8] else zone)
    except ValueError:
        return None


def _offset(text: str) -> tzinfo:
    if text in "Zz":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    return datetime.strptime(f"{text[0]}{digits}", "%z").tzinfo or timezone.utc


def parse_date(value: Any) -> date | None:
    """Return the day a text names in ISO 8601, None if it names none."""
    match = _DATE_ONLY.match(value) if isinstance(value, str) else None
    if match is None or not (len(value) == match.end() or _INSTANT.fullmatch(value)):
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def iso(value: Any, instant: datetime) -> str:
    """Return an instant as it was sent, or in UTC where it was not sent as ISO 8601 text."""
    if isinstance(value, str) and _INSTANT.fullmatch(value.strip()):
        return value
    return instant.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")
