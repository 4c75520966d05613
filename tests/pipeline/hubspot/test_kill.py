"""A process killed at any moment costs a rerun, never a row, of no object and no link."""

from __future__ import annotations

import random
from typing import Any

import pytest

SIDES = ("tap", "target")


def kill_and_finish(pipeline: Any, rounds: int, seed: int) -> None:
    """Kill runs at random moments, let every fifth finish, and compare with the truth.

    Killed runs list everything or search what changed, by chance; those that finish list
    everything, because only they are sure to know all (see the test of the truth).
    """
    moments = random.Random(seed)
    for number in range(1, rounds + 1):
        pipeline.run(
            kill=moments.choice(SIDES),
            after=moments.uniform(0.3, 4.0),
            reconcile_days=moments.choice((0, 0, 7)),
        )
        if number % 5 == 0:
            run = pipeline.run(reconcile_days=0)
            assert run.clean, run.log[-4000:]
            assert pipeline.differences() == [], f"after kill {number}"
            pipeline.sandbox.world.advance(hours=4)
            pipeline.sandbox.world.settle(minutes=2)


def build(whole_hubspot_over: Any, **world: Any) -> Any:
    pipeline = whole_hubspot_over(behaviour={"latency": 0.02}, **world)
    pipeline.target_config["batch_size_rows"] = 300
    return pipeline


@pytest.mark.capability("S2-25", "S4-53", "S0-29")
def test_ten_kills_while_two_accounts_are_loaded_lose_and_double_nothing(
    whole_hubspot_over: Any,
) -> None:
    kill_and_finish(build(whole_hubspot_over), rounds=10, seed=20)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
@pytest.mark.parametrize("portals", [1, 2])
def test_fifty_kills_lose_and_double_nothing(whole_hubspot_over: Any, portals: int) -> None:
    kill_and_finish(
        build(whole_hubspot_over, tickets=2_000, portals=portals), rounds=50, seed=50 + portals
    )
