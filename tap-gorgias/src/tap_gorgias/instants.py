"""Instants: as text, and spans as microseconds."""

from __future__ import annotations

import re
from datetime import datetime, timedelta, timezone

_MICROSECOND = timedelta(microseconds=1)
_FRACTION = re.compile(r"\.(\d+)")


def instant(text: str) -> datetime:
    """The instant that Gorgias wrote; without an offset it is UTC.

    Raises:
        ValueError: It is none.

    >>> instant("2026-03-02T09:15:00.123456+00:00").isoformat()
    '2026-03-02T09:15:00.123456+00:00'
    >>> instant("2026-03-02T09:15:00").isoformat()
    '2026-03-02T09:15:00+00:00'
    """
    whole = _FRACTION.sub(lambda match: "." + match[1][:6].ljust(6, "0"), text.strip(), count=1)
    moment = datetime.fromisoformat(whole.replace("Z", "+00:00").replace("z", "+00:00"))
    aware = moment if moment.tzinfo else moment.replace(tzinfo=timezone.utc)
    return aware.astimezone(timezone.utc)


def written(moment: datetime) -> str:
    """An instant as rows and bookmarks carry it: UTC, ending in `Z`, microseconds kept.

    >>> written(instant("2026-03-02T10:15:00.5+01:00"))
    '2026-03-02T09:15:00.500000Z'
    >>> written(instant("2026-03-02T09:15:00+00:00"))
    '2026-03-02T09:15:00Z'
    """
    return moment.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


def microseconds(span: timedelta) -> int:
    """A span as whole microseconds, exact."""
    return span // _MICROSECOND
