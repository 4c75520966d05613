"""After any number of runs the warehouse says of the chats what the world says."""

import pytest

FAULTS = [
    {"match": "list_archives", "kind": "502", "times": 2, "after": 1},
    {"match": "list_archives", "kind": "reset", "after": 2},
    {"match": "list_archives", "kind": "429", "times": 2, "retry_after": 0.5},
    {"match": "list_archives", "kind": "cut", "after": 1},
    {"match": "list_archives", "kind": "repeat_page", "after": 1},
    {"match": "list_archives", "kind": "empty_page", "after": 2},
    {"match": "list_(agents|bots)", "kind": "429_envelope", "times": 2},
    {"match": "list_archives", "kind": "html", "after": 3},
    {"match": "list_tags", "kind": "truncated"},
    {"match": "list_archives", "kind": "500", "times": 3},
]


def rounds(pipeline, faults_of_round, hours: float) -> None:
    """A full sync and ten incremental ones, each under its own faults."""
    service = pipeline.sandbox.services["livechat"]
    for number in range(11):
        service.calm()
        for fault in faults_of_round(number):
            service.disturb(fault)
        pipeline.until_clean()
        assert pipeline.differences() == [], f"round {number}"
        pipeline.sandbox.world.advance(hours=hours)


def test_ten_rounds_of_chats_leave_no_difference(pipeline_over) -> None:
    rounds(pipeline_over("livechat", tickets=3600), lambda _: [], hours=17)


def test_a_fault_in_every_round_of_chats_leaves_no_difference(pipeline_over) -> None:
    pipeline = pipeline_over("livechat", tickets=3600, seed=11)
    rounds(pipeline, lambda number: [FAULTS[number % len(FAULTS)]], hours=5)


@pytest.mark.nightly
@pytest.mark.timeout(900)
def test_all_faults_in_every_round_of_chats_leave_no_difference(pipeline_over) -> None:
    rounds(pipeline_over("livechat", tickets=6000, seed=12), lambda _: FAULTS, hours=30)
