"""Snapshots and scores by the command: what it keeps, tells and refuses, over a real company."""

import json
import os
import re
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sandbox.testing import RunningSandbox, running_sandbox

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
JOB = ROOT / "jobs" / "crm_scoring.py"
LATEST = """
select * from analytics.hs_companies where snapshot_id = (
    select snapshot_id from analytics.hs_snapshot_registry
    where status like '%completed%' order by snapshot_timestamp desc limit 1
)
"""
BEST = """
select owner_id, combined_stage, num_companies, total_score
from analytics.hs_pipeline_score_history where snapshot_id = '{}' order by total_score desc
"""
TABLES = (
    "hs_companies",
    "hs_deals",
    "hs_owners",
    "hs_deal_stage_reference",
    "hs_pipeline_units_snapshot",
    "hs_pipeline_score_history",
    "hs_snapshot_registry",
)
FIRST = "2026-01-01T00:00:00Z"


@dataclass
class Company:
    """A sandbox, and the words that a person types over it."""

    sandbox: RunningSandbox
    folder: Path

    def run(self, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        environment = {
            **os.environ,
            **self.sandbox.environment,
            "PATH": f"{BIN}:{os.environ['PATH']}",
            "MELTANO_SYS_DIR_ROOT": str(self.folder / "meltano"),
            "MELTANO_ENVIRONMENT": "sandbox",
            "DBT_TARGET_PATH": str(self.folder / "dbt"),
            "DBT_LOG_PATH": str(self.folder / "dbt"),
            "DBT_WRITE_JSON": "false",
            "DBT_TEST_SEVERITY": "error",
            **changed,
        }
        return subprocess.run(
            words, cwd=ROOT, env=environment, capture_output=True, text=True, timeout=240
        )

    def job(self, *words: str, **changed: str) -> subprocess.CompletedProcess[str]:
        return self.run(sys.executable, str(JOB), *words, **changed)

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.sandbox.database.url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def change(self, statement: str) -> None:
        with psycopg.connect(self.sandbox.database.url) as connection:
            connection.execute(statement)  # type: ignore[arg-type]

    def registry(self, snapshot: str) -> list[tuple[Any, ...]]:
        """Status, trigger and notes of a snapshot's rows, in their order."""
        rows = self.query(
            "select status, triggered_by, notes from analytics.hs_snapshot_registry"
            f" where snapshot_id = '{snapshot}' order by recorded_at"
        )
        return [(status, by, json.loads(notes)) for status, by, notes in rows]

    def state(self) -> dict[str, Any]:
        """Everything that the job keeps, and what was loaded."""
        loads = self.query(
            "select run_id, stream, status, received from hubspot._sync_log order by 1, 2"
        )
        bookmarks = self.query(
            "select state_id, completed_state, partial_state from state order by 1"
        )
        kept = {
            name: sorted(map(str, self.query(f"select t::text from analytics.{name} as t")))
            for name in TABLES
        }
        return {"loads": loads, "bookmarks": bookmarks, **kept}


@dataclass
class Taken:
    """The first snapshot: its id, what was said, and the events that were heard."""

    id: str
    text: str
    events: list[dict[str, Any]]


@pytest.fixture(scope="module")
def company(tmp_path_factory):
    folder = tmp_path_factory.mktemp("company")
    quick = {"hubspot": {"limits": False}}
    with running_sandbox(folder, tickets=120, behaviours=quick) as sandbox:
        yield Company(sandbox, folder)


@pytest.fixture(scope="module")
def taken(company) -> Taken:
    """One snapshot by Meltano's own word, with somebody listening."""
    with psycopg.connect(company.sandbox.database.url, autocommit=True) as listener:
        listener.execute("listen hubspot_events_sandbox")
        done = company.run(str(BIN / "meltano"), "run", "crm-snapshot")
        heard = [json.loads(one.payload) for one in listener.notifies(timeout=1)]
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    snapshot = company.query("select max(snapshot_id) from analytics.hs_snapshot_registry")[0][0]
    return Taken(snapshot, done.stdout + done.stderr, heard)


@pytest.mark.capability("S3-12", "S3-13", "S3-27")
def test_one_command_takes_a_snapshot_scores_it_and_registers_each_step(company, taken) -> None:
    rows = company.registry(taken.id)
    assert [(status, by) for status, by, _ in rows] == [
        ("started", "unknown"),
        ("ingest_completed", "ingest_completion"),
        ("scoring_started", "scoring_start"),
        ("scoring_completed", "scoring_completion"),
    ]
    companies = company.query("select count(*) from hubspot.company where not is_deleted")[0][0]
    assert rows[1][2]["data_tables"]["companies"] == companies > 0
    units = company.query("select count(*) from analytics.hs_pipeline_units_snapshot")[0][0]
    assert rows[3][2]["pipeline_units"] == units > 0
    assert rows[3][2]["unmapped_stages"] > 0
    assert {"subscriber", "marketingqualifiedlead", "other"} & {
        one["lifecycle_stage"] for one in rows[3][2]["unmapped"]
    }


@pytest.mark.capability("S3-14")
def test_the_event_of_a_snapshot_carries_its_counts(company, taken) -> None:
    (event,) = taken.events
    assert (event["type"], event["version"]) == ("hubspot.snapshot.completed", "1.0")
    assert (event["source"], event["environment"]) == ("hubspot-ingest-sandbox", "sandbox")
    assert event["data"]["snapshot_id"] == taken.id
    notes = company.registry(taken.id)[1][2]
    for counts in ("data_tables", "reference_tables"):
        assert event["data"][counts] == notes[counts]
    assert event["data"]["reference_tables"]["owners"] == 16


@pytest.mark.capability("S3-37", "S3-38", "S3-71")
def test_the_old_readmes_queries_run_as_they_stand(company, taken) -> None:
    shown = company.query(LATEST)
    assert len(shown) == company.registry(taken.id)[1][2]["data_tables"]["companies"]
    assert {row[0] for row in shown} == {taken.id}
    assert re.fullmatch(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ", taken.id)
    scores = [row[3] for row in company.query(BEST.format(taken.id))]
    assert scores == sorted(scores, reverse=True) and scores[0] > 0


@pytest.mark.usefixtures("taken")
def test_a_dry_run_reads_and_leaves_everything_as_it_was(company) -> None:
    before = company.state()
    asked = len(company.sandbox.hubspot.journal)
    with psycopg.connect(company.sandbox.database.url, autocommit=True) as listener:
        listener.execute("listen hubspot_events_sandbox")
        done = company.job("ingest", "--dry-run", "--limit", "2")
        assert list(listener.notifies(timeout=0.2)) == []
    assert done.returncode == 0, done.stderr[-4000:]
    assert len(company.sandbox.hubspot.journal) > asked
    assert before["bookmarks"] and company.state() == before


@pytest.mark.usefixtures("taken")
@pytest.mark.capability("S3-13", "S3-14", "S3-68")
def test_a_load_that_fails_is_registered_and_told(company, tmp_path) -> None:
    script = f"#!/bin/sh\necho $TAP_HUBSPOT_LIMIT $* > {tmp_path}/asked\nexit 3\n"
    (tmp_path / "meltano").write_text(script)
    (tmp_path / "meltano").chmod(0o755)
    snapshot = "2026-01-02T00:00:00Z"
    with psycopg.connect(company.sandbox.database.url, autocommit=True) as listener:
        listener.execute("listen hubspot_events_sandbox")
        words = ("both", "--snapshot-id", snapshot, "--trigger-source", "a test", "--limit", "7")
        done = company.job(*words, PATH=f"{tmp_path}:{os.environ['PATH']}")
        (event,) = [json.loads(one.payload) for one in listener.notifies(timeout=0.5)]
    assert done.returncode == 1
    (started, failed) = company.registry(snapshot)
    assert started == ("started", "a test", {"limit": 7})
    assert (tmp_path / "asked").read_text() == "7 run tap-hubspot target-postgres\n"
    assert failed[0] == "failed"
    assert failed[2]["error"] == "the load ended with exit status 3, see its log; loaded: nothing"
    assert event["type"] == "hubspot.snapshot.failed"
    assert event["data"]["error_message"] == failed[2]["error"]


@pytest.mark.usefixtures("taken")
@pytest.mark.capability("S3-70")
def test_an_event_that_cannot_be_sent_is_reported_and_the_snapshot_stands(company) -> None:
    # PostgreSQL takes channels of 63 bytes at most.
    done = company.job("ingest", "--no-load", "--snapshot-id", FIRST, MELTANO_ENVIRONMENT="x" * 60)
    assert done.returncode == 0, done.stderr[-4000:]
    assert "no event was published" in done.stderr and "channel name too long" in done.stderr
    assert [row[0] for row in company.registry(FIRST)] == ["started", "ingest_completed"]


@pytest.mark.capability("S3-28", "S3-37", "S3-71", "S3-72")
def test_scoring_all_doubles_nothing_and_the_latest_stays_the_latest(company, taken) -> None:
    before = company.state()
    done = company.job("score", "--all")
    assert done.returncode == 0, done.stderr[-4000:]
    after = company.state()
    ids = dict(
        company.query(
            "select snapshot_id, count(*) from analytics.hs_pipeline_units_snapshot group by 1"
        )
    )
    assert set(ids) == {FIRST, taken.id}
    for name in ("hs_pipeline_units_snapshot", "hs_pipeline_score_history"):
        of_latest = [row for row in after[name] if taken.id in row]
        assert of_latest == [row for row in before[name] if taken.id in row]
        assert len(after[name]) == 2 * len(of_latest) > 0
    assert [row[0] for row in company.registry(FIRST)][-2:] == [
        "scoring_started",
        "scoring_completed",
    ]
    assert {row[0] for row in company.query(LATEST)} == {taken.id}
    assert company.query("select count(*) from analytics.hs_owners") == [(16,)]


def test_status_shows_the_snapshots_newest_first(company, taken) -> None:
    done = company.job("status")
    assert done.returncode == 0
    head, *lines = done.stdout.splitlines()
    assert head.split()[0] == "snapshot"
    assert lines[0].startswith(taken.id) and "scoring_completed" in lines[0]
    assert [line[:20] for line in lines] == sorted((line[:20] for line in lines), reverse=True)


@pytest.mark.parametrize(
    ("words", "reason"),
    [
        (["score", "--snapshot", "2020-01-01T00:00:00Z"], "is no complete snapshot"),
        (["score", "--snapshot", "yesterday"], "is no snapshot id"),
        (["ingest", "--snapshot-id", "2026-02-30T00:00:00Z"], "is no snapshot id"),
        (["ingest", "--snapshot-id", "{taken}"], "is complete and stays as it is"),
    ],
)
def test_what_cannot_be_done_is_refused_with_words(company, taken, words, reason) -> None:
    done = company.job(*(word.format(taken=taken.id) for word in words))
    assert done.returncode != 0
    assert reason in done.stderr


@pytest.mark.capability("S3-69")
def test_the_page_names_commands_that_exist() -> None:
    page = (ROOT / "transform" / "SCORING.md").read_text()
    used = set(re.findall(r"crm-scoring:(\w+)|crm_scoring\.py (\w+)", page))
    named = {one or other for one, other in used}
    assert named == {"ingest", "score", "both", "status"}
    assert "listen hubspot_events_" in page and "_sync_log" in page


@pytest.mark.usefixtures("taken")
@pytest.mark.capability("S3-13", "S3-68")
def test_a_load_that_ends_partial_is_registered_as_failed_with_what_was_loaded(company) -> None:
    company.sandbox.world.advance(hours=100)
    company.sandbox.world.settle(minutes=2)
    snapshot = "2026-01-03T00:00:00Z"
    company.change("alter table hubspot.deal add constraint nothing check (false) not valid")
    done = company.job("ingest", "--snapshot-id", snapshot)
    company.change("alter table hubspot.deal drop constraint nothing")
    assert done.returncode == 1
    started, failed = company.registry(snapshot)
    assert (started[0], failed[0]) == ("started", "failed")
    assert re.search(r"deal is partial; loaded: company \d+, deal \d+", failed[2]["error"])
    kept = f"select count(*) from analytics.hs_companies where snapshot_id = '{snapshot}'"
    assert company.query(kept) == [(0,)]
    refused = company.job("ingest", "--no-load")
    assert refused.returncode == 1
    assert "deal is partial" in refused.stderr and "meltano run tap-hubspot" in refused.stderr
    assert len(company.registry(snapshot)) == 2
