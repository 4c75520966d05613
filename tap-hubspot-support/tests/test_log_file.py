"""The log that a sync leaves in a file."""

from __future__ import annotations

import json
import logging
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from tap_hubspot_support.log_file import kept_log

NOON = 1_780_000_000_000
PRIVATE = "Very private subject"


@pytest.mark.capability("S2-06")
def test_a_sync_leaves_a_log_file_with_its_figures(
    runner: Any, portal: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    portal.create("tickets", {"subject": PRIVATE}, at=NOON - 1_000, record_id=5)
    caplog.set_level(logging.INFO)
    assert runner.sync(log_folder=str(tmp_path / "logs")).error is None
    (file,) = (tmp_path / "logs").iterdir()
    assert re.fullmatch(r"hubspot_sync_log_\d{8}_\d{6}\.txt", file.name)
    text = file.read_text()
    assert "run finished" in text and "ticket:1" in text
    assert PRIVATE not in text and "pat-na1-sandbox-0000" not in text


def test_the_file_says_what_stderr_says(runner: Any, tmp_path: Path) -> None:
    config = tmp_path / "config.json"
    config.write_text(json.dumps(runner.config(log_folder=str(tmp_path / "logs"))))
    command = [sys.executable, "-m", "tap_hubspot_support", "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    (file,) = (tmp_path / "logs").iterdir()
    lines = file.read_text().splitlines()
    assert len(lines) > 5
    assert set(lines) <= set(ended.stderr.splitlines())


def test_a_failing_sync_leaves_its_reason_in_the_file(
    runner: Any, portal: Portal, tmp_path: Path
) -> None:
    catalog = runner.catalog("owner")
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    runner.sync(catalog=catalog, access_token="pat-na1-narrow", log_folder=str(tmp_path))
    (file,) = tmp_path.iterdir()
    assert "crm.objects.owners.read" in file.read_text()


def test_without_the_setting_no_file_is_written(
    runner: Any, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.chdir(tmp_path)
    runner.sync("owner")
    assert list(tmp_path.iterdir()) == []


def test_nothing_is_kept_after_the_run(tmp_path: Path) -> None:
    before = list(logging.getLogger().handlers)
    with kept_log(str(tmp_path)) as path:
        logging.getLogger("one").warning("inside")
    logging.getLogger("one").warning("outside")
    assert logging.getLogger().handlers == before
    assert path is not None
    assert "inside" in path.read_text() and "outside" not in path.read_text()


def test_a_folder_that_cannot_be_written_to_is_named(runner: Any, tmp_path: Path) -> None:
    (tmp_path / "file").write_text("")
    output = runner.sync("owner", log_folder=str(tmp_path / "file" / "logs"))
    assert "no log file" in str(output.error)
    assert "cannot be written to" in output.error.errors[0]
