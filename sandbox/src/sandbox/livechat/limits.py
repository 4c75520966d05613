"""The rate limit, and what requests cost."""

from __future__ import annotations

import time
from collections import Counter
from decimal import Decimal
from typing import TYPE_CHECKING

from sandbox.livechat.errors import ApiError
from sandbox.windows import RollingWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.livechat.behaviour import Behaviour

WINDOW_SECONDS = 60.0
FREE_OF_CHARGE = 500
PRICES = (
    (1_000_000, Decimal("0.27")),
    (10_000_000, Decimal("0.22")),
    (None, Decimal("0.17")),
)
"""Dollars per thousand requests of a month, up to how many."""


class Limits:
    """Refuses credentials that ask too often.

    Args:
        now: Monotonic seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._windows: dict[str, RollingWindow] = {}
        self._blocked_until: dict[str, float] = {}
        self._refusals = 0

    def take(self, token: str, method: str, behaviour: Behaviour) -> None:
        """Take one request.

        Raises:
            ApiError: Too many within the last minute, or the block is not over yet.
        """
        if not behaviour.limits:
            return
        now = self._now()
        name = f"{token} {method}" if behaviour.limit_per_method else token
        window = self._windows.setdefault(name, RollingWindow(WINDOW_SECONDS))
        if now < self._blocked_until.get(name, 0.0):
            raise self._refusal(behaviour)
        if window.used(now) >= behaviour.requests_per_minute:
            self._blocked_until[name] = now + behaviour.block_seconds
            raise self._refusal(behaviour)
        window.take(now)

    def _refusal(self, behaviour: Behaviour) -> ApiError:
        self._refusals += 1
        error = ApiError("too_many_requests")
        sometimes = behaviour.retry_after == "sometimes" and self._refusals % 2 == 1
        if behaviour.retry_after == "always" or sometimes:
            error.retry_after = max(1.0, behaviour.block_seconds)
        return error


class Bill:
    """Counts what is billed, by account: every reply but those with status 500."""

    def __init__(self) -> None:
        self.requests: Counter[str] = Counter()

    def count(self, account: str, status: int) -> None:
        """Count a reply."""
        if status != FREE_OF_CHARGE:
            self.requests[account] += 1

    @property
    def dollars(self) -> Decimal:
        """The price of all requests so far, as those of one month."""
        return price(sum(self.requests.values()))


def price(requests: int) -> Decimal:
    """Return what so many requests of one month cost in dollars."""
    total, below = Decimal(0), 0
    for up_to, per_thousand in PRICES:
        end = requests if up_to is None else min(requests, up_to)
        total += max(0, end - below) * per_thousand / 1000
        below = up_to or below
    return total
