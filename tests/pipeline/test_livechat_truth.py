"""After any number of runs the warehouse says of the chats what the world says."""

import pytest

FAULTS = [
    {"match": "list_archives", "kind": "502", "times": 2, "after": 1},
    {"match": "list_archives", "kind": "repeat_page", "after": 1},
    {"match": "list_archives", "kind": "reset", "after": 2},
    {"match": "list_archives", "kind": "429", "times": 2, "retry_after": 0.5},
    {"match": "list_archives", "kind": "cut", "after": 1},
    {"match": "list_archives", "kind": "empty_page", "after": 1},
    {"match": "list_(agents|bots)", "kind": "429", "times": 3, "retry_after": 0.5},
    {"match": "list_archives", "kind": "html", "after": 1},
    {"match": "list_tags", "kind": "truncated"},
    {"match": "list_archives", "kind": "500", "times": 2},
    {"match": "list_archives", "kind": "validation", "after": 1},
]
RUNS = 5
"""Each with some of the faults; the nightly tests have more, with none or all of them."""


def rounds(pipeline, faults_of_round, hours: float, runs: int = 11) -> None:
    """A full sync and incremental ones, each under its own faults, all of which must hit."""
    service = pipeline.sandbox.services["livechat"]
    for number in range(runs):
        for fault in faults_of_round(number):
            service.disturb(fault)
        pipeline.until_clean()
        assert all(fault.spent() for fault in service.server.behaviour.faults)
        service.calm()
        assert pipeline.differences() == [], f"round {number}"
        pipeline.sandbox.world.advance(hours=hours)


@pytest.mark.nightly
def test_ten_rounds_of_chats_leave_no_difference(livechat_over) -> None:
    rounds(livechat_over(threads=120), lambda _: [], hours=17)


@pytest.mark.capability("S4-44", "S4-45")
def test_faults_in_every_round_of_chats_leave_no_difference(livechat_over) -> None:
    pipeline = livechat_over(threads=900, seed=11)
    pipeline.tap_config["lookback_days"] = 90  # several pages in every round
    rounds(pipeline, lambda number: FAULTS[number::RUNS], hours=17, runs=RUNS)


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_all_faults_in_every_round_of_chats_leave_no_difference(livechat_over) -> None:
    pipeline = livechat_over(threads=5000, seed=12)
    pipeline.tap_config["lookback_days"] = 90
    rounds(pipeline, lambda _: FAULTS, hours=30)
