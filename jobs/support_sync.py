#!/usr/bin/env python3
"""All sources into the warehouse, the models over them, and the sheets people read, in one run.

    support_sync.py --full | --incremental | --test

The sources run side by side, and one that fails stops neither the others nor what comes after
them. Exit status: 0 when everything worked, 1 when anything failed; the last lines say what.
SUPPORT_SYNC_SOURCES names the sources (default: all of them), TARGET_GSHEETS_SPREADSHEET_ID the
spreadsheet; without it the sheets are left out.
"""

from __future__ import annotations

import argparse
import os
import subprocess
import sys
import time
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Sequence

SOURCES = ("hubspot", "livechat", "gorgias")
SHEETS_SETTING = "TARGET_GSHEETS_SPREADSHEET_ID"


class Step(NamedTuple):
    """Something to run, and the command for it."""

    name: str
    command: Sequence[str]


@dataclass(frozen=True)
class Outcome:
    """How a step ended."""

    name: str
    status: int
    seconds: float

    def __str__(self) -> str:
        """One line of the summary."""
        how = "ok" if self.status == 0 else f"failed with exit status {self.status}"
        return f"  {self.name:<24} {how}, {self.seconds:.1f} s"


def main(arguments: Sequence[str] | None = None) -> int:
    """Run what the switch asks for; returns the exit status."""
    parser = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    switch = parser.add_mutually_exclusive_group()
    switch.add_argument("--full", action="store_true", help="read everything again")
    switch.add_argument("--incremental", action="store_true", help="read what changed since")
    switch.add_argument("--test", action="store_true", help="only try the connections")
    options = parser.parse_args(arguments)
    if not (options.full or options.incremental or options.test):
        parser.print_help(sys.stderr)
        return 1
    try:
        sources = chosen_sources()
    except ValueError as error:
        say(str(error))
        return 1
    outcomes = try_connections(sources) if options.test else run_all(sources, full=options.full)
    return summary(outcomes)


def chosen_sources() -> list[str]:
    """Return the names of the sources to read.

    Raises:
        ValueError: There is no such source.
    """
    asked = os.environ.get("SUPPORT_SYNC_SOURCES", "").replace(",", " ").split() or list(SOURCES)
    unknown = [name for name in asked if name not in SOURCES]
    if unknown:
        raise ValueError(
            f"SUPPORT_SYNC_SOURCES names {', '.join(unknown)}. Use any of {', '.join(SOURCES)}."
        )
    return asked


def run_all(sources: Sequence[str], *, full: bool) -> list[Outcome]:
    """Load all sources side by side, then build the models, then fill the sheets."""
    switches = ["--full-refresh"] if full else []
    loads = [
        Step(name, ["meltano", "run", *switches, f"tap-{name}", "target-postgres"])
        for name in sources
    ]
    outcomes = side_by_side(loads)
    outcomes.append(run(Step("models", ["meltano", "run", "dbt-postgres:build"])))
    if os.environ.get(SHEETS_SETTING):
        outcomes.append(
            run(Step("sheets", ["meltano", "run", "--full-refresh", "sheets-from-postgres"]))
        )
    else:
        say(f"{SHEETS_SETTING} is not set: no sheets are filled")
    return outcomes


def try_connections(sources: Sequence[str]) -> list[Outcome]:
    """Try every source, and the spreadsheet, without changing anything."""
    tries = [Step(name, ["meltano", "config", "test", f"tap-{name}"]) for name in sources]
    tries.append(Step("sheets", ["meltano", "invoke", "target-gsheets", "--test"]))
    return side_by_side(tries)


def side_by_side(steps: Sequence[Step]) -> list[Outcome]:
    """Run steps at the same time; the outcomes in the order of the steps."""
    with ThreadPoolExecutor(len(steps)) as pool:
        return list(pool.map(run, steps))


def run(step: Step) -> Outcome:
    """Run one step, its output going where this program's goes."""
    say(f"{step.name}: {' '.join(step.command)}")
    began = time.monotonic()
    status = subprocess.run(step.command, check=False).returncode  # noqa: S603 - our own words
    return Outcome(step.name, status, time.monotonic() - began)


def summary(outcomes: Sequence[Outcome]) -> int:
    """Tell how everything ended; returns the exit status."""
    failed = [one.name for one in outcomes if one.status]
    say("\n".join(["", *map(str, outcomes)]))
    say(f"failed: {', '.join(failed)}; see above" if failed else "everything worked")
    return 1 if failed else 0


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


if __name__ == "__main__":
    sys.exit(main())
