"""The console script: exit codes, clean stdout, silent logs."""

# ruff: noqa: PLR0917 - fixtures and parameters come by position

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault

NOON = 1_780_000_000_000
STREAM_NAMES = """
    account appointment appointment_pipeline appointment_pipeline_stage association
    association_label company company_property_history contact contact_property_history deal
    deal_company deal_contact deal_pipeline deal_pipeline_stage deal_property_history deal_stage
    engagement engagement_call engagement_company engagement_contact engagement_deal
    engagement_email engagement_meeting engagement_note engagement_task line_item line_item_deal
    merged_deal object_schema owner owner_team product property property_option quote
    rejected_value role team team_user ticket ticket_company ticket_contact ticket_deal
    ticket_engagement ticket_pipeline ticket_pipeline_stage ticket_property_history users
"""
STREAMS = set(STREAM_NAMES.split())
LOG_LINE = re.compile(
    r"(?P<time>\d{4}-\d\d-\d\d \d\d:\d\d:\d\d,\d{3}) \| (?P<level>[A-Z]+) +"
    r"\| (?P<logger>[a-z_.-]+) +\| (?P<message>.+)"
)
SECRETS = ("jane.doe@example.com", "Very private subject", "12;13")


@pytest.fixture
def run(runner: Any, tmp_path: Any):
    def start(*arguments: str, level: str = "INFO", state: Any = None, **settings: Any) -> Any:
        config = tmp_path / "config.json"
        config.write_text(json.dumps(runner.config(**settings)))
        command = [sys.executable, "-m", "tap_hubspot_support", "--config", str(config), *arguments]
        if state is not None:
            (tmp_path / "state.json").write_text(json.dumps(state))
            command += ["--state", str(tmp_path / "state.json")]
        return subprocess.run(
            command,
            capture_output=True,
            timeout=60,
            check=False,
            env={**os.environ, "LOGLEVEL": level},
        )

    return start


def ticket(portal: Portal, id_: int = 5, **properties: str) -> None:
    portal.create("tickets", properties, at=NOON - 1000, record_id=id_)


@pytest.mark.capability("S2-19", "S0-29")
def test_a_complete_run_exits_0_and_stdout_is_singer_alone(run: Any, portal: Portal) -> None:
    ticket(portal, subject="One")
    first = run()
    assert first.returncode == 0
    messages = [json.loads(line) for line in first.stdout.splitlines()]
    assert {m["type"] for m in messages} == {"SCHEMA", "RECORD", "STATE", "ACTIVATE_VERSION"}
    announced = set()
    for message in messages:
        if message["type"] == "SCHEMA":
            announced.add(message["stream"])
        elif message["type"] != "STATE":
            assert message["stream"] in announced
    second = run(state=messages[-1]["value"], lookback_seconds=0)
    again = [json.loads(line) for line in second.stdout.splitlines()]
    assert not any(m["type"] == "RECORD" and m["stream"] == "ticket" for m in again)


def test_a_failing_stream_makes_the_exit_code_1(run: Any, portal: Portal) -> None:
    ticket(portal)
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    ended = run(access_token="pat-na1-narrow")
    assert ended.returncode == 1
    assert b"crm.objects.owners.read" in ended.stderr
    assert b'"stream":"ticket"' in ended.stdout


def test_the_daily_limit_makes_the_exit_code_75_with_a_final_state(
    run: Any, portal: Portal, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/objects/.*/tickets", "429_daily", times=None))
    ended = run()
    assert ended.returncode == 75
    assert json.loads(ended.stdout.splitlines()[-1])["type"] == "STATE"
    assert b"run again after midnight" in ended.stderr


@pytest.mark.parametrize(
    ("kind", "words", "mode"),
    [
        ("429_daily", b"midnight", ["--discover"]),
        *(("477", b"few hours", mode) for mode in ([], ["--discover"], ["--test"])),
    ],
)
def test_an_order_to_come_back_later_during_discovery_makes_the_exit_code_75(
    run: Any, behaviour: Behaviour, kind: Any, words: bytes, mode: list[str]
) -> None:
    behaviour.faults.append(Fault("GET /crm/properties", kind, times=None))
    ended = run(*mode)
    assert ended.returncode == 75
    assert words in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert ended.stdout == b""


@pytest.mark.parametrize("mode", [[], ["--discover"], ["--test"]])
def test_a_refused_token_is_told_without_a_traceback(run: Any, mode: list[str]) -> None:
    ended = run(*mode, access_token="pat-na1-wrong")
    assert ended.returncode == 1
    assert b"put it into the setting access_token" in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert b"pat-na1-wrong" not in ended.stderr


@pytest.mark.parametrize("mode", [[], ["--discover"], ["--test"]])
def test_an_address_without_a_scheme_is_named(run: Any, mode: list[str]) -> None:
    ended = run(*mode, api_base_url="api.hubapi.com")
    assert ended.returncode == 1
    assert b"api_base_url" in ended.stderr
    assert b"Traceback" not in ended.stderr


@pytest.mark.parametrize("missing", [{}, {"access_token": None}])
def test_a_missing_token_is_named(
    run: Any, missing: dict[str, Any], runner: Any, monkeypatch: Any
) -> None:
    monkeypatch.setattr(
        runner, "config", lambda **_: {"api_base_url": "http://127.0.0.1:9"} | missing
    )
    ended = run()
    assert ended.returncode == 1
    assert b"access_token" in ended.stderr


def test_discovery_lists_all_streams_with_typed_columns(run: Any) -> None:
    ended = run("--discover")
    catalog = json.loads(ended.stdout)
    schemas = {s["tap_stream_id"]: s["schema"]["properties"] for s in catalog["streams"]}
    assert set(schemas) == STREAMS
    assert schemas["ticket"]["property_hubspot_owner_id"]["type"] == ["integer", "null"]
    assert schemas["ticket"]["property_createdate"]["format"] == "date-time"


@pytest.mark.parametrize(
    "form",
    ["{state}", '{{"type": "STATE", "value": {state}}}', '{{"bookmarks": {{}}}}\n{state}\n'],
    ids=["a state", "a STATE message", "all that a target wrote"],
)
def test_a_state_is_understood_whichever_way_it_was_kept(
    run: Any, runner: Any, portal: Portal, tmp_path: Any, form: str
) -> None:
    ticket(portal)
    state = json.dumps(runner.sync().state)
    (tmp_path / "kept").write_text(form.format(state=state))
    ended = run("--state", str(tmp_path / "kept"), lookback_seconds=0)
    assert ended.returncode == 0
    assert b"ticket:0," in ended.stderr


def test_an_empty_state_file_means_a_first_run(run: Any, portal: Portal, tmp_path: Any) -> None:
    ticket(portal)
    (tmp_path / "kept").write_text("\n")
    assert b"ticket:1," in run("--state", str(tmp_path / "kept")).stderr


def test_a_discovered_catalog_can_be_given_back(run: Any, portal: Portal, tmp_path: Any) -> None:
    ticket(portal)
    (tmp_path / "catalog.json").write_bytes(run("--discover").stdout)
    assert b"ticket:1," in run("--catalog", str(tmp_path / "catalog.json")).stderr


@pytest.mark.parametrize("option", ["--config", "--state", "--catalog"])
@pytest.mark.parametrize("content", ["secret{", '["secret"]', None])
def test_a_file_that_cannot_be_read_is_named_and_not_quoted(
    run: Any, tmp_path: Any, option: str, content: str | None
) -> None:
    if content is not None:
        (tmp_path / "broken").write_text(content)
    ended = run(option, str(tmp_path / "broken"))
    assert ended.returncode in {1, 2}
    assert option.encode() in ended.stderr
    assert b"secret" not in ended.stderr
    assert b"Traceback" not in ended.stderr
    assert ended.stdout == b""


def test_a_test_run_reads_one_record_per_stream(run: Any, portal: Portal) -> None:
    for id_ in range(1, 40):
        ticket(portal, id_)
    ended = run("--test")
    records = [json.loads(line) for line in ended.stdout.splitlines() if b'"RECORD"' in line]
    assert ended.returncode == 0
    assert sum(m["stream"] == "ticket" for m in records) == 1


@pytest.mark.capability("S4-47", "S2-28")
def test_every_log_line_has_the_same_fields_and_every_stream_the_same_lines(
    run: Any, portal: Portal, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/owners", "503", times=1))
    # Warnings of the framework about itself span several lines; everything else has one.
    written = re.split(r"\n(?=\d{4}-)", run().stderr.decode().rstrip("\n"))
    lines = [entry for entry in written if "| py.warnings " not in entry]
    entries = [LOG_LINE.fullmatch(line) for line in lines]
    assert all(entries), lines
    messages = [entry["message"] for entry in entries if entry]
    assert any(m.startswith("waiting seconds=") and "listing owners" in m for m in messages)
    metrics = [json.loads(m.removeprefix("METRIC: ")) for m in messages if m.startswith("METRIC: ")]
    fields: dict[str, set[Any]] = {}
    for metric in metrics:
        shape = (metric["metric"], metric["type"], *sorted(metric), *sorted(metric["tags"]))
        fields.setdefault(metric["tags"]["stream"], set()).add(shape)
    assert set(fields) == STREAMS
    assert all(shapes == fields["ticket"] for shapes in fields.values())
    assert {shape[0] for shape in fields["ticket"]} == {"record_count", "sync_duration"}


@pytest.mark.parametrize("level", ["DEBUG", "INFO"])
def test_no_line_on_stderr_holds_a_secret_or_a_record(run: Any, portal: Portal, level: str) -> None:
    ticket(portal, subject=SECRETS[1], content=SECRETS[0], time_to_close=SECRETS[2])
    ended = run(level=level)
    assert ended.returncode == 0
    assert_silent(ended.stderr.decode())


@pytest.mark.capability("S4-35")
def test_debug_output_comes_when_it_is_asked_for_and_only_then(run: Any, portal: Portal) -> None:
    ticket(portal)
    told = {level: run(level=level).stderr.decode() for level in ("DEBUG", "INFO")}
    assert "request path=" in told["DEBUG"]
    assert "DEBUG" not in told["INFO"]
    assert "run finished" in told["INFO"]


@pytest.mark.parametrize(
    "fault", ["500", "html", "reset", "429_burst", "truncated", "477", "429_daily"]
)
@pytest.mark.parametrize("times", [2, None])
def test_no_failure_brings_a_secret_or_a_record_into_the_log(
    runner: Any, portal: Portal, behaviour: Behaviour, caplog: Any, fault: Any, times: Any
) -> None:
    caplog.set_level("DEBUG")
    ticket(portal, subject=SECRETS[1], content=SECRETS[0], time_to_close=SECRETS[2])
    catalog = runner.catalog("ticket")
    behaviour.faults.append(Fault("/crm/", fault, times=times, after=2, retry_after=0))
    output = runner.sync(catalog=catalog)
    assert_silent(caplog.text + str(output.error))


def assert_silent(text: str) -> None:
    assert "request path=" in text or "METRIC" in text or "waiting" in text
    for secret in ("pat-na1", *SECRETS, "properties=", "?limit", "&after"):
        assert secret not in text


def test_a_token_of_the_wrong_type_is_not_quoted(run: Any) -> None:
    ended = run(access_token=987654321012)
    assert ended.returncode == 1
    assert b"987654321012" not in ended.stderr


def test_a_terminated_run_ends_with_whole_lines_and_a_state(
    runner: Any, portal: Portal, tmp_path: Any, behaviour: Behaviour
) -> None:
    for id_ in range(1, 3000):
        ticket(portal, id_, subject="x" * 2000)
    config = tmp_path / "config.json"
    config.write_text(json.dumps(runner.config(max_concurrency=1)))
    command = [sys.executable, "-m", "tap_hubspot_support", "--config", str(config)]
    with subprocess.Popen(
        command, stdout=subprocess.PIPE, stderr=subprocess.PIPE, bufsize=0
    ) as process:
        assert process.stdout is not None
        head = process.stdout.read(200_000)
        process.send_signal(signal.SIGTERM)
        rest, _ = process.communicate(timeout=30)
    lines = (head + rest).splitlines()
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(lines[-1])["type"] == "STATE"
    seen = {
        m["record"]["id"]
        for m in map(json.loads, lines)
        if m["type"] == "RECORD" and m["stream"] == "ticket"
    }
    left = runner.sync("ticket", state=json.loads(lines[-1])["value"])
    assert seen | set(left.ids()) == set(range(1, 3000))


@pytest.mark.parametrize("phase", ["discovery", "sync"])
def test_a_terminated_run_does_not_wait_for_the_rate(
    runner: Any, tmp_path: Any, behaviour: Behaviour, phase: str
) -> None:
    config, catalog = tmp_path / "config.json", tmp_path / "catalog.json"
    catalog.write_text(json.dumps(runner.catalog("ticket", "owner")))
    behaviour.limits, behaviour.burst_limit = True, None
    # A hundredth of the rate: one request in ten seconds, so the second one waits.
    config.write_text(json.dumps(runner.config(quota_share=0.01)))
    command = [sys.executable, "-m", "tap_hubspot_support", "--config", str(config)]
    command += ["--catalog", str(catalog)] if phase == "sync" else []
    with subprocess.Popen(
        command,
        stdout=subprocess.DEVNULL,
        stderr=subprocess.PIPE,
        env={**os.environ, "LOGLEVEL": "DEBUG"},
    ) as process:
        assert process.stderr is not None
        next(line for line in process.stderr if b"request path=" in line)
        process.send_signal(signal.SIGTERM)
        process.wait(timeout=7)
        told = process.stderr.read()
    assert process.returncode == 128 + signal.SIGTERM
    assert b"Traceback" not in told


def test_the_connection_test_repeats_a_refused_request_for_every_stream(
    run: Any, portal: Portal, behaviour: Behaviour
) -> None:
    ticket(portal)
    behaviour.faults.append(Fault("GET /crm/(owners|pipelines)", "502", times=2))
    ended = run("--test")
    assert ended.returncode == 0, ended.stderr[-2000:]
