"""How LiveChat writes instants: RFC 3339 with microseconds, mostly in UTC."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
_MICROSECOND = timedelta(microseconds=1)
_INSTANT = re.compile(
    r"(\d{4}-\d{2}-\d{2}[Tt]\d{2}:\d{2}:\d{2})(?:\.(\d{1,9}))?([Zz]|[+-]\d{2}:\d{2})"
)


def instant_text(at: int) -> str:
    """Return epoch microseconds as `2026-03-01T00:00:00.000000Z`."""
    return f"{moment(at):%Y-%m-%dT%H:%M:%S}.{at % 1_000_000:06d}Z"


def offset_text(at: int, hours: int) -> str:
    """Return epoch microseconds with an offset, as a few of the vendor's fields have it."""
    local = moment(at).astimezone(timezone(timedelta(hours=hours)))
    return local.isoformat(timespec="microseconds")


def parse_instant(text: str) -> int | None:
    """Return epoch microseconds of an RFC 3339 instant; None for any other text."""
    match = _INSTANT.fullmatch(text)
    if not match:
        return None
    offset = "+00:00" if match[3] in "Zz" else match[3]
    try:
        whole = datetime.fromisoformat(match[1].upper() + offset)
    except ValueError:
        return None
    return (whole - EPOCH) // _MICROSECOND + int((match[2] or "0").ljust(6, "0")[:6])


def moment(at: int) -> datetime:
    """Return the aware UTC datetime of epoch microseconds."""
    return EPOCH + timedelta(microseconds=at)
