"""The sheet of accounts, read by gspread from a stand-in of Google Sheets."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Any

import gspread
import pytest
import requests
from gspread.http_client import HTTPClient
from sandbox.sheets.server import DEFAULT_EMAIL, serve
from singer_sdk.exceptions import ConfigValidationError
from tap_gorgias.accounts_sheet import first_worksheet

GOOGLE = "https://sheets.googleapis.com"


@pytest.fixture
def google(monkeypatch: pytest.MonkeyPatch):
    """Google Sheets on loopback; gspread is sent there instead of to Google."""
    real = HTTPClient.request
    with serve() as server:

        def request(self: Any, method: str, endpoint: str, *args: Any, **kwargs: Any) -> Any:
            return real(self, method, endpoint.replace(GOOGLE, server.url), *args, **kwargs)

        monkeypatch.setattr(HTTPClient, "request", request)
        yield server


@pytest.fixture
def key_file(google: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> Path:
    """The service account's key at its usual place."""
    monkeypatch.chdir(tmp_path)
    path = Path("builtin/service_account.json")
    path.parent.mkdir()
    path.write_text(json.dumps(google.service_account_info()))
    return path


@pytest.fixture
def sheet(google: Any) -> Any:
    def make(rows: list[list[Any]]) -> str:
        book = google.store.create("Clients", shared_with=[DEFAULT_EMAIL])
        client = gspread.service_account_from_dict(google.service_account_info())
        opened = client.open_by_key(book)
        opened.get_worksheet(0).update(rows, "A1", raw=True)
        opened.add_worksheet("Others", 5, 5).update([["Client"], ["nobody"]], "A1", raw=True)
        return book

    return make


@pytest.mark.capability("S1-02", "S1-03", "S1-05")
def test_a_run_reads_every_client_that_the_first_worksheet_lists(
    runner: Any, desk: Any, sheet: Any, google: Any, key_file: Path
) -> None:
    ana = desk.user("ana@getwrrk.test")
    token = runner.config()["accounts"][0]["authorization"]
    rows = [["Client", "Authentication", "Channel"], ["acme", token, "email"]]
    book = sheet([*rows, ["acme", token, "chat"], ["0042", token, "email"]])
    settings = {"accounts": [], "accounts_sheet_id": book, "statistics_months": 1}
    google.journal.clear()
    output = runner.sync("agent_statistics", agent_email_pattern="ana", **settings)
    found = {
        (r["account"], r["agent_id"], r["channel"]) for r in output.records("agent_statistics")
    }
    assert found == {("acme", ana, "email"), ("acme", ana, "chat")}
    # A name that looks like a number stays what was written.
    assert str(output.error).endswith("0042 (all).")
    assert {one.kind for one in google.journal} <= {"token", "read"}


@pytest.mark.capability("S1-04")
def test_the_missing_column_of_a_real_sheet_is_named(
    sheet: Any, runner: Any, key_file: Path
) -> None:
    book = sheet([["Client", "Auth", "Channel"], ["acme", "x", "email"]])
    with pytest.raises(ConfigValidationError) as missing:
        runner.tap(accounts=[], accounts_sheet_id=book).sync_all()
    assert "no column Authentication" in missing.value.errors[0]


@pytest.mark.capability("S1-02")
def test_a_missing_key_file_is_named_with_its_setting(runner: Any, tmp_path: Path) -> None:
    place = str(tmp_path / "nowhere.json")
    tap = runner.tap(accounts=[], accounts_sheet_id="1AbC", google_credentials_path=place)
    with pytest.raises(ConfigValidationError) as missing:
        tap.sync_all()
    assert place in missing.value.errors[0]
    assert "google_credentials_path" in missing.value.errors[0]


def test_a_file_that_is_no_key_is_said(tmp_path: Path) -> None:
    (tmp_path / "key.json").write_text("{}")
    with pytest.raises(ConfigValidationError) as wrong:
        first_worksheet(str(tmp_path / "key.json"), "1AbC")
    assert "no valid service account key" in wrong.value.errors[0]


def test_a_spreadsheet_that_is_not_shared_is_said(google: Any, key_file: Path) -> None:
    book = google.store.create("Private", shared_with=[])
    with pytest.raises(ConfigValidationError) as refused:
        first_worksheet(str(key_file), book)
    assert "share the spreadsheet" in refused.value.errors[0]


def test_google_not_answering_is_said(
    google: Any, key_file: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    def lost(*_: Any, **__: Any) -> None:
        raise requests.ConnectionError("a text with an address")

    monkeypatch.setattr(HTTPClient, "request", lost)
    with pytest.raises(ConfigValidationError) as silent:
        first_worksheet(str(key_file), "1AbC")
    assert "could not be reached" in silent.value.errors[0]
    assert "an address" not in silent.value.errors[0]
