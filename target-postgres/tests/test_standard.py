"""The SDK's own suite for targets, whole, and the cases it carries but does not list."""

from __future__ import annotations

import pytest
from singer_sdk.testing import SuiteConfig, get_target_test_class
from singer_sdk.testing.suites import SingerTestSuite
from singer_sdk.testing.target_tests import TargetRecordMissingRequiredProperty
from target_postgres.target import TargetPostgres

StandardTests = get_target_test_class(
    target_class=TargetPostgres,
    config={"default_target_schema": "standard"},
    custom_suites=[SingerTestSuite(kind="target", tests=[TargetRecordMissingRequiredProperty])],
    suite_config=SuiteConfig(),
)


class TestTargetPostgres(StandardTests):
    """Runs against the embedded server, found through DATABASE_URL."""

    @pytest.fixture(autouse=True)
    def _server(self, database, monkeypatch):
        monkeypatch.setenv("DATABASE_URL", database.url)
