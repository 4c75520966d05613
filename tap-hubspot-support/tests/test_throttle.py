"""Waiting for a quota: hints, windows, ordered look-ahead."""

from __future__ import annotations

import heapq
import threading
from email.utils import formatdate

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap_hubspot_support._throttle import SlidingWindow, ordered_map, parse_retry_after


class VirtualTime:
    def __init__(self) -> None:
        self.now = 0.0

    def clock(self) -> float:
        return self.now

    def wait(self, seconds: float) -> None:
        self.now += seconds


def window(limit: int, moment: VirtualTime, share: float = 1.0) -> SlidingWindow:
    return SlidingWindow(limit, 10.0, share=share, clock=moment.clock, wait=moment.wait)


@pytest.mark.parametrize(
    ("header", "seconds"),
    [
        ("7", 7.0),
        ("0.5", 0.5),
        ("-3", 0.0),
        (None, None),
        ("soon", None),
        ("", None),
        (formatdate(1030, usegmt=True), 30.0),
        (formatdate(900, usegmt=True), 0.0),
    ],
)
def test_a_retry_hint_is_read_as_seconds_or_as_a_date(
    header: str | None, seconds: float | None
) -> None:
    assert parse_retry_after(header, now=1000) == seconds


@given(
    limit=st.integers(1, 12),
    requests=st.lists(st.tuples(st.floats(0, 3), st.floats(0, 3)), max_size=80),
)
@pytest.mark.capability("S0-11")
def test_the_server_never_counts_more_than_the_limit_in_any_interval(
    limit: int, requests: list[tuple[float, float]]
) -> None:
    """Requests overlap freely; the server counts each somewhere between start and reply."""
    moment = VirtualTime()
    slots = window(limit, moment)
    counted: list[float] = []
    replies: list[float] = []

    def let_replies_arrive() -> None:
        while replies and replies[0] <= moment.now:
            heapq.heappop(replies)
            slots.answered()

    for out, back in requests:
        let_replies_arrive()
        while len(replies) >= limit:
            moment.now = replies[0]
            let_replies_arrive()
        slots.take()
        counted.append(moment.now + out)
        heapq.heappush(replies, moment.now + out + back)

    counted.sort()
    for first, last in zip(counted, counted[limit:], strict=False):
        assert last - first >= 10.0 - 1e-9


def test_all_of_the_limit_is_used_at_once_and_again_after_the_interval() -> None:
    moment = VirtualTime()
    slots = window(190, moment)
    for _ in range(190):
        slots.take()
        slots.answered()
    assert moment.now == 0
    slots.take()
    assert moment.now == pytest.approx(10.0)


def test_a_share_of_the_quota_leaves_the_rest_alone() -> None:
    moment = VirtualTime()
    slots = window(100, moment, share=0.25)
    for _ in range(26):
        slots.take()
        slots.answered()
    assert moment.now == pytest.approx(10.0)


def test_the_limit_follows_what_the_server_states() -> None:
    moment = VirtualTime()
    slots = window(100, moment)
    slots.resize(3, 5.0)
    for _ in range(4):
        slots.take()
        slots.answered()
    assert moment.now == pytest.approx(5.0)


def test_requests_of_others_with_the_same_token_make_room() -> None:
    moment = VirtualTime()
    slots = window(10, moment)
    slot = slots.take()
    slots.answered()
    slots.observe(slot, used=8)  # one of ours, seven of theirs
    for _ in range(2):
        slots.take()
        slots.answered()
    assert moment.now == 0
    slots.take()
    assert moment.now == pytest.approx(10.0)


def test_own_requests_are_never_taken_for_those_of_others() -> None:
    moment = VirtualTime()
    slots = window(10, moment)
    taken = [slots.take() for _ in range(5)]
    for used, slot in enumerate(taken, start=1):
        slots.answered()
        slots.observe(slot, used=used)
    for _ in range(5):
        slots.take()
    assert moment.now == 0


def test_a_pause_holds_everybody() -> None:
    moment = VirtualTime()
    slots = window(10, moment)
    slots.hold(4.0)
    slots.take()
    assert moment.now == pytest.approx(4.0)


@given(st.lists(st.integers()), st.integers(1, 5))
def test_a_look_ahead_map_keeps_the_order(items: list[int], workers: int) -> None:
    assert list(ordered_map(lambda n: n * 2, items, workers=workers)) == [n * 2 for n in items]


def test_a_look_ahead_map_never_runs_further_ahead_than_its_workers() -> None:
    drawn = []

    def items():
        for number in range(20):
            drawn.append(number)
            yield number

    results = ordered_map(lambda n: n, items(), workers=3)
    for position, result in enumerate(results):
        assert result == position
        assert len(drawn) <= position + 4


def test_the_first_error_of_a_look_ahead_map_ends_it_in_its_place() -> None:
    def check(number: int) -> int:
        if number == 2:
            raise ValueError("two")
        return number

    results = ordered_map(check, range(9), workers=4)
    assert [next(results), next(results)] == [0, 1]
    with pytest.raises(ValueError, match="two"):
        next(results)


def test_a_slot_wakes_a_waiting_thread_when_a_reply_arrives() -> None:
    slots = SlidingWindow(1, 0.01)
    slots.take()
    waiting = threading.Thread(target=slots.take)
    waiting.start()
    slots.answered()
    waiting.join(5)
    assert not waiting.is_alive()
