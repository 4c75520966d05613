"""Tables at the edge of what PostgreSQL can hold."""

from __future__ import annotations

import pytest
from singer_sdk.exceptions import FatalSyncError


def wide(say, count):
    return say.schema(id=say.integer, **{f"property_{n}": say.text for n in range(count)})


def test_a_stream_of_more_columns_than_a_table_can_have_says_what_to_do(warehouse, say):
    with pytest.raises(FatalSyncError, match=r"1,600 columns.* leave properties out"):
        warehouse.load(wide(say, 1_600), say.record(id=1))


def test_a_stream_just_below_that_is_loaded(warehouse, say):
    warehouse.load(wide(say, 1_580), say.record(id=1, property_1579="last"))
    assert warehouse.values("property_1579") == ["last"]
