"""Which accounts are read: from the settings, or from the sheet people keep."""

from __future__ import annotations

import base64
from typing import Any

import pytest
from sandbox.gorgias.server import Fault, serve
from singer_sdk.exceptions import ConfigValidationError
from tap_gorgias import accounts_sheet
from tap_gorgias.accounts import accounts_of
from tap_gorgias.accounts_sheet import entries_of, first_worksheet
from tap_gorgias.settings import accounts_in
from tap_gorgias.settings_schema import SETTINGS_SCHEMA

PAIR = base64.b64encode(b"mia@acme.test:key").decode()
URL = "https://{client}.gorgias.com"
SHEET = [
    ["Client", "Note", "Authentication", "Channel"],
    ["acme", "x", PAIR, "email"],
    ["acme", "", PAIR, "chat, sms"],
    ["bell", "", f"Basic {PAIR}", ""],
    ["", "", "", ""],
]


@pytest.mark.parametrize(
    "entry",
    [
        {"authorization": PAIR},
        {"authorization": f"Basic {PAIR}"},
        {"authorization": f" basic  {PAIR}\n"},
        {"username": "mia@acme.test", "api_key": "key"},
    ],
)
def test_every_form_of_a_token_becomes_basic_authentication(entry: dict[str, str]) -> None:
    (account,) = accounts_of([{"client": "acme", **entry}], URL)
    assert account.authorization == f"Basic {PAIR}"
    assert account.base_url == "https://acme.gorgias.com"
    assert account.problem is None


@pytest.mark.parametrize(
    ("entry", "reason"),
    [
        ({"client": "acme"}, "no authorization"),
        ({"client": "acme", "authorization": "not base64!"}, "not base64"),
        ({"client": "acme", "authorization": base64.b64encode(b"nocolon").decode()}, "not base64"),
        ({"client": "acme.gorgias.com", "authorization": PAIR}, "first part"),
        ({"client": "", "authorization": PAIR}, "first part"),
    ],
)
def test_what_cannot_be_a_token_or_a_name_is_a_problem_of_that_client_alone(
    entry: dict[str, str], reason: str
) -> None:
    good, bad = accounts_of([{"client": "zeta", "authorization": PAIR}, entry], URL)
    assert good.problem is None
    assert reason in str(bad.problem)
    assert PAIR not in str(bad.problem)


def test_a_client_with_two_different_tokens_is_a_problem() -> None:
    other = base64.b64encode(b"mia@acme.test:old").decode()
    entries = [{"client": "acme", "authorization": text} for text in (PAIR, other)]
    (account,) = accounts_of(entries, URL)
    assert "two different" in str(account.problem)


@pytest.mark.capability("S1-05")
def test_every_row_of_the_sheet_counts_with_all_its_channels() -> None:
    accounts = accounts_of(entries_of(SHEET), URL)
    assert [(one.client, one.channels) for one in accounts] == [
        ("acme", ("email", "chat", "sms")),
        ("bell", ()),
    ]
    assert {one.authorization for one in accounts} == {f"Basic {PAIR}"}


@pytest.mark.capability("S1-04")
@pytest.mark.parametrize("name", ["Client", "Authentication", "Channel"])
def test_a_missing_column_is_named(name: str) -> None:
    place = SHEET[0].index(name)
    values = [[cell for number, cell in enumerate(row) if number != place] for row in SHEET]
    with pytest.raises(ConfigValidationError) as missing:
        entries_of(values)
    assert missing.value.errors[0].startswith(f"The sheet of accounts has no column {name}.")


def test_an_empty_sheet_lists_no_client() -> None:
    with pytest.raises(ConfigValidationError) as empty:
        entries_of(SHEET[:1])
    assert "lists no client" in empty.value.errors[0]


def test_short_rows_and_headings_with_blanks_are_read() -> None:
    values = [[" Client ", "Authentication", "Channel"], ["acme", PAIR]]
    assert entries_of(values)[0]["channels"] == [""]


@pytest.mark.capability("S1-02", "S1-03")
@pytest.mark.parametrize("path", [None, "/keys/robot.json"])
def test_the_sheets_id_and_the_key_files_path_are_settings(path: str | None) -> None:
    asked: list[tuple[str, str]] = []

    def open_sheet(key_file: str, sheet: str) -> list[list[str]]:
        asked.append((key_file, sheet))
        return SHEET

    config = {"accounts_sheet_id": "1AbC"} | ({"google_credentials_path": path} if path else {})
    assert len(accounts_in(config, open_sheet)) == 2
    assert asked == [(path or "./builtin/service_account.json", "1AbC")]
    default = SETTINGS_SCHEMA["properties"]["google_credentials_path"]["default"]
    assert default == "./builtin/service_account.json"


def test_without_the_extra_the_remedy_is_named(monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setitem(__import__("sys").modules, "gspread", None)
    with pytest.raises(ConfigValidationError) as lacking:
        first_worksheet("key.json", "1AbC")
    assert lacking.value.errors == [accounts_sheet._INSTALL]


def test_no_accounts_at_all_names_both_settings() -> None:
    with pytest.raises(ConfigValidationError) as none:
        accounts_in({})
    assert "accounts_sheet_id" in none.value.errors[0]


@pytest.mark.capability("S1-20", "S1-31")
def test_a_bad_token_is_reported_with_its_client_and_stops_no_other(
    new_desk: Any, clock: Any, new_runner: Any, behaviour: Any, caplog: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell", "cove")]
    for one in desks:
        one.ticket()
    with serve([one.desk for one in desks], behaviour) as server:
        runner = new_runner(server)
        accounts = runner.config()["accounts"]
        accounts[1]["authorization"] = PAIR
        accounts[2]["authorization"] = "no token at all"
        output = runner.sync("tickets", "users", accounts=accounts)
    assert {row["account"] for row in output.records("tickets")} == {"acme"}
    assert str(output.error).endswith("bell (all), cove (all).")
    assert "account=bell stream=all reason=reading the account" in caplog.text
    assert PAIR not in caplog.text
    assert "account=acme" not in "".join(r.getMessage() for r in caplog.records if r.levelno > 30)


@pytest.mark.capability("S1-20")
def test_one_bad_stream_or_month_leaves_the_others_untouched(
    runner: Any, desk: Any, behaviour: Any
) -> None:
    desk.furnish()
    desk.ticket()
    behaviour.faults.append(Fault("/api/tags", "403", times=None))
    output = runner.sync()
    assert str(output.error).endswith("acme (tags).")
    assert len(output.records("tickets")) == 1
    assert output.records("teams")
    assert output.records("agent_statistics")


def test_a_client_that_is_no_longer_listed_keeps_its_rows_and_its_place(
    new_desk: Any, clock: Any, new_runner: Any, behaviour: Any
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell")]
    with serve([one.desk for one in desks], behaviour) as server:
        runner = new_runner(server)
        first = runner.sync("users")
        accounts = runner.config()["accounts"][:1]
        second = runner.sync("users", state=first.state, accounts=accounts)
    assert second.bookmark("users", "bell") == first.bookmark("users", "bell")
    assert not [row for row in second.records("users") if row["account"] == "bell"]
    assert {m["type"] for m in second.messages} == {"SCHEMA", "RECORD", "STATE"}
