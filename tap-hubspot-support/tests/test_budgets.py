"""The three request budgets and the day's allowance."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import AbortedSyncPausedException
from tap_hubspot_support.budgets import Budget, Budgets


def test_requests_in_flight_count_against_the_day_before_their_replies_arrive() -> None:
    budgets = Budgets()
    first = budgets.take(Budget.GENERAL)
    for _ in range(3):
        budgets.take(Budget.SEARCH)  # whose replies never tell what is left of the day
    budgets.answered(Budget.GENERAL, first)
    day = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "5"}
    budgets.learn(Budget.GENERAL, first, day)
    budgets.take(Budget.GENERAL)
    budgets.take(Budget.GENERAL)
    with pytest.raises(AbortedSyncPausedException):
        budgets.take(Budget.GENERAL)


def test_the_three_budgets_are_separate() -> None:
    budgets = Budgets(wait=lambda _: pytest.fail("a budget waited for another"))
    for _ in range(5):
        budgets.take(Budget.SEARCH)
    for _ in range(100):
        budgets.take(Budget.GENERAL)
        budgets.take(Budget.ASSOCIATIONS)
    assert budgets.requests == {"search": 5, "general": 100, "associations": 100}


def test_headers_correct_a_budget() -> None:
    budgets = Budgets(wait=lambda _: pytest.fail("190 requests were allowed"))
    headers = {
        "X-HubSpot-RateLimit-Max": "190",
        "X-HubSpot-RateLimit-Remaining": "189",
        "X-HubSpot-RateLimit-Interval-Milliseconds": "10000",
    }
    slot = budgets.take(Budget.GENERAL)
    budgets.learn(Budget.GENERAL, slot, headers)
    for _ in range(189):
        budgets.take(Budget.GENERAL)


def test_part_of_the_day_is_left_to_others() -> None:
    budgets = Budgets(share=0.9)
    slot = budgets.take(Budget.GENERAL)
    day = {"X-HubSpot-RateLimit-Daily": "1000", "X-HubSpot-RateLimit-Daily-Remaining": "100"}
    budgets.learn(Budget.GENERAL, slot, day)
    with pytest.raises(AbortedSyncPausedException):
        budgets.take(Budget.GENERAL)
