"""Business time, the schedule's flags and periods, against figures worked out by hand."""

from datetime import date, datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sandbox.world.support_rules import Schedule
from sandbox.world.support_time import (
    BusinessTime,
    instant,
    is_business,
    is_off_shift,
    is_weekend,
    period_start,
    seconds,
    wall_text,
)
from sandbox.world.values import EPOCH

NEW_YORK, HALIFAX = ZoneInfo("America/New_York"), ZoneInfo("America/Halifax")
OFFICE = (540, 1020)
WORKDAYS = ((OFFICE,),) * 5 + ((), ())
NIGHTS = (((1320, 1800),),) * 7
ALWAYS = (((0, 1440),),) * 7


def at(text: str) -> int:
    return (datetime.fromisoformat(f"{text}+00:00") - EPOCH) // timedelta(microseconds=1)


def schedule(hours=WORKDAYS, zone=NEW_YORK, shifts=WORKDAYS, holidays=(), **agents) -> Schedule:
    return Schedule(
        zone=zone,
        weekend=(4 * 1440 + 1080, 300),
        business_hours=hours,
        early_minutes=30,
        shifts=shifts,
        agents=agents,
        holidays=dict.fromkeys(map(date.fromisoformat, holidays), "a holiday"),
    )


def minutes(plan: Schedule, start: str, end: str) -> float:
    return BusinessTime(plan).between(at(start), at(end)) / 60_000_000


@pytest.mark.parametrize(
    ("start", "end", "business"),
    [
        # The two check values: over the weekend of the autumn change, and over Independence Day.
        ("2026-10-30T19:00:00", "2026-11-02T15:00:00", 180),
        ("2026-07-04T02:15:00", "2026-07-06T13:20:00", 20),
        # Friday 16:00 EST to Monday 10:00 EDT, over the spring change.
        ("2026-03-06T21:00:00", "2026-03-09T14:00:00", 120),
        ("2026-07-06T13:00:00", "2026-07-06T21:00:00", 480),
        ("2026-07-06T12:59:59", "2026-07-06T13:00:00", 0),
        ("2026-07-06T21:00:00", "2026-07-07T13:00:00", 0),
        ("2026-07-06T15:00:00", "2026-07-06T15:00:00", 0),
        # Two whole weeks and a bit.
        ("2026-07-06T13:00:00", "2026-07-20T14:00:00", 10 * 480 + 60),
    ],
)
def test_business_minutes_are_the_overlap_with_the_opening_hours(start, end, business) -> None:
    assert minutes(schedule(), start, end) == business


def test_business_time_is_exact_to_the_microsecond() -> None:
    found = BusinessTime(schedule()).between(
        at("2026-07-06T12:00:00"), at("2026-07-06T13:00:00.250001")
    )
    assert seconds(found) == "0.250001"


def test_a_day_of_the_change_is_an_hour_longer_or_shorter() -> None:
    always = schedule(ALWAYS)
    assert minutes(always, "2026-03-08T05:00:00", "2026-03-09T04:00:00") == 23 * 60
    assert minutes(always, "2026-11-01T04:00:00", "2026-11-02T05:00:00") == 25 * 60


def test_a_night_over_the_change_is_an_hour_longer_or_shorter() -> None:
    nights = schedule(NIGHTS)
    assert minutes(nights, "2026-03-07T20:00:00", "2026-03-08T20:00:00") == 7 * 60
    assert minutes(nights, "2026-10-31T20:00:00", "2026-11-01T20:00:00") == 9 * 60


def test_a_range_over_midnight_belongs_to_the_day_it_begins_on() -> None:
    saturdays = schedule(((), (), (), (), (), ((1320, 1560),), ()))
    assert minutes(saturdays, "2026-07-11T00:00:00", "2026-07-14T00:00:00") == 240
    assert minutes(saturdays, "2026-07-12T05:00:00", "2026-07-14T00:00:00") == 60


def test_a_holiday_takes_the_hours_that_begin_on_it_and_leaves_the_evening_before() -> None:
    off = schedule(holidays=["2026-07-01"])
    assert minutes(off, "2026-06-30T13:00:00", "2026-07-02T21:00:00") == 960
    nights = schedule(NIGHTS, holidays=["2026-07-01"])
    # From noon to noon: the night of 30 June whole, the night of 1 July not at all.
    assert minutes(nights, "2026-06-30T16:00:00", "2026-07-01T16:00:00") == 480
    assert minutes(nights, "2026-07-01T16:00:00", "2026-07-02T16:00:00") == 0
    assert is_business(nights, at("2026-07-01T09:59:59"))  # 05:59 of the holiday
    assert not is_business(nights, at("2026-07-02T03:00:00"))  # 23:00 of the holiday


def test_ranges_that_overlap_count_once() -> None:
    twice = schedule((((540, 720), (600, 1020)),) * 7)
    assert minutes(twice, "2026-07-06T00:00:00", "2026-07-07T00:00:00") == 480


@pytest.mark.parametrize(
    ("zone", "shown", "utc"),
    [
        ("America/New_York", "2026-11-01T01:30:00", "2026-11-01T06:30:00"),  # the second pass
        ("America/New_York", "2026-03-08T02:30:00", "2026-03-08T07:30:00"),  # never shown
        ("Asia/Kathmandu", "2026-07-01T09:00:00", "2026-07-01T03:15:00"),
        ("Australia/Lord_Howe", "2026-04-05T01:45:00", "2026-04-04T15:15:00"),
    ],
)
def test_walls_become_instants(zone, shown, utc) -> None:
    assert instant(datetime.fromisoformat(shown), ZoneInfo(zone)) == at(utc)


@pytest.mark.parametrize(
    ("utc", "weekend"),
    [
        ("2026-03-06T22:59:59.999999", False),
        ("2026-03-06T23:00:00", True),
        ("2026-03-09T08:59:59", True),
        ("2026-03-09T09:00:00", False),
        ("2026-10-30T22:00:00", True),
        ("2026-11-02T09:59:59", True),
        ("2026-11-02T10:00:00", False),
        ("2026-07-15T16:00:00", False),
    ],
)
def test_the_weekend_is_of_the_schedules_wall(utc, weekend) -> None:
    assert is_weekend(schedule(), at(utc)) is weekend


def test_business_hours_include_their_first_instant_and_not_their_last() -> None:
    edges = ("2026-07-06T13:00:00", "2026-07-06T20:59:59.999999", "2026-07-06T21:00:00")
    assert [is_business(schedule(), at(one)) for one in edges] == [True, True, False]


@pytest.mark.parametrize(
    ("utc", "agent", "off"),
    [
        ("2026-07-20T12:29:59", "Sam", True),
        ("2026-07-20T12:30:00", "Sam", False),  # half an hour early
        ("2026-07-20T21:00:00", "Sam", True),
        ("2026-07-20T01:29:59", "Tom", True),
        ("2026-07-20T01:30:00", " tom", False),  # Sunday 21:30
        ("2026-07-20T09:59:59", "Tom", False),  # Monday 05:59, of Sunday's night
        ("2026-07-20T10:00:00", "Tom", True),
        ("2026-07-20T14:00:00", "Free", True),  # an entry without hours
        ("2026-07-20T14:00:00", None, None),
        ("2026-07-01T14:00:00", "Sam", True),  # a holiday
        ("2026-07-01T05:00:00", "Tom", False),  # 01:00 of the holiday, begun the evening before
        ("2026-07-02T02:00:00", "Tom", True),  # 22:00 of the holiday
    ],
)
def test_shifts_begin_early_and_nights_belong_to_their_evening(utc, agent, off) -> None:
    plan = schedule(holidays=["2026-07-01"], tom=NIGHTS, free=((),) * 7)
    assert is_off_shift(plan, at(utc), agent) is off


def test_an_early_beginning_reaches_into_the_day_before() -> None:
    plan = schedule(shifts=(((10, 600),),) + ((),) * 6)
    assert is_off_shift(plan, at("2026-07-20T03:39:59"), "Sam")
    assert not is_off_shift(plan, at("2026-07-20T03:40:00"), "Sam")  # Sunday 23:40


def test_periods_are_the_reporting_zones_and_weeks_begin_on_monday() -> None:
    late = at("2026-06-01T02:30:00")  # Sunday 31 May, 23:30 in Halifax
    starts = [period_start(late, period, HALIFAX) for period in ("day", "week", "month")]
    assert starts == ["2026-05-31", "2026-05-25", "2026-05-01"]
    assert period_start(late + 1_800_000_000, "week", HALIFAX) == "2026-06-01"


def test_walls_show_the_hour_that_comes_twice_twice() -> None:
    shown = [wall_text(at(f"2026-11-01T0{hour}:15:00"), HALIFAX) for hour in (4, 5)]
    assert shown == ["2026-11-01 01:15:00.000000"] * 2


def test_seconds_have_no_trailing_zeros() -> None:
    assert [seconds(one) for one in (0, 1, 1_500_000, 60_000_000, None)] == [
        "0",
        "0.000001",
        "1.5",
        "60",
        None,
    ]
