"""How id ranges tell the end of a list from a list that stopped too soon."""

from __future__ import annotations

from tap_hubspot_support.ranges import IdRange, RangePlan

TOP = 409_341_883_583


def first_range(plan: RangePlan) -> IdRange:
    part = plan.claim()
    assert part is not None
    return part


def test_a_page_that_reaches_the_highest_record_beyond_its_range_is_no_early_end() -> None:
    plan = RangePlan([(0, 1_000), (1_000, None)], top=TOP, total=3)

    kept = plan.advance(first_range(plan), [(7, "a"), (500, "b"), (TOP, "c")], None)

    assert kept == [(7, "a"), (500, "b")]
    assert not plan.ended_early


def test_an_end_below_the_highest_record_is_noticed_in_a_range_with_an_end() -> None:
    plan = RangePlan([(0, 1_000), (1_000, None)], top=TOP, total=3)

    plan.advance(first_range(plan), [(7, "a")], None)

    assert plan.ended_early


def test_an_end_below_the_highest_record_is_noticed_in_the_open_range() -> None:
    plan = RangePlan([(1_000, None)], top=TOP, total=3)

    plan.advance(first_range(plan), [(1_200, "a")], None)

    assert plan.ended_early


def test_an_open_range_above_the_highest_record_may_be_empty() -> None:
    plan = RangePlan([(TOP + 1, None)], top=TOP, total=3)

    plan.advance(first_range(plan), [], None)

    assert not plan.ended_early
