"""Owners, pipelines, history and rejected values."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import Portal, Version

NOON = 1_780_000_000_000
DAY = 86_400_000
STAMP = "2026-01-01T00:00:00Z"


def owner(number: int, **fields: Any) -> dict[str, Any]:
    return {
        "id": str(number), "email": f"o{number}@example.com", "type": "PERSON", "firstName": "Nadia", "lastName": "Okafor",
        "userId": number + 5, "userIdIncludingInactive": number + 5, "createdAt": STAMP, "updatedAt": STAMP, "archived": False,
    } | fields  # fmt: skip


def pipeline(id_: str, stages: list[tuple[str, str]], **fields: Any) -> dict[str, Any]:
    return {
        "id": id_, "label": f"Pipeline {id_} ", "displayOrder": 1, "archived": False,
        "createdAt": "1970-01-01T00:00:00Z", "updatedAt": STAMP,
        "stages": [
            {"id": stage, "label": stage, "displayOrder": n, "archived": False, "createdAt": STAMP, "updatedAt": STAMP,
             "metadata": {"ticketState": state, "isClosed": str(state == "CLOSED").lower()}}
            for n, (stage, state) in enumerate(stages)
        ],
    } | fields  # fmt: skip


@pytest.mark.capability("S0-13", "S3-10")
def test_owners_live_and_deactivated_come_with_whole_names_and_integer_ids(
    runner: Any, portal: Portal
) -> None:
    portal.set_owner(owner(9007199254740993))
    portal.set_owner(owner(2, archived=True, userId=None, firstName="", lastName=""))
    rows = {row["owner_id"]: row for row in runner.sync("owner").records("owner")}
    assert rows[9007199254740993]["first_name"] == "Nadia"
    assert rows[9007199254740993]["is_active"] is True
    gone = rows[2]
    assert (gone["is_active"], gone["active_user_id"], gone["last_name"]) == (False, None, "")
    assert gone["id"] == gone["owner_id"] == 2
    assert gone["portal_id"] == 4242


def test_more_owners_than_a_page_all_come(runner: Any, portal: Portal) -> None:
    for number in range(1, 260):
        portal.set_owner(owner(number))
    assert len(runner.sync("owner").records("owner")) == 259


def test_pipelines_and_stages_keep_their_text_ids_and_labels(runner: Any, portal: Portal) -> None:
    portal.set_pipelines("tickets", [pipeline("0", [("1", "OPEN"), ("4", "CLOSED")])])
    output = runner.sync("ticket_pipeline", "ticket_pipeline_stage")
    [row] = output.records("ticket_pipeline")
    assert (row["pipeline_id"], row["id"], row["label"], row["active"]) == (
        "0",
        "0",
        "Pipeline 0 ",
        True,
    )
    stages = {
        s["stage_id"]: (s["is_closed"], s["ticket_state"], s["pipeline_id"])
        for s in output.records("ticket_pipeline_stage")
    }
    assert stages == {"1": (False, "OPEN", "0"), "4": (True, "CLOSED", "0")}


@pytest.mark.capability("S2-56")
def test_a_pipeline_that_vanished_is_flagged_and_runs_within_one_second_still_differ(
    runner: Any, portal: Portal, new_warehouse: Any
) -> None:
    warehouse = new_warehouse()
    portal.set_pipelines(
        "tickets", [pipeline("0", [("1", "OPEN")]), pipeline("7", [("8", "OPEN")])]
    )
    first = runner.sync("ticket_pipeline", "ticket_pipeline_stage")
    portal.set_pipelines("tickets", [pipeline("0", [("1", "OPEN")])])
    second = runner.sync("ticket_pipeline", "ticket_pipeline_stage", state=first.state)
    warehouse.load(first.messages + second.messages)
    flags = {
        key: row["_fivetran_deleted"] for key, row in warehouse.table("ticket_pipeline").items()
    }
    assert flags == {("0",): False, ("7",): True}
    assert warehouse.table("ticket_pipeline_stage")["7", "8"]["is_deleted"] is True


def test_history_has_one_row_per_version_and_the_last_one_is_open(
    runner: Any, portal: Portal, clock: Any
) -> None:
    portal.create("tickets", {"hs_pipeline_stage": "1"}, at=NOON - 3 * DAY, record_id=5)
    portal.change(
        "tickets",
        5,
        {"hs_pipeline_stage": "2"},
        at=NOON - 2 * DAY,
        source_type="API",
        source_id="42",
    )
    first = runner.sync("ticket_property_history")
    rows = [r for r in first.records("ticket_property_history") if r["name"] == "hs_pipeline_stage"]
    rows.sort(key=lambda row: row["timestamp_instant"])
    assert [row["value"] for row in rows] == ["1", "2"]
    assert [row["_fivetran_active"] for row in rows] == [False, True]
    assert rows[0]["_fivetran_end"] == rows[1]["timestamp_instant"]
    assert rows[1]["_fivetran_end"].startswith("9999-12-31T23:59:59")
    assert (rows[1]["source"], rows[1]["source_id"]) == ("API", "42")

    clock.at += DAY
    portal.change("tickets", 5, {"hs_pipeline_stage": "4"}, at=clock.at - 1000)
    second = runner.sync("ticket_property_history", state=first.state)
    closed = [r for r in second.records("ticket_property_history") if r["value"] == "2"]
    assert [row["_fivetran_active"] for row in closed] == [False]


def test_two_versions_of_one_instant_become_one_row(runner: Any, portal: Portal) -> None:
    versions = [Version("3", NOON - 50), Version("2", NOON - 50), Version("1", NOON - 90)]
    portal.create(
        "tickets",
        {"hs_pipeline_stage": "3"},
        at=NOON - 90,
        record_id=5,
        history={"hs_pipeline_stage": versions},
    )
    rows = runner.sync(
        "ticket_property_history", history_properties={"tickets": ["hs_pipeline_stage"]}
    ).records("ticket_property_history")
    assert sorted(row["value"] for row in rows) == ["1", "3"]


@pytest.mark.parametrize("newest_first", [True, False])
def test_history_is_right_in_either_order(
    runner: Any, portal: Portal, behaviour: Any, newest_first: Any
) -> None:
    behaviour.history_newest_first = newest_first
    portal.create("tickets", {"hs_pipeline_stage": "1"}, at=NOON - 3 * DAY, record_id=5)
    portal.change("tickets", 5, {"hs_pipeline_stage": "2"}, at=NOON - 2 * DAY)
    rows = runner.sync(
        "ticket_property_history", history_properties={"tickets": ["hs_pipeline_stage"]}
    ).records("ticket_property_history")
    assert {row["value"]: row["_fivetran_active"] for row in rows} == {"1": False, "2": True}


@pytest.mark.capability("S2-26")
def test_one_bad_record_of_25_is_kept_beside_with_null_in_its_row_and_24_are_whole(
    runner: Any, portal: Portal
) -> None:
    portal.create(
        "tickets",
        {"subject": "Odd", "time_to_close": "12;13", "is_vip": "perhaps"},
        at=NOON - DAY,
        record_id=5,
    )
    even = {"subject": "Even", "time_to_close": "7", "is_vip": "true"}
    for id_ in range(6, 30):
        portal.create("tickets", even, at=NOON - DAY, record_id=id_)
    output = runner.sync("ticket", "rejected_value")
    rows = {row["id"]: row for row in output.records("ticket")}
    assert rows[5]["property_time_to_close"] is None
    assert rows[5]["property_subject"] == "Odd"
    whole = {
        id_
        for id_, row in rows.items()
        if (row["property_time_to_close"], row["property_is_vip"]) == (7, True)
    }
    assert whole == set(range(6, 30))
    rejected = {row["column_name"]: row for row in output.records("rejected_value")}
    assert set(rejected) == {"property_time_to_close", "property_is_vip"}
    row = rejected["property_time_to_close"]
    assert (row["stream"], row["record_id"], row["raw_value"]) == ("ticket", "5", "12;13")
    assert row["raw_record"]["properties"]["subject"] == "Odd"
    kinds = [(m["type"], m.get("stream")) for m in output.messages]
    covering = max(
        n
        for n, m in enumerate(output.messages)
        if m["type"] == "STATE"
        and m["value"]["bookmarks"].get("ticket", {}).get("replication_key_value")
    )
    assert (
        kinds.index(("SCHEMA", "rejected_value"))
        < kinds.index(("RECORD", "rejected_value"))
        < covering
    )
    assert kinds.count(("SCHEMA", "rejected_value")) == 1


def test_rejections_are_counted_even_when_their_stream_is_not_wanted(
    runner: Any, portal: Portal, caplog: Any
) -> None:
    portal.create("tickets", {"time_to_close": "12;13"}, at=NOON - DAY, record_id=5)
    caplog.set_level("INFO")
    output = runner.sync("ticket")
    assert output.records("rejected_value") == []
    assert "rejected_values=1" in caplog.text


@pytest.mark.parametrize(
    ("wire", "text"),
    [
        (b'"\\ud83d broken"', "\ufffd broken"),
        (b"12.50", "12.50"),
        (b"true", "true"),
        (b'"\\ud83d\\ude00"', "\U0001f600"),
    ],
)
def test_a_bent_reply_is_mended_instead_of_ending_the_run(wire: bytes, text: str) -> None:
    from tap_hubspot_support.columns import Column
    from tap_hubspot_support.kinds import Kind
    from tap_hubspot_support.objects import STANDARD
    from tap_hubspot_support.rows import RecordShape, RowShape
    from tap_hubspot_support.wire import Page, reader

    shape = RecordShape(["subject"])
    columns = [Column("property_subject", "subject", Kind.TEXT)]
    rows = RowShape(STANDARD[0], columns, [], ["id"], shape)
    body = b'{"results":[{"id":"5","properties":{"subject":' + wire + b"}}]}"
    [record] = reader(Page[shape.record_type])(body).results
    row, misfits = rows.row(record, portal_id=1, deleted=False, synced="")
    assert (row.c1, misfits) == (text, [])


@pytest.mark.capability("S2-29")
def test_text_arrives_unchanged(runner: Any, portal: Portal) -> None:
    text = "O'Brien \"said\"\n<b>hi</b>; -- \\ 😀 \u2028 '); drop table ticket;"
    portal.create("tickets", {"subject": text, "content": ""}, at=NOON - DAY, record_id=5)
    [row] = runner.sync("ticket").records("ticket")
    assert row["property_subject"] == text
    assert row["property_content"] == ""


@pytest.mark.capability("S4-48", "S2-40", "S4-49", "S4-50")
def test_the_last_log_line_sums_up_the_run(
    runner: Any, portal: Portal, add_tickets: Any, caplog: Any
) -> None:
    caplog.set_level("INFO")
    add_tickets(portal, 30)
    runner.sync()
    line = next(r.getMessage() for r in caplog.records if "run finished" in r.getMessage())
    assert "ticket:30" in line
    for word in (
        "failed=0",
        "records=",
        "requests_general=",
        "requests_search=",
        "seconds=",
        "records_per_second=",
    ):
        assert word in line
