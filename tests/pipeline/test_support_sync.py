"""The one command: every source side by side, the models, the sheets; and how it fails."""

import os
import re
import subprocess
import sys
from dataclasses import dataclass
from datetime import datetime, timedelta
from pathlib import Path

import psycopg
import pytest
from sandbox.sheets.service import SheetsService
from sandbox.testing import RunningSandbox, running_sandbox

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
PARTS = ("livechat", "gorgias")


@dataclass
class Company:
    """A sandbox with every system, and Meltano's words over it."""

    sandbox: RunningSandbox
    folder: Path

    def meltano(self, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **self.sandbox.environment,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "MELTANO_SYS_DIR_ROOT": str(self.folder / "meltano"),
            "MELTANO_ENVIRONMENT": "sandbox",
            "DBT_TARGET_PATH": str(self.folder / "dbt"),
            # Nobody here reads what dbt writes beside the warehouse.
            "DBT_WRITE_JSON": "false",
            "DBT_LOG_LEVEL_FILE": "none",
            # What the world calls a year is not the year before this test.
            "DATA_RETENTION_DAYS": "0",
        }
        return subprocess.run(
            [str(BIN / "meltano"), *words],
            cwd=ROOT,
            env={name: value for name, value in (environment | changed).items() if value},
            capture_output=True,
            text=True,
            timeout=280,
        )

    @property
    def sheets(self) -> SheetsService:
        service = self.sandbox.services["gsheets"]
        assert isinstance(service, SheetsService)
        return service

    def sheet(self, title: str) -> list[dict[str, object]]:
        """A worksheet's rows by heading."""
        head, *rows = self.sheets.server.store.cells(self.sheets.spreadsheet_id, title)
        return [dict(zip(head, row, strict=False)) for row in rows if any(row)]

    def query(self, statement: str) -> list[tuple[object, ...]]:
        with psycopg.connect(self.sandbox.database.url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    quick = {"hubspot": {"limits": False}, "gorgias": {"limits": False}}
    with running_sandbox(folder, tickets=150, parts=PARTS, behaviours=quick) as sandbox:
        yield Company(sandbox, folder)


@pytest.fixture(scope="module")
def full(company):
    """The first run, of everything."""
    return company.meltano("run", "support-sync-full", TAP_GORGIAS_QUOTA_INTERVAL_SECONDS="0.01")


def wall_of(serial: object) -> str:
    """What a date cell shows; its number counts the days since the end of 1899."""
    assert isinstance(serial, float)
    moment = datetime(1899, 12, 30) + timedelta(milliseconds=round(serial * 86_400_000))  # noqa: DTZ001
    return moment.isoformat(" ")[:19]


def said(done: subprocess.CompletedProcess[str]) -> str:
    return done.stdout + done.stderr


@pytest.mark.capability("S0-22", "S0-31", "S1-35")
def test_one_command_reads_every_source_builds_the_models_and_fills_the_sheets(
    company, full
) -> None:
    assert full.returncode == 0, said(full)[-6000:]
    for schema, table in (("hubspot", "ticket"), ("livechat", "chats"), ("gorgias", "tickets")):
        assert company.query(f"select count(*) from {schema}.{table}")[0][0] > 0
    kept = company.query("select count(*) from analytics.tickets")[0][0]
    assert len(company.sheet("Tickets")) == kept
    assert (
        len(company.sheet("Chats")) == company.query("select count(*) from analytics.chats")[0][0]
    )
    assert "everything worked" in said(full)


def test_a_full_run_tells_its_steps_its_figures_and_how_it_ended(full) -> None:
    text = said(full)
    for name in ("hubspot", "livechat", "gorgias"):
        assert re.search(rf"{name}: meltano run --full-refresh tap-{name} target-postgres", text)
        assert re.search(rf"tap-{name} +run finished .*records=[1-9]\d* .*seconds=\d", text)
        assert re.search(rf"{name} +ok, \d+\.\d s", text)
    assert re.search(r"run=\w+ started, load_method=upsert", text)
    for title in ("Tickets", "Chats"):
        assert re.search(rf"stream={title} uploaded: received=[1-9].*total records so far \d", text)
        assert re.search(rf"stream={title} processed: received=[1-9]", text)
    assert re.search(r"run=\w+ status=Success records=[1-9]\d* seconds=\d", text)


@pytest.mark.usefixtures("full")
@pytest.mark.capability("S0-23")
def test_a_cell_shows_the_time_that_the_view_shows(company) -> None:
    shown = {row["Ticket ID"]: row for row in company.sheet("Tickets")}
    views = company.query(
        "select ticket_id::text, to_char(created_at_reporting, 'YYYY-MM-DD HH24:MI:SS'),"
        ' "ticket_created_at_iso" from analytics.tickets join analytics.sheet_tickets'
        ' on ticket_id::text = "Ticket ID"'
    )
    assert {key: wall for key, wall, _ in views} == {
        key: wall_of(row["Create date"]) for key, row in shown.items()
    }
    assert {key: iso for key, _, iso in views} == {
        key: row["ticket_created_at_iso"] for key, row in shown.items()
    }


@pytest.mark.usefixtures("full")
@pytest.mark.capability("S0-32", "S0-58")
def test_a_later_run_brings_what_changed_and_adds_no_row_twice(company) -> None:
    before = company.sheet("Tickets")
    company.sandbox.world.advance(hours=8)
    company.sandbox.world.settle(minutes=2)
    done = company.meltano("run", "support-sync", TAP_GORGIAS_QUOTA_INTERVAL_SECONDS="0.01")
    assert done.returncode == 0, said(done)[-6000:]
    rows = [row for row in company.sheet("Tickets") if not row.get("Deleted at")]
    kept = company.query("select count(*) from analytics.tickets")[0][0]
    assert len({row["Ticket ID"] for row in rows}) == len(rows) == kept
    assert company.sheet("Tickets") != before
    assert "load_method=upsert" in said(done)
    assert re.search(r"reading changes since 20\d\d-\S+Z table=\w+", said(done))
    assert re.search(r"reading the archive since=20\d\d-\S+Z", said(done))
    assert "everything worked" in said(done)


@pytest.mark.usefixtures("full")
@pytest.mark.capability("S0-46", "S1-20")
def test_a_source_that_fails_stops_no_other_and_the_exit_status_tells(company) -> None:
    company.sandbox.world.advance(hours=4)
    known = company.query("select max(started_at) from hubspot._sync_log")
    done = company.meltano(
        "run",
        "support-sync",
        TAP_LIVECHAT_ACCESS_TOKEN="dal:wrong",
        TAP_GORGIAS_QUOTA_INTERVAL_SECONDS="0.01",
    )
    assert done.returncode == 1
    assert company.query("select max(started_at) from hubspot._sync_log") > known
    text = said(done)
    assert re.search(r"livechat +failed with exit status 1", text)
    assert re.search(r"models +ok", text) and re.search(r"sheets +ok", text)
    assert "failed: livechat" in text
    assert "Create a personal access token" in text


@pytest.mark.usefixtures("full")
@pytest.mark.capability("S0-30")
@pytest.mark.parametrize("wrong", [{}, {"TARGET_GSHEETS_SPREADSHEET_ID": "x" * 44}])
def test_the_test_switch_tries_every_connection_and_changes_nothing(company, wrong) -> None:
    before = company.sheet("Sync_Log")
    done = company.meltano("run", "support-sync-test", **wrong)
    assert done.returncode == (1 if wrong else 0), said(done)[-4000:]
    for name in ("hubspot", "livechat", "gorgias"):
        assert re.search(rf"{name} +ok", said(done))
    assert re.search(r"sheets +" + ("failed" if wrong else "ok"), said(done))
    assert company.sheet("Sync_Log") == before


@pytest.mark.capability("S0-45", "S0-47")
def test_what_is_missing_is_named(company) -> None:
    done = company.meltano(
        "run",
        "support-sync-test",
        TAP_HUBSPOT_ACCESS_TOKEN="",
        TAP_HUBSPOT_SUPPORT_ACCESS_TOKEN="",
        TARGET_GSHEETS_SPREADSHEET_ID="",
    )
    assert done.returncode == 1
    assert re.search(r"hubspot +failed", said(done)) and re.search(r"sheets +failed", said(done))
    assert "access_token" in said(done)
    assert "spreadsheet_id" in said(done) or "TARGET_GSHEETS_SPREADSHEET_ID" in said(done)


@pytest.mark.parametrize(
    ("words", "sources", "reason"),
    [
        ([], "", "--incremental"),
        (["--sideways"], "", "unrecognized arguments: --sideways"),
        (["--full"], "hubspot,zendesk", "SUPPORT_SYNC_SOURCES names zendesk"),
    ],
)
def test_a_wrong_switch_or_source_is_refused_with_words(words, sources, reason) -> None:
    done = subprocess.run(
        [sys.executable, str(ROOT / "jobs" / "support_sync.py"), *words],
        env={**os.environ, "SUPPORT_SYNC_SOURCES": sources},
        capture_output=True,
        text=True,
        timeout=30,
    )
    assert done.returncode != 0
    assert reason in done.stderr
    assert done.stdout == ""
