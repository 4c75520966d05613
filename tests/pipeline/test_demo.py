"""What a newcomer types first, twice."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent


def run(folder: Path, *command: str) -> str:
    environment = {
        **os.environ,
        "PATH": f"{BIN}:{os.environ['PATH']}",
        "SANDBOX_DIR": str(folder / "sandbox"),
        "MELTANO_SYS_DIR_ROOT": str(folder / "meltano"),
        "DBT_TARGET_PATH": str(folder / "dbt"),
        "DBT_WRITE_JSON": "false",
        "DBT_LOG_LEVEL_FILE": "none",
    }
    done = subprocess.run(
        command, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=400
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    return done.stdout + done.stderr


def requests_in(output: str) -> int:
    found = re.search(r"with (\d+) requests", output)
    assert found is not None
    return int(found[1])


@pytest.mark.timeout(900)
@pytest.mark.capability("S0-57")
def test_the_demo_loads_a_year_and_then_only_four_hours_more(tmp_path: Path) -> None:
    try:
        first = run(tmp_path, sys.executable, "-m", "sandbox.demo")
        second = run(tmp_path, sys.executable, "-m", "sandbox.demo")
    finally:
        run(tmp_path, str(BIN / "sandbox"), "down")
    tickets = re.search(r"^    hubspot +ticket +(\d+) +(\d+) +(\d+) +(\d+)$", first, re.MULTILINE)
    assert tickets is not None
    rows, received, inserted, updated = map(int, tickets.groups())
    assert rows == received == inserted > 5_000
    assert updated == 0
    assert "The newest five of analytics.tickets" in first
    assert "Four hours pass" in second
    # The log of a full run: its start, every source, running totals, what went where, its end.
    steps = [
        *(r"run planned", r"progress stream=ticket_property_history records=1\d{4}"),
        *(r"progress stream=ticket_property_history records=3\d{4}", r"tap-hubspot +run finished"),
        *(r"run status=success records=\d+ seconds=", r"reading the archive since=the beginning"),
        *(r"tap-livechat +run finished", r"uploaded: received=\d+ added=\d+"),
        *(r"processed: received=\d+", r"status=Success records=\d+ seconds="),
    ]
    assert [step for step in steps if not re.search(step, first)] == []
    assert requests_in(second) < requests_in(first) / 2
    address = re.search(r"^    (http://127.0.0.1:\d+/spreadsheets/d/\S+)$", second, re.MULTILINE)
    assert address is not None
