"""The rate budgets: burst, search, associations, and the account's day."""

from __future__ import annotations

import time
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Literal
from zoneinfo import ZoneInfo

from sandbox.hubspot.replies import ApiError
from sandbox.windows import RollingWindow

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.behaviour import Behaviour

Budget = Literal["general", "search", "associations"]
Policy = Literal["TEN_SECONDLY_ROLLING", "SECONDLY", "DAILY"]
INTERVAL_SECONDS = 10.0


@dataclass(frozen=True)
class Tier:
    """Requests allowed: per token and 10 s, per account and day; and for associations."""

    burst: int
    daily: int
    association_burst: int
    association_daily: int


# The daily figures of associations for free accounts and of OAuth apps are not published.
TIERS: dict[str, Tier] = {
    "free": Tier(100, 250_000, 100, 250_000),
    "professional": Tier(190, 625_000, 150, 500_000),
    "enterprise": Tier(190, 1_000_000, 150, 500_000),
    "addon": Tier(250, 2_000_000, 200, 1_000_000),
    "oauth": Tier(110, 1_000_000, 150, 500_000),
}


@dataclass(frozen=True, slots=True)
class Standing:
    """What the rate headers tell."""

    limit: int
    remaining: int
    second_remaining: int
    daily: int
    daily_remaining: int


# Told when limits are off, so that clients which live by the headers do not slow down.
UNLIMITED = Standing(1_000_000, 999_999, 99_999, 1_000_000_000, 999_999_999)


class Budgets:
    """Keeps the account's budgets.

    Windows roll on real (monotonic) time; the day is that of the portal's clock in the
    account's time zone, so that advancing a world past midnight starts a new quota.
    """

    def __init__(
        self, time_zone: str, clock: Callable[[], int], now: Callable[[], float] = time.monotonic
    ) -> None:
        self._zone = ZoneInfo(time_zone)
        self._clock = clock
        self._now = now
        self._windows: dict[tuple[str, str], RollingWindow] = {}
        self._days: dict[str, int] = {}
        self._day = ""
        self._refusals = 0

    def take(self, budget: Budget, token: str, behaviour: Behaviour) -> Standing | None:
        """Take one request out of a budget; None for search, which tells no standing.

        Raises:
            ApiError: The budget is used up (429, or 500 for search when so configured).
        """
        now = self._now()
        if budget == "search":
            self._take_search(now, behaviour)
            return None
        tier = TIERS[behaviour.tier]
        limit, daily = _limits(budget, tier, behaviour)
        window = self._window(budget, token, INTERVAL_SECONDS)
        second = self._window(f"{budget} second", token, 1.0)
        if not behaviour.limits:
            self._count_day(budget)
            return UNLIMITED
        self._refuse_daily(budget, daily)
        if window.used(now) >= limit:
            raise self.refusal("TEN_SECONDLY_ROLLING", behaviour)
        window.take(now)
        second.take(now)
        self._count_day(budget)
        return Standing(
            limit,
            max(limit - window.used(now), 0),
            max(limit // 10 - second.used(now), 0),
            daily,
            max(daily - self._today(budget), 0),
        )

    def exhausted(self, budget: Budget, behaviour: Behaviour) -> Standing:
        """Return the standing a 429 reports."""
        limit, daily = _limits(budget, TIERS[behaviour.tier], behaviour)
        return Standing(limit, 0, 0, daily, max(daily - self._today(budget), 0))

    def daily_usage(self) -> int:
        """Return how many requests of today count to the account's quota."""
        return self._today("general")

    def refusal(self, policy: Policy, behaviour: Behaviour) -> ApiError:
        """Return the error of a used-up budget, with Retry-After as often as configured."""
        if policy == "SECONDLY" and behaviour.search_limit_as_500:
            return ApiError(500, "You have reached your secondly limit.", "RATE_LIMITS")
        error = rate_limit_error(policy)
        if policy == "TEN_SECONDLY_ROLLING" and self._tells_wait(behaviour):
            error.retry_after = INTERVAL_SECONDS
        return error

    def _tells_wait(self, behaviour: Behaviour) -> bool:
        self._refusals += 1
        if behaviour.retry_after == "sometimes":
            return self._refusals % 2 == 1
        return behaviour.retry_after == "always"

    def _take_search(self, now: float, behaviour: Behaviour) -> None:
        window = self._window("search", "", 1.0)
        if behaviour.limits:
            if behaviour.search_counts_daily:
                _, daily = _limits("general", TIERS[behaviour.tier], behaviour)
                self._refuse_daily("general", daily)
            if window.used(now) >= behaviour.search_limit:
                raise self.refusal("SECONDLY", behaviour)
        window.take(now)
        if behaviour.search_counts_daily:
            self._count_day("general")

    def _refuse_daily(self, budget: Budget, daily: int) -> None:
        if self._today(budget) >= daily:
            raise rate_limit_error("DAILY")

    def _window(self, name: str, token: str, seconds: float) -> RollingWindow:
        return self._windows.setdefault((name, token), RollingWindow(seconds))

    def _count_day(self, budget: Budget) -> None:
        self._days[budget] = self._today(budget) + 1

    def _today(self, budget: Budget) -> int:
        moment = datetime.fromtimestamp(self._clock() / 1000, tz=timezone.utc)
        day = moment.astimezone(self._zone).date().isoformat()
        if day != self._day:
            self._day = day
            self._days.clear()
        return self._days.get(budget, 0)


def rate_limit_error(policy: Policy) -> ApiError:
    """Return the 429 of a policy, in the documented body."""
    fields = {"errorType": "RATE_LIMIT", "policyName": policy}
    message = f"You have reached your {policy.lower()} limit."
    category = None if policy == "DAILY" else "RATE_LIMITS"
    return ApiError(429, message, category, **fields)


def _limits(budget: Budget, tier: Tier, behaviour: Behaviour) -> tuple[int, int]:
    if budget == "associations":
        return behaviour.association_limit or tier.association_burst, tier.association_daily
    daily = tier.daily if behaviour.daily_limit is None else behaviour.daily_limit
    return behaviour.burst_limit or tier.burst, daily
