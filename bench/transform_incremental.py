"""What a run of the models costs after a thousand changes, beside a run that measures everything.

    python bench/transform_incremental.py [--tickets 1000000]

Rows are made in an embedded PostgreSQL (three messages and three events a ticket); then the
models run in full, after a thousand changes, after none, and in full again. A refresh measures
what changed and fills the kept tables; a run makes the views again as well, which takes dbt the
same time whatever changed. The tables must be the same, row by row, after the changes as after the
last full run.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import tempfile
import time
from pathlib import Path

import psycopg
import yaml
from sandbox.postgres import Database, embedded_postgres

HERE = Path(__file__).parent
TRANSFORM = HERE.parent / "transform"
DBT = Path(sys.executable).with_name("dbt")
WANTED_SHARE = 0.1  # of a million tickets; of few, dbt's own start is most of any run
TABLES = (
    *("int_conversation_turns", "int_conversation_spans", "int_conversations_measured"),
    *("int_gorgias_tickets_counted", "int_gorgias_months_measured"),
)
QUERIES = {
    "agents of a month": "agent_months where period_start_date = '2026-05-01'",
    "days of a month": "support_days where period_start_date >= '2026-05-01'",
    "backlog of every day": "backlog_days",
    "one conversation": "conversations where conversation_id = 'gorgias:bench/77'",
}


def main() -> None:
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--tickets", type=int, default=1_000_000)
    tickets = parser.parse_args().tickets
    with (
        tempfile.TemporaryDirectory() as folder,
        embedded_postgres(Path(folder) / "db") as database,
    ):
        execute(database, "transform_rows.sql", tickets)
        measure(database, Path(folder), tickets)


def measure(database: Database, folder: Path, tickets: int) -> None:
    print(f"{tickets:,} tickets, {3 * tickets:,} messages; seconds")
    dbt(database, folder, "seed")
    refresh = refresh_words()
    full = report("everything, first time", dbt(database, folder, "run"))
    execute(database, "transform_changes.sql", tickets)
    changed = report("1,000 changed, refresh", dbt(database, folder, *refresh))
    incremental = checksums(database)
    report("nothing changed, refresh", dbt(database, folder, *refresh))
    report("nothing changed, run", dbt(database, folder, "run"))
    again = report("everything again", dbt(database, folder, "run", "--full-refresh"))
    for name, query in QUERIES.items():
        report(f"query: {name}", timed(database, f"select * from analytics.{query}"))
    share = changed / min(full, again)
    same = incremental == checksums(database)
    print(f"share {share:.3f} (wanted: {WANTED_SHARE}), same rows as in full: {same}")
    if not same:
        sys.exit(1)


def refresh_words() -> list[str]:
    """What `meltano run dbt-postgres:refresh` calls dbt with."""
    utilities = yaml.safe_load((HERE.parent / "meltano.yml").read_text())["plugins"]["utilities"]
    (plugin,) = (one for one in utilities if one["name"] == "dbt-postgres")
    return plugin["commands"]["refresh"]["args"].split()


def report(name: str, seconds: float) -> float:
    print(f"  {name:<28} {seconds:8.1f}", flush=True)
    return seconds


def dbt(database: Database, folder: Path, *words: str) -> float:
    """Run dbt as a process of its own; the seconds it took."""
    environment = {
        **os.environ,
        **database.environment(),
        "DBT_TARGET_PATH": str(folder / "target"),
        "DBT_LOG_PATH": str(folder / "logs"),
    }
    command = [str(DBT), "--quiet", *words, "--project-dir", str(TRANSFORM)]
    command += ["--profiles-dir", str(TRANSFORM / "profiles")]
    began = time.monotonic()
    subprocess.run(command, env=environment, check=True)
    return time.monotonic() - began


def timed(database: Database, query: str) -> float:
    with psycopg.connect(database.url) as connection:
        began = time.monotonic()
        connection.execute(query).fetchall()  # type: ignore[arg-type]
        return time.monotonic() - began


def checksums(database: Database) -> list[tuple[str, int, str]]:
    """Of each kept table the rows and a sum over them, without when each was measured."""
    query = """
        select
            count(*),
            sum(hashtextextended((to_jsonb(t) - 'measured_at')::text, 0)::numeric)::text
        from analytics.{} as t
    """
    with psycopg.connect(database.url) as connection:
        return [(name, *connection.execute(query.format(name)).fetchone()) for name in TABLES]


def execute(database: Database, file: str, tickets: int) -> None:
    text = (HERE / file).read_text().replace(":tickets", str(tickets))
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(text)
        connection.execute("vacuum analyze")


if __name__ == "__main__":
    main()
