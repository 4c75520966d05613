#!/usr/bin/env python3
"""Snapshots of HubSpot's companies and deals, and the scores of their pipeline.

    crm_scoring.py ingest | score | both | status

`ingest` loads HubSpot and keeps its companies and deals as a snapshot; `score` computes units and
history of snapshots whose ingest completed, as often as wanted; `both` does one after the other.
Exit status: 0 when everything worked, 1 when anything failed; hs_snapshot_registry keeps what
happened. Rules, tables and events are described in transform/SCORING.md.
"""

from __future__ import annotations

import argparse
import re
import sys
import time
from datetime import datetime
from typing import TYPE_CHECKING, Any

import psycopg
from crm_registry import (
    DATA_TABLES,
    MOST_LISTED,
    REFERENCE_TABLES,
    REGISTRY,
    SCORE_TABLES,
    STREAMS,
    Warehouse,
)
from crm_steps import LOAD, StepError, dbt, environment, load, publish, say

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

SNAPSHOT_MODELS = ("+hs_companies", "+hs_deals", "+hs_owners", "+hs_deal_stage_reference")
SCORE_MODELS = (
    "hs_stage_mapping",
    "int_pipeline_units_scored",
    *SCORE_TABLES.values(),
    "hs_unmapped_stages",
)
ID_FORM = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\dZ")
LONGEST_ERROR = 500
COLUMNS = ("snapshot", "triggered by", "ingest", "scoring", "error")


class RefusedError(Exception):
    """What was asked for cannot be done as things are; the message says what to do."""


def main(arguments: Sequence[str] | None = None) -> int:
    """Do what the command says; returns the exit status."""
    options = parser().parse_args(arguments)
    try:
        return int(COMMANDS[options.command](Warehouse(), options))
    except (RefusedError, StepError) as error:
        say(str(error))
    except psycopg.Error as error:
        say(f"the warehouse cannot be used: {error}")
    return 1


def parser() -> argparse.ArgumentParser:
    """The words of the command line."""
    whole = argparse.ArgumentParser(
        description=__doc__, formatter_class=argparse.RawTextHelpFormatter
    )
    commands = whole.add_subparsers(dest="command", required=True)
    for name, text in (("ingest", "take a snapshot"), ("both", "take a snapshot and score it")):
        one = commands.add_parser(name, help=text)
        one.add_argument("--limit", type=int, default=0, help="records per stream; 0 is all")
        one.add_argument("--trigger-source", default="unknown", help="kept in the registry")
        one.add_argument("--snapshot-id", type=snapshot_id, help="instead of the present second")
        one.add_argument("--no-load", action="store_true", help="take what is loaded already")
        one.add_argument("--dry-run", action="store_true", help="only read from HubSpot")
    one = commands.add_parser("score", help="score the latest snapshot")
    which = one.add_mutually_exclusive_group()
    which.add_argument("--snapshot", type=snapshot_id, help="score this one")
    which.add_argument("--all", action="store_true", help="score every one again")
    commands.add_parser("status", help="show the recent snapshots")
    return whole


def snapshot_id(text: str) -> str:
    """A snapshot's id as it was typed.

    Raises:
        argparse.ArgumentTypeError: It is not of the form, or no instant.
    """
    try:
        datetime.strptime(text, "%Y-%m-%dT%H:%M:%S%z")
        if ID_FORM.fullmatch(text):
            return text
    except ValueError:
        pass
    message = f"'{text}' is no snapshot id. Write it in UTC, such as 2026-06-01T12:00:00Z."
    raise argparse.ArgumentTypeError(message)


def ingest_command(warehouse: Warehouse, options: argparse.Namespace) -> int:
    """Take a snapshot."""
    ingest(warehouse, options)
    return 0


def both_command(warehouse: Warehouse, options: argparse.Namespace) -> int:
    """Take a snapshot, then score it."""
    taken = ingest(warehouse, options)
    if taken is not None:
        score(warehouse, [taken], variables(taken))
    return 0


def score_command(warehouse: Warehouse, options: argparse.Namespace) -> int:
    """Score the snapshots that were asked for."""
    completed = warehouse.completed()
    if not completed:
        raise RefusedError("No snapshot is complete. Take one first: crm_scoring.py ingest")
    if options.snapshot and options.snapshot not in completed:
        raise RefusedError(
            f"{options.snapshot} is no complete snapshot; the latest is {completed[-1]}. "
            "See crm_scoring.py status."
        )
    chosen = [options.snapshot] if options.snapshot else completed[-1:]
    chosen = completed if options.all else chosen
    score(warehouse, chosen, {"score_snapshots": "all" if options.all else chosen})
    return 0


def status_command(warehouse: Warehouse, _: argparse.Namespace) -> int:
    """Show the recent snapshots."""
    rows: list[tuple[Any, ...]] = [COLUMNS]
    if warehouse.exists(warehouse.schema, REGISTRY):
        rows += warehouse.recent(MOST_LISTED)
    for snapshot, by, taken, scored, error in rows:
        cells = f"{snapshot:<22}{by or '-':<20}{taken or '-':<18}{scored or '-':<19}{error or ''}"
        sys.stdout.write(" ".join(cells.split("\n")).rstrip() + "\n")
    return 0


COMMANDS = {
    "ingest": ingest_command,
    "score": score_command,
    "both": both_command,
    "status": status_command,
}


def ingest(warehouse: Warehouse, options: argparse.Namespace) -> str | None:
    """Load and take a snapshot; returns its id, or none for a dry run.

    Raises:
        RefusedError: Nothing was begun.
        StepError: It failed, and the registry says so.
    """
    if options.dry_run:
        load(options.limit, dry_run=True)
        say("dry run: nothing was written, registered or published")
        return None
    snapshot = admitted(warehouse, options)
    limit = {"limit": options.limit} if options.limit else {}
    warehouse.register(snapshot, "started", options.trigger_source, limit)
    began = time.monotonic()
    try:
        loaded = take(warehouse, snapshot, options)
    except (StepError, psycopg.Error) as error:
        failed_ingest(warehouse, snapshot, str(error))
        raise
    completed_ingest(warehouse, snapshot, {**limit, "loaded": loaded}, time.monotonic() - began)
    return snapshot


def admitted(warehouse: Warehouse, options: argparse.Namespace) -> str:
    """The id of the snapshot that may be taken."""
    snapshot = str(options.snapshot_id or warehouse.new_id())
    if not warehouse.exists(warehouse.schema, REGISTRY):
        dbt("run", [REGISTRY], variables(snapshot))
    if snapshot in warehouse.completed():
        raise RefusedError(f"{snapshot} is complete and stays as it is. Take another one.")
    if options.no_load and (trouble := trouble_of(warehouse.loads(None))):
        raise RefusedError(
            f"What is loaded is not whole: {trouble}. Load it first (meltano run "
            f"{' '.join(LOAD)}), or leave --no-load out."
        )
    return snapshot


def take(warehouse: Warehouse, snapshot: str, options: argparse.Namespace) -> dict[str, int]:
    """Load, unless told not to, and store the snapshot; returns records by stream."""
    since = None if options.no_load else warehouse.now()
    failure = None
    if not options.no_load:
        try:
            load(options.limit)
        except StepError as error:
            failure = str(error)
    loads = warehouse.loads(since)
    if failure or (trouble := trouble_of(loads)):
        received = ", ".join(f"{stream} {count}" for stream, (_, count) in loads.items())
        raise StepError(f"{failure or trouble}; loaded: {received or 'nothing'}")
    dbt("run", SNAPSHOT_MODELS, variables(snapshot))
    return {stream: count for stream, (_, count) in loads.items()}


def trouble_of(loads: Mapping[str, tuple[str, int]]) -> str:
    """What is wrong with the loads of the streams that a snapshot is made of; empty if nothing."""
    states = {stream: loads.get(stream, ("missing", 0))[0] for stream in STREAMS}
    return ", ".join(
        f"{stream} is {state}" for stream, state in states.items() if state != "success"
    )


def completed_ingest(
    warehouse: Warehouse, snapshot: str, notes: dict[str, Any], seconds: float
) -> None:
    """Register a snapshot that is whole, and tell whoever listens."""
    data = warehouse.counts(DATA_TABLES, snapshot)
    reference = warehouse.counts(REFERENCE_TABLES)
    counts = {"data_tables": data, "reference_tables": reference}
    notes = {**counts, **notes, "seconds": round(seconds, 1)}
    warehouse.register(snapshot, "ingest_completed", "ingest_completion", notes)
    say(f"{snapshot}: {data['companies']} companies and {data['deals']} deals are kept")
    total = sum(data.values()) + sum(reference.values())
    metadata = {
        "triggered_by": "ingest_function",
        "environment": environment(),
        "total_records": total,
        "function_name": "crm-scoring",
    }
    publish(warehouse, "completed", {"snapshot_id": snapshot, **counts, "metadata": metadata})


def failed_ingest(warehouse: Warehouse, snapshot: str, error: str) -> None:
    """Register a snapshot that failed, and tell whoever listens."""
    error = error[:LONGEST_ERROR]
    warehouse.register(snapshot, "failed", "ingest_failure", {"error": error})
    publish(warehouse, "failed", {"snapshot_id": snapshot, "error_message": error})


def variables(snapshot: str) -> dict[str, Any]:
    """What dbt is told about a snapshot: the same in each step, so that it parses once."""
    return {"snapshot_id": snapshot, "score_snapshots": [snapshot]}


def score(warehouse: Warehouse, snapshots: Sequence[str], told: Mapping[str, Any]) -> None:
    """Compute units and history of these snapshots, and register how it went.

    Args:
        warehouse: Where they are.
        snapshots: Their ids.
        told: dbt's variables that choose them.

    Raises:
        StepError: It failed, and the registry says so.
    """
    for snapshot in snapshots:
        warehouse.register(snapshot, "scoring_started", "scoring_start", {})
    began = time.monotonic()
    try:
        dbt("build", SCORE_MODELS, told)
    except StepError as error:
        notes = {"error": str(error)[:LONGEST_ERROR]}
        for snapshot in snapshots:
            warehouse.register(snapshot, "scoring_failed", "scoring_failure", notes)
        raise
    for snapshot in snapshots:
        scored(warehouse, snapshot, time.monotonic() - began)


def scored(warehouse: Warehouse, snapshot: str, seconds: float) -> None:
    """Register the outcome of a scoring: its counts, and what the mapping does not know."""
    unmapped = warehouse.unmapped(snapshot)
    notes = {
        "processed_records": sum(warehouse.counts(DATA_TABLES, snapshot).values()),
        **warehouse.counts(SCORE_TABLES, snapshot),
        **warehouse.counts({"stage_mapping": "hs_stage_mapping"}),
        "processing_time_seconds": round(seconds, 1),
        "unmapped_stages": len(unmapped),
        "unmapped": unmapped[:MOST_LISTED],
    }
    warehouse.register(snapshot, "scoring_completed", "scoring_completion", notes)
    say(f"{snapshot}: {notes['pipeline_units']} units scored, {len(unmapped)} stages unmapped")


if __name__ == "__main__":
    sys.exit(main())
