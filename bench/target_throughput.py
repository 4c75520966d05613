"""target-postgres beside its peers and beside the floor, in one run.

Throughput is marginal, from 20,000 to 60,000 records of 100 properties, so that start-up
cancels; start-up, a load of one record, stands beside it. Contenders take turns and the best
of their rounds counts, because a shared machine only ever makes a run slower. CPU seconds are
those of the loader and of the server together, for the larger input.

Usage: target_throughput.py [--quick] [--rounds N] [--only NAME ...]
"""

from __future__ import annotations

import argparse
import json
import os
import resource
import subprocess
import sys
import time
from dataclasses import dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import urlsplit

import psycopg
from psycopg.conninfo import conninfo_to_dict
from sandbox.postgres import Database, embedded_postgres
from target_input import STREAM, write_input

CACHE = Path(__file__).parent.parent / ".bench"
FULL = (20_000, 60_000)
QUICK = (4_000, 12_000)
ONE = 1
ROUNDS = 3
#: Slow peers get fewer rounds: their runs take minutes and noise is small beside them.
SLOW_ROUNDS = 1
TIMEOUT_SECONDS = 900

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    Config = dict[str, object]


@dataclass
class Run:
    """One measured load."""

    wall: float
    cpu: float


@dataclass
class Contender:
    """A loader to measure.

    Attributes:
        name: The row's name.
        command: Makes the command line for (schema, input, database).
        reads_input: The input file comes on standard input.
        rounds: How many times each size is loaded at most.
        runs: What was measured, by number of records.
        problem: Why there is no measurement.
    """

    name: str
    command: Callable[[str, Path, Database], list[str]]
    reads_input: bool = True
    rounds: int = ROUNDS
    runs: dict[int, list[Run]] = field(default_factory=dict)
    problem: str = ""


def _stat(process: int) -> list[str]:
    """The fields of /proc/PID/stat from the process's state on."""
    return Path(f"/proc/{process}/stat").read_text().rpartition(")")[2].split()


def _server_cpu(database: Database) -> float:
    with psycopg.connect(database.url) as connection:
        postmaster = int(_stat(connection.info.backend_pid)[1])
    ticks = sum(int(value) for value in _stat(postmaster)[11:15])
    for entry in Path("/proc").glob("[0-9]*"):
        try:
            fields = _stat(int(entry.name))
        except OSError:
            continue
        if int(fields[1]) == postmaster:
            ticks += int(fields[11]) + int(fields[12])
    return ticks / os.sysconf("SC_CLK_TCK")


def _children_cpu() -> float:
    usage = resource.getrusage(resource.RUSAGE_CHILDREN)
    return usage.ru_utime + usage.ru_stime


def measure(contender: Contender, records: int, database: Database) -> Run:
    """Load one input into an empty schema and check that every record arrived."""
    source = CACHE / f"input-{records}.jsonl"
    schema = f"bench_{time.monotonic_ns()}"
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f"CREATE SCHEMA {schema}".encode())
        connection.execute("CHECKPOINT")
    server, own, began = _server_cpu(database), _children_cpu(), time.perf_counter()
    with source.open("rb") as file:
        done = subprocess.run(
            contender.command(schema, source, database),
            stdin=file if contender.reads_input else None,
            capture_output=True,
            text=True,
            check=False,
            timeout=TIMEOUT_SECONDS,
        )
    wall = time.perf_counter() - began
    cpu = _children_cpu() - own + _server_cpu(database) - server
    try:
        _check(done, schema, records, database)
    finally:
        with psycopg.connect(database.url, autocommit=True) as connection:
            connection.execute(f"DROP SCHEMA {schema} CASCADE".encode())
    return Run(wall, cpu)


def _check(
    done: subprocess.CompletedProcess[str], schema: str, records: int, database: Database
) -> None:
    if done.returncode:
        last = (done.stderr.strip().splitlines() or ["no message"])[-1]
        raise RuntimeError(f"exit code {done.returncode}: {last[:120]}")
    with psycopg.connect(database.url) as connection:
        found = connection.execute(f'SELECT count(*) FROM {schema}."{STREAM}"'.encode()).fetchone()
    if found != (records,):
        raise RuntimeError(f"loaded {found} instead of {records}")


def _config(name: str, schema: str, settings: Config) -> str:
    path = CACHE / f"{name}.json"
    path.write_text(json.dumps({**settings, "default_target_schema": schema}))
    return str(path)


def _tcp(database: Database) -> Config:
    parts = conninfo_to_dict(database.tcp_url)
    return {
        "host": parts["host"],
        "port": int(urlsplit(database.tcp_url).port or 0),
        "user": parts["user"],
        "password": parts["password"],
    }


def _floor(schema: str, source: Path, database: Database) -> list[str]:
    script = Path(__file__).with_name("target_floor.py")
    return [sys.executable, str(script), database.tcp_url, schema, str(source)]


def _ours(schema: str, _source: Path, database: Database) -> list[str]:
    config = _config("ours", schema, {"database_url": database.tcp_url})
    return [str(Path(sys.executable).with_name("target-postgres")), "--config", config]


def _peer(
    package: str, database_key: str, extra: Config
) -> Callable[[str, Path, Database], list[str]]:
    def command(schema: str, _source: Path, database: Database) -> list[str]:
        settings = {**_tcp(database), database_key: database.name, **extra}
        config = _config(package, schema, settings)
        return [str(CACHE / package / "bin" / "target-postgres"), "--config", config]

    return command


def install(package: str) -> str:
    """Install a peer into its own environment; answer why that failed, or nothing."""
    home = CACHE / package
    if (home / "bin" / "target-postgres").exists():
        return ""
    uv = str(Path(sys.executable).with_name("uv"))
    if not Path(uv).exists():
        uv = "uv"
    python = str(home / "bin" / "python")
    for command in (
        [uv, "venv", "-q", "--clear", str(home)],
        [uv, "pip", "install", "-q", "--python", python, package],
    ):
        try:
            done = subprocess.run(command, capture_output=True, text=True, check=False, timeout=600)
        except (OSError, subprocess.TimeoutExpired) as error:
            return f"not installed: {type(error).__name__}"
        if done.returncode:
            return f"not installed: {(done.stderr.strip().splitlines() or ['?'])[-1][:120]}"
    return ""


def contenders() -> list[Contender]:
    """Everything there is to measure, peers installed."""
    meltano, pipelinewise = "meltanolabs-target-postgres", "pipelinewise-target-postgres"
    tuned: Config = {"use_copy": True, "validate_records": False}
    found = [
        Contender("floor", _floor, reads_input=False),
        Contender("target-postgres", _ours),
        Contender(f"{meltano} (tuned)", _peer(meltano, "database", tuned)),
        Contender(f"{meltano} (default)", _peer(meltano, "database", {}), rounds=SLOW_ROUNDS),
        Contender(pipelinewise, _peer(pipelinewise, "dbname", {}), rounds=SLOW_ROUNDS),
    ]
    for each in found[2:]:
        each.problem = install(each.name.split()[0])
    return found


def race(
    entered: list[Contender], sizes: tuple[int, int], rounds: int, database: Database
) -> Iterator[str]:
    """Let the contenders take turns; yield a word of progress for each run."""
    for number in range(rounds):
        for size in (ONE, *sizes):
            for each in entered:
                if each.problem or number >= each.rounds:
                    continue
                try:
                    run = measure(each, size, database)
                except (RuntimeError, subprocess.TimeoutExpired, psycopg.Error) as error:
                    each.problem = str(error).splitlines()[0]
                    continue
                each.runs.setdefault(size, []).append(run)
                yield f"  round {number + 1}: {each.name} {size}: {run.wall:.1f} s"


def marginal(contender: Contender, sizes: tuple[int, int]) -> tuple[float, float, float]:
    """Return records per wall second, per CPU second, and start-up seconds."""
    small, large = (min(contender.runs[size], key=lambda run: run.wall) for size in sizes)
    cpu = [min(run.cpu for run in contender.runs[size]) for size in sizes]
    more = sizes[1] - sizes[0]
    rate = more / max(large.wall - small.wall, 1e-9)
    startup = min(run.wall for run in contender.runs[ONE])
    return rate, more / max(cpu[1] - cpu[0], 1e-9), startup


def table(entered: list[Contender], sizes: tuple[int, int]) -> Iterator[str]:
    """Yield the lines of the result."""
    yield (
        f"{'':38}{'records/s':>10}{'of floor':>10}{'rec/CPU s':>11}"
        f"{'start-up s':>12}{'wall s':>9}{'CPU s':>8}"
    )
    base = 0.0
    for each in entered:
        if each.problem or not each.runs.keys() >= {ONE, *sizes}:
            yield f"{each.name:38}  {each.problem or 'not measured'}"
            continue
        rate, per_cpu, startup = marginal(each, sizes)
        base = base or rate
        large = each.runs[sizes[1]]
        yield (
            f"{each.name:38}{rate:>10,.0f}{rate / base:>9.0%} {per_cpu:>11,.0f}{startup:>12.2f}"
            f"{min(run.wall for run in large):>9.2f}{min(run.cpu for run in large):>8.2f}"
        )


def main() -> None:
    """Measure and print."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--quick", action="store_true", help="a tenth of the time, more noise")
    parser.add_argument("--rounds", type=int, default=ROUNDS)
    parser.add_argument("--only", nargs="*", default=[], help="only rows whose name has this")
    options = parser.parse_args()
    sizes, rounds = (QUICK, 1) if options.quick else (FULL, options.rounds)
    CACHE.mkdir(exist_ok=True)
    for size in (ONE, *sizes):
        write_input(CACHE / f"input-{size}.jsonl", size)
    entered = contenders()
    if options.only:
        entered = [each for each in entered if any(word in each.name for word in options.only)]
    with embedded_postgres(CACHE / "postgres") as database:
        for word in race(entered, sizes, rounds, database):
            print(word, file=sys.stderr, flush=True)
    print(f"marginal throughput, {sizes[0]:,} to {sizes[1]:,} records x 100 properties, half null")
    for line in table(entered, sizes):
        print(line)


if __name__ == "__main__":
    main()
