"""The three request budgets of a HubSpot account, corrected by what the replies say."""

from __future__ import annotations

import threading
import time
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING, NamedTuple

from singer_sdk.exceptions import AbortedSyncPausedException

from tap_hubspot_support._throttle import SlidingWindow

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_hubspot_support._throttle import Slot


class Budget(str, Enum):
    """Which of HubSpot's separate limits a request counts against."""

    GENERAL = "general"
    SEARCH = "search"
    ASSOCIATIONS = "associations"


# The least that any account has; replies tell the real figures (never for search).
_STARTING_LIMITS = {
    Budget.GENERAL: (100, 10.0),
    Budget.SEARCH: (5, 1.0),
    Budget.ASSOCIATIONS: (100, 10.0),
}
_MORE_THAN_IN_FLIGHT = 1_000
_MAX = "X-HubSpot-RateLimit-Max"
_REMAINING = "X-HubSpot-RateLimit-Remaining"
_INTERVAL = "X-HubSpot-RateLimit-Interval-Milliseconds"
_DAILY = "X-HubSpot-RateLimit-Daily"
_DAILY_REMAINING = "X-HubSpot-RateLimit-Daily-Remaining"


class Permit(NamedTuple):
    """Leave for one request: its slot in a window, and its number in this run."""

    slot: Slot
    number: int


class Budgets:
    """Sliding windows for the three budgets and the daily allowance, for all threads.

    Args:
        share: Part of every limit that this tap may use, above 0 up to 1. The rest of the
            daily limit is left for the account's other applications.
        clock: Monotonic seconds.
        wait: How to wait, for tests; by default a wait that a new free slot ends early.
    """

    def __init__(
        self,
        share: float = 1.0,
        *,
        clock: Callable[[], float] = time.monotonic,
        wait: Callable[[float], object] | None = None,
    ) -> None:
        self._share = share
        self._windows = {
            budget: SlidingWindow(limit, interval, share=share, clock=clock, wait=wait)
            for budget, (limit, interval) in _STARTING_LIMITS.items()
        }
        self._lock = threading.Lock()
        self._taken = 0
        self._open: set[int] = set()
        self._remaining = 0
        self._allowed_today: int | None = None
        self.requests: Counter[str] = Counter()

    def take(self, budget: Budget) -> Permit:
        """Wait for a free slot of a budget.

        Raises:
            AbortedSyncPausedException: The daily allowance is used up.
        """
        number = self._count_today()
        slot = self._windows[budget].take()
        with self._lock:
            self.requests[budget.value] += 1
        return Permit(slot, number)

    def answered(self, budget: Budget, permit: Permit) -> None:
        """Note that a request's reply or failure has arrived."""
        self._windows[budget].answered()
        with self._lock:
            self._open.discard(permit.number)

    def hold(self, budget: Budget, seconds: float) -> None:
        """Pause one budget for all threads."""
        self._windows[budget].hold(seconds)

    def open(self) -> None:
        """End all waits: nothing more is going to be sent."""
        for window in self._windows.values():
            window.open()

    def learn(self, budget: Budget, permit: Permit, headers: Mapping[str, str]) -> None:
        """Correct a budget, and the daily allowance, from a reply's headers."""
        limit, interval = _number(headers, _MAX), _number(headers, _INTERVAL)
        if limit and interval:
            self._windows[budget].resize(limit, interval / 1000)
            remaining = _number(headers, _REMAINING)
            if remaining is not None:
                self._windows[budget].observe(permit.slot, limit - remaining)
        self._learn_daily(permit, headers)

    def _learn_daily(self, permit: Permit, headers: Mapping[str, str]) -> None:
        remaining = _number(headers, _DAILY_REMAINING)
        if remaining is None:
            return
        left_to_others = round((_number(headers, _DAILY) or 0) * (1 - self._share))
        with self._lock:
            # Replies overtake one another: an earlier request still open may not be counted in
            # this reply, and later ones use up what remained. The lowest figure is right or
            # too careful by as many requests as are in flight.
            open_before = sum(number < permit.number for number in self._open)
            allowed = permit.number + 1 + remaining - left_to_others - open_before
            is_new_day = remaining > self._remaining + _MORE_THAN_IN_FLIGHT
            if self._allowed_today is None or is_new_day:
                self._allowed_today = allowed
            self._allowed_today = min(self._allowed_today, allowed)
            self._remaining = remaining

    def _count_today(self) -> int:
        with self._lock:
            if self._allowed_today is not None and self._taken >= self._allowed_today:
                raise AbortedSyncPausedException(
                    "the daily request allowance is used up. "
                    "The state is kept: run again after midnight in the account's time zone"
                )
            number = self._taken
            self._taken += 1
            self._open.add(number)
            return number


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isdigit() else None
