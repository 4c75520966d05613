"""Limited runs always get on: together they read what one unlimited run reads."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

NOON = 1_780_000_000_000
HOUR = 3_600_000


def limited_runs(
    runner: Any, warehouse: Any, count: int, stream: str, *, limit: int, state: Any = None
) -> Any:
    for _ in range(count):
        output = runner.sync(stream, state=state, limit=limit)
        assert output.error is None
        warehouse.load(output.messages)
        state = output.state
    return state


@pytest.mark.parametrize("limit", [1, 5, 50])
def test_limited_runs_get_through_tickets_of_more_versions_than_the_limit(
    runner: Any, portal: Portal, new_warehouse: Any, limit: int, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 20)
    for id_ in ids:
        portal.change("tickets", id_, {"hs_pipeline_stage": "2"}, at=NOON - HOUR)
    warehouse = new_warehouse()
    limited_runs(runner, warehouse, 25, "ticket_property_history", limit=limit)
    assert {key[0] for key in warehouse.table("ticket_property_history")} == set(ids)


def test_limited_runs_get_through_a_recycle_bin_larger_than_the_limit(
    runner: Any, portal: Portal, clock: Any, new_warehouse: Any, add_tickets: Any
) -> None:
    ids, warehouse, state = add_tickets(portal, 30), new_warehouse(), None
    for id_ in ids[:12]:
        portal.archive("tickets", id_, at=NOON - HOUR)
    for _ in range(7):
        output = runner.sync("ticket", state=state, limit=5)
        assert len(output.ids()) <= 5
        warehouse.load(output.messages)
        state = output.state
    assert {key[0] for key in warehouse.table("ticket")} == set(ids)
    assert "full" not in state["bookmarks"]["ticket"]
    for id_ in ids[:7]:
        portal.restore("tickets", id_, at=clock.at)
    clock.at += 5 * HOUR
    limited_runs(runner, warehouse, 3, "ticket", limit=5, state=state)
    deleted = {key[0] for key, row in warehouse.table("ticket").items() if row["is_deleted"]}
    assert deleted == set(ids[7:12])


def test_a_ticket_restored_while_limited_runs_look_through_the_bin_is_not_lost(
    runner: Any, portal: Portal, clock: Any, new_warehouse: Any, add_tickets: Any
) -> None:
    ids, warehouse = add_tickets(portal, 12), new_warehouse()
    for id_ in ids:
        portal.archive("tickets", id_, at=NOON - HOUR)
    state = limited_runs(runner, warehouse, 1, "ticket", limit=5)
    portal.restore("tickets", ids[0], at=clock.at)
    clock.at += HOUR
    limited_runs(runner, warehouse, 4, "ticket", limit=5, state=state)
    deleted = {key[0] for key, row in warehouse.table("ticket").items() if row["is_deleted"]}
    assert deleted == set(ids[1:])


def test_limited_runs_get_past_a_survivor_of_more_mergers_than_the_limit(
    runner: Any, portal: Portal, clock: Any, new_warehouse: Any, add_tickets: Any
) -> None:
    ids, warehouse = add_tickets(portal, 10), new_warehouse()
    state = limited_runs(runner, warehouse, 1, "ticket", limit=100)
    clock.at += 5 * HOUR
    portal.merge("tickets", ids[0], ids[1:4], at=clock.at, new_id=False)
    portal.change("tickets", ids[9], {"subject": "Late"}, at=clock.at)
    clock.at += 5 * HOUR
    limited_runs(runner, warehouse, 4, "ticket", limit=2, state=state)
    table = warehouse.table("ticket")
    assert [table[(id_,)]["is_deleted"] for id_ in ids[:4]] == [False, True, True, True]
    assert table[(ids[9],)]["property_subject"] == "Late"


def test_a_limit_cuts_tables_that_are_read_whole(runner: Any, portal: Portal) -> None:
    for number in range(9):
        portal.set_owner({"id": str(number + 1), "type": "PERSON", "userId": number})
    assert len(runner.sync("owner", limit=4).records("owner")) == 4


def test_a_ticket_archived_and_restored_between_limited_runs_of_one_list_is_not_lost(
    runner: Any, portal: Portal, clock: Any, new_warehouse: Any, add_tickets: Any
) -> None:
    ids, warehouse = add_tickets(portal, 30), new_warehouse()
    state = limited_runs(runner, warehouse, 1, "ticket", limit=10)
    portal.archive("tickets", ids[15], at=clock.at)
    clock.at += HOUR
    state = limited_runs(runner, warehouse, 1, "ticket", limit=10, state=state)
    portal.restore("tickets", ids[15], at=clock.at)
    clock.at += HOUR
    limited_runs(runner, warehouse, 2, "ticket", limit=10, state=state)
    assert warehouse.table("ticket")[(ids[15],)]["is_deleted"] is False
