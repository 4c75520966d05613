"""Memory of a run, measured from outside on the console script."""

from __future__ import annotations

import json
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.server import Behaviour, serve

TAP = Path(sys.executable).with_name("tap-hubspot-support")
PER_MEGABYTE = 2**20 if sys.platform == "darwin" else 2**10
# In between stands a small process: a child's peak counts the size of what started it.
MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdout=subprocess.DEVNULL)
print(resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss)
sys.exit(done.returncode)
"""


def peak_megabytes(tickets: int, new_runner: Any, folder: Path) -> float:
    """Peak resident memory of a first sync of so many tickets by eight workers."""
    # Without latency one worker would do, and only one would start.
    behaviour = Behaviour(limits=False, latency=0.03)
    config, catalog = folder / "config.json", folder / "catalog.json"
    with serve(BulkPortal(tickets, 40), behaviour) as server:
        runner = new_runner(server)
        config.write_text(json.dumps(runner.config(max_concurrency=8)))
        catalog.write_text(json.dumps(runner.catalog("ticket")))
        command = [str(TAP), "--config", str(config), "--catalog", str(catalog)]
        ended = subprocess.run(
            [sys.executable, "-c", MEASURE, *command],
            capture_output=True,
            text=True,
            timeout=60,
            check=False,
        )
    assert ended.returncode == 0, ended.stderr
    assert f"ticket:{tickets}\n" in ended.stderr
    return int(ended.stdout) / PER_MEGABYTE


@pytest.mark.capability("S2-41", "S4-51")
def test_three_times_the_tickets_take_no_more_memory(new_runner: Any, tmp_path: Path) -> None:
    small = peak_megabytes(20_000, new_runner, tmp_path)
    large = peak_megabytes(60_000, new_runner, tmp_path)
    assert large < 200
    assert large < small + 12


@pytest.mark.capability("S4-51")
def test_a_run_leaves_nothing_open(
    runner: Any, portal: Any, add_tickets: Any, tmp_path: Path
) -> None:
    add_tickets(portal, 2_000)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(runner.config(max_concurrency=4)))
    # In development mode the interpreter tells of every file and socket left to the collector.
    command = [sys.executable, "-X", "dev", "-m", "tap_hubspot_support", "--config", str(config)]
    ended = subprocess.run(command, capture_output=True, text=True, timeout=60, check=False)
    assert ended.returncode == 0
    assert "ResourceWarning" not in ended.stderr
