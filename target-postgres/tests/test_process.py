"""The installed program, as an orchestrator runs it: signals, kills, exit codes, memory."""

from __future__ import annotations

import contextlib
import json
import os
import random
import signal
import subprocess
import sys
import threading
import time
from pathlib import Path

import psycopg
import pytest

PROGRAM = str(Path(sys.executable).with_name("target-postgres"))


@pytest.fixture
def start(warehouse, tmp_path):
    """Start the program on a pipe; it is gone at the end whatever happens."""
    running = []

    def begin(**config):
        path = tmp_path / f"config{len(running)}.json"
        path.write_text(json.dumps(warehouse.settings(**config)))
        process = subprocess.Popen(
            [PROGRAM, "--config", str(path)],
            stdin=subprocess.PIPE,
            stdout=subprocess.PIPE,
            stderr=subprocess.PIPE,
        )
        running.append(process)
        return process

    yield begin
    for process in running:
        process.kill()
        process.wait(timeout=10)
        for pipe in (process.stdin, process.stdout, process.stderr):
            with contextlib.suppress(BrokenPipeError):
                pipe.close()


def send(process, *messages):
    process.stdin.write("".join(json.dumps(each) + "\n" for each in messages).encode())
    process.stdin.flush()


def until(condition, seconds=15):
    end = time.monotonic() + seconds
    while not condition():
        assert time.monotonic() < end, "it did not happen in time"
        time.sleep(0.01)


def bookmark(say, n):
    return say.state(bookmarks={"people": {"v": n}})


def test_sigterm_stores_what_was_read_emits_its_state_and_exits_143(start, warehouse, say):
    process = start()
    send(
        process, say.schema(id=say.integer), *(say.record(id=n) for n in range(5)), bookmark(say, 4)
    )
    until(lambda: warehouse.query("SELECT to_regclass('people') AS t")[0]["t"])
    time.sleep(0.3)
    process.send_signal(signal.SIGTERM)
    out, _ = process.communicate(timeout=15)
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(out) == {"bookmarks": {"people": {"v": 4}}}
    assert warehouse.values("id") == [0, 1, 2, 3, 4]
    assert warehouse.log()[0]["status"] == "interrupted"


def test_sigterm_within_a_batch_waits_for_its_commit_and_prints_no_state_before(
    start, warehouse, say
):
    schema = say.schema(id=say.integer)
    warehouse.load(schema, say.record(id=1))
    process = start(batch_size_rows=3)
    with psycopg.connect(warehouse.url) as holder:
        holder.execute(f'SELECT 1 FROM "{warehouse.schema}".people WHERE id = 1 FOR UPDATE')
        send(
            process, schema, *(say.record(id=n) for n in (1, 2)), bookmark(say, 2), say.record(id=3)
        )
        waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: warehouse.query(waiting)[0]["n"])
        process.send_signal(signal.SIGTERM)
        time.sleep(0.5)
        assert process.poll() is None
        os.set_blocking(process.stdout.fileno(), False)
        assert not process.stdout.read()
        os.set_blocking(process.stdout.fileno(), True)
        holder.rollback()
    out, _ = process.communicate(timeout=15)
    assert process.returncode == 128 + signal.SIGTERM
    assert json.loads(out.splitlines()[-1]) == {"bookmarks": {"people": {"v": 2}}}
    assert warehouse.values("id") == [1, 2, 3]


def test_a_second_signal_ends_at_once_and_emits_nothing(start, warehouse, say):
    schema = say.schema(id=say.integer)
    warehouse.load(schema, say.record(id=1))
    process = start(batch_size_rows=1)
    with psycopg.connect(warehouse.url) as holder:
        holder.execute(f'SELECT 1 FROM "{warehouse.schema}".people WHERE id = 1 FOR UPDATE')
        send(process, schema, bookmark(say, 1), say.record(id=1))
        waiting = "SELECT count(*) AS n FROM pg_stat_activity WHERE wait_event_type = 'Lock'"
        until(lambda: warehouse.query(waiting)[0]["n"])
        process.send_signal(signal.SIGTERM)
        time.sleep(0.3)
        process.send_signal(signal.SIGTERM)
        out, _ = process.communicate(timeout=15)
    assert process.returncode == 128 + signal.SIGTERM
    assert out == b""


def test_a_silent_tap_does_not_hold_back_rows_that_are_old_enough(start, warehouse, say):
    process = start(batch_max_age_seconds=0.2)
    send(process, say.schema(id=say.integer), say.record(id=1), bookmark(say, 1))
    line = process.stdout.readline()
    assert json.loads(line) == {"bookmarks": {"people": {"v": 1}}}
    assert warehouse.values("id") == [1]


def test_a_failure_exits_non_zero_and_says_what_to_do(start, say):
    process = start(database_url="postgresql://nobody@127.0.0.1:1/none", connect_patience_seconds=0)
    process.stdin.write(json.dumps(say.schema(id=say.integer)).encode() + b"\n")
    out, err = process.communicate(timeout=15)
    assert process.returncode == 1
    assert b"Possible causes" in err
    assert b"Traceback" not in err
    assert out == b""


def _input(path, say, records):
    with path.open("w") as file:
        file.write(json.dumps(say.schema(id=say.integer, name=say.text)) + "\n")
        for n in range(records):
            file.write(json.dumps(say.record(id=n, name=f"person {n}")) + "\n")
            if n % 50 == 49:
                file.write(json.dumps(bookmark(say, n)) + "\n")


def _from(path, position):
    schema, *rest = path.read_bytes().splitlines(keepends=True)
    start = 0
    if position >= 0:
        marker = json.dumps({"people": {"v": position}}).encode()
        start = next(index for index, line in enumerate(rest) if marker in line) + 1
    return schema + b"".join(rest[start:])


class Feeder:
    """Writes input and collects states beside the program, which may die at any time."""

    def __init__(self, process, data):
        self.process, self.data, self.states = process, data, []
        work = (self._write, self._read, process.stderr.read)
        self.threads = [threading.Thread(target=each) for each in work]
        for thread in self.threads:
            thread.start()

    def _write(self):
        with contextlib.suppress(BrokenPipeError):
            self.process.stdin.write(self.data)
            self.process.stdin.close()

    def _read(self):
        for line in self.process.stdout:
            if line.endswith(b"\n"):
                self.states.append(json.loads(line)["bookmarks"]["people"]["v"])

    def wait(self):
        for thread in self.threads:
            thread.join(30)


def _killed_run(start, data, states, delay):
    """Kill the program after some states and a little longer; answer with the states."""
    feeder = Feeder(start(batch_size_rows=100), data)
    until(lambda: len(feeder.states) >= states or feeder.process.poll() is not None)
    time.sleep(delay)
    feeder.process.kill()
    feeder.wait()
    return feeder.states


@pytest.mark.parametrize(
    "seed",
    [*range(4), *(pytest.param(seed, marks=pytest.mark.nightly) for seed in range(4, 14))],
)
def test_killed_at_five_random_moments_nothing_is_lost_or_doubled(
    start, warehouse, say, tmp_path, seed
):
    path = tmp_path / "input.singer"
    _input(path, say, 20_000)
    chance, position = random.Random(seed), -1
    for _ in range(5):
        states, delay = chance.randrange(12), chance.uniform(0, 0.03)
        reached = _killed_run(start, _from(path, position), states, delay)
        position = reached[-1] if reached else position
    assert 0 < position < 19_999
    last = Feeder(start(batch_size_rows=5_000), _from(path, position))
    last.wait()
    assert last.process.wait(timeout=30) == 0
    count = "SELECT count(*) AS n, count(DISTINCT id) AS d, min(id), max(id) FROM people"
    assert warehouse.query(count) == [{"n": 20_000, "d": 20_000, "min": 0, "max": 19_999}]
    wrong = "SELECT count(*) AS n FROM people WHERE name <> 'person ' || id"
    assert warehouse.query(wrong) == [{"n": 0}]


MEASURE = """
import resource, subprocess, sys
done = subprocess.run(sys.argv[1:], stdin=sys.stdin, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL)
print(done.returncode, resource.getrusage(resource.RUSAGE_CHILDREN).ru_maxrss // 1024)
"""


def _resident(warehouse, tmp_path, say, records, width):
    config = tmp_path / "config.json"
    config.write_text(json.dumps(warehouse.settings()))
    path = tmp_path / "input.singer"
    columns = {f"c{n}": say.text for n in range(width)}
    row = json.dumps({f"c{n}": f"some words in column {n}" for n in range(width)})[1:]
    with path.open("w") as file:
        file.write(json.dumps(say.schema(id=say.integer, **columns)) + "\n")
        for n in range(records):
            file.write(f'{{"type": "RECORD", "stream": "people", "record": {{"id": {n}, {row}}}\n')
    with path.open("rb") as file:
        done = subprocess.run(
            [sys.executable, "-c", MEASURE, PROGRAM, "--config", str(config)],
            stdin=file,
            capture_output=True,
            text=True,
            check=True,
            timeout=600,
        )
    code, megabytes = map(int, done.stdout.split())
    assert code == 0
    assert warehouse.query("SELECT count(*) AS n FROM people") == [{"n": records}]
    return megabytes


@pytest.mark.capability("S2-41", "S4-51")
def test_memory_stays_under_200_megabytes(warehouse, tmp_path, say):
    assert _resident(warehouse, tmp_path, say, 60_000, 60) < 200


@pytest.mark.nightly
def test_memory_stays_under_200_megabytes_for_a_million_records(warehouse, tmp_path, say):
    assert _resident(warehouse, tmp_path, say, 1_000_000, 10) < 200
