"""Dividing a list by id: nothing missed, nothing repeated, resumable at any moment."""

from __future__ import annotations

import threading
from bisect import bisect_left
from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from tap_hubspot_support.ranges import RangePlan, SeekRefusedError
from tap_hubspot_support.walk import ParallelWalk, pages_in_order
from tap_hubspot_support.wire import IdRecord, Next, Page, Paging

ids_lists = st.one_of(
    st.lists(st.integers(1, 3_000), unique=True, max_size=600),
    st.lists(st.integers(1, 1 << 62), unique=True, max_size=200),
    st.builds(
        lambda lo, n, hi: [*range(lo, lo + n), hi],
        st.integers(1, 99),
        st.integers(0, 500),
        st.integers(1 << 40, 1 << 41),
    ),
).map(sorted)


def lister(ids: list[int], page: int, log: list[Any] | None = None):
    """A list endpoint: ascending ids, `after=N` means ids from N on."""
    lock = threading.Lock()

    def fetch(after: str | None) -> Page[Any]:
        start = bisect_left(ids, int(after or 0))
        rows = ids[start : start + page]
        more = start + page < len(ids)
        with lock:
            if log is not None:
                log.append(after)
        return Page(
            [IdRecord(str(i)) for i in rows], Paging(Next(str(rows[-1] + 1))) if more else None
        )

    return fetch


def plan_for(ids: list[int], bounds: Any = None, known_top: int | None = None) -> RangePlan:
    top = max(ids, default=0) if known_top is None else known_top
    return RangePlan(bounds or [(0, None)], top=top, total=max(len(ids) * 50, 1))


@given(ids_lists, st.integers(1, 6), st.integers(1, 40), st.integers(0, 1 << 62))
def test_every_record_comes_once_however_the_list_is_divided(
    ids: list[int], workers: int, page: int, stale_top: int
) -> None:
    walk = ParallelWalk(lister(ids, page), plan_for(ids, known_top=stale_top), workers)
    assert sorted(int(r.id) for step in walk for r in step.records) == ids


@given(ids_lists, st.integers(1, 4), st.integers(1, 20), st.integers(0, 40))
def test_a_run_cut_off_after_any_page_goes_on_where_the_state_says(
    ids: list[int], workers: int, page: int, cut: int
) -> None:
    plan = plan_for(ids)
    left: Any = [(0, None)]
    seen: list[int] = []
    for number, (part, records, position) in enumerate(
        ParallelWalk(lister(ids, page), plan, workers)
    ):
        if number == cut:
            break
        seen += [int(r.id) for r in records]
        plan.written(part, position)
        left = plan.remaining()
    if left:
        again = ParallelWalk(lister(ids, page), plan_for(ids, left), workers)
        seen += [int(r.id) for step in again for r in step.records]
    assert sorted(seen) == ids


def test_uneven_ids_are_shared_among_the_workers() -> None:
    ids = [*range(1, 20_001), *range(10**12, 10**12 + 20_000)]
    plan = RangePlan([(0, None)], top=ids[-1], total=len(ids))
    log: list[Any] = []
    walk = ParallelWalk(lister(ids, 100, log), plan, 6)
    parts = {step.part.start for step in walk}
    assert len(parts) > 10
    assert len(log) < len(ids) / 100 * 1.25, "seeking must not cost many requests"


def test_a_high_first_id_does_not_keep_the_work_with_one_worker() -> None:
    ids = list(range(7_100_000_000, 7_100_000_000 + 37 * 20_000, 37))
    plan = RangePlan([(0, None)], top=ids[-1], total=len(ids))
    log: list[Any] = []
    parts = {id(step.part) for step in ParallelWalk(lister(ids, 100, log), plan, 6)}
    assert len(parts) >= 6
    assert len(log) < len(ids) / 100 * 1.25


@pytest.mark.parametrize(
    ("rows", "following"),
    [([5], 20), ([12, 11], 20), ([12, 12], 20), ([12], 12), ([12], 9), ([], 10)],
)
def test_a_page_that_contradicts_id_cursors_is_refused(rows: list[int], following: int) -> None:
    plan = RangePlan([(10, None)], top=100, total=100)
    part = plan.claim()
    assert part is not None
    with pytest.raises(SeekRefusedError):
        plan.advance(part, [(i, i) for i in rows], following)


def test_nothing_is_split_before_a_cursor_has_shown_to_be_an_id() -> None:
    log: list[Any] = []

    def fetch(after: str | None) -> Page[Any]:
        log.append(after)
        return Page([IdRecord("5")], Paging(Next("MTI=")))

    with pytest.raises(SeekRefusedError):
        list(ParallelWalk(fetch, RangePlan([(0, None)], top=10**6, total=10**6), 4))
    assert log == [None]


def test_an_error_of_one_worker_reaches_the_reader() -> None:
    def fetch(after: str | None) -> Page[Any]:
        raise KeyError(after)

    with pytest.raises(KeyError):
        list(ParallelWalk(fetch, RangePlan([(0, None)], top=10, total=10), 3))


def test_empty_pages_in_the_middle_do_not_end_a_list_read_in_order() -> None:
    pages = {
        None: Page([IdRecord("1")], Paging(Next("a"))),
        "a": Page([], Paging(Next("b"))),
        "b": Page([IdRecord("2")]),
    }
    assert [r.id for page in pages_in_order(lambda after: pages[after]) for r in page.results] == [
        "1",
        "2",
    ]


def test_a_cycle_of_page_tokens_is_fatal() -> None:
    tokens = {None: "a", "a": "b", "b": "a"}
    with pytest.raises(Exception, match="repeated a page token"):
        list(pages_in_order(lambda after: Page([IdRecord("1")], Paging(Next(tokens[after])))))
