"""Incremental syncs: windows, ceilings, lag, deletions."""

# ruff: noqa: FBT001, PLR0917 - fixtures and parameters come by position

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault, serve

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000


@pytest.fixture
def loaded(runner: Any, portal: Portal, add_tickets: Any, new_warehouse: Any) -> Any:
    ids = add_tickets(portal, 300, at=NOON - 30 * DAY)
    output = runner.sync("ticket")
    warehouse = new_warehouse()
    warehouse.load(output.messages)
    return warehouse, output, ids


@pytest.mark.capability("S0-12", "S0-29", "S4-42")
def test_only_what_was_modified_since_the_bookmark_is_read(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    _, first, ids = loaded
    clock.at += HOUR
    portal.change("tickets", ids[7], {"subject": "Changed"}, at=clock.at - 60_000)
    second = runner.sync("ticket", state=first.state)
    assert second.ids() == [ids[7]]
    assert second.records("ticket")[0]["property_subject"] == "Changed"
    assert second.bookmark()["replication_key_value"] > first.bookmark()["replication_key_value"]


@pytest.mark.capability("S2-24")
def test_a_second_run_without_changes_writes_no_ticket(runner: Any, loaded: Any) -> None:
    _, first, _ = loaded
    assert runner.sync("ticket", state=first.state).ids() == []


def test_a_cleared_property_becomes_null(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    _, first, ids = loaded
    clock.at += HOUR
    portal.change("tickets", ids[0], {"subject": None}, at=clock.at - 5)
    [row] = runner.sync("ticket", state=first.state).records("ticket")
    assert row["property_subject"] is None


def test_more_than_ten_thousand_changes_all_come(
    runner: Any, portal: Portal, clock: Any, add_tickets: Any
) -> None:
    add_tickets(portal, 12_000, at=NOON - 30 * DAY, step=3, first=10**6)
    state = runner.sync("ticket", limit=1, start_date="2026-05-28T00:00:00Z").state
    clock.at += HOUR
    changed = add_tickets(portal, 10_450, at=clock.at - 20 * 60_000, first=5 * 10**6, step=2)
    output = runner.sync("ticket", state=state)
    assert output.error is None
    assert sorted(output.ids()) == changed
    searches = [r for r in runner.server.journal if "search" in r.path]
    assert {r.status for r in searches} == {200}
    assert len(searches) > 50


def test_more_than_ten_thousand_rows_in_one_millisecond_all_come(
    runner: Any, portal: Portal, clock: Any, add_tickets: Any
) -> None:
    add_tickets(portal, 11_000, at=NOON - 30 * DAY, step=3, first=10**6)
    state = runner.sync("ticket", limit=1, start_date="2026-05-28T00:00:00Z").state
    clock.at += HOUR
    ids = [7 * 10**6 + number for number in range(10_300)]
    for id_ in ids:
        portal.create("tickets", {}, at=clock.at - 1000, record_id=id_)
    assert sorted(runner.sync("ticket", state=state).ids()) == ids


def test_a_change_hidden_by_the_index_comes_with_a_later_run(
    clock: Any, add_tickets: Any, new_warehouse: Any, new_runner: Any
) -> None:
    portal = Portal(4242, clock=clock, search_lag_ms=(20_000, 60_000))
    for name, kind in {
        "hs_object_id": "number",
        "subject": "string",
        "hs_lastmodifieddate": "datetime",
    }.items():
        portal.define_property("tickets", {"name": name, "type": kind})
    ids = add_tickets(portal, 50, at=NOON - 30 * DAY)
    with serve(portal, Behaviour(limits=False, burst_limit=100_000)) as server:
        runner, warehouse = new_runner(server), new_warehouse()
        output = runner.sync("ticket")
        warehouse.load(output.messages)
        for round_ in range(8):
            clock.at += 15_000
            portal.change("tickets", ids[round_], {"subject": f"late {round_}"}, at=clock.at)
            output = runner.sync("ticket", state=output.state)
            warehouse.load(output.messages)
        clock.at += 120_000
        warehouse.load(runner.sync("ticket", state=output.state).messages)
    found = [warehouse.table("ticket")[(id_,)]["property_subject"] for id_ in ids[:8]]
    assert found == [f"late {round_}" for round_ in range(8)]


def test_a_killed_window_goes_on_where_its_state_says(
    runner: Any, portal: Portal, clock: Any, loaded: Any, monkeypatch: Any, add_tickets: Any
) -> None:
    from tap_hubspot_support.table_stream import TableStream

    _, first, _ = loaded
    clock.at += HOUR
    changed = add_tickets(portal, 950, at=clock.at - 10 * 60_000, first=500_000)
    monkeypatch.setattr(TableStream, "STATE_MSG_FREQUENCY", 100)
    whole = runner.sync("ticket", state=first.state)
    assert sorted(whole.ids()) == changed
    states = [n for n, m in enumerate(whole.messages) if m["type"] == "STATE"]
    assert len(states) > 6
    for cut in states[:-1]:
        before = [m["record"]["id"] for m in whole.messages[:cut] if m["type"] == "RECORD"]
        rest = runner.sync("ticket", state=whole.messages[cut]["value"])
        assert set(before) | set(rest.ids()) == set(changed)
        assert rest.bookmark()["replication_key_value"] >= whole.bookmark()["replication_key_value"]


def test_when_most_of_the_table_changed_it_is_listed_instead(
    runner: Any, portal: Portal, clock: Any, loaded: Any, add_tickets: Any
) -> None:
    _, first, old = loaded
    clock.at += HOUR
    new = add_tickets(portal, 2_500, at=clock.at - 10 * 60_000, first=500_000)
    output = runner.sync("ticket", state=first.state)
    assert sorted(output.ids()) == sorted(old + new)
    assert sum("search" in r.path for r in runner.server.journal) < 8


@pytest.mark.capability("S2-56")
def test_archived_and_restored_tickets_are_flagged_as_such(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    warehouse, first, ids = loaded
    clock.at += HOUR
    for id_ in ids[:3]:
        portal.archive("tickets", id_, at=clock.at - 1000)
    second = runner.sync("ticket", state=first.state)
    warehouse.load(second.messages)
    assert deleted(warehouse) == set(ids[:3])
    assert warehouse.table("ticket")[(ids[0],)]["property_subject"] == "Ticket 0"
    clock.at += 3 * HOUR
    portal.restore("tickets", ids[1], at=clock.at - 1000)
    third = runner.sync("ticket", state=second.state)
    warehouse.load(third.messages)
    assert deleted(warehouse) == {ids[0], ids[2]}
    assert ids[1] in third.ids()


def test_a_ticket_archived_and_restored_and_archived_again_keeps_its_last_values(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    warehouse, first, ids = loaded
    clock.at += HOUR
    portal.archive("tickets", ids[0], at=clock.at)
    second = runner.sync("ticket", state=first.state)
    warehouse.load(second.messages)
    clock.at += 2 * DAY
    portal.restore("tickets", ids[0], at=clock.at)
    portal.change("tickets", ids[0], {"subject": "In between"}, at=clock.at + 1)
    portal.archive("tickets", ids[0], at=clock.at + 2)
    clock.at += 1000
    warehouse.load(runner.sync("ticket", state=second.state).messages)
    row = warehouse.table("ticket")[(ids[0],)]
    assert (row["is_deleted"], row["property_subject"]) == (True, "In between")


@pytest.mark.parametrize("new_id", [True, False])
def test_merged_tickets_are_flagged_and_keep_their_values(
    runner: Any, portal: Portal, clock: Any, loaded: Any, new_id: bool
) -> None:
    warehouse, first, ids = loaded
    clock.at += HOUR
    survivor = portal.merge("tickets", ids[0], [ids[1], ids[2]], at=clock.at - 1000, new_id=new_id)
    second = runner.sync("ticket", state=first.state)
    warehouse.load(second.messages)
    losers = {ids[1], ids[2]} | ({ids[0]} if new_id else set())
    assert deleted(warehouse) == losers
    assert survivor.id in second.ids()
    assert warehouse.table("ticket")[(ids[1],)]["property_subject"] == "Ticket 1"


def test_a_purged_ticket_is_found_by_the_next_reconciliation(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    warehouse, first, ids = loaded
    portal.purge("tickets", ids[5])
    clock.at += DAY
    second = runner.sync("ticket", state=first.state)
    warehouse.load(second.messages)
    assert deleted(warehouse) == set()
    clock.at += 7 * DAY
    third = runner.sync("ticket", state=second.state)
    warehouse.load(third.messages)
    assert deleted(warehouse) == {ids[5]}
    assert third.bookmark()["version"] > second.bookmark()["version"]


def test_a_ticket_restored_while_the_list_is_read_is_not_lost(
    runner: Any, portal: Portal, loaded: Any, monkeypatch: Any
) -> None:
    from tap_hubspot_support.record_table import RecordTable

    warehouse, first, ids = loaded
    portal.archive("tickets", ids[0], at=NOON + 1)
    original = RecordTable.rows
    restored: list[int] = []

    def restore_after_listing(self: Any, records: Any, *, deleted: bool) -> Any:
        if not restored:
            restored.append(ids[0])
            portal.restore("tickets", ids[0], at=NOON + 2)
        return original(self, records, deleted=deleted)

    monkeypatch.setattr(RecordTable, "rows", restore_after_listing)
    warehouse.load(runner.sync("ticket", state=first.state, reconcile_days=0).messages)
    assert warehouse.table("ticket")[(ids[0],)]["is_deleted"] is False


def test_a_search_that_counts_what_it_does_not_return_is_asked_again(
    runner: Any, portal: Portal, clock: Any, behaviour: Behaviour, loaded: Any, add_tickets: Any
) -> None:
    _, first, _ = loaded
    clock.at += HOUR
    changed = add_tickets(portal, 20, at=clock.at - 1000, first=500_000)
    behaviour.faults.append(Fault("POST .*search", "empty_page", times=1))
    assert sorted(runner.sync("ticket", state=first.state).ids()) == changed


def deleted(warehouse: Any) -> set[int]:
    return {key[0] for key, row in warehouse.table("ticket").items() if row["is_deleted"]}


@pytest.mark.parametrize("stream", ["ticket", "owner"])
def test_the_state_of_another_account_is_refused_before_anything_is_written(
    clock: Any, new_runner: Any, runner: Any, stream: str
) -> None:
    first = runner.sync("ticket", "owner")
    other = Portal(777, clock=clock)
    with serve(other, Behaviour(limits=False, burst_limit=100_000)) as server:
        state = {"bookmarks": {stream: first.bookmark(stream)}}
        output = new_runner(server).sync("ticket", "owner", state=state)
    assert "about the HubSpot account 4242" in str(output.error)
    assert "belongs to account 777" in str(output.error)
    assert "target schema of its own" in str(output.error)
    assert output.messages == []


def test_a_state_from_before_accounts_were_noted_is_still_understood(
    runner: Any, loaded: Any
) -> None:
    _, first, _ = loaded
    del first.bookmark()["portal_id"]
    second = runner.sync("ticket", state=first.state)
    assert second.ids() == []
    assert second.bookmark()["portal_id"] == 4242


@pytest.mark.parametrize("restored", [False, True])
def test_merged_tickets_are_flagged_although_their_survivor_was_archived_since(
    runner: Any, portal: Portal, clock: Any, loaded: Any, restored: bool
) -> None:
    warehouse, first, ids = loaded
    clock.at += 5 * HOUR
    survivor = portal.merge("tickets", ids[0], [ids[1]], at=clock.at)
    portal.archive("tickets", survivor.id, at=clock.at + 1000)
    clock.at += 5 * HOUR
    second = runner.sync("ticket", state=first.state)
    warehouse.load(second.messages)
    if restored:
        portal.restore("tickets", survivor.id, at=clock.at)
        clock.at += 5 * HOUR
        warehouse.load(runner.sync("ticket", state=second.state).messages)
    assert deleted(warehouse) == {ids[0], ids[1]} | (set() if restored else {survivor.id})


def test_a_bookmark_from_a_clock_that_ran_ahead_hides_no_change(
    runner: Any, portal: Portal, clock: Any, loaded: Any
) -> None:
    warehouse, first, ids = loaded
    clock.at += 2 * DAY
    ahead = runner.sync("ticket", state=first.state)
    clock.at -= DAY
    portal.change("tickets", ids[0], {"subject": "Meanwhile"}, at=clock.at)
    clock.at += HOUR
    second = runner.sync("ticket", state=ahead.state)
    warehouse.load(second.messages)
    assert warehouse.table("ticket")[(ids[0],)]["property_subject"] == "Meanwhile"
    clock.at += HOUR
    assert runner.sync("ticket", state=second.state).ids() == []
