"""Each account's leaky bucket: filled to the brim, never over it."""

from __future__ import annotations

import random
from typing import Any

import pytest
from tap_gorgias.bucket import HEADER, Bucket


class Time:
    """A clock that waiting moves."""

    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += max(seconds, 1e-6)


class Server:
    """The vendor's side: a bucket that leaks `size` requests per interval."""

    def __init__(self, size: int, interval: float) -> None:
        self.size, self.leak = size, size / interval
        self.level, self.at, self.refused = 0.0, 0.0, 0

    def take(self, now: float, count: int = 1) -> str:
        self.level = max(0.0, self.level - (now - self.at) * self.leak)
        self.at = now
        if self.level + count > self.size + 1e-9:
            self.refused += 1
        else:
            self.level += count
        return f"{-(-self.level // 1):.0f}/{self.size}"


def send(bucket: Bucket, server: Server, time: Time, latency: float) -> None:
    permit = bucket.take()
    time.now += latency / 2
    header = server.take(time.now)
    time.now += latency / 2
    bucket.answered()
    bucket.learn(permit, {HEADER: header})


@pytest.mark.capability("S1-37")
def test_no_span_of_twenty_seconds_sees_more_than_forty_requests() -> None:
    time, sent = Time(), []
    bucket, server = Bucket(40, 20, clock=time.clock, wait=time.wait), Server(40, 20)
    for _ in range(400):
        send(bucket, server, time, 0.01)
        sent.append(time.now)
    assert server.refused == 0
    assert all(late - early >= 20 for early, late in zip(sent, sent[40:], strict=False))
    assert sent[-1] < 400 / 2 * 1.05


def test_the_size_is_learnt_from_the_header() -> None:
    time = Time()
    bucket, server = Bucket(40, 20, clock=time.clock, wait=time.wait), Server(80, 20)
    for _ in range(400):
        send(bucket, server, time, 0.01)
    assert server.refused == 0
    assert time.now < 400 / 4 * 1.05


@pytest.mark.parametrize("seed", range(5))
def test_others_who_fill_the_same_bucket_are_given_way(seed: int) -> None:
    time, dice = Time(), random.Random(seed)
    bucket, server = Bucket(40, 20, clock=time.clock, wait=time.wait), Server(40, 20)
    refused = 0
    for _ in range(300):
        send(bucket, server, time, dice.uniform(0.01, 0.6))
        refused = server.refused
        if dice.random() < 0.3 and server.level < 30:
            server.take(time.now, dice.randrange(1, 5))
            server.refused = refused
    assert server.refused == 0


def test_without_the_header_the_own_count_holds() -> None:
    time = Time()
    bucket, server = Bucket(40, 20, clock=time.clock, wait=time.wait), Server(40, 20)
    for _ in range(100):
        permit = bucket.take()
        server.take(time.now)
        bucket.answered()
        bucket.learn(permit, {})
    assert server.refused == 0


@pytest.mark.parametrize("text", ["", "many", "4", "4/0", "-1/40", "4/80/2"])
def test_an_unreadable_header_changes_nothing(text: str) -> None:
    time = Time()
    bucket = Bucket(1, 20, clock=time.clock, wait=time.wait)
    bucket.learn(bucket.take(), {HEADER: text})
    bucket.answered()
    bucket.take()
    assert time.now >= 20


def test_a_share_of_the_quota_is_kept() -> None:
    time = Time()
    bucket = Bucket(40, 20, share=0.25, clock=time.clock, wait=time.wait)
    for _ in range(11):
        bucket.take()
        bucket.answered()
    assert time.now >= 20


@pytest.mark.capability("S1-37")
def test_a_whole_run_is_never_refused(desk: Any, new_runner: Any) -> None:
    from sandbox.gorgias.server import Behaviour, serve

    for number in range(60):
        desk.user(f"a{number}@getwrrk.test")
    taps: list[Any] = []

    def now() -> float:
        return taps[0].moment.clock()

    with serve([desk.desk], Behaviour(limits=True), now=now) as server:
        taps.append(new_runner(server).tap())
        taps[0].sync_all()
    assert len(server.journal) > 120
    assert {one.status for one in server.journal} == {200}


def test_the_end_of_a_run_keeps_nobody_waiting_whatever_the_server_said_or_says() -> None:
    bucket = Bucket(40, 20.0)
    permit = bucket.take()
    bucket.answered()
    bucket.learn(permit, {HEADER: "40/40"})
    bucket.hold(3600)
    bucket.open()
    bucket.learn(permit, {HEADER: "1/1"})
    for _ in range(60):
        bucket.take()
    assert bucket.requests == 61
