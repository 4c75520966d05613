from collections import Counter

import pytest
from sandbox.world import World
from sandbox.world.agents import AGENTS, SHIFTS, on_shift


@pytest.mark.parametrize(
    ("agent", "weekday", "hour", "works"),
    [
        ("Nadia Okafor", 0, 6, True),
        ("Nadia Okafor", 0, 14, False),
        ("Nadia Okafor", 6, 7, False),
        ("Tomas Lindqvist", 3, 23, True),
        ("Tomas Lindqvist", 4, 5, True),
        ("Tomas Lindqvist", 3, 5, False),
        ("Tomas Lindqvist", 6, 5, True),
        ("Tomas Lindqvist", 6, 6, False),
        ("Morgan Vale", 0, 10, False),
    ],
)
def test_a_night_shift_belongs_to_the_day_it_began(agent, weekday, hour, works):
    assert on_shift(agent, weekday, hour) is works


def test_every_agent_has_shifts():
    assert SHIFTS.keys() == AGENTS.keys()


def test_tickets_go_to_those_who_work():
    rows = World(tickets=1500, elapsed=lambda: 0).metrics_truth().values()
    weekend = Counter(
        row["agent"] for row in rows if row["created_local"]["America/New_York"][:10] in SUNDAYS
    )
    assert weekend["Elif Demir"] > weekend["Priya Raman"]


SUNDAYS = {f"2025-{month:02d}-{day:02d}" for month, day in ((7, 6), (7, 13), (11, 2), (11, 9))} | {
    f"2026-{month:02d}-{day:02d}" for month, day in ((1, 11), (3, 8), (3, 15), (4, 12))
}
