"""STATE leaves when what it stands for is committed, and never before."""

from __future__ import annotations

import io
import json
import re
import threading
from contextlib import redirect_stdout

import psycopg
import pytest
from singer_sdk.exceptions import FatalSyncError, RecordsWithoutSchemaException
from target_postgres.batches import Counts
from target_postgres.layout import wanted_layout
from target_postgres.loading import Limits, Loading
from target_postgres.writer import PostgresWriter


def bookmark(n):
    return {"bookmarks": {"people": {"replication_key_value": n}}}


@pytest.mark.capability("S0-29", "S4-42")
def test_states_come_out_in_order_and_the_last_one_comes_out(warehouse, say):
    messages = [say.schema(id=say.integer)]
    for n in range(10):
        messages += [say.record(id=n), say.state(**bookmark(n))]
    emitted = warehouse.load(*messages, batch_size_rows=3)
    positions = [state["bookmarks"]["people"]["replication_key_value"] for state in emitted]
    assert positions == sorted(set(positions))
    assert positions[-1] == 9
    assert len(positions) > 1


def test_a_state_is_emitted_only_when_its_rows_can_be_read(warehouse, say, monkeypatch):
    seen = []

    class Watch(io.StringIO):
        def write(self, text):
            if text.strip():
                upto = json.loads(text)["bookmarks"]["people"]["replication_key_value"]
                seen.append((upto, max(warehouse.values("id"))))
            return len(text)

    messages = [say.schema(id=say.integer)]
    for n in range(20):
        messages += [say.record(id=n), say.state(**bookmark(n))]
    text = "".join(json.dumps(each) + "\n" for each in messages)
    with redirect_stdout(Watch()):
        warehouse.target(batch_size_rows=4).listen(io.StringIO(text))
    assert seen[-1] == (19, 19)
    assert all(stored >= upto for upto, stored in seen)


@pytest.mark.capability("S2-25", "S4-53")
def test_a_batch_that_fails_leaves_nothing_and_its_state_stays_in(warehouse, say):
    warehouse.load(say.schema(id=say.integer))
    warehouse.query(
        "CREATE FUNCTION refuse() RETURNS trigger LANGUAGE plpgsql AS "
        "$$ BEGIN IF NEW.id = 5 THEN PERFORM no_such_function(); END IF; RETURN NEW; END $$"
    )
    warehouse.query(
        "CREATE TRIGGER t BEFORE INSERT ON people FOR EACH ROW EXECUTE FUNCTION refuse()"
    )
    messages = [say.schema(id=say.integer)]
    for n in range(8):
        messages += [say.record(id=n), say.state(**bookmark(n))]
    out = io.StringIO()
    text = "".join(json.dumps(each) + "\n" for each in messages)
    with redirect_stdout(out), pytest.raises(FatalSyncError, match="UndefinedFunction"):
        warehouse.target(batch_size_rows=4).listen(io.StringIO(text))
    assert warehouse.values("id") == [0, 1, 2, 3]
    emitted = [json.loads(line) for line in out.getvalue().splitlines()]
    assert emitted == [bookmark(2)]
    assert warehouse.log()[-1]["status"] == "failed"
    assert warehouse.log()[-1]["state_after"] == {"replication_key_value": 2}


@pytest.mark.capability("S4-48", "S4-49")
def test_the_log_says_what_a_run_did_and_where_it_began_and_ended(warehouse, say):
    schema = say.schema(id=say.integer)
    warehouse.load(schema, say.record(id=1), say.state(**bookmark(1)))
    warehouse.load(schema, say.record(id=1), say.record(id=2), say.state(**bookmark(2)))
    first, second = warehouse.log()
    assert first["status"] == second["status"] == "success"
    assert first["state_before"] is None
    assert second["state_before"] == first["state_after"] == {"replication_key_value": 1}
    assert second["state_after"] == {"replication_key_value": 2}
    assert (second["received"], second["inserted"], second["updated"]) == (2, 1, 1)
    assert second["started_at"] <= second["updated_at"] <= second["finished_at"]


def test_a_run_that_was_killed_is_marked_by_the_next_one(warehouse, say):
    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    warehouse.query("UPDATE _sync_log SET status = 'running', finished_at = NULL")
    warehouse.load(say.schema(id=say.integer), say.record(id=1))
    assert [row["status"] for row in warehouse.log()] == ["interrupted", "success"]


def test_input_that_ends_within_a_message_keeps_what_came_before_and_fails(warehouse, say):
    whole = [say.schema(id=say.integer), say.record(id=1), say.state(**bookmark(1))]
    text = "".join(json.dumps(each) + "\n" for each in whole) + json.dumps(say.record(id=2))[:-9]
    out = io.StringIO()
    with redirect_stdout(out), pytest.raises(FatalSyncError, match="middle of a message"):
        warehouse.target().listen(io.StringIO(text))
    assert json.loads(out.getvalue()) == bookmark(1)
    assert warehouse.values("id") == [1]
    assert warehouse.rejected() == []
    assert warehouse.log()[-1]["status"] == "failed"


def test_a_last_line_without_line_break_is_read(warehouse, say):
    warehouse.load_text(f"{json.dumps(say.schema(id=say.integer))}\n{json.dumps(say.record(id=1))}")
    assert warehouse.values("id") == [1]


def test_a_record_before_its_schema_is_refused_by_name(warehouse, say):
    with pytest.raises(RecordsWithoutSchemaException, match="people"):
        warehouse.load(say.record(id=1))


def test_one_log_row_holds_for_two_streams_each_with_its_own_bookmark(warehouse, say):
    state = {"bookmarks": {"people": {"v": 1}, "pets": {"v": 2}}}
    warehouse.load(
        say.schema(id=say.integer),
        say.schema("pets", id=say.integer),
        say.record(id=1),
        say.record("pets", id=1),
        say.state(**state),
    )
    assert warehouse.log("people")[0]["state_after"] == {"v": 1}
    assert warehouse.log("pets")[0]["state_after"] == {"v": 2}


class FakeWriter:
    """Remembers batches instead of writing them."""

    def __init__(self):
        self.batches = []
        self.before = bool

    def prepare(self, wanted):
        return wanted

    def write(self, batch):
        self.before()
        self.batches.append(batch)
        return {part.layout.stream: Counts(received=part.received) for part in batch.streams}

    def finish(self, streams, status, state):
        pass


class Clock:
    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now


@pytest.fixture
def loading(say):
    writer, clock, emitted = FakeWriter(), Clock(), []
    loading = Loading(writer, Limits(rows=100, size=50_000, seconds=60), emitted.append, clock)
    config = {"default_target_schema": "s", "add_record_metadata": True, "activate_version": True}
    message = say.schema(id=say.integer, name=say.text)
    loading.open(wanted_layout("people", message["schema"], ["id"], config=config))
    yield loading, writer, clock, emitted
    loading.abort()


def add(loading, record):
    intake = loading.intake("people")
    intake.add(json.dumps(record).encode())
    loading.after(intake)


@pytest.mark.capability("S4-56")
def test_records_are_read_while_the_batch_before_is_still_being_written(loading, say):
    loading, writer, _, emitted = loading
    may_end = threading.Event()
    writer.before = may_end.wait
    add(loading, say.record(id=1))
    loading.remember({"n": 1})
    loading.flush()
    add(loading, say.record(id=2))
    loading.remember({"n": 2})
    loading.tick()
    assert emitted == []
    assert loading.intake("people").batch.received == 1
    may_end.set()
    loading.finish()
    assert emitted == [{"n": 1}, {"n": 2}]


@pytest.mark.capability("S4-55")
def test_one_connection_serves_all_streams_and_batches(warehouse, say, monkeypatch):
    opened, threads = [], set()
    connect, write = psycopg.connect, PostgresWriter.write

    def count(*args, **kwargs):
        opened.append(connect(*args, **kwargs))
        return opened[-1]

    def note(self, batch):
        threads.add(threading.get_ident())
        return write(self, batch)

    monkeypatch.setattr("target_postgres.connection.psycopg.connect", count)
    monkeypatch.setattr(PostgresWriter, "write", note)
    target = warehouse.target(batch_size_rows=2)
    streams = [f"s{n}" for n in range(10)]
    messages = [say.schema(stream, id=say.integer) for stream in streams]
    messages += [say.record(stream, id=n) for n in range(5) for stream in streams]
    target.listen(io.StringIO("".join(json.dumps(each) + "\n" for each in messages)))
    assert target.max_parallelism == 1
    assert len(opened) == len(threads) == 1
    assert all(len(warehouse.rows(stream)) == 5 for stream in streams)


@pytest.mark.capability("S2-37", "S2-40", "S4-47", "S4-49")
def test_the_log_ends_with_counts_and_rate(warehouse, say, caplog):
    caplog.set_level("INFO")
    warehouse.load(say.schema(id=say.integer), say.record(id=1), say.record(id=2))
    assert "stream=people received=2 inserted=2 updated=0 deleted=0 rejected=0" in caplog.text
    assert re.search(r"run status=success records=2 .*records_per_second=\d+", caplog.text)


@pytest.mark.capability("S4-37", "S4-43")
def test_no_batch_has_more_rows_than_allowed(loading, say):
    loading, writer, _, _ = loading
    for n in range(250):
        add(loading, say.record(id=n))
    loading.finish()
    assert [batch.streams[0].received for batch in writer.batches] == [100, 100, 50]


@pytest.mark.capability("S2-41")
def test_a_batch_closes_when_it_holds_enough_bytes(loading, say):
    loading, writer, _, _ = loading
    for n in range(6):
        add(loading, say.record(id=n, name="x" * 20_000))
    loading.finish()
    assert [batch.streams[0].received for batch in writer.batches] == [3, 3]


def test_a_batch_closes_when_it_is_old_even_if_nothing_more_comes(loading, say):
    loading, writer, clock, emitted = loading
    add(loading, say.record(id=1))
    loading.remember({"n": 1})
    clock.now = 59
    loading.tick()
    assert writer.batches == []
    clock.now = 60
    loading.tick()
    loading.finish()
    assert len(writer.batches) == 1
    assert emitted == [{"n": 1}]


def test_a_broken_connection_is_opened_again_and_the_batch_is_stored_once(
    warehouse, say, monkeypatch
):
    from target_postgres import writer as module

    broken = []
    original = module.PostgresWriter._write

    def break_after(self, connection, batch):
        results = original(self, connection, batch)
        if not broken:
            broken.append(1)
            with psycopg.connect(warehouse.url, autocommit=True) as other:
                other.execute("SELECT pg_terminate_backend(%s)", (connection.info.backend_pid,))
        return results

    monkeypatch.setattr(module.PostgresWriter, "_write", break_after)
    warehouse.load(say.schema(keys=(), n=say.integer), say.record(n=1), say.record(n=2))
    assert broken
    assert warehouse.values("n", order="n") == [1, 2]
    assert warehouse.log()[0]["inserted"] == 2


def test_a_commit_whose_answer_was_lost_is_not_repeated(warehouse, say, monkeypatch):
    from target_postgres import writer as module

    lost = []
    original = module.PostgresWriter._once

    def lose_the_answer(self, work):
        result = original(self, work)
        if isinstance(result, dict) and not lost:
            lost.append(1)
            raise psycopg.OperationalError("the connection went away")
        return result

    monkeypatch.setattr(module.PostgresWriter, "_once", lose_the_answer)
    monkeypatch.setattr("time.sleep", lambda seconds: None)
    warehouse.load(say.schema(keys=(), n=say.integer), say.record(n=1), say.record(n=2))
    assert lost
    assert warehouse.values("n", order="n") == [1, 2]
