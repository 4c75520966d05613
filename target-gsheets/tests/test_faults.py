"""Requests that fail, or seem to; runs that are killed, or meet one another."""

from __future__ import annotations

import json
import logging
import subprocess
import sys

import pytest
from singer_sdk.exceptions import ConfigValidationError, MappingError
from target_gsheets.errors import BusyError, SheetsError


def rows(say, *keys, text="x"):
    return [
        say.schema(id=say.text, text=say.text),
        *(say.record(id=key, text=text) for key in keys),
    ]


APPLIED = ["applied_then_500", "applied_then_503", "applied_then_reset", "applied_then_cut"]
LOST = ["500", "502", "503", "html", "reset", "429"]


@pytest.mark.parametrize("after", [0, 1])
@pytest.mark.parametrize("kind", [*APPLIED, *LOST])
def test_a_batch_is_applied_once_whatever_the_answer_was(sheet, say, kind, after):
    keyless = [say.schema("log", keys=(), what=say.text), say.record("log", what="happened")]
    sheet.fault(kind, after=after)
    assert sheet.load(*rows(say, "1", "2"), *keyless, say.state(at=1)) == [{"at": 1}]
    assert sheet.cells() == [["id", "text"], ["1", "x"], ["2", "x"]]
    assert sheet.cells("log") == [["what"], ["happened"]]
    assert len(sheet.log()) == 1


@pytest.mark.parametrize("body", [b"{}", b"[]", b"null", b"0"])
def test_an_answer_that_tells_nothing_is_looked_after(sheet, say, monkeypatch, body):
    from target_gsheets.client import pointed_at

    client = pointed_at(sheet.server.url)
    bodies = [body]

    def request(self, method, *args, **kwargs):
        response = client.request(self, method, *args, **kwargs)
        if method == "post" and bodies:
            response._content = bodies.pop()
        return response

    other = type("Client", (client,), {"request": request})
    monkeypatch.setattr("target_gsheets.client.pointed_at", lambda _: other)
    sheet.load(*rows(say, "1"), say.schema("log", keys=(), n=say.integer), say.record("log", n=1))
    assert sheet.cells() == [["id", "text"], ["1", "x"]]
    assert sheet.cells("log") == [["n"], [1]]


def test_a_hanging_answer_is_given_up_and_looked_after(sheet, say):
    sheet.fault("applied_then_hang", delay=1.5)
    sheet.load(*rows(say, "1"), request_timeout_seconds=1)
    assert sheet.cells() == [["id", "text"], ["1", "x"]]


@pytest.mark.parametrize("kind", ["500", "503", "html", "reset", "429"])
def test_reads_are_repeated(sheet, say, kind):
    sheet.fault(kind, match="^GET")
    sheet.load(*rows(say, "1"))
    assert sheet.cells() == [["id", "text"], ["1", "x"]]


def test_an_outage_ends_the_run_without_a_state(sheet, say, capsys):
    sheet.fault("503", times=None)
    with pytest.raises(SheetsError, match="run again later"):
        sheet.target(patience_seconds=20).listen(lines(*rows(say, "1"), say.state(at=1)))
    assert capsys.readouterr().out == ""


def lines(*messages):
    import io

    return io.StringIO("".join(json.dumps(each) + "\n" for each in messages))


def refusal(sheet, say, **config):
    with pytest.raises((SheetsError, ConfigValidationError)) as caught:
        sheet.target(**config).listen(lines(*rows(say, "1")))
    return str(caught.value)


def test_not_shared_names_the_service_account(sheet, say):
    sheet.server.store.unshare(sheet.id, sheet.server.service_account_info()["client_email"])
    message = refusal(sheet, say)
    assert sheet.server.service_account_info()["client_email"] in message
    assert "Editor" in message


def test_a_viewer_is_told_to_become_an_editor(sheet, say):
    account = sheet.server.service_account_info()["client_email"]
    sheet.server.store.share(sheet.id, account, "reader")
    assert "Editor" in refusal(sheet, say)


def test_a_wrong_id_is_told(sheet, say):
    assert "between /d/ and /edit" in refusal(sheet, say, spreadsheet_id="nothing")


@pytest.mark.capability("S0-47")
def test_no_id_at_all_is_told_and_the_variable_is_taken(sheet, say, monkeypatch):
    monkeypatch.delenv("GOOGLE_SHEETS_SPREADSHEET_ID", raising=False)
    assert "GOOGLE_SHEETS_SPREADSHEET_ID" in refusal(sheet, say, spreadsheet_id="")
    monkeypatch.setenv("GOOGLE_SHEETS_SPREADSHEET_ID", sheet.id)
    sheet.load(*rows(say, "1"), spreadsheet_id="")
    assert "tickets" in sheet.titles


@pytest.mark.capability("S0-48", "S0-61", "S1-02")
def test_the_key_is_read_from_a_path_that_has_a_default(sheet, say, monkeypatch, tmp_path):
    monkeypatch.chdir(tmp_path)
    monkeypatch.delenv("GOOGLE_SHEETS_CREDENTIALS_PATH", raising=False)
    assert "service_account_credentials.json" in refusal(sheet, say, credentials_json="")
    key = json.dumps(sheet.server.service_account_info())
    (tmp_path / "service_account_credentials.json").write_text(key)
    sheet.load(*rows(say, "1"), credentials_json="")
    (tmp_path / "other.json").write_text(key)
    sheet.load(*rows(say, "2"), credentials_json="", credentials_path="other.json")
    monkeypatch.setenv("GOOGLE_SHEETS_CREDENTIALS_PATH", "other.json")
    sheet.load(*rows(say, "3"), credentials_json="")
    assert set(sheet.records()) == {"1", "2", "3"}


def test_a_key_whose_line_ends_were_escaped_is_understood(sheet, say):
    info = sheet.server.service_account_info()
    escaped = {**info, "private_key": info["private_key"].replace("\n", "\\n")}
    sheet.load(*rows(say, "1"), credentials_json=json.dumps(escaped))
    assert set(sheet.records()) == {"1"}


def test_a_key_without_line_ends_is_told_and_not_shown(sheet, say):
    info = sheet.server.service_account_info()
    broken = {**info, "private_key": info["private_key"].replace("\n", "n")}
    message = refusal(sheet, say, credentials_json=json.dumps(broken))
    assert "line ends" in message
    assert info["private_key"][40:60] not in message


def test_a_protected_range_is_told_before_anything_is_written(sheet, say):
    sheet.load(*rows(say, "1"))
    sheet.person.protect("tickets")
    before = len(sheet.writes)
    assert "Protect sheets and ranges" in refusal(sheet, say)
    assert sheet.cells() == [["id", "text"], ["1", "x"]]
    assert len(sheet.writes) <= before + 1  # the failure's row in Sync_Log


def test_too_many_cells_are_refused_with_numbers(sheet, say):
    sheet.person.add_tab("Huge", rows=398_900, columns=25)
    many = rows(say, *map(str, range(2000)))
    with pytest.raises(SheetsError, match="10,000,000"):
        sheet.target().listen(lines(*many))
    assert "tickets" not in sheet.titles


def test_the_second_of_two_runs_notices_and_stops(sheet, say, monkeypatch):
    from target_gsheets import checkpoint

    first = sheet.target(batch_size_rows=1)
    messages = rows(say, "1", "2", "3")
    first.loading.open("tickets", messages[0]["schema"], ["id"])
    first.loading.add("tickets", {"id": "1", "text": "first"}, None)
    with monkeypatch.context() as elsewhere:
        elsewhere.setattr(checkpoint.socket, "gethostname", lambda: "another-machine")
        with pytest.raises(BusyError, match="being written to by"):
            sheet.target().listen(lines(*rows(say, "1", text="second")))
    first.loading.add("tickets", {"id": "2", "text": "first"}, None)
    first.loading.finish("Success")
    assert {row["text"] for row in sheet.records().values()} == {"first"}


def test_a_run_that_another_overtook_stops(sheet, say):
    first = sheet.target(batch_size_rows=1)
    first.loading.open("tickets", rows(say)[0]["schema"], ["id"])
    first.loading.add("tickets", {"id": "1", "text": "first"}, None)
    sheet.load(*rows(say, "1", text="second"))
    with pytest.raises(BusyError, match="took the spreadsheet over"):
        first.loading.add("tickets", {"id": "1", "text": "third"}, None)
    assert sheet.records()["1"]["text"] == "second"


@pytest.mark.capability("S0-40")
def test_a_failed_run_is_in_the_sync_log_with_its_reason(sheet, say):
    sheet.load(*rows(say, "1"))
    from singer_sdk.exceptions import MissingKeyPropertiesError

    with pytest.raises(MissingKeyPropertiesError):
        sheet.target().listen(lines(*rows(say, "2"), say.record(text="no key")))
    assert [row["Status"] for row in sheet.log()] == ["Failed", "Success"]
    assert "does not carry its key" in sheet.log()[0]["Error"]


@pytest.mark.capability("S0-60")
def test_no_secret_and_no_content_is_logged(sheet, say, caplog):
    with caplog.at_level(logging.DEBUG):
        sheet.fault("applied_then_503")
        sheet.load(*rows(say, "1", text="confidential matter"))
    key = sheet.server.service_account_info()["private_key"]
    told = caplog.text + repr([vars(each) for each in caplog.records])
    assert "confidential matter" not in told
    assert key[40:80] not in told
    assert "ya29" not in told


def test_rows_without_key_that_a_killed_run_wrote_are_not_written_twice(sheet, say):
    def opened():
        target = sheet.target(batch_size_rows=2)
        target.loading.open("log", {"properties": {"n": say.integer}}, [])
        return target

    killed = opened()
    for number in range(4):
        killed.loading.add("log", {"n": number}, None)
    again = opened()
    for number in range(7):
        again.loading.add("log", {"n": number}, None)
    again.loading.finish("Success")
    assert sheet.cells("log") == [["n"], *([number] for number in range(7))]


SECRET = "-----BEGIN PRIVATE KEY-----abcdefgh"


@pytest.mark.parametrize(
    ("config", "told"),
    [
        ({"credentials_json": {"private_key": SECRET}}, "lacks client_email"),
        ({"credentials_json": [SECRET]}, "Set it to the content"),
        ({"credentials_json": SECRET}, "is not JSON"),
        ({"retention_days": -5}, "minimum of 0"),
        ({"load_method": "merge"}, "upsert"),
        ({"timezone": "Mars/Olympus"}, "America/Halifax"),
        ({"stream_maps": {"tickets": {"a": "nonsense("}}}, "nonsense"),
    ],
)
def test_a_wrong_setting_is_told_and_no_secret(sheet, say, config, told):
    with pytest.raises((ConfigValidationError, MappingError)) as caught:
        sheet.target(**config).listen(lines(*rows(say, "1")))
    message = f"{caught.value} {getattr(caught.value, 'errors', '')}"
    assert told in message
    assert SECRET not in message


def test_the_command_tells_what_is_wrong_without_a_traceback(tmp_path):
    path = tmp_path / "config.json"
    path.write_text(json.dumps({"retention_days": -5, "credentials_json": {"private_key": SECRET}}))
    command = [sys.executable, "-m", "target_gsheets", "--config", str(path)]
    done = subprocess.run(command, input="", capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "minimum of 0 in config['retention_days']" in done.stderr
    assert "Traceback" not in done.stderr
    assert SECRET not in done.stderr
