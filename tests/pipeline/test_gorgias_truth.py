"""After any number of runs the warehouse says of two helpdesks what the world says."""

import pytest

FAULTS = [
    {"match": "GET .*/api/", "kind": "502", "times": 2, "after": 3},
    {"match": "/api/messages", "kind": "reset"},
    {"match": "/api/", "kind": "429", "times": 2, "after": 4, "retry_after": 0.5},
    {"match": "/api/tickets", "kind": "cut"},
    {"match": "/api/events", "kind": "truncated"},
    {"match": "/api/satisfaction-surveys", "kind": "html"},
    {"match": "/api/customers", "kind": "503"},
    {"match": "/harbor/api/account", "kind": "500", "times": 2},
    {"match": "/alpenglow/api/users", "kind": "504"},
    {"match": "POST .*/api/", "kind": "500", "times": 2},
]
ALL_MONTHS = 30
"""More than the worlds have; tickets that come back from long ago move even the first of them."""
RUNS = 5
"""Each with some of the faults; the nightly tests have more, with none or all of them."""


def rounds(pipeline, faults_of_round, hours: float, runs: int = 11) -> None:
    """A full sync and incremental ones, each under its own faults, all of which must hit."""
    service = pipeline.sandbox.services["gorgias"]
    for number in range(runs):
        for fault in faults_of_round(number):
            service.disturb(fault)
        pipeline.until_clean()
        assert all(fault.spent() for fault in service.server.behaviour.faults)
        service.calm()
        assert pipeline.differences() == [], f"round {number}"
        pipeline.sandbox.world.advance(hours=hours)


def build(pipeline_over, **world):
    """Two helpdesks, ten rounds before the end of a month, which the longer rounds go over."""
    pipeline = pipeline_over("gorgias", **{"tickets": 60, "until": "2026-06-27T12:00:00Z", **world})
    pipeline.tap_config["statistics_months"] = ALL_MONTHS
    pipeline.tap_config["statistics_refresh_months"] = ALL_MONTHS
    pipeline.tap_config |= {"quota_interval_seconds": 0.2, "base_wait": 0.2}
    pipeline.sandbox.services["gorgias"].behave({"limits": False})
    return pipeline


@pytest.mark.nightly
def test_ten_rounds_of_two_helpdesks_leave_no_difference(pipeline_over) -> None:
    rounds(build(pipeline_over), lambda _: [], hours=17)


@pytest.mark.capability("S4-44", "S4-45")
def test_faults_in_every_round_of_helpdesks_leave_no_difference(pipeline_over) -> None:
    pipeline = build(pipeline_over, seed=11)
    rounds(pipeline, lambda number: FAULTS[number::RUNS], hours=25, runs=RUNS)
    months = "select count(distinct month) from gorgias.agent_statistics group by account"
    assert pipeline.query(months) == [(ALL_MONTHS + 1,)] * 2


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_all_faults_in_every_round_of_helpdesks_leave_no_difference(pipeline_over) -> None:
    rounds(build(pipeline_over, seed=12, tickets=900), lambda _: FAULTS, hours=30)
