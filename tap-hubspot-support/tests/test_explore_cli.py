"""`--explore` on the command line: configuration, files, exit codes, silence on stdout."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import RunningServer

NOON = 1_780_000_000_000
SECRET = "pat-na1-sandbox-0000"


@pytest.fixture
def explore(runner: Any, tmp_path: Path):
    def start(name: str, *more: str, environment: Any = None, **settings: Any) -> Any:
        config = tmp_path / "config.json"
        config.write_text(json.dumps(runner.config(**settings)))
        source = "ENV" if environment else str(config)
        command = [sys.executable, "-m", "tap_hubspot_support", "--config", source]
        command += ["--explore", name, "--explore-output", str(tmp_path / "found"), *more]
        return subprocess.run(
            command,
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
            cwd=tmp_path,
            env={**os.environ, **(environment or {})},
        )

    return start


def written(tmp_path: Path) -> list[str]:
    names = sorted(file.name for file in (tmp_path / "found").iterdir())
    return ["_".join(part for part in n.split("_") if not part[:1].isdigit()) for n in names]


def test_the_three_files_are_written_and_stdout_stays_empty(
    explore: Any, portal: Portal, tmp_path: Path
) -> None:
    portal.create("tickets", {"subject": "Very private"}, at=NOON - 1_000, record_id=5)
    ended = explore("tickets", association_pairs=["contacts/deals"])
    assert ended.returncode == 0, ended.stderr
    assert ended.stdout == ""
    assert written(tmp_path) == [
        "HUBSPOT_TICKETS_SETUP.md",
        "hubspot_tickets_analysis",
        "hubspot_tickets_summary",
    ]
    assert "sample read object=tickets records=1" in ended.stderr
    assert "Very private" not in ended.stderr and SECRET not in ended.stderr


@pytest.mark.parametrize("name", ["deal", "deals", "0-3"])
def test_an_object_is_known_by_any_of_its_names(explore: Any, name: str, tmp_path: Path) -> None:
    ended = explore(name)
    assert ended.returncode == 0
    assert "No deals found. Possible causes:" in ended.stderr
    assert "HUBSPOT_DEALS_SETUP.md" in written(tmp_path)


def test_a_custom_object_can_be_explored_by_its_name(
    explore: Any, portal: Portal, tmp_path: Path
) -> None:
    portal.define_custom_object("divisions", "2-111")
    portal.create("divisions", {"name": "North"}, at=NOON - 1_000, record_id=5)
    assert explore("divisions").returncode == 0
    assert "HUBSPOT_DIVISIONS_SETUP.md" in written(tmp_path)


def test_settings_may_come_from_the_environment(
    explore: Any, server: RunningServer, tmp_path: Path
) -> None:
    environment = {
        "TAP_HUBSPOT_SUPPORT_ACCESS_TOKEN": SECRET,
        "TAP_HUBSPOT_SUPPORT_API_BASE_URL": server.url,
    }
    assert explore("tickets", environment=environment).returncode == 0
    assert "HUBSPOT_TICKETS_SETUP.md" in written(tmp_path)


@pytest.mark.parametrize(
    ("name", "settings", "told"),
    [
        ("spaceships", {}, "the account has no object 'spaceships'"),
        ("deals", {"access_token": "pat-na1-narrow"}, "crm.objects.deals.read"),
        ("tickets", {"access_token": "pat-na1-wrong"}, "access token"),
    ],
)
def test_what_cannot_be_explored_is_told_without_a_traceback(
    explore: Any, portal: Portal, name: str, settings: Any, told: str
) -> None:
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets", "crm.objects.custom.read"})
    ended = explore(name, **settings)
    assert ended.returncode == 1
    assert told in ended.stderr
    assert "Traceback" not in ended.stderr
    assert ended.stdout == ""
