"""Months begin and end where the account's wall clock says so."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone
from zoneinfo import ZoneInfo

import pytest
from singer_sdk.exceptions import FatalSyncError
from tap_gorgias.months import Month, complete_months, months_to_load, zone_of

FIXED = ZoneInfo("Etc/GMT+5")
NOON = datetime(2026, 6, 15, 12, tzinfo=timezone.utc)


def bounds(month: Month, zone: ZoneInfo) -> tuple[str, str]:
    return month.start(zone).isoformat(), month.last_second(zone).isoformat()


@pytest.mark.capability("S1-09")
@pytest.mark.parametrize(
    ("month", "first", "last"),
    [
        (Month(2026, 1), "2026-01-01T00:00:00-05:00", "2026-01-31T23:59:59-05:00"),
        (Month(2025, 12), "2025-12-01T00:00:00-05:00", "2025-12-31T23:59:59-05:00"),
        (Month(2024, 2), "2024-02-01T00:00:00-05:00", "2024-02-29T23:59:59-05:00"),
        (Month(2025, 2), "2025-02-01T00:00:00-05:00", "2025-02-28T23:59:59-05:00"),
        (Month(2025, 7), "2025-07-01T00:00:00-05:00", "2025-07-31T23:59:59-05:00"),
    ],
)
def test_a_zone_with_a_fixed_offset_gives_first_and_last_second_at_that_offset(
    month: Month, first: str, last: str
) -> None:
    assert bounds(month, FIXED) == (first, last)


@pytest.mark.parametrize(
    ("zone", "month", "first", "last"),
    [
        # One fixed offset all the year would cut an hour off here and add one there.
        (
            "America/New_York",
            Month(2026, 3),
            "2026-03-01T00:00:00-05:00",
            "2026-03-31T23:59:59-04:00",
        ),
        (
            "America/New_York",
            Month(2026, 7),
            "2026-07-01T00:00:00-04:00",
            "2026-07-31T23:59:59-04:00",
        ),
        (
            "Europe/Vienna",
            Month(2025, 10),
            "2025-10-01T00:00:00+02:00",
            "2025-10-31T23:59:59+01:00",
        ),
        (
            "Australia/Sydney",
            Month(2026, 4),
            "2026-04-01T00:00:00+11:00",
            "2026-04-30T23:59:59+10:00",
        ),
    ],
)
def test_a_month_follows_the_accounts_own_clock_through_summer_time(
    zone: str, month: Month, first: str, last: str
) -> None:
    assert bounds(month, ZoneInfo(zone)) == (first, last)


@pytest.mark.capability("S1-10")
def test_nineteen_past_months_are_covered_and_the_current_one_is_not() -> None:
    months = complete_months(NOON, ZoneInfo("UTC"), 19)
    assert len(months) == 19
    assert (months[0], months[-1]) == (Month(2024, 11), Month(2026, 5))


def test_which_month_is_current_depends_on_the_account() -> None:
    turn = datetime(2026, 6, 1, 2, tzinfo=timezone.utc)
    assert complete_months(turn, ZoneInfo("America/New_York"), 1) == [Month(2026, 4)]
    assert complete_months(turn, ZoneInfo("Europe/Vienna"), 1) == [Month(2026, 5)]


def test_later_runs_load_the_last_three_months_and_those_that_were_missed() -> None:
    def load(known: Month | None, **more: int) -> list[Month]:
        settings = {"count": 19, "refresh": 3} | more
        return months_to_load(NOON, ZoneInfo("UTC"), known=known, **settings)

    assert len(load(None)) == 19
    assert load(Month(2026, 5)) == [Month(2026, 3), Month(2026, 4), Month(2026, 5)]
    assert load(Month(2026, 1)) == [Month(2026, n) for n in (2, 3, 4, 5)]
    assert load(Month(2026, 5), refresh=0) == []
    assert load(None, count=2) == [Month(2026, 4), Month(2026, 5)]


def test_months_never_overlap_and_leave_no_second_out() -> None:
    zone = ZoneInfo("America/New_York")
    for month in complete_months(NOON, zone, 40):
        gap = month.following.start(zone).timestamp() - month.last_second(zone).timestamp()
        assert timedelta(seconds=gap) == timedelta(seconds=1)


def test_an_unknown_zone_is_named_as_a_setting_to_give() -> None:
    with pytest.raises(FatalSyncError, match="timezone"):
        zone_of("Mars/Olympus")
