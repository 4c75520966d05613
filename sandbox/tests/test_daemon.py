import contextlib
import io
import json
import os
import signal
import socket
import subprocess
import sys
import urllib.error
import urllib.request
from types import SimpleNamespace

import psycopg
import pytest
from sandbox.control import Control
from sandbox.saved import SandboxDirectory, SandboxError
from sandbox.standins import STAND_INS

from sandbox import cli

TICKETS = "60"


class Sandbox:
    """The command line, used as a person uses it."""

    def __init__(self, directory):
        self.directory = directory
        self.running = SandboxDirectory(directory)

    def __call__(self, *words, status=0):
        done = self.attempt(*words)
        assert done.returncode == status, done.stderr
        return done.stdout

    def attempt(self, *words):
        out, err = io.StringIO(), io.StringIO()
        with contextlib.redirect_stdout(out), contextlib.redirect_stderr(err):
            try:
                status = cli.main([*words, "--dir", str(self.directory)])
            except SystemExit as wrong_usage:
                status = wrong_usage.code
        return SimpleNamespace(returncode=status, stdout=out.getvalue(), stderr=err.getvalue())

    def up(self, *words):
        return _variables(self("up", "--tickets", TICKETS, *words))

    def status(self):
        return json.loads(self("status", "--json"))

    def kill(self):
        process = self.status()["pid"]
        os.kill(process, signal.SIGKILL)
        os.waitpid(process, 0)

    def control(self):
        address = self.running.running()
        return Control(address["url"], address["key"])


def _variables(printed):
    lines = [line.removeprefix("export ").partition("=") for line in printed.splitlines()]
    return {name: value.strip("'") for name, _, value in lines}


@pytest.fixture
def sandbox(tmp_path):
    made = Sandbox(tmp_path / "box")
    yield made
    made.attempt("down")


def ask(variables, path="/crm/v3/objects/tickets?limit=1"):
    request = urllib.request.Request(
        variables["TAP_HUBSPOT_API_BASE_URL"] + path,
        headers={"Authorization": f"Bearer {variables['TAP_HUBSPOT_ACCESS_TOKEN']}"},
    )
    with urllib.request.urlopen(request, timeout=10) as reply:
        return json.load(reply)


def test_up_starts_everything_and_prints_how_to_reach_it(sandbox):
    variables = sandbox.up()
    assert variables.keys() == {
        *("TAP_HUBSPOT_API_BASE_URL", "TAP_HUBSPOT_SUPPORT_API_BASE_URL"),
        *("TAP_HUBSPOT_ACCESS_TOKEN", "TAP_HUBSPOT_SUPPORT_ACCESS_TOKEN"),
        *("TAP_LIVECHAT_API_BASE_URL", "TAP_LIVECHAT_ACCOUNT_ID", "TAP_LIVECHAT_ACCESS_TOKEN"),
        *("TAP_GORGIAS_ACCOUNTS", "TARGET_GSHEETS_SPREADSHEET_ID"),
        *("TARGET_GSHEETS_API_BASE_URL", "TARGET_GSHEETS_CREDENTIALS_JSON"),
        *("TARGET_POSTGRES_DATABASE_URL", "DATABASE_URL", "MELTANO_DATABASE_URI"),
        *("PGHOST", "PGPORT", "PGUSER", "PGDATABASE"),
        *("DBT_HOST", "DBT_PORT", "DBT_USER", "DBT_PASSWORD", "DBT_DBNAME"),
    }
    assert len(ask(variables)["results"]) == 1
    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        assert connection.execute("select 1").fetchone() == (1,)
    assert _variables(sandbox("env")) == variables


def test_up_twice_is_up_once(sandbox):
    first = sandbox.up()
    process = sandbox.status()["pid"]
    again = sandbox.attempt("up")
    assert again.returncode == 0
    assert "Already running" in again.stderr
    assert _variables(again.stdout) == first
    assert sandbox.status()["pid"] == process


def test_two_at_once_start_one(sandbox):
    command = [sys.executable, "-m", "sandbox.cli", "up", "--tickets", TICKETS]
    command += ["--dir", str(sandbox.directory)]
    both = [subprocess.Popen(command, stdout=subprocess.PIPE, text=True) for _ in range(2)]
    printed = [one.communicate(timeout=60)[0] for one in both]
    assert [one.returncode for one in both] == [0, 0]
    assert printed[0] == printed[1]


def test_a_restart_brings_back_world_data_and_addresses(sandbox):
    variables = sandbox.up()
    sandbox("advance", "4h", "--settle")
    before, told = sandbox.status(), sandbox("truth")
    with psycopg.connect(variables["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table kept as select 42 as answer")
    sandbox("down")
    assert sandbox.attempt("status").returncode == 3
    assert _variables(sandbox("up")) == variables
    after = sandbox.status()
    assert after["world"]["now"] > before["world"]["now"]
    assert after["world"]["advances"] == 1
    assert sandbox("truth") == told
    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        assert connection.execute("select answer from kept").fetchone() == (42,)


def test_a_killed_daemon_leaves_nothing_in_the_way(sandbox):
    variables = sandbox.up()
    sandbox("advance", "1h")
    told = sandbox("truth")
    sandbox.kill()
    assert _variables(sandbox("up")) == variables
    assert sandbox("truth") == told


def test_down_also_stops_the_database_of_a_killed_daemon(sandbox):
    variables = sandbox.up()
    sandbox.kill()
    sandbox("down")
    with pytest.raises(psycopg.OperationalError):
        psycopg.connect(variables["DATABASE_URL"])


def test_reset_begins_anew_under_the_same_variables(sandbox):
    variables = sandbox.up()
    told = sandbox("truth")
    sandbox("advance", "4h")
    with psycopg.connect(variables["DATABASE_URL"], autocommit=True) as connection:
        connection.execute("create table kept ()")
    sheet, key = (sandbox.directory / "gsheets" / n for n in ("old.changes", "account.pem"))
    sheet.touch()
    secret = key.read_bytes()
    assert _variables(sandbox("reset")) == variables
    assert sandbox("truth") == told
    assert not sheet.exists() and key.read_bytes() == secret
    with psycopg.connect(variables["DATABASE_URL"]) as connection:
        assert connection.execute("select to_regclass('kept')").fetchone() == (None,)


def test_another_world_is_refused_until_reset(sandbox):
    sandbox.up()
    refused = sandbox.attempt("up", "--tickets", "70", "--seed", "8")
    assert refused.returncode == 1
    assert "tickets and seed" in refused.stderr
    sandbox("down")
    sandbox("reset")
    sandbox("up", "--tickets", "70", "--seed", "8")
    assert sandbox.status()["world"]["tickets"] == 70


def test_a_world_that_cannot_be_made_says_why_and_leaves_no_trace(sandbox):
    failed = sandbox.attempt("up", "--tickets", "3")
    assert failed.returncode == 1
    assert "at least 50" in failed.stderr
    sandbox.up()


def test_a_wanted_port_is_used_and_a_taken_one_is_an_error(sandbox):
    with socket.create_server(("127.0.0.1", 0)) as taken:
        port = taken.getsockname()[1]
        assert sandbox.attempt("up", "--tickets", TICKETS, "--port", str(port)).returncode == 1
    variables = sandbox.up("--port", str(port))
    assert variables["TAP_HUBSPOT_API_BASE_URL"] == f"http://127.0.0.1:{port}"


def test_an_old_port_that_is_taken_now_is_replaced(sandbox):
    port = int(sandbox.up()["TAP_HUBSPOT_API_BASE_URL"].rpartition(":")[2])
    sandbox("down")
    with socket.create_server(("127.0.0.1", port)):
        assert len(ask(sandbox.up())["results"]) == 1


def test_behaviour_can_be_chosen_at_the_start_and_later(sandbox):
    variables = sandbox.up("--no-limits", "--tier", "free")
    for _ in range(120):
        ask(variables, "/crm/v3/owners?limit=1")
    sandbox("up", "--latency", "0.2")
    with pytest.raises(TimeoutError):
        urllib.request.urlopen(variables["TAP_HUBSPOT_API_BASE_URL"], timeout=0.05)


def test_faults_are_scripted_from_the_command_line(sandbox):
    variables = sandbox.up()
    sandbox("fault", "503", "--match", "owners", "--times", "0")
    with pytest.raises(urllib.error.HTTPError, match="503"):
        ask(variables, "/crm/v3/owners")
    sandbox("fault", "--clear")
    ask(variables, "/crm/v3/owners")
    journal = sandbox.control().call("journal")
    statuses = {one["status"]: one["count"] for one in journal if one["path"] == "/crm/v3/owners"}
    assert statuses == {200: 1, 503: 1}
    assert sandbox.status()["requests"] == 2


def test_the_control_interface_wants_its_key(sandbox):
    sandbox.up()
    address = sandbox.running.running()
    with pytest.raises(SandboxError, match="key"):
        Control(address["url"], "guess").call("stop")
    assert (sandbox.directory / "daemon.json").stat().st_mode & 0o077 == 0


def test_unknown_names_are_answered_with_the_known_ones(sandbox):
    sandbox.up()
    control = sandbox.control()
    with pytest.raises(SandboxError, match="advance"):
        control.call("dance")
    with pytest.raises(SandboxError, match="hubspot"):
        control.call("calm", service="sheets")
    with pytest.raises(SandboxError, match="latency"):
        control.call("behave", settings={"mood": "bad"})
    with pytest.raises(SandboxError, match="forward"):
        control.call("advance", hours=0)


def test_a_portal_file_is_served_instead_of_the_world(sandbox, tmp_path):
    file = tmp_path / "portal.json"
    ticket = {"id": "12", "properties": {"subject": "Hello"}, "createdAt": "2026-01-01T00:00:00Z"}
    ticket |= {"updatedAt": "2026-01-02T00:00:00Z", "archived": False}
    file.write_text(json.dumps({"objects": {"tickets": {"results": [ticket]}}}))
    printed = sandbox.attempt("up", "--hubspot-portal", str(file))
    assert printed.returncode == 0, printed.stderr
    assert [one["id"] for one in ask(_variables(printed.stdout))["results"]] == ["12"]
    refused = sandbox.attempt("advance", "4h")
    assert refused.returncode == 1
    assert "no world" in refused.stderr
    assert "portal.json" in sandbox("status")


def test_a_portal_file_that_is_none_says_what_is_wrong(sandbox, tmp_path):
    file = tmp_path / "portal.json"
    file.write_text('{"tickets": []}')
    failed = sandbox.attempt("up", "--hubspot-portal", str(file))
    assert failed.returncode == 1
    assert "is not a section" in failed.stderr


def test_a_tier_hubspot_does_not_sell_is_refused(sandbox):
    failed = sandbox.attempt("up", "--tickets", TICKETS, "--tier", "platinum")
    assert failed.returncode == 1
    assert "professional" in failed.stderr


def test_status_is_readable_and_tells_when_nothing_runs(sandbox):
    assert "sandbox up" in sandbox("status", status=3)
    assert json.loads(sandbox("status", "--json", status=3)) == {"running": False}
    assert "sandbox up" in sandbox.attempt("env").stderr
    sandbox.up()
    assert "seed 7" in sandbox("status")


def test_metrics_are_told_too(sandbox):
    sandbox.up()
    told = json.loads(sandbox("truth", "--metrics"))
    assert len(told) > 50
    assert {"agent", "first_response_seconds"} <= next(iter(told.values())).keys()


@pytest.mark.parametrize("text", ["4", "h", "4 hours", "-4h", "4h!"])
def test_a_time_that_is_none_is_refused(sandbox, text):
    assert sandbox.attempt("advance", text).returncode == 2


def test_a_damaged_file_says_what_to_do(sandbox):
    sandbox.directory.mkdir()
    (sandbox.directory / "world.json").write_text("{")
    damaged = sandbox.attempt("up")
    assert damaged.returncode == 1
    assert "sandbox reset" in damaged.stderr


def test_hubspot_is_in_the_registry():
    assert "hubspot" in STAND_INS
