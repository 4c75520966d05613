"""After any number of runs the warehouse says what the world says, on every column and flag."""

from dataclasses import replace

import pytest
from sandbox.hubspot.server import Fault

FAULTS = [
    Fault(match=r"tickets", kind="502", times=2, after=1),
    Fault(match=r"tickets", kind="reset", times=1, after=4),
    Fault(match=r"search", kind="429_search", times=2, after=0),
    Fault(match=r"tickets", kind="truncated", times=1, after=7),
    Fault(match=r"tickets", kind="html", times=1, after=9),
    Fault(match=r"owners", kind="503", times=1, after=0),
    Fault(match=r"pipelines", kind="429_burst", times=1, after=0, retry_after=1),
    Fault(match=r"tickets", kind="423", times=1, after=3),
]


@pytest.mark.capability(
    "S0-09", "S0-12", "S0-29", "S2-56", "S4-42", "S4-53", "S2-24", "S2-08", "S2-42"
)
def test_ten_rounds_of_life_leave_no_difference(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=800)
    pipeline.tap_config["reconcile_days"] = 0
    pipeline.until_clean()
    assert pipeline.differences() == []
    for _ in range(10):
        pipeline.sandbox.world.advance(hours=4)
        pipeline.sandbox.world.settle(minutes=2)
        pipeline.until_clean()
        assert pipeline.differences() == []


def rounds_of_faults(pipeline, faults_of_round) -> None:
    """A full sync and ten incremental ones, each under its own faults."""
    pipeline.tap_config["reconcile_days"] = 0
    for number in range(11):
        faults = map(replace, faults_of_round(number))
        pipeline.sandbox.hubspot.behaviour.faults[:] = faults
        pipeline.until_clean()
        assert pipeline.differences() == []
        pipeline.sandbox.world.advance(hours=4)
        pipeline.sandbox.world.settle(minutes=2)


@pytest.mark.capability("S4-44", "S4-45")
def test_a_fault_in_every_round_leaves_no_difference(pipeline_over) -> None:
    rounds_of_faults(pipeline_over(tickets=500), lambda number: [FAULTS[number % len(FAULTS)]])


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_all_faults_in_every_round_leave_no_difference(pipeline_over) -> None:
    rounds_of_faults(pipeline_over(tickets=500), lambda _: FAULTS)


def test_a_change_the_search_index_shows_late_arrives_with_a_later_run(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=100, search_lag_ms=(180_000, 180_000))
    world = pipeline.sandbox.world
    world.settle(minutes=4)
    pipeline.until_clean()
    changed = next(world.portal.records("tickets")).id
    world.portal.change("tickets", changed, {"subject": "Seen late"}, at=world.clock())
    subject = f"select property_subject from hubspot.ticket where id = {changed}"
    world.settle(minutes=1)  # the window is past the change, the index is not
    pipeline.until_clean()
    assert pipeline.query(subject) != [("Seen late",)]
    world.settle(minutes=4)
    pipeline.until_clean()
    assert pipeline.query(subject) == [("Seen late",)]
