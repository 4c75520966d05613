"""Full syncs of tickets against the stand-in."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000


@pytest.mark.capability("S0-09", "S0-10", "S2-22")
def test_250_tickets_come_in_3_pages_each_once(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 250)
    output = runner.sync("ticket", max_concurrency=1)
    assert sorted(output.ids()) == ids
    pages = [r for r in runner.server.journal if r.method == "GET" and r.path.endswith("/tickets")]
    live = [r for r in pages if "archived=true" not in str(r)]
    assert len(live) >= 3


@pytest.mark.capability("S4-56")
@pytest.mark.parametrize("workers", [1, 2, 8])
def test_any_number_of_workers_reads_every_ticket_once(
    runner: Any, portal: Portal, workers: int, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 2_345, step=13)
    assert sorted(runner.sync("ticket", max_concurrency=workers).ids()) == ids


@pytest.mark.parametrize("cursor", ["opaque", "from_start"])
def test_a_list_that_cannot_be_entered_by_id_is_read_in_order(
    runner: Any, portal: Portal, behaviour: Behaviour, cursor: Any, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 1_500)
    behaviour.cursor = cursor
    assert sorted(set(runner.sync("ticket").ids())) == ids


@pytest.mark.capability("S2-42")
def test_two_thousand_properties_never_make_the_address_too_long(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    for number in range(2_000):
        portal.define_property(
            "tickets", {"name": f"a_rather_long_custom_name_{number}", "type": "string"}
        )
    portal.create(
        "tickets", {"a_rather_long_custom_name_1999": "last"}, at=NOON - DAY, record_id=77
    )
    add_tickets(portal, 230)
    output = runner.sync("ticket")
    assert len(output.ids()) == 231
    row = next(r for r in output.records("ticket") if r["id"] == 77)
    assert row["property_a_rather_long_custom_name_1999"] == "last"
    assert {r.status for r in runner.server.journal} <= {200, 207}


def test_an_empty_page_in_the_middle_loses_nothing(
    runner: Any, portal: Portal, behaviour: Behaviour, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 450)
    behaviour.faults.append(Fault("GET .*/tickets.*after=", "empty_page", times=1))
    assert sorted(set(runner.sync("ticket").ids())) == ids


def test_a_page_token_that_keeps_coming_back_is_fatal(
    runner: Any, portal: Portal, behaviour: Behaviour, add_tickets: Any
) -> None:
    add_tickets(portal, 450)
    behaviour.faults.append(Fault("GET .*/tickets.*after=", "repeat_token", times=None))
    output = runner.sync("ticket")
    assert output.error is not None
    assert "stream" in str(output.error)


def test_a_list_that_ends_before_a_known_record_is_fatal(
    runner: Any, portal: Portal, monkeypatch: Any, add_tickets: Any
) -> None:
    from tap_hubspot_support.wire import Page

    add_tickets(portal, 450)
    monkeypatch.setattr(Page, "token", None)
    output = runner.sync("ticket")
    assert output.error is not None
    assert "full" in output.bookmark()


def test_a_killed_full_sync_goes_on_where_its_state_says(
    runner: Any, portal: Portal, monkeypatch: Any, add_tickets: Any, new_warehouse: Any
) -> None:
    from tap_hubspot_support.table_stream import TableStream

    ids = add_tickets(portal, 1_200)
    monkeypatch.setattr(TableStream, "STATE_MSG_FREQUENCY", 100)
    whole = runner.sync("ticket")
    states = [n for n, m in enumerate(whole.messages) if m["type"] == "STATE"]
    assert len(states) > 8
    for cut in states[1:-1:3]:
        warehouse = new_warehouse()
        warehouse.load(whole.messages[: cut + 1])
        state = whole.messages[cut]["value"]
        rest = runner.sync("ticket", state=state)
        assert len(rest.ids()) < 1_200
        warehouse.load(rest.messages)
        assert sorted(key[0] for key in warehouse.table("ticket")) == ids
        assert not any(row["is_deleted"] for row in warehouse.table("ticket").values())
        assert rest.bookmark()["replication_key_value"] == whole.bookmark()["replication_key_value"]


@pytest.mark.capability("S2-20")
@pytest.mark.parametrize("limit", [1, 25, 100, 101, 130])
def test_a_limit_gives_exactly_that_many_records(
    runner: Any, portal: Portal, limit: int, add_tickets: Any
) -> None:
    add_tickets(portal, 300)
    output = runner.sync("ticket", limit=limit)
    assert len(output.ids()) == limit == len(set(output.ids()))


def test_limited_runs_together_read_everything(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 90)
    seen: list[int] = []
    state = None
    for _ in range(6):
        output = runner.sync("ticket", limit=25, state=state)
        seen += output.ids()
        state = output.state
    assert set(seen) == set(ids)


@pytest.mark.capability("S2-19", "S4-42", "S4-38")
def test_a_start_date_leaves_out_what_was_modified_before(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    add_tickets(portal, 5, at=NOON - 40 * DAY)
    recent = add_tickets(portal, 5, at=NOON - DAY, first=90_000)
    portal.archive("tickets", 1000, at=NOON - 2 * DAY)
    portal.archive("tickets", recent[0], at=NOON - 100)
    output = runner.sync("ticket", start_date="2026-05-20T00:00:00Z")
    assert sorted(output.ids()) == recent
    again = runner.sync(
        "ticket", state=output.state, reconcile_days=0, start_date="2020-01-01T00:00:00Z"
    )
    assert sorted(again.ids()) == recent


def test_a_new_property_makes_all_tickets_be_read_again(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 30, at=NOON - 9 * DAY)
    first = runner.sync("ticket")
    portal.define_property("tickets", {"name": "novelty", "type": "string"})
    portal.drift("tickets", ids[3], {"novelty": "new"})
    second = runner.sync("ticket", state=first.state)
    assert sorted(second.ids()) == ids
    assert {r["id"]: r["property_novelty"] for r in second.records("ticket")}[ids[3]] == "new"
    assert runner.sync("ticket", state=second.state).ids() == []


@pytest.mark.capability("S2-43")
def test_deselected_properties_are_neither_requested_nor_emitted(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    add_tickets(portal, 3)
    catalog = runner.catalog("ticket")
    entry = next(s for s in catalog["streams"] if s["tap_stream_id"] == "ticket")
    for item in entry["metadata"]:
        if item["breadcrumb"] == ["properties", "property_subject"]:
            item["metadata"]["selected"] = False
    output = runner.sync(catalog=catalog)
    assert output.ids()
    assert all("property_subject" not in record for record in output.records("ticket"))
    schema = next(m for m in output.messages if m["type"] == "SCHEMA" and m["stream"] == "ticket")
    assert "property_subject" not in schema["schema"]["properties"]


def test_allow_and_deny_lists_choose_the_columns(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    add_tickets(portal, 1)
    lists = {"allow": ["subject", "content"], "deny": ["content"]}
    [row] = runner.sync("ticket", properties=lists).records("ticket")
    assert {name for name in row if name.startswith("property_")} == {
        "property_subject", "property_createdate", "property_hs_lastmodifieddate", "property_hs_object_id",
    }  # fmt: skip


@pytest.mark.parametrize("version", ["2026-09", "2026-03", "v3"])
def test_all_path_families_give_the_same_tickets(
    runner: Any, portal: Portal, version: str, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 120)
    output = runner.sync(api_version=version)
    assert output.error is None
    assert sorted(output.ids()) == ids


def test_stream_maps_and_flattening_still_work(runner: Any, portal: Portal) -> None:
    portal.create(
        "tickets",
        {"subject": "Hello", "time_to_close": "1.50", "payload": '{"a": {"b": 1}}'},
        at=NOON - DAY,
        record_id=5,
    )
    maps = {"ticket": {"shouted": "property_subject.upper()", "property_subject": "__NULL__"}}
    [row] = runner.sync("ticket", stream_maps=maps).records("ticket")
    assert row["shouted"] == "HELLO"
    assert "property_subject" not in row
    assert str(row["property_time_to_close"]) == "1.50"


@pytest.mark.capability("S2-57")
def test_every_row_carries_the_time_of_its_run(
    runner: Any, portal: Portal, clock: Any, add_tickets: Any
) -> None:
    add_tickets(portal, 3)
    first = runner.sync().records("ticket")
    clock.at += DAY
    second = runner.sync().records("ticket")
    assert max(r["_fivetran_synced"] for r in first) < min(r["_fivetran_synced"] for r in second)


@pytest.mark.capability("S2-11", "S2-56")
def test_flags_are_set_together_and_never_null(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 4)
    portal.archive("tickets", ids[0], at=NOON - 5)
    flags = {
        r["id"]: (r["is_deleted"], r["_fivetran_deleted"])
        for r in runner.sync("ticket").records("ticket")
    }
    assert flags == {ids[0]: (True, True)} | dict.fromkeys(ids[1:], (False, False))


def test_the_highest_ticket_may_be_merged_into_a_lower_one_while_the_list_is_read(
    runner: Any, portal: Portal, behaviour: Any, add_tickets: Any, monkeypatch: Any
) -> None:
    from tap_hubspot_support.reads import Records

    behaviour.batch_follows_merges = True
    ids = add_tickets(portal, 300)
    original = Records.page

    def merge_first(self: Any, *args: Any, **kwargs: Any) -> Any:
        if portal.get("tickets", ids[-1]).id == ids[-1] and not kwargs.get("archived"):
            portal.merge("tickets", ids[0], [ids[-1]], at=NOON, new_id=False)
        return original(self, *args, **kwargs)

    monkeypatch.setattr(Records, "page", merge_first)
    output = runner.sync("ticket", max_concurrency=1)
    assert output.error is None
    assert sorted(output.ids()) == ids[:-1]
