"""A process killed at any moment costs a rerun, never a row."""

import random

import pytest

SIDES = ("tap", "target")


def kill_and_finish(pipeline, rounds: int, seed: int) -> None:
    """Kill runs at random moments, let every fifth finish, and compare with the truth."""
    moments = random.Random(seed)
    for number in range(1, rounds + 1):
        pipeline.run(kill=moments.choice(SIDES), after=moments.uniform(0.3, 4.0))
        if number % 5 == 0:
            pipeline.until_clean()
            assert pipeline.differences() == [], f"after kill {number}"
            pipeline.sandbox.world.advance(hours=4)
            pipeline.sandbox.world.settle(minutes=2)


def build(pipeline_over):
    pipeline = pipeline_over(tickets=3000)
    pipeline.tap_config["reconcile_days"] = 0
    pipeline.target_config["batch_size_rows"] = 300
    pipeline.sandbox.hubspot.behaviour.latency = 0.02
    return pipeline


@pytest.mark.capability("S2-25", "S4-53", "S0-29")
def test_ten_kills_lose_and_double_nothing(pipeline_over) -> None:
    kill_and_finish(build(pipeline_over), rounds=10, seed=20)


@pytest.mark.nightly
@pytest.mark.timeout(1200)
def test_fifty_kills_lose_and_double_nothing(pipeline_over) -> None:
    kill_and_finish(build(pipeline_over), rounds=50, seed=50)
