"""A process killed at any moment of reading chats costs a rerun, never a row."""

import random

import pytest

WAYS = ("tap", "target", "terminate")


def kill_and_finish(pipeline, kills: int, seed: int) -> None:
    """Kill runs at random moments, let one finish after every fifth, and compare with the truth."""
    moments = random.Random(seed)
    cut_off = 0
    for number in range(1, kills + 1):
        way = moments.choice(WAYS)
        run = pipeline.run(kill=way, after=moments.uniform(0.5, 2.5))
        cut_off += not run.clean
        # A tap that may say farewell leaves no half line.
        assert way != "terminate" or run.target_exit == 0, run.log[-4000:]
        if number % 5 == 0:
            pipeline.until_clean()
            assert pipeline.differences() == [], f"after kill {number}"
            pipeline.sandbox.world.advance(hours=9)
    assert cut_off >= kills // 5, "the kills came too late to try anything"


def build(livechat_over):
    """So many threads that several windows are read side by side."""
    pipeline = livechat_over(threads=2400, seed=3)
    pipeline.target_config["batch_size_rows"] = 300
    pipeline.tap_config |= {"requests_per_minute": 10_000, "lookback_days": 60}
    pipeline.sandbox.services["livechat"].behave({"latency": 0.3, "limits": False})
    return pipeline


@pytest.mark.capability("S4-53")
def test_five_kills_lose_and_double_no_chat(livechat_over) -> None:
    kill_and_finish(build(livechat_over), kills=5, seed=20)


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_fifty_kills_lose_and_double_no_chat(livechat_over) -> None:
    kill_and_finish(build(livechat_over), kills=50, seed=50)
