"""Business time and shifts under schedules that are hard to get right, against the world's clock."""

import random
from datetime import datetime, timedelta, timezone
from decimal import Decimal

import psycopg
import pytest
from sandbox.world.support_settings import rules_of
from sandbox.world.support_time import BusinessTime, is_business, is_off_shift

SCHEDULE = "models/schedule/schedule.yml"
NIGHTS = [
    ("        monday: [09:00-17:00]", "        monday: [09:00-12:30, 13:15-17:00, 12:00-13:30]"),
    ("        saturday: []", "        saturday: [22:00-06:00]"),
    (
        "        friday: [09:00-17:00]",
        "        friday: full\n        sunday: [01:30-03:30, 22:00-24:00]",
    ),
    ('"2026-07-01": Canada Day', '"2026-07-01": Canada Day\n        "2026-03-07": A Saturday'),
]
ZONES = ["America/New_York", "Australia/Lord_Howe"]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
TABLES = """
    create schema gorgias;
    create table gorgias.tickets (
        account text, id bigint, assignee_user_id bigint, created_datetime timestamptz,
        closed_datetime timestamptz, primary key (account, id)
    );
    create table gorgias.users (account text, id bigint, name text, email text, role_name text)
"""
AGENTS = ["Nadia Okafor", "Tomas Lindqvist", "Priya Raman", "Sam Unlisted"]


def instants(count: int) -> list[tuple[datetime, datetime]]:
    """Beginnings and endings all over a year, many around its clock changes."""
    rng = random.Random(8)
    year = datetime(2025, 10, 1, tzinfo=timezone.utc)
    changes = [
        datetime(2025, 11, 2, 6, tzinfo=timezone.utc),
        datetime(2026, 3, 8, 7, tzinfo=timezone.utc),
    ]
    found = []
    for number in range(count):
        at = year + timedelta(seconds=rng.randrange(365 * 86_400), milliseconds=rng.randrange(1000))
        if number % 3 == 0:
            at = rng.choice(changes) + timedelta(seconds=rng.randrange(-90_000, 90_000))
        found.append(
            (at, at + timedelta(seconds=rng.choice((90, 9_000, 200_000, 3_000_000)) * rng.random()))
        )
    return found


def microseconds(at: datetime) -> int:
    return (at - EPOCH) // timedelta(microseconds=1)


def widened(project) -> None:
    """Give the schedule nights, pauses, overlaps, whole days, and a holiday before a night."""
    project.edit(
        SCHEDULE,
        "        friday: [09:00-17:00]\n",
        "        friday: [09:00-17:00]\n        saturday: []\n",
    )
    for old, new in NIGHTS:
        project.edit(SCHEDULE, old + "\n" if "[" in old else old, new + "\n" if "[" in old else new)


@pytest.fixture
def over_a_year(changed):
    """A project under such a schedule over tickets all over a year."""
    widened(changed)
    pairs = instants(400)
    with psycopg.connect(changed.database.url) as connection:
        connection.execute(TABLES)
        for number, name in enumerate(AGENTS):
            connection.execute(
                "insert into gorgias.users values ('x', %s, %s, null, 'agent')", (number, name)
            )
        for number, (begins, ends) in enumerate(pairs):
            connection.execute(
                "insert into gorgias.tickets values ('x', %s, %s, %s, %s)",
                (number, number % len(AGENTS), begins, ends),
            )
    return changed, pairs


@pytest.mark.parametrize("zone", ZONES)
def test_business_time_shifts_and_hours_are_the_worlds_to_the_microsecond(
    over_a_year, zone
) -> None:
    project, pairs = over_a_year
    project.variables = {"schedule_timezone": zone}
    project.remake("--select", "+int_conversations_measured")
    schedule = rules_of(project.folder, schedule_zone=zone).schedule
    clock = BusinessTime(schedule)
    shown = project.query(
        "select native_id::int, full_resolution_business_seconds, is_created_during_business_hours,"
        " is_off_shift from analytics.int_conversations_measured where source_system = 'gorgias'"
    )
    assert {number: tuple(rest) for number, *rest in shown} == {
        number: (
            Decimal(clock.between(microseconds(begins), microseconds(ends))) / 1_000_000,
            is_business(schedule, microseconds(begins)),
            is_off_shift(schedule, microseconds(begins), AGENTS[number % len(AGENTS)]),
        )
        for number, (begins, ends) in enumerate(pairs)
    }
    assert {flag for *_, flag in shown} == {True, False}
