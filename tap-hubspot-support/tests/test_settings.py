"""A configuration that cannot be right is refused before anything is asked, and says why."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError
from tap_hubspot_support.settings import Settings

NO_DATES = ["yesterday", "2026-13-01", "01/05/2026", "2026-05-01T25:00:00Z", "2026-05-01 noon"]
DATES = ["2026-05-01", "2026-05-01T00:00:00Z", "2026-05-01T02:00:00+02:00", "2026-05-01T00:00:00"]
FIRST_OF_MAY = 1_777_593_600_000


def refusal(runner: Any, **settings: Any) -> str:
    with pytest.raises(ConfigValidationError) as caught:
        runner.tap(**settings)
    assert runner.server.journal == []
    return str(caught.value.errors)


@pytest.mark.capability("S4-38")
@pytest.mark.parametrize("text", NO_DATES)
def test_a_start_date_that_is_none_is_refused_by_name(runner: Any, text: str) -> None:
    assert f"start_date: '{text}' is no date. Write it as" in refusal(runner, start_date=text)
    portals = [{"name": "one", "access_token": "pat-na1-x", "start_date": text}]
    told = refusal(runner, portals=portals)
    assert "start_date" in told
    assert "pat-na1-x" not in told


@pytest.mark.parametrize("text", DATES)
def test_a_start_date_is_an_instant_and_utc_unless_it_says_otherwise(text: str) -> None:
    assert Settings.of({"start_date": text}).start == FIRST_OF_MAY


@pytest.mark.parametrize(
    ("name", "value"),
    [
        ("limit", 0),
        ("limit", -1),
        ("quota_share", 0),
        ("quota_share", 1.5),
        ("max_concurrency", 0),
        ("lookback_seconds", -1),
        ("reconcile_days", -0.5),
        ("schema_cache_hours", -1),
    ],
)
def test_a_number_out_of_its_range_is_refused_by_name(runner: Any, name: str, value: float) -> None:
    assert name in refusal(runner, **{name: value})
