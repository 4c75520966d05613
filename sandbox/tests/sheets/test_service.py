"""The Sheets stand-in as a part of the sandbox."""

import json

import gspread
import pytest
from sandbox.service import Setting
from sandbox.sheets.service import gsheets

from .conftest import local_http_client


def open_book(environment):
    info = json.loads(environment["TARGET_GSHEETS_CREDENTIALS_JSON"])
    local = local_http_client(environment["TARGET_GSHEETS_API_BASE_URL"])
    client = gspread.service_account_from_dict(info, http_client=local)
    return client.open_by_key(environment["TARGET_GSHEETS_SPREADSHEET_ID"])


def test_the_environment_is_all_that_a_target_needs():
    with gsheets(Setting()) as service:
        open_book(service.environment).sheet1.update([["x"]], "A1")
        assert service.server.store.cells(service.spreadsheet_id, "Sheet1")[0][0] == "x"
        assert service.journal()[0] == ("POST", "/token", 200)


def test_the_spreadsheet_and_its_key_are_the_same_after_a_restart(tmp_path):
    with gsheets(Setting(directory=tmp_path)) as service:
        before = service.environment
        open_book(before).sheet1.update([["x"]], "A1")
    with gsheets(Setting(directory=tmp_path)) as service:
        after = service.environment
        assert after["TARGET_GSHEETS_SPREADSHEET_ID"] == before["TARGET_GSHEETS_SPREADSHEET_ID"]
        assert open_book(after).sheet1.get("A1") == [["x"]]


def test_behaviour_and_faults_are_changed_by_name():
    with gsheets(Setting(behaviours={"gsheets": {"user_limit": 5}})) as service:
        assert service.server.behaviour.user_limit == 5
        service.behave({"limits": False})
        service.disturb({"match": "GET", "kind": "503"})
        assert len(service.server.behaviour.faults) == 1
        service.calm()
        assert service.server.behaviour.faults == []
        with pytest.raises(ValueError, match="No behaviour 'nonsense'"):
            service.behave({"nonsense": 1})
        with pytest.raises(ValueError, match="Not a fault"):
            service.disturb({"matches": "GET"})
