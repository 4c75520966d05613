"""Streams under maps and flattening, and accounts that tell little about themselves."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.gorgias.server import Behaviour, Fault, serve

DAY = 86_400_000


def test_stream_maps_see_every_row_and_leave_tombstones_their_meaning(
    runner: Any, desk: Any, clock: Any, new_warehouse: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    maps = {"users": {"email": None, "domain": "email.split('@')[1]", "id": "id"}}
    warehouse = new_warehouse()
    first = runner.sync("users", stream_maps=maps)
    assert first.error is None
    warehouse.load(first.messages)
    assert {row["domain"] for row in first.records("users")} == {"getwrrk.test"}
    assert "email" not in first.records("users")[0]
    clock.at += DAY
    desk.desk.remove("users", ana)
    plain = {"users": {"email": None}}
    second = runner.sync("users", state=first.state, stream_maps=plain)
    warehouse.load(second.messages)
    assert warehouse.table("users")["acme", ana]["is_deleted"] is True
    assert warehouse.table("users")["acme", ana]["domain"] == "getwrrk.test"


def test_a_tombstone_goes_nowhere_without_its_mark(runner: Any, desk: Any) -> None:
    ana = desk.user("ana@getwrrk.test")
    first = runner.sync("users")
    desk.desk.remove("users", ana)
    catalog = runner.catalog("users", without=("_sdc_deleted_at",))
    second = runner.sync(state=first.state, catalog=catalog)
    assert ana not in second.ids("users")
    assert second.ids("users")


def test_a_key_that_may_not_read_the_account_still_reads_its_streams(
    runner: Any, desk: Any, behaviour: Any
) -> None:
    desk.ticket()
    behaviour.faults.append(Fault("/api/account", "403", times=None))
    output = runner.sync("tickets", "agent_statistics")
    assert len(output.records("tickets")) == 1
    assert str(output.error).endswith("acme (agent_statistics).")


def test_an_account_without_business_hours_is_never_counted_in_a_guessed_zone(
    runner: Any, desk: Any, caplog: Any
) -> None:
    desk.desk.settings.clear()
    output = runner.sync("agent_statistics")
    assert output.records("agent_statistics") == []
    assert "client's `timezone`" in caplog.text
    accounts = runner.config()["accounts"]
    accounts[0]["timezone"] = "Asia/Tokyo"
    output = runner.sync("agent_statistics", accounts=accounts, statistics_months=1)
    (row,) = output.records("agent_statistics")
    assert row["period_start"] == "2026-04-30T15:00:00Z"


@pytest.mark.capability("S1-21")
def test_the_rows_of_all_accounts_form_one_table_in_which_the_month_is_a_date(
    new_desk: Any, clock: Any, new_runner: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell")]
    with serve([one.desk for one in desks], Behaviour(limits=False)) as server:
        output = new_runner(server).sync("agent_statistics", statistics_months=2)
    (schema,) = [m["schema"] for m in output.messages if m["type"] == "SCHEMA"]
    assert schema["properties"]["month"] == {"type": "string", "format": "date"}
    rows = output.records("agent_statistics")
    assert {row["account"] for row in rows} == {"acme", "bell"}
    assert {row["month"] for row in rows} == {"2026-04-01", "2026-05-01"}


def test_big_ids_and_exact_decimals_arrive_as_they_were(runner: Any, desk: Any) -> None:
    big = 2**53 + 1
    fields = {"12": {"id": 12, "value": "Delivery::Late"}}
    desk.ticket(id=big, custom_fields=fields, meta={"price": 0.1})
    (row,) = runner.sync("tickets").records("tickets")
    assert row["id"] == big
    assert row["custom_fields"] == fields
    assert str(row["meta"]["price"]) == "0.1"


@pytest.mark.parametrize("missing", ["custom_fields", "meta", "assignee_user", "excerpt", "spam"])
def test_a_key_that_gorgias_leaves_out_is_null(missing: str) -> None:
    from tap_gorgias.tables import TICKETS

    found = {"id": 1, "updated_datetime": "2026-03-02T09:15:00", "assignee_user": {"id": 7}}
    found.pop(missing, None)
    row = TICKETS.row("acme", found)
    assert row[missing if missing in row else "assignee_user_id"] is None
    assert row["updated_datetime"] == "2026-03-02T09:15:00Z"
    assert row.keys() == TICKETS.schema["properties"].keys()


def test_dry_runs_read_a_row_per_stream_and_few_figures(
    runner: Any, desk: Any, server: Any
) -> None:
    desk.furnish()
    desk.survey(desk.ticket(), created=desk.clock() - DAY)
    assert runner.tap().run_connection_test()
    assert sum("/stats" in one.path for one in server.journal) == 6
    assert len(server.journal) < 30
