"""Instants as the stand-in keeps them, whole microseconds since 1970, and as it writes them."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = 1_000_000
_MICROSECOND = timedelta(microseconds=1)
_LOST_PLUS = re.compile(r" (\d\d:?\d\d)$(?<=.{20})")


def moment(at: int) -> datetime:
    """The aware UTC datetime of epoch microseconds."""
    return EPOCH + timedelta(microseconds=at)


def wire_instant(at: int) -> str:
    """Epoch microseconds as the API writes them: six digits and `+00:00`, always."""
    return cursor_instant(at) + "+00:00"


def cursor_instant(at: int) -> str:
    """Epoch microseconds as a cursor holds them: UTC without saying so."""
    return moment(at).strftime("%Y-%m-%dT%H:%M:%S.%f")


def microseconds(at: datetime) -> int:
    """Epoch microseconds of an aware datetime."""
    return (at - EPOCH) // _MICROSECOND


def parse_instant(text: str) -> int:
    """Epoch microseconds of ISO 8601 text; without an offset it is UTC.

    Raises:
        ValueError: It is not ISO 8601.
    """
    found = datetime.fromisoformat(padded(text))
    return microseconds(found if found.tzinfo else found.replace(tzinfo=timezone.utc))


def padded(text: str) -> str:
    """ISO 8601 as Python 3.10 reads it: no `Z`, and a fraction of six digits.

    A plus sign that became a blank on its way through a query string is one again.
    """
    text = _LOST_PLUS.sub(r"+\1", text.strip()).replace("Z", "+00:00").replace("z", "+00:00")
    whole, dot, rest = text.partition(".")
    if not dot:
        return text
    digits = len(rest) - len(rest.lstrip("0123456789"))
    return f"{whole}.{rest[:digits][:6]:0<6}{rest[digits:]}"
