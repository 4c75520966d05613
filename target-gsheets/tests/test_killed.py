"""Killed at any moment and run again: every cell as the truth has it, no row twice."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys

import pytest

ROWS = 60
FAULTS = ("503", "applied_then_503", "applied_then_reset", "429", "reset", "500")


def messages(say, mark):
    tickets = [say.record(id=f"t{n}", text=f"{mark} {n}") for n in range(ROWS)]
    events = [say.record("events", n=n) for n in range(ROWS)]
    lines = [
        say.schema(id=say.text, text=say.text),
        say.schema("events", keys=(), n=say.integer),
    ]
    for at in range(0, ROWS, 10):
        lines += tickets[at : at + 10] + events[at : at + 10]
        lines.append(say.state(at=at + 10))
    return lines


def since(lines, state):
    """What a tap sends that goes on from a state."""
    if state is None:
        return lines
    schemas = [each for each in lines if each["type"] == "SCHEMA"]
    at = next(i for i, each in enumerate(lines) if each.get("value") == state)
    return schemas + lines[at + 1 :]


def run(sheet, lines, kill_at=None):
    """Run the installed program; returns its exit code and the last state it emitted."""
    config = sheet.settings(batch_size_rows=7, patience_seconds=120)
    settings = {f"TARGET_GSHEETS_{name.upper()}": str(value) for name, value in config.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "target_gsheets", "--config", "ENV"],
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    if kill_at is not None:
        kill = lambda: process.send_signal(signal.SIGKILL)  # noqa: E731
        sheet.meanwhile(kill, match="v4", after=kill_at)
    with contextlib.suppress(BrokenPipeError):
        out, err = process.communicate(
            "".join(json.dumps(each) + "\n" for each in lines), timeout=100
        )
    sheet.server.behaviour.interventions.clear()
    states = [json.loads(line) for line in out.splitlines() if line.endswith("}")]
    return process.returncode, states[-1] if states else None, err


def ordeal(sheet, say, moment, rng):
    sheet.load(*messages(say, "first"))
    person = sheet.person
    person.do(
        {
            "appendDimension": {
                "sheetId": sheet.server.store.book(sheet.id).titled("tickets").id,
                "dimension": "COLUMNS",
                "length": 1,
            }
        }
    )
    person.type("tickets", "C1", "Notes")
    for row in range(ROWS):
        person.type("tickets", f"C{row + 2}", f"note {row}")
    lines = messages(say, "second")
    # Waits are real in the other process, so only one fault of the waiting kinds.
    sheet.fault(rng.choice(FAULTS), after=rng.randrange(6))
    code, state, _ = run(sheet, lines, kill_at=moment)
    if code == 0:
        lines, state = [], None
    else:
        assert code == -signal.SIGKILL
        sheet.server.behaviour.faults.clear()
        code, _, err = run(sheet, since(lines, state))
        assert code == 0, err
    check(sheet)


def check(sheet):
    rows = sheet.records()
    expected = {f"t{n}": {"text": f"second {n}", "Notes": f"note {n}"} for n in range(ROWS)}
    assert {key: {k: row[k] for k in ("text", "Notes")} for key, row in rows.items()} == expected
    assert sheet.cells("events") == [["n"], *([n] for n in [*range(ROWS), *range(ROWS)])]


@pytest.mark.parametrize("moment", [2, 4, 7, 11, 15])
def test_killed_at_a_request_and_run_again_nothing_is_lost_or_doubled(sheet, say, moment):
    ordeal(sheet, say, moment, random.Random(moment))


@pytest.mark.nightly
@pytest.mark.parametrize("seed", range(100))
def test_killed_a_hundred_times(sheet, say, seed):
    rng = random.Random(seed)
    ordeal(sheet, say, rng.randrange(30), rng)


def test_a_signal_ends_the_run_after_what_was_read_is_stored(sheet, say):
    """The SDK would drain again within the interrupted batch, and call that a success."""
    lines = messages(say, "first")
    text = "".join(json.dumps(each) + "\n" for each in lines)
    config = sheet.settings(batch_size_rows=7)
    settings = {f"TARGET_GSHEETS_{name.upper()}": str(value) for name, value in config.items()}
    process = subprocess.Popen(
        [sys.executable, "-m", "target_gsheets", "--config", "ENV"],
        env={**os.environ, **settings},
        stdin=subprocess.PIPE,
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )
    sheet.meanwhile(lambda: process.send_signal(signal.SIGTERM), match="batchUpdate", after=3)
    out, err = process.communicate(text, timeout=60)
    assert process.returncode == 128 + signal.SIGTERM, err
    states = [json.loads(line)["at"] for line in out.splitlines()]
    stored = len(sheet.records())
    assert states
    assert states == sorted(states)
    assert states[-1] <= stored < ROWS
    assert sheet.log()[0]["Status"] == "Interrupted"
