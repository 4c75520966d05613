"""The words a user types: Meltano runs the pair, and the warehouse keeps its bookmarks."""

import json
import os
import re
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
MELTANO = str(Path(sys.executable).with_name("meltano"))


def meltano(pipeline, *words: str, **changed: str) -> str:
    sandbox = pipeline.sandbox
    done = subprocess.run(
        [MELTANO, "--environment=sandbox", *words],
        cwd=ROOT,
        env={
            **os.environ,
            **sandbox.environment,
            "PATH": f"{Path(sys.executable).parent}:{os.environ['PATH']}",
            "MELTANO_SYS_DIR_ROOT": str(pipeline.folder / "meltano"),
            "DBT_TARGET_PATH": str(pipeline.folder / "dbt"),
            **changed,
        },
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, (done.stdout + done.stderr)[-6000:]
    return done.stdout + done.stderr


LOOKED_UP_BY = {
    "id",
    "property_hubspot_owner_id",
    "property_createdate",
    "property_hs_lastmodifieddate",
    "_fivetran_synced",
}
INDEXED = """
select a.attname from pg_index i join pg_attribute a on a.attrelid = i.indrelid
and a.attnum = i.indkey[0] where i.indrelid = 'hubspot.ticket'::regclass
"""


def listed_and_searched(pipeline, since: int) -> tuple[int, int]:
    """How many pages of live records were listed, and how many searched, since a request."""
    asked = pipeline.sandbox.hubspot.journal[since:]
    listed = [r for r in asked if "/objects/" in r.path and r.method == "GET"]
    listed = [r for r in listed if "archived=true" not in r.query]
    return len(listed), len([r for r in asked if r.path.endswith("/search")])


@pytest.mark.capability("S2-19", "S4-42", "S0-29", "S2-13", "S4-54", "S4-34")
def test_meltano_run_loads_all_then_only_what_changed_and_all_again_when_asked(
    pipeline_over,
) -> None:
    pipeline = pipeline_over(tickets=60, behaviour={"limits": False})
    journal = pipeline.sandbox.hubspot.journal
    meltano(pipeline, "run", "tap-hubspot", "target-postgres")
    assert pipeline.differences() == []
    assert {name for (name,) in pipeline.query(INDEXED)} >= LOOKED_UP_BY
    first, _ = listed_and_searched(pipeline, 0)
    pipeline.sandbox.world.advance(hours=1)
    pipeline.sandbox.world.settle(minutes=2)
    before = len(journal)
    meltano(pipeline, "run", "tap-hubspot", "target-postgres")
    listed, searched = listed_and_searched(pipeline, before)
    assert listed == 0
    assert searched > 1
    before = len(journal)
    meltano(pipeline, "run", "--full-refresh", "tap-hubspot", "target-postgres")
    assert listed_and_searched(pipeline, before)[0] >= first
    assert pipeline.differences() == []
    with psycopg.connect(pipeline.sandbox.database.url) as connection:
        kept = connection.execute("select count(*) from state").fetchone()
    assert kept is not None
    assert kept[0] >= 1


@pytest.mark.capability("S0-07")
def test_the_whole_job_builds_and_tests_the_views(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=400)
    said = meltano(pipeline, "run", "hubspot-to-postgres", DBT_SHOW_ALL_DEPRECATIONS="true")
    assert re.findall(r"(?i).*(?:deprecat|futurewarning|userwarning).*", said) == []
    assert "Completed successfully" in said
    results = json.loads((pipeline.folder / "dbt" / "run_results.json").read_text())["results"]
    assert {result["status"] for result in results} == {"success", "pass"}
    in_mart = pipeline.query("select count(*) from analytics.tickets")
    removed = pipeline.query("select sum(ticket_count) from analytics.tickets_removed")
    loaded = pipeline.query("select count(*) from hubspot.ticket")
    assert in_mart[0][0] + removed[0][0] == loaded[0][0]
