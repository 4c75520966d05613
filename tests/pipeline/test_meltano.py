"""The words a user types: Meltano runs the pair, and the warehouse keeps its bookmarks."""

import json
import os
import shutil
import subprocess
import sys
from pathlib import Path

import psycopg
import pytest

ROOT = Path(__file__).parents[2]
MELTANO = str(Path(sys.executable).with_name("meltano"))


def meltano(pipeline, *words: str) -> str:
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


@pytest.mark.capability("S2-19", "S4-42", "S0-29", "S2-13", "S4-54")
def test_meltano_run_loads_all_and_then_only_what_changed(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=200)
    meltano(pipeline, "run", "tap-hubspot", "target-postgres")
    full = len(pipeline.sandbox.hubspot.journal)
    assert pipeline.differences() == []
    assert {name for (name,) in pipeline.query(INDEXED)} >= LOOKED_UP_BY
    pipeline.sandbox.world.advance(hours=1)
    pipeline.sandbox.world.settle(minutes=2)
    meltano(pipeline, "run", "tap-hubspot", "target-postgres")
    searched = [r for r in pipeline.sandbox.hubspot.journal[full:] if r.path.endswith("/search")]
    listed = [r for r in pipeline.sandbox.hubspot.journal[full:] if "/objects/" in r.path]
    listed = [r for r in listed if r.method == "GET" and "archived=true" not in r.query]
    assert searched
    assert listed == []
    with psycopg.connect(pipeline.sandbox.database.url) as connection:
        kept = connection.execute("select count(*) from state").fetchone()
    assert kept is not None
    assert kept[0] >= 1


def test_the_whole_job_builds_and_tests_the_views(pipeline_over) -> None:
    pipeline = pipeline_over(tickets=400)
    meltano(pipeline, "run", "hubspot-to-postgres")
    results = json.loads((pipeline.folder / "dbt" / "run_results.json").read_text())["results"]
    assert {result["status"] for result in results} == {"success", "pass"}
    in_mart = pipeline.query("select count(*) from analytics.tickets")
    removed = pipeline.query("select sum(ticket_count) from analytics.tickets_removed")
    loaded = pipeline.query("select count(*) from hubspot.ticket")
    assert in_mart[0][0] + removed[0][0] == loaded[0][0]
    keep_as_evidence(pipeline.folder / "dbt")


def keep_as_evidence(results: Path) -> None:
    """The capability page is checked against what dbt's own tests have shown."""
    folder = ROOT / ".evidence" / "dbt"
    folder.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "run_results.json"):
        shutil.copy(results / name, folder / name)
