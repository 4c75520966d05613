"""Runs that end before their input did: what they leave, and what the next run makes of it."""

from __future__ import annotations

import json

import pytest
from target_gsheets.messages import InputCutError


def text_of(*lines):
    return "".join(json.dumps(each) + "\n" for each in lines)


def events(say, *numbers):
    return [say.record("events", n=n) for n in numbers]


def event_schema(say):
    return say.schema("events", keys=(), n=say.integer)


def numbers(sheet):
    return [row[0] for row in sheet.cells("events")[1:]]


def test_a_cut_input_replaces_no_worksheet_by_a_part_of_its_rows(sheet, say, capsys):
    schema = say.schema(id=say.text)
    full = [schema, *(say.record(id=key) for key in "abc")]
    sheet.load(*full, load_method="overwrite")
    cut = text_of(schema, say.record(id="a"), say.state(at=1)) + '{"type": "REC'
    with pytest.raises(InputCutError):
        sheet.load_text(cut, load_method="overwrite")
    assert set(sheet.records()) == set("abc")
    assert sheet.log()[0]["Status"] == "Failed"
    assert capsys.readouterr().out == ""


def test_a_signal_replaces_no_worksheet_by_a_part_of_its_rows(sheet, say):
    schema = say.schema(id=say.text)
    sheet.load(schema, *(say.record(id=key) for key in "abc"), load_method="overwrite")
    target = sheet.target(load_method="overwrite", batch_size_rows=1)
    target.loading.open("tickets", schema["schema"], ["id"])
    target.loading.add("tickets", {"id": "a"}, None)
    target._handle_termination(15, None)
    with pytest.raises(SystemExit):
        target.process_endofpipe()
    assert set(sheet.records()) == set("abc")


@pytest.mark.parametrize("stop_after", range(1, 9))
def test_rows_without_key_beyond_the_last_state_are_not_doubled(
    sheet, say, monkeypatch, stop_after
):
    """States come in the middle of batches; the run dies right before or after any write."""

    class Killed(BaseException):
        pass

    lines = [event_schema(say)]
    for at in range(0, 12, 3):
        lines += [*events(say, at, at + 1, at + 2), say.state(at=at + 3)]
    writes = []
    emitted = []

    def emit(state):
        emitted.append(state)
        step()

    def step():
        writes.append(1)
        if len(writes) == stop_after:
            raise Killed

    monkeypatch.setattr("target_gsheets.target._emit", emit)
    from target_gsheets.client import Sheets

    send = Sheets.send

    def sending(self, body, fields):
        answer = send(self, body, fields)
        step()
        return answer

    with monkeypatch.context() as dying:
        dying.setattr(Sheets, "send", sending)
        dying.setattr("target_gsheets.run.Run.fail", lambda *_: None)
        try:
            sheet.load(*lines, batch_size_rows=5)
        except Killed:
            done = emitted[-1]["at"] if emitted else 0
        else:
            return
    monkeypatch.setattr("target_gsheets.target._emit", lambda _: None)
    sheet.load(lines[0], *(each for each in lines[1 + done // 3 * 4 :]), batch_size_rows=5)
    assert numbers(sheet) == list(range(12))


def test_a_run_that_fails_at_once_leaves_the_word_of_a_killed_one(sheet, say):
    killed = sheet.target(batch_size_rows=2)
    killed.loading.open("events", event_schema(say)["schema"], [])
    for n in range(4):
        killed.loading.add("events", {"n": n}, None)
    with pytest.raises(Exception, match="not a Singer message"):
        sheet.load_text(text_of(say.state(at=0)) + "hello\n")
    sheet.load(event_schema(say), *events(say, *range(6)))
    assert numbers(sheet) == list(range(6))


def test_rows_without_key_of_an_interrupted_run_are_not_doubled(sheet, say):
    target = sheet.target()
    target.loading.open("events", event_schema(say)["schema"], [])
    for n in range(4):
        target.loading.add("events", {"n": n}, None)
    target._handle_termination(15, None)
    with pytest.raises(SystemExit):
        target.process_endofpipe()
    sheet.load(event_schema(say), *events(say, *range(6)))
    assert numbers(sheet) == list(range(6))


def test_a_failed_run_keeps_no_other_machine_waiting(sheet, say, monkeypatch):
    from target_gsheets import checkpoint

    with pytest.raises(Exception, match="not a Singer message"):
        sheet.load_text(text_of(event_schema(say), *events(say, 1)) + "hello\n")
    monkeypatch.setattr(checkpoint.socket, "gethostname", lambda: "another-machine")
    sheet.load(event_schema(say), *events(say, 1, 2))
    assert numbers(sheet) == [1, 2]


def test_a_stream_without_key_is_told_of_once_where_rows_were_to_be_updated(sheet, say, caplog):
    lines = [event_schema(say), *events(say, 1), event_schema(say)]
    sheet.load(*lines)
    assert caplog.text.count("stream=events has no key") == 1
    caplog.clear()
    sheet.load(*lines, load_method="append")
    sheet.load(*lines, streams={"events": {"load_method": "overwrite"}})
    assert "has no key" not in caplog.text
