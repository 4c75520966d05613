"""The SDK's own suite for targets, whole, and the cases it carries but does not list."""

from __future__ import annotations

import json

import pytest
from singer_sdk.testing import SuiteConfig, get_target_test_class
from singer_sdk.testing.suites import SingerTestSuite
from singer_sdk.testing.target_tests import TargetRecordMissingRequiredProperty
from target_gsheets.target import TargetGSheets

StandardTests = get_target_test_class(
    target_class=TargetGSheets,
    config={"lease_seconds": 1},
    custom_suites=[SingerTestSuite(kind="target", tests=[TargetRecordMissingRequiredProperty])],
    suite_config=SuiteConfig(),
)


class TestTargetGSheets(StandardTests):
    """Runs against the stand-in, found through the environment."""

    @pytest.fixture(autouse=True)
    def _server(self, sheet, tmp_path, monkeypatch):
        key = tmp_path / "key.json"
        key.write_text(json.dumps(sheet.server.service_account_info()))
        monkeypatch.setenv("GOOGLE_SHEETS_SPREADSHEET_ID", sheet.id)
        monkeypatch.setenv("GOOGLE_SHEETS_CREDENTIALS_PATH", str(key))
        monkeypatch.setenv("TARGET_GSHEETS_API_BASE_URL", sheet.server.url)
