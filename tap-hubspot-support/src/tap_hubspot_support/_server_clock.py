"""The server's time, taken from its replies."""

from __future__ import annotations

import threading
import time
from datetime import datetime, timedelta, timezone
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


class ServerClock:
    """Time as a server tells it in its `Date` headers, never later than the true one.

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
