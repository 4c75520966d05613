"""Waiting for a quota and after a refusal: standard library only, no vendor knowledge."""

from __future__ import annotations

import heapq
import threading
import time
from collections import deque
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from email.utils import parsedate_to_datetime
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

In = TypeVar("In")
Out = TypeVar("Out")


def parse_retry_after(value: str | None, *, now: float) -> float | None:
    """Seconds that a `Retry-After` header asks to wait, or None without a readable one.

    Args:
        value: The header: seconds (a fraction is allowed) or an HTTP date.
        now: The current time in Unix seconds, for a date.
    """
    if value is None:
        return None
    try:
        return max(0.0, float(value))
    except ValueError:
        pass
    try:
        return max(0.0, parsedate_to_datetime(value).timestamp() - now)
    except (TypeError, ValueError, OverflowError):
        return None


@dataclass(frozen=True)
class Slot:
    """One request's place in a window, with what was known when it was taken."""

    alive: int
    number: int


class SlidingWindow:
    """At most `share` of `limit` requests in any `interval` seconds, as the server counts them.

    The server counts a request somewhere between its start and its reply, so a slot is held
    until `interval` seconds after the reply: whatever the server can still be counting holds
    one. The price is latency/(interval + latency) of the allowed rate.
    """

    def __init__(
        self,
        limit: int,
        interval: float,
        *,
        share: float = 1.0,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._changed = threading.Condition()
        self._limit, self._interval, self._share = limit, interval, share
        self._clock, self._wait = clock, wait or self._changed.wait
        self._answered: list[float] = []  # heap of the times at which slots come free
        self._in_flight = self._taken = self._others = 0
        self._others_until = self._held_until = float("-inf")
        self._is_open = False

    def take(self) -> Slot:
        """Wait for a free slot and take it; give it back with `answered`."""
        with self._changed:
            while (delay := self._delay()) != 0:
                if delay is None:
                    self._changed.wait(self._interval)
                else:
                    self._wait(delay)
            slot = Slot(len(self._answered) + self._in_flight, self._taken)
            self._in_flight += 1
            self._taken += 1
            return slot

    def answered(self) -> None:
        """Note that the reply (or the failure) of one request has just arrived."""
        with self._changed:
            self._in_flight -= 1
            heapq.heappush(self._answered, self._clock() + self._interval)
            self._changed.notify_all()

    def hold(self, seconds: float) -> None:
        """Let nobody start for this many seconds: the server asked for a pause."""
        with self._changed:
            self._held_until = max(self._held_until, self._clock() + seconds)

    def open(self) -> None:
        """Let everybody pass at once from now on: nothing more is going to be sent."""
        with self._changed:
            self._is_open = True
            self._changed.notify_all()

    def resize(self, limit: int, interval: float) -> None:
        """Use the limit and interval (seconds) that the server has just stated."""
        with self._changed:
            self._limit, self._interval = limit, interval
            self._changed.notify_all()

    def observe(self, slot: Slot, used: int) -> None:
        """Make room for others: the server had counted `used` requests when it replied."""
        with self._changed:
            # All of ours that the server can have counted: those alive when the request
            # started and all taken since. Whatever is above that belongs to somebody else.
            ours = slot.alive + self._taken - slot.number
            others, now = used - ours, self._clock()
            if others > 0 and (others >= self._others or now >= self._others_until):
                self._others, self._others_until = others, now + self._interval

    def _delay(self) -> float | None:
        """Seconds until the next try: 0 to go now, None to wait for somebody's answer."""
        now = self._clock()
        if self._is_open:
            return 0
        while self._answered and self._answered[0] <= now:
            heapq.heappop(self._answered)
        if now < self._held_until:
            return self._held_until - now
        others = self._others if now < self._others_until else 0
        ours = len(self._answered) + self._in_flight
        if ours < max(1, int(self._limit * self._share)) and ours + others < self._limit:
            return 0
        times = [*self._answered[:1], *([self._others_until] if others else [])]
        return min(times) - now if times else None


def ordered_map(
    function: Callable[[In], Out], items: Iterable[In], *, workers: int
) -> Iterator[Out]:
    """Call `function` on up to `workers` items at a time, yielding results in their order.

    Never more than `workers` items are ahead of the one being yielded; the first error is
    raised in its place and ends the iteration.
    """
    pending: deque[Future[Out]] = deque()
    with ThreadPoolExecutor(workers) as pool:
        try:
            for item in items:
                pending.append(pool.submit(function, item))
                if len(pending) >= workers:
                    yield pending.popleft().result()
            while pending:
                yield pending.popleft().result()
        finally:
            for future in pending:
                future.cancel()
