"""What a run leaves in the spreadsheet."""

from __future__ import annotations

import io

import pytest


def tickets(say, *rows):
    return [
        say.schema(id=say.integer, subject=say.text, at=say.instant),
        *(say.record(id=key, subject=subject, at=at) for key, subject, at in rows),
    ]


@pytest.mark.capability("S0-27")
def test_a_known_key_is_updated_in_its_row_and_an_unknown_one_added(sheet, say):
    day = "2026-07-01T12:00:00Z"
    sheet.load(*tickets(say, (1, "one", day), (2, "two", day)))
    sheet.load(*tickets(say, (2, "TWO", day), (3, "three", day)))
    sheet.load(*tickets(say, (2, "TWO", day), (3, "three", day)))
    assert [row[:2] for row in sheet.texts()] == [
        ["id", "subject"],
        ["1", "one"],
        ["2", "TWO"],
        ["3", "three"],
    ]


def test_the_state_leaves_after_the_rows_it_covers(sheet, say):
    messages = [*tickets(say, (1, "one", None)), say.state(at=1)]
    assert sheet.load(*messages) == [{"at": 1}]


def test_one_run_of_two_streams_costs_two_reads_and_two_writes(sheet, say):
    messages = [
        *tickets(say, (1, "one", None)),
        say.schema("chats", id=say.text),
        say.record("chats", id="c1"),
    ]
    sheet.load(*messages)
    sheet.server.journal.clear()
    sheet.load(*messages, say.state(at=1))
    assert len(sheet.reads) == 2
    assert len(sheet.writes) == 2


def test_keys_are_compared_as_text(sheet, say):
    sheet.load(say.schema(id=say.text), say.record(id="007"), say.record(id="7"))
    sheet.load(say.schema(id=say.text), say.record(id="7"), say.record(id="12345678901234567890"))
    assert sheet.cells() == [["id"], ["007"], ["7"], ["12345678901234567890"]]


def test_a_stream_without_key_appends(sheet, say):
    for _ in range(2):
        sheet.load(say.schema(keys=(), name=say.text), say.record(name="a"))
    assert sheet.cells() == [["name"], ["a"], ["a"]]


@pytest.mark.capability("S0-28")
def test_rows_older_than_the_window_are_neither_written_nor_kept(sheet, say):
    sheet.load(
        *tickets(say, (1, "old", "2020-01-01T00:00:00Z"), (2, "new", "2199-01-01T00:00:00Z"))
    )
    assert len(sheet.records()) == 2
    rows = tickets(say, (3, "older", "2019-01-01T00:00:00Z"), (4, "newer", "2199-01-01T00:00:00Z"))
    sheet.load(*rows, retention_column="at")
    assert set(sheet.records()) == {"2", "4"}


@pytest.mark.capability("S0-49")
def test_the_window_is_365_days_unless_the_variable_says_otherwise(sheet, say, monkeypatch):
    from datetime import datetime, timedelta, timezone

    ago = {days: datetime.now(timezone.utc) - timedelta(days=days) for days in (80, 100, 200, 400)}
    rows = tickets(say, *((days, "x", at.isoformat()) for days, at in ago.items()))
    sheet.load(*rows, retention_column="at")
    assert set(sheet.records()) == {"80", "100", "200"}
    monkeypatch.setenv("DATA_RETENTION_DAYS", "180")
    sheet.load(*rows, retention_column="at")
    assert set(sheet.records()) == {"80", "100"}
    monkeypatch.setenv("DATA_RETENTION_DAYS", "90")
    sheet.load(*rows[:1], retention_column="at")
    assert set(sheet.records()) == {"80"}


@pytest.mark.capability("S0-70")
def test_an_empty_source_is_reported_and_is_no_failure(sheet, say, caplog):
    with caplog.at_level("INFO"):
        sheet.load(*tickets(say))
    assert "stream=tickets no data" in caplog.text
    assert sheet.log()[0]["Status"] == "No data"
    assert sheet.cells() == [["id", "subject", "at"]]


@pytest.mark.capability("S0-14")
def test_headings_and_titles_follow_the_settings(sheet, say):
    streams = {
        "tickets": {
            "worksheet": "Tickets",
            "columns": {"subject": "Subject", "at": "Create date", "id": "Ticket ID"},
        }
    }
    sheet.load(*tickets(say, (1, "one", None)), streams=streams)
    assert sheet.cells("Tickets") == [["Subject", "Create date", "Ticket ID"], ["one", None, "1"]]


def test_a_new_property_gets_a_column_at_the_end_and_a_dropped_one_keeps_its(sheet, say):
    sheet.load(say.schema(id=say.text, a=say.text), say.record(id="1", a="x"))
    sheet.load(say.schema(id=say.text, b=say.text), say.record(id="2", b="y"))
    assert sheet.cells() == [["id", "a", "b"], ["1", "x"], ["2", None, "y"]]


def test_rows_of_an_earlier_schema_are_written_before_those_of_a_later_one(sheet, say):
    """The SDK would let the older rows wait, and write them over the newer ones at the end."""
    sheet.load(
        say.schema(id=say.text, a=say.text),
        say.record(id="1", a="old"),
        say.schema(id=say.text, a=say.text, b=say.text),
        say.record(id="1", a="new", b="y"),
    )
    assert sheet.cells() == [["id", "a", "b"], ["1", "new", "y"]]


def test_a_deleted_record_is_marked_and_its_row_stays_for_its_notes(sheet, say):
    flagged = say.schema(id=say.text, a=say.text, is_deleted={"type": "boolean"})
    sheet.load(flagged, say.record(id="1", a="x", is_deleted=False))
    sheet.load(flagged, say.record(id="1", _sdc_deleted_at="2026-07-01T00:00:00Z"))
    row = sheet.records()["1"]
    assert (row["a"], row["is_deleted"], row["Deleted at"]) == ("x", "TRUE", "2026-07-01 00:00:00")
    sheet.load(flagged, say.record(id="1", a="back", is_deleted=False))
    assert sheet.records()["1"]["is_deleted"] == "FALSE"


def test_a_deleted_record_is_removed_where_that_is_wanted(sheet, say):
    sheet.load(say.schema(id=say.text), say.record(id="1"), say.record(id="2"))
    gone = say.record(id="1", _sdc_deleted_at="2026-07-01T00:00:00Z")
    unknown = say.record(id="9", _sdc_deleted_at="2026-07-01T00:00:00Z")
    sheet.load(say.schema(id=say.text), gone, unknown, deleted_rows="remove")
    assert sheet.cells() == [["id"], ["2"]]


@pytest.mark.parametrize(("deleted_rows", "left"), [("mark", {"1", "2"}), ("remove", {"2"})])
def test_activate_version_takes_rows_of_earlier_versions_for_deleted(
    sheet, say, deleted_rows, left
):
    def version(number, *keys):
        rows = [say.record(id=key, version=number) for key in keys]
        return [*rows, {"type": "ACTIVATE_VERSION", "stream": "tickets", "version": number}]

    sheet.load(say.schema(id=say.text), *version(1, "1", "2"))
    sheet.load(say.schema(id=say.text), *version(2, "2"), deleted_rows=deleted_rows)
    assert set(sheet.records()) == left
    if deleted_rows == "mark":
        assert sheet.records()["1"]["Deleted at"]
        assert not sheet.records()["2"]["Deleted at"]


def test_the_window_ends_by_googles_clock_whatever_the_machine_thinks(sheet, say, monkeypatch):
    import time
    from datetime import datetime, timedelta, timezone

    real = time.time
    ago = {days: datetime.now(timezone.utc) - timedelta(days=days) for days in (350, 380)}
    monkeypatch.setattr("target_gsheets.client.time.time", lambda: real() - 40 * 86_400)
    sheet.load(
        *tickets(say, *((n, "x", at.isoformat()) for n, at in ago.items())), retention_column="at"
    )
    assert set(sheet.records()) == {"350"}


def test_the_window_understands_epochs_in_a_column_of_integers(sheet, say):
    schema = say.schema(id=say.text, at=say.integer)
    old, new = 1_577_836_800_000, 7_226_582_400_000
    sheet.load(schema, say.record(id="1", at=old), say.record(id="2", at=new))
    sheet.load(schema, say.record(id="3", at=old), retention_column="at")
    assert set(sheet.records()) == {"2"}


def test_a_state_leaves_with_every_digit_it_came_with(sheet, say, capsys):
    digits = '{"at": 1.12345678901234567890, "n": 123456789012345678901234567890}'
    sheet.target().listen(io.StringIO('{"type": "STATE", "value": ' + digits + "}\n"))
    assert capsys.readouterr().out.strip() == digits.replace(" ", "")


def widths(sheet, worksheet="tickets"):
    tab = sheet.server.store.book(sheet.id).titled(worksheet)
    return {at: each["pixelSize"] for at, each in tab.column_properties.items()}


def test_a_column_is_wide_enough_for_its_heading(sheet, say):
    sheet.load(say.schema(id=say.text, chat_creation_date_adt=say.instant, at=say.instant))
    assert widths(sheet)[1] >= 8 * len("chat_creation_date_adt")
    assert widths(sheet)[2] < widths(sheet)[1]


def test_the_blank_worksheet_of_a_new_spreadsheet_is_hidden(sheet, say):
    sheet.load(*tickets(say, (1, "one", None)))
    tab = sheet.server.store.book(sheet.id).titled("Sheet1")
    assert tab.properties["hidden"]
    sheet.person.do(
        {
            "updateSheetProperties": {
                "properties": {"sheetId": tab.id, "hidden": False},
                "fields": "hidden",
            }
        }
    )
    sheet.load(*tickets(say, (1, "one", None)))
    assert not sheet.server.store.book(sheet.id).titled("Sheet1").properties.get("hidden")


def test_a_worksheet_that_people_use_stays_in_sight(sheet, say):
    sheet.person.type("Sheet1", "B7", "mine")
    sheet.load(*tickets(say, (1, "one", None)))
    assert not sheet.server.store.book(sheet.id).titled("Sheet1").properties.get("hidden")


def test_the_blank_worksheet_is_used_if_a_stream_is_to_be_written_there(sheet, say):
    sheet.load(say.schema("Sheet1", id=say.text), say.record("Sheet1", id="1"))
    assert not sheet.server.store.book(sheet.id).titled("Sheet1").properties.get("hidden")
