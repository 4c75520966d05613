# ruff: noqa: INP001 - it lies beside the program that imports it
"""What the CRM scoring runs, and whom it tells: the load, the models, events, its own words."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from collections import deque
from datetime import datetime, timezone
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from crm_registry import Warehouse

ROOT = Path(__file__).resolve().parents[1]
LOAD = ("tap-hubspot", "target-postgres")


class StepError(Exception):
    """A step failed; the message says which and why."""


def publish(warehouse: Warehouse, what: str, data: dict[str, Any]) -> None:
    """Send an event; trouble is told and changes nothing about the snapshot."""
    now = datetime.now(timezone.utc).strftime("%Y-%m-%dT%H:%M:%SZ")
    event = {
        "type": f"hubspot.snapshot.{what}",
        "version": "1.0",
        "timestamp": now,
        "source": f"hubspot-ingest-{environment()}",
        "environment": environment(),
        "data": {**data, "timestamp": now},
    }
    channel = f"hubspot_events_{environment()}"
    try:
        warehouse.notify(channel, json.dumps(event))
    except psycopg.Error as error:
        say(f"no event was published on {channel}, the snapshot is not touched by that: {error}")


def environment() -> str:
    """The environment's name, as Meltano has it."""
    return os.environ.get("MELTANO_ENVIRONMENT") or "dev"


def load(limit: int, *, dry_run: bool = False) -> None:
    """Run tap and target.

    Raises:
        StepError: It failed.
    """
    settings = {"TAP_HUBSPOT_LIMIT": str(limit)} if limit else {}
    settings |= {"TARGET_POSTGRES_DRY_RUN": "true"} if dry_run else {}
    if status := run(["meltano", "run", *LOAD], settings)[0]:
        raise StepError(f"the load ended with exit status {status}, see its log")


def dbt(command: str, models: Sequence[str], variables: Mapping[str, Any]) -> None:
    """Run dbt over some models of the project beside this folder.

    Raises:
        StepError: It failed; the message ends with what dbt wrote last.
    """
    folders = ["--project-dir", str(ROOT / "transform")]
    folders += ["--profiles-dir", str(ROOT / "transform" / "profiles")]
    words = ["dbt", "--quiet", "--no-use-colors", command, *folders]
    words += ["--exclude-resource-type", "unit_test"] if command == "build" else []
    status, lines = run([*words, "--select", *models, "--vars", json.dumps(variables)], {})
    if status:
        raise StepError(f"dbt {command} ended with exit status {status}: {lines}")


def run(command: Sequence[str], settings: Mapping[str, str]) -> tuple[int, str]:
    """Run a command, its output going where this program's goes; returns exit status and end."""
    say(" ".join(command))
    last: deque[str] = deque(maxlen=20)
    with subprocess.Popen(  # noqa: S603 - our own words
        command,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        env={**os.environ, **settings},
    ) as process:
        for line in process.stdout or ():
            sys.stderr.write(line)
            last.append(line)
    return process.returncode, "".join(last).strip()


def say(text: str) -> None:
    """Tell whoever watches."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()
