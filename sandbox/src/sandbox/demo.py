"""`make demo`: one real run of the main job on the sandbox, then a look at what arrived.

The first time it loads a year of tickets and chats; every later time the company lives four more
hours first, so that the run shows what an incremental sync costs. Gorgias is left out: its limit
of two requests a second makes a first load take minutes, on the stand-in as in life.
"""

from __future__ import annotations

import json
import os
import subprocess
import sys
import time
from typing import TYPE_CHECKING, Any

import psycopg
from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Sequence

    from psycopg import Connection

JOB = (
    *("tap-hubspot", "target-postgres", "tap-livechat", "target-postgres"),
    *("dbt-postgres:build", "tap-postgres", "target-gsheets"),
)

TABLES = """
select n.nspname, c.relname from pg_class c join pg_namespace n on n.oid = c.relnamespace
where n.nspname in ('hubspot', 'livechat') and c.relkind = 'r' and not starts_with(c.relname, '_')
order by 1, 2
"""
SHOWN = 12  # tables; the rest is counted in one line

VIEW = """
select to_char(created_at_reporting, 'Dy DD Mon HH24:MI'), agent_name, pipeline_label,
       case when is_closed then 'closed' else 'open' end,
       first_response_seconds, is_weekend_ticket, coalesce(subject, '')
from analytics.tickets order by created_at desc limit 5
"""

WEEKS = """
select period_start_date, source_system, conversations_created, conversations_resolved,
       round(first_response_median_seconds / 60, 1), csat_percent, containment_percent
from analytics.support_weeks order by 1 desc, 2 limit 6
"""

WEEK_HEADINGS = (
    *("week of", "tool", "begun", "resolved", "1st reply, min", "satisfied, %", "bot alone, %"),
)
HEADINGS = ("created (Halifax)", "agent", "pipeline", "state", "1st reply", "weekend", "subject")


def main() -> None:
    """Run the demonstration; the exit status is the run's."""
    started = time.monotonic()
    say("Starting the sandbox: the vendors' stand-ins and a PostgreSQL, on this machine only")
    sandbox("up")
    environment = {**os.environ, **exports(sandbox("env"))}
    if loaded(environment["DATABASE_URL"]):
        say("Four hours pass in the company")
        sandbox("advance", "4h", "--settle")
    before = requests_made()
    say(f"meltano run {' '.join(JOB)}")
    status = meltano(environment)
    if status:
        say(f"The run failed with exit status {status}; its last lines above say why.")
        sys.exit(status)
    summarise(environment, requests_made() - before, time.monotonic() - started)


def say(text: str) -> None:
    """Print a heading of the demonstration."""
    print(f"\n==> {text}", flush=True)  # noqa: T201


def sandbox(*words: str) -> str:
    """Call the sandbox's own command line, showing what it says on standard error."""
    command = [sys.executable, "-m", "sandbox.cli", *words]
    done = subprocess.run(command, stdout=subprocess.PIPE, text=True, check=False)  # noqa: S603
    if done.returncode:
        sys.exit(done.returncode)
    return done.stdout


def exports(printed: str) -> dict[str, str]:
    """Read `export NAME='value'` lines."""
    lines = (line.removeprefix("export ") for line in printed.splitlines() if "=" in line)
    pairs = (line.partition("=") for line in lines)
    return {name: value.strip("'\"") for name, _, value in pairs}


def requests_made() -> int:
    """How many requests the stand-in has answered since it started."""
    return int(json.loads(sandbox("status", "--json"))["requests"])


def meltano(environment: dict[str, str]) -> int:
    """Run the job by Meltano, its log on this terminal."""
    command = ["meltano", "--environment=sandbox", "run", *JOB]
    # dbt alone says what went wrong and nothing else; its results are counted afterwards.
    quiet = {**environment, "DBT_QUIET": "true"}
    return subprocess.run(command, env=quiet, check=False).returncode  # noqa: S603


def loaded(url: str) -> bool:
    """Tell whether an earlier demonstration has filled the warehouse."""
    with psycopg.connect(url) as connection:
        found = connection.execute("select to_regclass('hubspot.ticket')").fetchone()
    return bool(found and found[0])


def summarise(environment: dict[str, str], requests: int, seconds: float) -> None:
    """Show rows per table, five lines of the view, and what to try next."""
    url = environment["DATABASE_URL"]
    with psycopg.connect(url) as connection:
        changed = {s: last_run(connection, s) for s in ("hubspot", "livechat")}
        found = connection.execute(TABLES).fetchall()
        tables = [(s, name, count(connection, s, name)) for s, name in found]
        lines = connection.execute(VIEW).fetchall()
        weeks = connection.execute(WEEKS).fetchall()
    say("What is in the warehouse now")
    table(("schema", "table", "rows", "received", "inserted", "updated"), shown(tables, changed))
    say("The newest five of analytics.tickets")
    table(HEADINGS, [shortened(line) for line in lines])
    say("The latest weeks of analytics.support_weeks")
    table(WEEK_HEADINGS, [shortened(week) for week in weeks])
    say(f"Done in {seconds:.0f} s with {requests} requests to the stand-ins. Try next:")
    print(NEXT.format(url=url, sheet=sheet(environment)), flush=True)  # noqa: T201


def sheet(environment: dict[str, str]) -> str:
    """Where a person sees the spreadsheet."""
    base, number = (environment[f"TARGET_GSHEETS_{n}"] for n in ("API_BASE_URL", "SPREADSHEET_ID"))
    return f"{base}/spreadsheets/d/{number}/edit"


def shown(
    tables: Sequence[tuple[str, str, int]], changed: dict[str, dict[str, tuple[Any, ...]]]
) -> list[tuple[Any, ...]]:
    """The largest tables with what the newest run did to them, and the others in one line."""
    nothing = ("", "", "")
    chosen = sorted(tables, key=lambda row: -row[2])[:SHOWN]
    rows = [(s, n, c, *changed[s].get(n, nothing)) for s, n, c in tables if (s, n, c) in chosen]
    others = [row for row in tables if row not in chosen]
    return [*rows, ("…", f"{len(others)} more", sum(row[2] for row in others), *nothing)]


NEXT = """
    make demo                    # four more hours of life, synced incrementally
    {sheet}
                                 # the spreadsheet as the support team sees it, in your browser
    psql '{url}'
    sandbox status               # what runs, and how to reach it (after: source .venv/bin/activate)
    make down                    # stop the sandbox; its data stays for next time
"""


def count(connection: Connection[Any], schema: str, name: str) -> int:
    """Count a loaded table's rows."""
    query = sql.SQL("select count(*) from {}").format(sql.Identifier(schema, name))
    found = connection.execute(query).fetchone()
    return int(found[0]) if found else 0


def last_run(connection: Connection[Any], schema: str) -> dict[str, tuple[Any, ...]]:
    """Rows received, inserted and updated per stream by the newest run."""
    query = sql.SQL(
        "select stream, received, inserted, updated from {log}"
        " where run_id = (select run_id from {log} order by started_at desc limit 1)"
    ).format(log=sql.Identifier(schema, "_sync_log"))
    return {row[0]: row[1:] for row in connection.execute(query)}


def shortened(values: Sequence[Any], width: int = 34) -> tuple[str, ...]:
    """One printable line per record: no line breaks, no more than `width` characters a cell."""
    texts = (" ".join(str(value if value is not None else "-").split()) for value in values)
    return tuple(text if len(text) <= width else text[: width - 1] + "…" for text in texts)


def table(headings: Sequence[str], rows: Sequence[Sequence[Any]]) -> None:
    """Print rows under headings, columns as wide as their widest cell."""
    cells = [tuple(map(str, row)) for row in (headings, *rows)]
    widths = [max(map(len, column)) for column in zip(*cells, strict=True)]
    for row in cells:
        line = "  ".join(cell.ljust(width) for cell, width in zip(row, widths, strict=True))
        print("    " + line.rstrip(), flush=True)  # noqa: T201


if __name__ == "__main__":
    main()
