"""Past values of properties: which are kept, of which objects, and what one row is."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, RunningServer

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
OPEN_END = "9999-12-31T23:59:59Z"
DEALS = {"history_properties": {"deals": ["dealstage", "amount"]}}


@pytest.fixture
def deal(portal: Portal) -> int:
    """A deal that went through three stages."""
    portal.create("deals", {"dealstage": "new", "amount": "5"}, at=NOON - 3 * DAY, record_id=7)
    portal.change("deals", 7, {"dealstage": "offer"}, at=NOON - 2 * DAY, source_type="API",
                  source_id="userId:9")  # fmt: skip
    portal.change("deals", 7, {"dealstage": "won"}, at=NOON - DAY)
    return 7


def stays(rows: list[dict[str, Any]]) -> list[tuple[Any, ...]]:
    found = [
        (r["value"], r["_fivetran_start"], r["_fivetran_end"], r["_fivetran_active"]) for r in rows
    ]
    return sorted(found, key=lambda stay: stay[1])


@pytest.mark.parametrize("newest_first", [True, False])
def test_one_row_per_stay_in_a_stage(
    runner: Any, deal: int, behaviour: Behaviour, newest_first: Any
) -> None:
    behaviour.history_newest_first = newest_first
    output = runner.sync("deal_stage", **DEALS)
    rows = output.records("deal_stage")
    assert [r["deal_id"] for r in rows] == [deal] * 3
    dates = sorted(r["date_entered"] for r in rows)
    assert stays(rows) == [
        ("new", dates[0], dates[1], False),
        ("offer", dates[1], dates[2], False),
        ("won", dates[2], OPEN_END, True),
    ]
    (offer,) = [r for r in rows if r["value"] == "offer"]
    assert (offer["source"], offer["source_id"]) == ("API", "userId:9")


def test_a_change_closes_the_stay_before_it(
    runner: Any, new_warehouse: Any, deal: int, portal: Portal, clock: Any
) -> None:
    warehouse = new_warehouse()
    first = runner.sync("deal_stage", "deal_property_history", **DEALS)
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.change("deals", deal, {"dealstage": "lost"}, at=clock.at)
    clock.at += 2 * HOUR
    second = runner.sync("deal_stage", "deal_property_history", state=first.state, **DEALS)
    warehouse.load(second.messages)
    table = list(warehouse.table("deal_stage").values())
    assert [value for value, *_ in stays(table)] == ["new", "offer", "won", "lost"]
    assert [active for *_, active in stays(table)] == [False, False, False, True]
    history = warehouse.table("deal_property_history").values()
    assert {r["name"] for r in history} == {"dealstage", "amount"}
    assert all(set(r) >= {"deal_id", "timestamp", "value", "source", "source_id"} for r in history)


def test_only_changed_records_are_read_again_and_no_second_search_is_made(
    runner: Any, portal: Portal, clock: Any, server: RunningServer
) -> None:
    for number in range(120):
        portal.create("deals", {"dealstage": "new"}, at=NOON - 3 * DAY, record_id=100 + number)
    streams = ("deal", "deal_property_history", "deal_stage")
    first = runner.sync(*streams, **DEALS)
    assert len(first.records("deal_stage")) == 120
    clock.at += HOUR
    portal.change("deals", 130, {"dealstage": "won"}, at=clock.at)
    clock.at += 2 * HOUR
    catalog = runner.catalog(*streams, **DEALS)
    server.journal.clear()
    second = runner.sync(catalog=catalog, state=first.state, **DEALS)
    assert {r["deal_id"] for r in second.records("deal_stage")} == {130}
    asked = [request.path for request in server.journal]
    assert sum(path.endswith("/search") for path in asked) == 1
    assert sum(path.endswith("/deals/batch/read") for path in asked) == 1


def test_each_object_has_a_table_of_its_own_with_its_own_key(runner: Any, portal: Portal) -> None:
    portal.define_property("contacts", {"name": "lifecyclestage", "type": "enumeration"})
    portal.define_property("calls", {"name": "hs_call_status", "type": "enumeration"})
    portal.create("contacts", {"lifecyclestage": "lead"}, at=NOON - DAY, record_id=5)
    portal.create("calls", {"hs_call_status": "DONE"}, at=NOON - DAY, record_id=6)
    portal.create("tickets", {"hs_pipeline_stage": "1"}, at=NOON - DAY, record_id=7)
    output = runner.sync(
        history_properties={
            "0-1": ["lifecyclestage"],
            "call": ["hs_call_status"],
            "tickets": ["hs_pipeline_stage"],
        }
    )
    assert output.error is None
    (contact,) = output.records("contact_property_history")
    (call,) = output.records("engagement_call_property_history")
    (ticket,) = output.records("ticket_property_history")
    assert (contact["contact_id"], contact["name"], contact["value"]) == (
        5,
        "lifecyclestage",
        "lead",
    )
    assert (call["engagement_id"], call["value"]) == (6, "DONE")
    assert contact["timestamp"] == ticket["timestamp_instant"]
    assert "deal_stage" not in {m.get("stream") for m in output.messages}


def test_another_choice_of_properties_reads_all_histories_again(
    runner: Any, deal: int, clock: Any
) -> None:
    first = runner.sync("deal_property_history", **DEALS)
    clock.at += HOUR
    more = {"history_properties": {"deals": ["amount", "dealstage", "dealname"]}}
    same = runner.sync("deal_property_history", state=first.state, lookback_seconds=0, **DEALS)
    assert same.records("deal_property_history") == []
    again = runner.sync("deal_property_history", state=same.state, lookback_seconds=0, **more)
    assert len(again.records("deal_property_history")) == 4


def test_without_history_records_come_a_hundred_at_a_time(
    runner: Any, portal: Portal, server: RunningServer
) -> None:
    for number in range(250):
        portal.create("deals", {}, at=NOON - DAY, record_id=100 + number)
    output = runner.sync("deal", history_properties={})
    assert len(output.records("deal")) == 250
    lists = [r.query for r in server.journal if r.path.endswith("/objects/2026-09/deals")]
    full = [query for query in lists if "dealname" in query]
    assert len(full) == 3
    assert all("limit=100" in query and "History" not in query for query in full)


def test_the_history_of_an_archived_deal_stays(
    runner: Any, new_warehouse: Any, deal: int, portal: Portal, clock: Any
) -> None:
    warehouse = new_warehouse()
    first = runner.sync("deal", "deal_stage", **DEALS)
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.archive("deals", deal, at=clock.at)
    clock.at += 8 * DAY
    warehouse.load(runner.sync("deal", "deal_stage", state=first.state, **DEALS).messages)
    assert [value for value, *_ in stays(list(warehouse.table("deal_stage").values()))] == [
        "new", "offer", "won",
    ]  # fmt: skip


def test_a_calculated_property_has_no_history_and_that_is_said(
    runner: Any, portal: Portal, caplog: pytest.LogCaptureFixture
) -> None:
    portal.define_property("deals", {"name": "hs_score", "type": "number", "calculated": True})
    portal.create("deals", {"dealstage": "new", "hs_score": "5"}, at=NOON - DAY, record_id=7)
    output = runner.sync(
        "deal_property_history", history_properties={"deals": ["dealstage", "hs_score"]}
    )
    assert [r["name"] for r in output.records("deal_property_history")] == ["dealstage"]
    assert caplog.text.count("no past values of calculated properties") == 1
    assert "property=hs_score" in caplog.text
