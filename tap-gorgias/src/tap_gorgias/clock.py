"""Instants: as text, as microseconds, and the server's own now."""

from __future__ import annotations

import re
import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
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


class ServerClock:
    """Time as Gorgias tells it in its `Date` headers, never later than the true one.

    The header is cut to the second and travels for a while, so each estimate made from it is
    early; the latest of them is kept. A bookmark that is early reads a little twice, one that is
    late would lose what was written meanwhile.
    """

    def __init__(self, clock: Callable[[], float] = time.monotonic) -> None:
        self._clock = clock
        self._lock = threading.Lock()
        self._offset: float | None = None

    def observe(self, date: str | None) -> None:
        """Learn from the `Date` header of a reply that has just arrived."""
        try:
            seconds = parsedate_to_datetime(date or "").timestamp()
        except (TypeError, ValueError):
            return
        offset = seconds - self._clock()
        with self._lock:
            if self._offset is None or offset > self._offset:
                self._offset = offset

    def now(self) -> datetime:
        """The present; this machine's own until the first reply was seen."""
        if self._offset is None:
            return datetime.now(timezone.utc)
        return _EPOCH + timedelta(seconds=self._offset + self._clock())
