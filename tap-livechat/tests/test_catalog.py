"""The catalog is a promise: a change here is a change for everybody who loads these tables."""

import json
import os
import signal
import subprocess
import sys
import time
from pathlib import Path

import pytest
from tap_livechat.tables import TABLES

SNAPSHOT = Path(__file__).with_name("catalog.json")


def shape():
    return {
        table.name: {
            "key": list(table.keys),
            "replication_key": table.replication_key,
            "columns": {
                name: [*schema["type"], schema.get("format")]
                if isinstance(schema["type"], list)
                else [schema["type"]]
                for name, schema in table.schema["properties"].items()
            },
        }
        for table in TABLES
    }


def test_tables_keys_and_types_are_as_promised():
    assert shape() == json.loads(SNAPSHOT.read_text())


def test_discovery_asks_nothing_and_selects_all_but_the_reports(runner):
    catalog = runner.tap().catalog_dict
    selected = {
        entry["tap_stream_id"]: next(m for m in entry["metadata"] if not m["breadcrumb"])[
            "metadata"
        ].get("selected-by-default")
        for entry in catalog["streams"]
    }
    assert {name for name, chosen in selected.items() if not chosen} == {"daily_reports"}
    assert runner.requests == []


@pytest.mark.parametrize("requests", [100_000, 10])
def test_a_terminated_run_leaves_whole_lines_and_a_state_soon(licence, server, tmp_path, requests):
    """Also while it waits for the rate, which at full speed is what a run mostly does."""
    licence.threads(3000)
    server.behaviour.latency = 0.05
    config = tmp_path / "config.json"
    token = licence.organization.tokens[0]
    config.write_text(
        json.dumps(
            {
                "account_id": token.account_id,
                "access_token": token.secret,
                "api_base_url": server.url,
                "requests_per_minute": requests,
            }
        )
    )
    tap = str(Path(sys.executable).with_name("tap-livechat"))
    process = subprocess.Popen(
        [tap, "--config", str(config)], stdout=subprocess.PIPE, stderr=subprocess.DEVNULL
    )
    assert process.stdout is not None
    lines = [next(process.stdout) for _ in range(2350)]
    asked = time.monotonic()
    os.kill(process.pid, signal.SIGTERM)
    lines += process.stdout.readlines()
    assert process.wait(timeout=30) == 128 + signal.SIGTERM
    assert time.monotonic() - asked < 10
    messages = [json.loads(line) for line in lines]
    assert messages[-1]["type"] == "STATE"


@pytest.mark.parametrize("text", ["[1]", '{"bookmarks": [1]}', "nonsense"])
def test_a_state_that_is_none_is_refused(tmp_path, text):
    config, state = tmp_path / "config.json", tmp_path / "state.json"
    config.write_text('{"access_token": "x", "api_base_url": "http://127.0.0.1:9"}')
    state.write_text(text)
    tap = str(Path(sys.executable).with_name("tap-livechat"))
    command = [tap, "--config", str(config), "--state", str(state)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert "--state" in done.stderr and "Traceback" not in done.stderr


@pytest.mark.parametrize(
    ("settings", "bookmark", "told"),
    [
        ({"start_date": "last spring"}, None, "start_date: this is no instant"),
        ({"lookback_days": 1e9}, None, "lookback_days"),
        ({}, "yesterday", "not written by this tap"),
    ],
)
def test_what_names_no_time_is_told_without_a_traceback(tmp_path, settings, bookmark, told):
    config, state = tmp_path / "config.json", tmp_path / "state.json"
    config.write_text(
        json.dumps({"access_token": "x", "api_base_url": "http://127.0.0.1:9", **settings})
    )
    state.write_text(json.dumps({"bookmarks": {"chats": {"replication_key_value": bookmark}}}))
    tap = str(Path(sys.executable).with_name("tap-livechat"))
    command = [tap, "--config", str(config), "--state", str(state)]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60)
    assert done.returncode == 1
    assert told in done.stderr and "Traceback" not in done.stderr


def test_stream_maps_are_obeyed(licence, runner):
    licence.threads(2)
    kept = {"thread_id": "thread_id", "shouted": "thread_id.lower()", "__else__": None}
    output = runner.sync("chats", stream_maps={"chats": kept})
    assert output.error is None
    assert [list(row) for row in output.records("chats")] == [["thread_id", "shouted"]] * 2
    assert all(row["shouted"] == row["thread_id"].lower() for row in output.records("chats"))
