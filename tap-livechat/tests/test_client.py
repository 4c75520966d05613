"""Refusals: which are repeated, for how long, and what is said of the others."""

import json
import subprocess
import sys
from pathlib import Path

import pytest
from sandbox.livechat.server import Fault
from sandbox.livechat.tokens import Token
from tap_livechat._throttle import SlidingWindow
from tap_livechat.client import MINUTE, Call, Client
from tap_livechat.cost import Bill, dollars
from tap_livechat.credentials import credential_of

TRANSIENT = [
    "429", "429_envelope", "500", "internal", "service_unavailable", "request_timeout",
    "502", "503", "504", "reset", "html", "empty", "truncated", "cut",
]  # fmt: skip


@pytest.mark.parametrize("kind", TRANSIENT)
def test_what_passes_is_waited_for(runner, licence, server, kind):
    licence.threads(5)
    server.behaviour.faults.append(Fault(".", kind, times=3))
    output = runner.sync()
    assert output.error is None
    assert len(output.ids()) == 5


@pytest.mark.parametrize(
    "case",
    [
        ("authentication", "Create a personal access token"),
        ("authorization", "scopes"),
        ("unsupported_version", "api_version"),
        ("license_expired", "Renew it"),
        ("not_found", "api_base_url"),
        ("entity_too_large", "LiveChat's support"),
    ],
)
def test_what_does_not_pass_is_said_at_once_with_what_to_do(runner, licence, server, caplog, case):
    kind, advice = case
    licence.threads(5)
    server.behaviour.faults.append(Fault("list_archives", kind, times=None))
    output = runner.sync("chats", "agents")
    assert "chats" in str(output.error)
    assert f"({kind})" in caplog.text and advice in caplog.text
    assert runner.requests.count("list_archives") == 1
    assert len(output.records("agents")) == 2
    assert output.waits == []


def test_repetition_has_an_end(runner, licence, server, caplog):
    licence.threads(1)
    server.behaviour.faults.append(Fault("list_archives", "500", times=None))
    output = runner.sync("chats")
    assert output.error is not None and "Given up after 8 attempts" in caplog.text
    assert runner.requests.count("list_archives") == 8
    assert sum(output.waits) < 600


def test_waits_after_the_rate_limit_grow(runner, licence, server):
    licence.threads(1)
    server.behaviour.faults.append(Fault("list_archives", "429", times=4))
    waits = [wait for wait in runner.sync("chats").waits if wait >= 5]
    assert [5 <= w < 6.3 or 10 <= w < 12.6 or 20 <= w < 25.1 or 40 <= w < 50.1 for w in waits]
    assert waits == sorted(waits) and len(waits) >= 4


def test_retry_after_is_honoured(runner, licence, server):
    licence.threads(1)
    server.behaviour.faults.append(Fault("list_archives", "429", times=1, retry_after=17))
    waits = runner.sync("chats").waits
    assert 17 <= max(waits) < 17 * 1.26


def test_a_token_of_another_region_is_sent_there(runner, licence, server):
    licence.threads(3)
    token = Token("fra:elsewhere", licence.organization.tokens[0].account_id, "olga@example.com")
    licence.organization.tokens.append(token)
    server.behaviour.region = "fra"
    output = runner.sync()
    assert output.error is None and len(output.ids()) == 3
    assert len([r for r in server.journal if r.status == 421]) == 1


@pytest.mark.capability("S0-17")
def test_no_minute_sees_more_than_180_requests():
    now, sent = [0.0], []
    window = SlidingWindow(
        180, MINUTE, clock=lambda: now[0], wait=lambda s: now.__setitem__(0, now[0] + s)
    )
    client = Client("http://127.0.0.1:9", "3.6", credential_of("x"), window)

    class Reply:
        status_code, content, headers = 200, b"[]", {}

    def send(call):
        sent.append(now[0])
        now[0] += 0.01
        return Reply()

    client._send = send
    for _ in range(1000):
        client.read(Call("listing", "configuration/action/list_bots", {}, lambda value: value))
    busiest = max(sum(start <= at < start + MINUTE for at in sent) for start in sent)
    assert busiest == 180
    assert sent[-1] < 1000 / 180 * MINUTE


def test_everything_but_500_is_billed():
    bill = Bill()
    for status in (200, 429, 500, 0, 401):
        bill.count(status)
    assert (bill.requests, bill.billed) == (5, 4)
    assert bill.dollars == dollars(4)


def test_only_reading_methods_are_ever_sent(runner, licence, server):
    licence.threads(3)
    streams = ("chats", "events", "agents", "bots", "groups", "tags", "daily_reports")
    assert runner.sync(*streams).error is None
    lists = {f"list_{name}" for name in ("archives", "agents", "bots", "groups", "tags")}
    reports = {"total_chats", "duration", "first_response_time", "ratings"}
    assert set(runner.requests) == lists | reports
    assert {one.method for one in server.journal} == {"POST"}


def test_no_token_and_no_customers_words_are_logged(runner, licence, server, caplog):
    caplog.set_level("DEBUG")
    licence.threads(3)
    server.behaviour.faults += [Fault("list_archives", kind) for kind in ("429", "html", "cut")]
    server.behaviour.faults.append(Fault("list_tags", "validation"))
    runner.sync()
    assert "request method=" in caplog.text
    for secret in ("only-for-tests", "secret words", "Mia"):
        assert secret not in caplog.text


def test_a_wrong_address_is_said_and_the_exit_code_is_1(tmp_path: Path):
    config = tmp_path / "config.json"
    config.write_text(json.dumps({"access_token": "x", "api_base_url": "http://127.0.0.1:9"}))
    tap = str(Path(sys.executable).with_name("tap-livechat"))
    done = subprocess.run(
        [tap, "--config", str(config)], capture_output=True, text=True, timeout=60
    )
    assert done.returncode == 1
    assert "No answer came from 127.0.0.1:9" in done.stderr
    assert "Traceback" not in done.stderr
