"""Memory of a run, measured from outside on the console script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.gorgias.bulk import KEY, BulkHelpdesk
from sandbox.gorgias.server import Behaviour, serve

TAP = Path(sys.executable).with_name("tap-gorgias")
NOON = 1_781_524_800_000
PER_MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10
# In between stands a small process: a child's peak counts the size of what started it.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def peak_megabytes(events: int, runner: Any, folder: Path) -> float:
    """Peak resident memory of a first read of so many events, half of them messages."""
    email, key = KEY
    each = events // 4
    sizes = {"tickets": each // 5, "messages": each, "events": each}
    desks = [BulkHelpdesk(name, sizes, lambda: NOON) for name in ("acme", "bell")]
    with serve(desks, Behaviour(limits=False)) as server:
        accounts = [{"client": d.domain, "username": email, "api_key": key} for d in desks]
        settings = {"accounts": accounts, "api_base_url": f"{server.url}/{{client}}"}
        settings["quota_interval_seconds"] = 0.001
        (folder / "config.json").write_text(json.dumps(settings))
        catalog = runner.catalog("tickets", "messages", "events")
        (folder / "catalog.json").write_text(json.dumps(catalog))
        command = [str(TAP), "--config", "config.json", "--catalog", "catalog.json"]
        ended = subprocess.run(
            [sys.executable, "-c", MEASURE, *command],
            capture_output=True,
            text=True,
            timeout=1500,
            cwd=folder,
        )
    assert ended.returncode == 0, ended.stderr[-2000:]
    assert f"messages:{2 * each}," in ended.stderr
    assert f"events:{2 * each}" in ended.stderr
    return int(ended.stdout) / PER_MEGABYTE


def test_four_times_the_events_take_no_more_memory(runner: Any, tmp_path: Path) -> None:
    small = peak_megabytes(8_000, runner, tmp_path)
    large = peak_megabytes(32_000, runner, tmp_path)
    assert large < 150
    assert large < small + 12


@pytest.mark.nightly
@pytest.mark.timeout(1800)
def test_a_million_events_stay_under_150_megabytes(runner: Any, tmp_path: Path) -> None:
    assert peak_megabytes(1_000_000, runner, tmp_path) < 150


def test_a_run_leaves_nothing_open(runner: Any, desk: Any, tmp_path: Path) -> None:
    for _ in range(150):
        desk.ticket()
    (tmp_path / "config.json").write_text(json.dumps(runner.config()))
    (tmp_path / "catalog.json").write_text(json.dumps(runner.catalog("tickets", "users")))
    # In development mode the interpreter tells of every file and socket left to the collector.
    words = ["--config", "config.json", "--catalog", "catalog.json"]
    command = [sys.executable, "-X", "dev", "-m", "tap_gorgias", *words]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, cwd=tmp_path)
    assert ended.returncode == 0, ended.stderr
    assert "ResourceWarning" not in ended.stderr
