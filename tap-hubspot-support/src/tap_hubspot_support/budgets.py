"""The three request budgets of a HubSpot account, corrected by what the replies say."""

from __future__ import annotations

import threading
import time
from collections import Counter
from enum import Enum
from typing import TYPE_CHECKING

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
_MAX = "X-HubSpot-RateLimit-Max"
_REMAINING = "X-HubSpot-RateLimit-Remaining"
_INTERVAL = "X-HubSpot-RateLimit-Interval-Milliseconds"
_DAILY = "X-HubSpot-RateLimit-Daily"
_DAILY_REMAINING = "X-HubSpot-RateLimit-Daily-Remaining"


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
        self._daily_spent = False
        self.requests: Counter[str] = Counter()

    def take(self, budget: Budget) -> Slot:
        """Wait for a free slot of a budget.

        Raises:
            AbortedSyncPausedException: The daily allowance is used up.
        """
        if self._daily_spent:
            message = (
                "the daily request allowance is used up. "
                "The state is kept: run again after midnight in the account's time zone"
            )
            raise AbortedSyncPausedException(message)
        slot = self._windows[budget].take()
        with self._lock:
            self.requests[budget.value] += 1
        return slot

    def answered(self, budget: Budget) -> None:
        """Note that a request's reply or failure has arrived."""
        self._windows[budget].answered()

    def hold(self, budget: Budget, seconds: float) -> None:
        """Pause one budget for all threads."""
        self._windows[budget].hold(seconds)

    def learn(self, budget: Budget, slot: Slot, headers: Mapping[str, str]) -> None:
        """Correct a budget, and the daily allowance, from a reply's headers."""
        limit, interval = _number(headers, _MAX), _number(headers, _INTERVAL)
        if limit and interval:
            self._windows[budget].resize(limit, interval / 1000)
            remaining = _number(headers, _REMAINING)
            if remaining is not None:
                self._windows[budget].observe(slot, limit - remaining)
        self._learn_daily(headers)

    def _learn_daily(self, headers: Mapping[str, str]) -> None:
        remaining = _number(headers, _DAILY_REMAINING)
        daily = _number(headers, _DAILY) or 0
        if remaining is not None and remaining <= round(daily * (1 - self._share)):
            self._daily_spent = True


def _number(headers: Mapping[str, str], name: str) -> int | None:
    text = headers.get(name, "")
    return int(text) if text.isdigit() else None
