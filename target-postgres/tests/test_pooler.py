"""Through a real PgBouncer in transaction mode, which is what Neon's pooled endpoints are."""

from __future__ import annotations

import os
import shutil
import subprocess
import tempfile
import time
from pathlib import Path

import psycopg
import pytest
from psycopg.conninfo import conninfo_to_dict
from sandbox.postgres import free_port

CONFIG = """
[databases]
* = host={host} port={port} user={user} password={password}
[pgbouncer]
listen_addr = 127.0.0.1
listen_port = {listen}
unix_socket_dir =
auth_type = any
pool_mode = transaction
default_pool_size = 2
max_client_conn = 20
logfile = {directory}/log
"""


@pytest.fixture(scope="module")
def pooled_url(database):
    program = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
    directory = Path(tempfile.mkdtemp(prefix="pgbouncer"))
    directory.chmod(0o777)
    parts, listen = conninfo_to_dict(database.tcp_url), free_port()
    config = directory / "pgbouncer.ini"
    config.write_text(CONFIG.format(**parts, listen=listen, directory=directory))
    user = ["-u", "nobody"] if os.geteuid() == 0 else []
    process = subprocess.Popen([program, *user, str(config)], stderr=subprocess.DEVNULL)
    url = f"postgresql://postgres@127.0.0.1:{listen}/{database.name}"
    try:
        _until_it_answers(url)
        yield url
    finally:
        process.terminate()
        process.wait(timeout=10)
        shutil.rmtree(directory)


def _until_it_answers(url):
    end = time.monotonic() + 10
    while True:
        try:
            psycopg.connect(url).close()
        except psycopg.OperationalError:
            assert time.monotonic() < end, "pgbouncer does not answer"
            time.sleep(0.05)
        else:
            return


def test_everything_works_through_a_transaction_mode_pooler(warehouse, say, pooled_url):
    schema = say.schema(id=say.integer, at=say.instant, name=say.text)
    later = say.schema(id=say.integer, at=say.instant, name=say.text, more=say.text)
    version = {"type": "ACTIVATE_VERSION", "stream": "people", "version": 2}
    messages = [schema]
    for n in range(40):
        messages += [say.record(id=n, at="2026-07-01T12:00:00", name=f"n{n}", version=1)]
    messages += [say.record(id=7, at="never"), later]
    messages += [say.record(id=3, more="x", version=2), version, say.state(done=1)]
    pooled = {"database_url": pooled_url, "batch_size_rows": 8}
    assert warehouse.load(*messages, **pooled)[-1] == {"done": 1}
    assert warehouse.load(*messages, **pooled)[-1] == {"done": 1}
    assert len(warehouse.rows()) == 40
    assert len(warehouse.rejected()) == 2
    alive = [row["id"] for row in warehouse.rows() if row["_sdc_deleted_at"] is None]
    assert alive == [3]


def test_no_setting_of_ours_stays_behind_in_a_pooled_session(warehouse, say, pooled_url):
    with psycopg.connect(pooled_url, autocommit=True, prepare_threshold=None) as other:
        before = other.execute("SHOW TimeZone").fetchone()
    warehouse.load(say.schema(id=say.integer), say.record(id=1), database_url=pooled_url)
    for _ in range(3):
        with psycopg.connect(pooled_url, autocommit=True, prepare_threshold=None) as other:
            assert other.execute("SHOW TimeZone").fetchone() == before
            tables = other.execute("SELECT count(*) FROM pg_class WHERE relpersistence = 't'")
            assert tables.fetchone() == (0,)
            assert other.execute("SELECT count(*) FROM pg_prepared_statements").fetchone() == (0,)
