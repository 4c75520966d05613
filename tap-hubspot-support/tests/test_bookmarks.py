"""What a stream remembers between runs."""

from __future__ import annotations

from typing import Any

import pytest
from hypothesis import given
from hypothesis import strategies as st
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from tap_hubspot_support.bookmarks import Bookmark, pack_ids, unpack_ids

NOON = 1_780_000_000_000


@given(st.sets(st.integers(0, (1 << 63) - 1)))
def test_packed_ids_come_back_whole(ids: set[int]) -> None:
    assert unpack_ids(pack_ids(ids)) == ids


def test_reconciling_on_every_run_is_due_even_when_the_clock_seems_to_go_back() -> None:
    bookmark = Bookmark({"reconciled": "2026-05-28T20:26:40.012Z"})
    assert bookmark.reconcile_due(NOON, 0)
    assert not bookmark.reconcile_due(NOON, 7)
    assert bookmark.reconcile_due(NOON + 7 * 86_400_000 + 12, 7)


def test_a_version_is_above_all_earlier_ones_even_when_the_clock_stands_still() -> None:
    state = {
        "version": NOON + 5,
        "full": {"version": NOON + 9, "started": 0, "parts": {}, "bin": ""},
    }
    assert Bookmark(state).next_version(NOON) == NOON + 10


@pytest.mark.parametrize(
    "alien",
    [
        {"version": "first"},
        {"version": 5, "replication_key_value": "yesterday"},
        {"version": 5, "bin": "!!"},
        {"full": {"page": 3}},
        {"parts": {"records": "all"}},
        {"version": 5, "window": {"lo": "a"}},
    ],
)
def test_an_alien_bookmark_ends_the_run_with_words_instead_of_a_traceback(
    runner: Any, alien: Any
) -> None:
    output = runner.sync("ticket", state={"bookmarks": {"ticket": alien}})
    assert isinstance(output.error, FatalSyncError)
    assert "ticket" in str(output.error)
    assert output.messages == []


@pytest.mark.parametrize(
    "empty",
    [
        {"bookmarks": None},
        {"bookmarks": {"ticket": None}},
        {"bookmarks": {"ticket": {"version": None}}},
    ],
)
def test_an_empty_bookmark_is_none(runner: Any, portal: Any, empty: Any, add_tickets: Any) -> None:
    ids = add_tickets(portal, 3)
    assert runner.sync("ticket", state=empty).ids() == ids


def test_bookmarks_that_are_no_object_are_refused(runner: Any) -> None:
    with pytest.raises(ConfigValidationError) as caught:
        runner.sync("ticket", state={"bookmarks": ["ticket"]})
    assert "--state" in caught.value.errors[0]
