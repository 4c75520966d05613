"""The console script: exit codes, last words, and a run that is ended in its middle."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
from sandbox.gorgias.bulk import KEY, BulkHelpdesk
from sandbox.gorgias.server import Behaviour, Fault, serve

TAP = str(Path(sys.executable).with_name("tap-gorgias"))
NOON = 1_781_524_800_000
QUIET = {k: v for k, v in os.environ.items() if not k.startswith("TAP_")}


def run(*words: str, **environment: str) -> subprocess.CompletedProcess[str]:
    return subprocess.run(
        [TAP, *words], env=QUIET | environment, capture_output=True, text=True, timeout=60
    )


def write(path: Path, content: Any) -> str:
    path.write_text(content if isinstance(content, str) else json.dumps(content))
    return str(path)


@pytest.fixture
def config(tmp_path: Path, runner: Any) -> Any:
    def make(**settings: Any) -> str:
        return write(tmp_path / "config.json", runner.config(**settings))

    return make


def selecting(runner: Any, folder: Path, *streams: str) -> str:
    return write(folder / "catalog.json", runner.catalog(*streams))


def test_discovery_needs_no_settings_and_no_network() -> None:
    done = run("--discover")
    assert done.returncode == 0
    assert len(json.loads(done.stdout)["streams"]) == 11


def test_without_accounts_nothing_is_written_and_the_settings_are_named(tmp_path: Path) -> None:
    done = run("--config", write(tmp_path / "config.json", {}))
    assert done.returncode == 1
    assert "accounts_sheet_id" in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


def test_accounts_may_come_from_the_environment(runner: Any, desk: Any, tmp_path: Path) -> None:
    desk.ticket()
    settings = runner.config()
    done = run(
        *("--config", "ENV", "--catalog", selecting(runner, tmp_path, "tickets")),
        TAP_GORGIAS_ACCOUNTS=json.dumps(settings["accounts"]),
        TAP_GORGIAS_API_BASE_URL=settings["api_base_url"],
        TAP_GORGIAS_QUOTA_SHARE="0.5",
        TAP_GORGIAS_BASE_WAIT="1",
    )
    assert done.returncode == 0, done.stderr
    assert '"stream":"tickets"' in done.stdout


@pytest.mark.capability("S1-20", "S1-31")
def test_a_bad_token_ends_the_run_with_1_after_the_others_were_read(
    new_desk: Any, clock: Any, new_runner: Any, tmp_path: Path
) -> None:
    desks = [new_desk(name, "UTC", clock) for name in ("acme", "bell")]
    for one in desks:
        one.ticket()
    with serve([one.desk for one in desks], Behaviour(limits=False)) as server:
        runner = new_runner(server)
        settings = runner.config()
        settings["accounts"][0]["authorization"] = "bm9ib2R5OnNlY3JldA=="
        catalog = selecting(runner, tmp_path, "tickets")
        done = run("--config", write(tmp_path / "c.json", settings), "--catalog", catalog)
    assert done.returncode == 1
    assert '"account":"bell"' in done.stdout
    assert "account=acme" in done.stderr
    assert "put base64 of email:key" in done.stderr
    assert "bm9ib2R5OnNlY3JldA==" not in done.stdout + done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("option", "text"),
    [("--state", "no json"), ("--catalog", "{}"), ("--config", "no json"), ("--state", "[]")],
)
def test_a_file_that_is_something_else_is_named(
    config: Any, tmp_path: Path, option: str, text: str
) -> None:
    words = ["--config", config(), option, write(tmp_path / "wrong.json", text)]
    done = run(*words)
    assert done.returncode == 1
    assert f"{option}: " in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize(
    "settings",
    [
        {"agent_email_pattern": "("},
        {"statistics_sources": ["guessing"]},
        {"accounts": [{"authorization": "c2VjcmV0OnNlY3JldA=="}]},
        {"start_date": "soon"},
    ],
)
def test_a_wrong_setting_is_said_without_its_secrets(config: Any, settings: dict[str, Any]) -> None:
    done = run("--config", config(**settings))
    assert done.returncode == 1
    assert done.stdout == ""
    assert "Traceback" not in done.stderr
    assert "c2VjcmV0OnNlY3JldA==" not in done.stderr


def test_the_state_that_a_target_wrote_is_understood(
    runner: Any, desk: Any, config: Any, tmp_path: Path
) -> None:
    desk.ticket(created=NOON - 86_400_000)
    catalog = selecting(runner, tmp_path, "tickets")
    first = run("--config", config(), "--catalog", catalog)
    states = [line for line in first.stdout.splitlines() if '"type":"STATE"' in line]
    for text in ("\n".join(states), json.dumps(json.loads(states[-1])["value"])):
        state = write(tmp_path / "state.json", text)
        second = run("--config", config(), "--catalog", catalog, "--state", state)
        assert second.returncode == 0
        assert '"type":"RECORD"' not in second.stdout


def test_stdout_holds_messages_only_and_the_last_line_sums_up(
    runner: Any, desk: Any, config: Any, tmp_path: Path
) -> None:
    desk.ticket()
    done = run("--config", config(), "--catalog", selecting(runner, tmp_path, "tickets", "users"))
    kinds = {json.loads(line)["type"] for line in done.stdout.splitlines()}
    assert kinds == {"SCHEMA", "RECORD", "STATE"}
    assert "run finished accounts=1 streams=2 failed=0 records=" in done.stderr
    assert "per_account_requests=acme:" in done.stderr


@pytest.mark.parametrize("signal_", [signal.SIGTERM, signal.SIGKILL])
def test_a_run_that_is_ended_goes_on_where_its_last_state_says(
    tmp_path: Path, runner: Any, signal_: signal.Signals
) -> None:
    bulk = BulkHelpdesk("acme", {"tickets": 6000}, lambda: NOON)
    email, key = KEY
    settings = {
        "accounts": [{"client": "acme", "username": email, "api_key": key}],
        "quota_interval_seconds": 0.001,
    }
    catalog = selecting(runner, tmp_path, "tickets")
    with serve([bulk], Behaviour(limits=False, latency=0.01)) as server:
        settings["api_base_url"] = f"{server.url}/{{client}}"
        words = ["--config", write(tmp_path / "c.json", settings), "--catalog", catalog]
        process = subprocess.Popen(
            [TAP, *words], env=QUIET, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
        )
        assert process.stdout is not None
        lines = []
        for line in process.stdout:
            lines.append(line)
            if len(lines) == 2500:
                process.send_signal(signal_)
                break
        rest, _ = process.communicate(timeout=30)
        lines += rest.splitlines(keepends=True)
        whole = [json.loads(line) for line in lines if line.endswith("\n")]
        state = [m["value"] for m in whole if m["type"] == "STATE"]
        words += ["--state", write(tmp_path / "s.json", state[-1])] if state else []
        second = run(*words)
    assert process.returncode in (143, -9)
    assert second.returncode == 0
    messages = whole + [json.loads(line) for line in second.stdout.splitlines()]
    ids = {m["record"]["id"] for m in messages if m["type"] == "RECORD"}
    assert len(ids) == 6000
    if signal_ is signal.SIGTERM:
        assert second.stdout.count('"type":"RECORD"') < 5000


def test_a_fault_of_one_stream_leaves_exit_code_1_and_the_rest_read(
    runner: Any, desk: Any, behaviour: Any, config: Any, tmp_path: Path
) -> None:
    desk.ticket()
    behaviour.faults.append(Fault("/api/users", "403", times=None))
    done = run("--config", config(), "--catalog", selecting(runner, tmp_path, "tickets", "users"))
    assert done.returncode == 1
    assert "stream=users" in done.stderr
    assert '"stream":"tickets"' in done.stdout
