"""Instants as HubSpot writes and reads them."""

from __future__ import annotations

import pytest
from hypothesis import given
from hypothesis import strategies as st
from sandbox.hubspot.wire import instant_text, parse_instant


@pytest.mark.parametrize(
    ("text", "at"),
    [
        ("1970-01-01T00:00:00Z", 0),
        ("2026-02-02T02:40:00.007Z", 1_770_000_000_007),
        ("2026-02-02T02:40:00.5Z", 1_770_000_000_500),
        ("2026-02-02T02:40:00.0079999Z", 1_770_000_000_007),
        ("2026-02-01T22:40:00-04:00", 1_770_000_000_000),
        ("2026-02-02T02:40:00.007", 1_770_000_000_007),
        ("2026-02-02", 1_769_990_400_000),
        ("1770000000007", 1_770_000_000_007),
        ("-1", -1),
        ("--1", None),
        ("", None),
        ("Unknown", None),
        ("2026-13-01", None),
        ("1_000", None),
    ],
)
def test_an_instant_is_read_in_any_form_that_has_been_seen(text, at):
    assert parse_instant(text) == at


@given(st.integers(min_value=-62_135_596_800_000, max_value=253_402_300_799_999))
def test_what_is_written_reads_back_as_the_same_millisecond(at):
    text = instant_text(at)
    assert parse_instant(text) == at
    assert text.endswith("Z")
    assert ("." in text) == (at % 1000 != 0)
