"""How HubSpot writes instants and values as text."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MILLISECOND = timedelta(milliseconds=1)
_DIGITS = re.compile(r"-?[0-9]+")
_ISO_WITHOUT_FRACTION = 19
_DATE_LENGTH = 10


def instant_text(at: int) -> str:
    """Return epoch milliseconds as HubSpot writes them: UTC, no fraction when it is zero."""
    seconds, milliseconds = divmod(at, 1000)
    whole = (_EPOCH + timedelta(seconds=seconds)).strftime("%Y-%m-%dT%H:%M:%S")
    # glibc drops the leading zeros of years before 1000.
    whole = whole.rjust(_ISO_WITHOUT_FRACTION, "0")
    return f"{whole}.{milliseconds:03d}Z" if milliseconds else f"{whole}Z"


def parse_instant(text: str) -> int | None:
    """Return epoch milliseconds of an ISO 8601 instant, a date or digits; None for other text.

    Finer digits than milliseconds are cut off, as HubSpot's search does.
    """
    if _DIGITS.fullmatch(text):
        return int(text)
    try:
        return _parse_iso(text)
    except ValueError:
        return None


def _parse_iso(text: str) -> int:
    if len(text) == _DATE_LENGTH:
        text += "T00:00:00Z"
    body = text[:-1] + "+00:00" if text.endswith(("Z", "z")) else text
    moment = datetime.fromisoformat(_three_digit_fraction(body))
    if moment.tzinfo is None:
        moment = moment.replace(tzinfo=timezone.utc)
    return (moment - _EPOCH) // _MILLISECOND


def _three_digit_fraction(text: str) -> str:
    """Python before 3.11 reads a fraction only when it has three or six digits."""
    head, dot, tail = text.partition(".")
    if not dot:
        return text
    digits = len(tail) - len(tail.lstrip("0123456789"))
    return f"{head}.{tail[:digits][:3].ljust(3, '0')}{tail[digits:]}"
