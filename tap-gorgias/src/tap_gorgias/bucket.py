"""One account's leaky bucket, kept from both sides: what we sent and what the server says."""

from __future__ import annotations

import re
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tap_gorgias._throttle import SlidingWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_gorgias._throttle import Slot

HEADER = "X-Gorgias-Account-Api-Call-Limit"
_USED_OF_SIZE = re.compile(r"\s*(\d+)\s*/\s*(\d+)\s*").fullmatch


@dataclass(frozen=True)
class Permit:
    """Leave for one request: its slot and its number in this run."""

    slot: Slot
    number: int


class Bucket:
    """Leave for requests to one account, for all threads.

    Two bounds at once. A sliding window keeps every span of `interval` seconds at `size` requests
    of ours. The level that the server states in each reply, lowered by what has leaked since and
    raised by what was sent since, keeps room for everybody else who uses the same bucket.

    Args:
        size: Requests that the bucket holds: 40 with an API key, 80 with OAuth. Replies correct it.
        interval: Seconds in which a full bucket runs empty.
        share: Part of the bucket this tap may use, above 0 up to 1.
        clock: Monotonic seconds.
        wait: How to wait, for tests.
    """

    def __init__(
        self,
        size: int,
        interval: float,
        *,
        share: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._window = SlidingWindow(size, interval, share=share, clock=clock, wait=wait)
        self._size, self._interval = size, interval
        self._opened = threading.Event()
        self._clock, self._wait = clock, wait or self._opened.wait
        self._lock = threading.Lock()
        self._level, self._level_at, self._level_number = 0.0, clock(), -1
        self.requests = 0

    def take(self) -> Permit:
        """Wait until one more request fits, and count it."""
        slot = self._window.take()
        while True:
            with self._lock:
                delay = self._delay()
                if delay <= 0:
                    number = self.requests
                    self.requests += 1
                    return Permit(slot, number)
            self._wait(delay)

    def answered(self) -> None:
        """Note that a reply, or a failure, has just arrived."""
        self._window.answered()

    def hold(self, seconds: float) -> None:
        """Let nobody start for this long: the server asked for a pause."""
        self._window.hold(seconds)

    def open(self) -> None:
        """Keep nobody waiting any more: the run is ending, and nothing will be sent."""
        self._opened.set()
        self._window.open()

    def learn(self, permit: Permit, headers: Mapping[str, str]) -> None:
        """Take in the level and size that a reply states; without the header nothing changes."""
        stated = _USED_OF_SIZE(headers.get(HEADER, ""))
        if stated is None or int(stated[2]) == 0:
            return
        used, size = int(stated[1]), int(stated[2])
        with self._lock:
            if size != self._size:
                self._size = size
                self._window.resize(size, self._interval)
            if permit.number > self._level_number:
                self._level, self._level_at = float(used), self._clock()
                self._level_number = permit.number

    def _delay(self) -> float:
        """Seconds until the server's bucket has room for one more, by what it said last."""
        if self._level_number < 0 or self._opened.is_set():
            return 0.0
        leak = self._size / self._interval
        sent_since = self.requests - self._level_number - 1
        level = max(0.0, self._level - (self._clock() - self._level_at) * leak) + sent_since
        return max(0.0, (level + 1 - self._size) / leak)
