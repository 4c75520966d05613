"""A process killed at any moment of reading two helpdesks costs a rerun, never a row."""

import random

import pytest

WAYS = ("tap", "target", "terminate")
ALL_MONTHS = 30


def kill_and_finish(pipeline, kills: int, seed: int) -> None:
    """Kill runs at random moments, let one finish after every fifth, and compare with the truth."""
    moments = random.Random(seed)
    cut_off = 0
    for number in range(1, kills + 1):
        way = moments.choice(WAYS)
        run = pipeline.run(kill=way, after=moments.uniform(0.3, 3.5))
        cut_off += not run.clean
        # A tap that may say farewell leaves no half line.
        assert way != "terminate" or run.target_exit == 0, run.log[-4000:]
        if number % 5 == 0:
            pipeline.until_clean()
            assert pipeline.differences() == [], f"after kill {number}"
            pipeline.sandbox.world.advance(hours=9)
    assert cut_off >= kills // 5, "the kills came too late to try anything"


def build(pipeline_over):
    """Tickets of a thousand messages, read in some seconds."""
    pipeline = pipeline_over("gorgias", tickets=1500, seed=3)
    pipeline.target_config["batch_size_rows"] = 100
    pipeline.tap_config |= {
        # Tickets that come back from long ago move old months: all of them are read again.
        "statistics_months": ALL_MONTHS,
        "statistics_refresh_months": ALL_MONTHS,
        "quota_interval_seconds": 0.2,
    }
    pipeline.sandbox.services["gorgias"].behave({"latency": 0.05, "limits": False})
    return pipeline


@pytest.mark.capability("S4-53")
def test_five_kills_lose_and_double_nothing_of_two_helpdesks(pipeline_over) -> None:
    kill_and_finish(build(pipeline_over), kills=5, seed=20)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_fifty_kills_lose_and_double_nothing_of_two_helpdesks(pipeline_over) -> None:
    kill_and_finish(build(pipeline_over), kills=50, seed=50)
