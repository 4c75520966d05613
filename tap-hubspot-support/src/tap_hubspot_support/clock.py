"""The server's time, taken from its replies."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class ServerClock:
    """Time as HubSpot tells it, never later than HubSpot's true time.

    A `Date` header is cut to the second and travels for a while, so every estimate made from it
    is early; the latest of these early estimates is kept. Windows that end at an early "now"
    lose nothing, windows that end at a late one would skip what is written next.
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

    def now(self) -> int:
        """Milliseconds since the epoch, UTC; local time until the first reply was seen."""
        if self._offset is None:
            return int(time.time() * 1000)
        return int((self._offset + self._clock()) * 1000)


def iso(milliseconds: int) -> str:
    """An instant as ISO 8601 text in UTC with milliseconds and `Z`.

    >>> iso(1768383067412)
    '2026-01-14T09:31:07.412Z'
    """
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(instant: datetime) -> int:
    """An instant as milliseconds since the epoch, exact; without a zone it is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def instant(text: str) -> int | None:
    """Milliseconds since the epoch of an ISO 8601 date or date and time; None if it is neither.

    A day begins in UTC, and a time without a zone is taken as UTC.

    >>> instant("2026-01-14"), instant("14 January")
    (1768348800000, None)
    """
    whole = text if "T" in text or " " in text else f"{text}T00:00:00Z"
    try:
        return milliseconds(msgspec.convert(whole, datetime))
    except msgspec.ValidationError:
        return None
