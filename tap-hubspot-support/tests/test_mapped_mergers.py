"""Stream maps and the rows of merged tickets, which carry a few columns only."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

HOUR = 3_600_000


@pytest.fixture
def merged(runner: Any, portal: Portal, clock: Any, new_warehouse: Any, add_tickets: Any) -> Any:
    """Load under a map, merge ticket 1007 into 1000, load again; the second run and all rows."""

    def run(stream_map: dict[str, Any]) -> Any:
        add_tickets(portal, 5)
        maps, warehouse = {"ticket": stream_map}, new_warehouse()
        first = runner.sync("ticket", stream_maps=maps)
        warehouse.load(first.messages)
        clock.at += 5 * HOUR
        portal.merge("tickets", 1000, [1007], at=clock.at, new_id=False)
        clock.at += HOUR
        second = runner.sync("ticket", stream_maps=maps, state=first.state)
        warehouse.load(second.messages)
        return second, warehouse.table("ticket")

    return run


def test_a_merged_ticket_is_flagged_and_keeps_what_the_map_had_made_of_it(merged: Any) -> None:
    second, table = merged({"short": "(property_subject or 'none')[:6]", "property_content": None})
    assert second.error is None
    assert table[(1007,)]["is_deleted"] is True
    assert table[(1007,)]["short"] == "Ticket"
    assert table[(1000,)]["is_deleted"] is False


def test_a_merged_ticket_is_found_under_the_key_the_map_gave_it(merged: Any) -> None:
    second, table = merged({"number": "id + 1", "id": None, "__key_properties__": ["number"]})
    assert second.error is None
    assert table[(1008,)]["is_deleted"] is True


def test_an_expression_that_takes_no_null_does_not_end_the_run(merged: Any) -> None:
    second, table = merged({"loud": "property_subject.upper()"})
    assert second.error is None
    assert table[(1007,)]["loud"] == "TICKET 1"
    assert table[(1000,)]["property_hs_merged_object_ids"] == "1007"


def test_a_row_whose_mark_the_map_removes_is_not_written(merged: Any) -> None:
    second, table = merged({"_sdc_deleted_at": None})
    assert second.error is None
    assert table[(1007,)]["property_subject"] == "Ticket 1"
    assert [r["id"] for r in second.records("ticket")] == [1000]


def test_whole_rows_are_written_although_the_catalog_names_a_column_of_the_past(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 3)
    catalog = runner.catalog("ticket")
    tickets = next(s for s in catalog["streams"] if s["tap_stream_id"] == "ticket")
    tickets["schema"]["properties"]["property_gone"] = {"type": ["string", "null"]}
    maps = {"ticket": {"twice": "id * 2"}}
    rows = runner.sync(catalog=catalog, stream_maps=maps).records("ticket")
    assert [row["twice"] for row in rows] == [2 * id_ for id_ in ids]
