"""A real PostgreSQL for every test, one empty schema each."""

from __future__ import annotations

import io
import json
import os
import shutil
import uuid
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import psycopg
import pytest
from psycopg.rows import dict_row
from sandbox.postgres import embedded_postgres
from target_postgres.target import TargetPostgres

# The pooler's test needs the real program (Debian: apt-get install pgbouncer), which is no
# Python package; where it is not installed there is nothing to collect, and the header says so.
PGBOUNCER = shutil.which("pgbouncer", path=f"{os.environ.get('PATH', '')}:/usr/sbin")
collect_ignore = [] if PGBOUNCER else ["test_pooler.py"]


def pytest_report_header():
    return f"pgbouncer: {PGBOUNCER or 'not installed, test_pooler.py is left out'}"


@pytest.fixture(scope="session")
def database(tmp_path_factory):
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as running:
        yield running


def schema_message(stream="people", keys=("id",), **properties):
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties},
        "key_properties": list(keys),
    }


def record_message(stream="people", version=None, **record):
    message = {"type": "RECORD", "stream": stream, "record": record}
    return message if version is None else {**message, "version": version}


def state_message(**value):
    return {"type": "STATE", "value": value}


@dataclass
class Warehouse:
    """One schema of the database, and ways to load into it and look at it."""

    url: str
    schema: str
    config: dict[str, Any] = field(default_factory=dict)

    def settings(self, **config):
        base = {"database_url": self.url, "default_target_schema": self.schema}
        return {**base, **self.config, **config}

    def target(self, **config):
        return TargetPostgres(config=self.settings(**config))

    def load_text(self, text, **config):
        """Run the whole target on its input; answer with the states it emitted."""
        out = io.StringIO()
        with redirect_stdout(out):
            self.target(**config).listen(io.StringIO(text))
        return [json.loads(line) for line in out.getvalue().splitlines()]

    def load(self, *messages, **config):
        text = "".join(json.dumps(each) + "\n" for each in messages)
        return self.load_text(text, **config)

    def query(self, statement, parameters=None):
        with psycopg.connect(self.url, row_factory=dict_row, autocommit=True) as connection:
            connection.execute(f'SET search_path TO "{self.schema}"')
            cursor = connection.execute(statement, parameters)
            return cursor.fetchall() if cursor.description else []

    def rows(self, table="people", order="id"):
        return self.query(f'SELECT * FROM "{table}" ORDER BY {order}')

    def values(self, column, table="people", order="id"):
        return [row[column] for row in self.rows(table, order)]

    def types(self, table="people"):
        found = self.query(
            "SELECT attname, format_type(atttypid, atttypmod) AS kind FROM pg_attribute "
            "WHERE attrelid = %s::regclass AND attnum > 0",
            (f'"{table}"',),
        )
        return {row["attname"]: row["kind"] for row in found}

    def rejected(self):
        return self.query("SELECT * FROM _rejected ORDER BY rejected_at")

    def log(self, stream="people"):
        return self.query(
            "SELECT * FROM _sync_log WHERE stream = %s ORDER BY started_at", (stream,)
        )


@pytest.fixture
def warehouse(database):
    schema = f"t_{uuid.uuid4().hex[:12]}"
    yield Warehouse(database.url, schema)
    with psycopg.connect(database.url, autocommit=True) as connection:
        connection.execute(f'DROP SCHEMA IF EXISTS "{schema}" CASCADE')


INTEGER = {"type": "integer"}
TEXT = {"type": ["null", "string"]}
INSTANT = {"type": ["null", "string"], "format": "date-time"}


@pytest.fixture
def say():
    """The message makers, for tests that build their own input."""

    class Say:
        schema = staticmethod(schema_message)
        record = staticmethod(record_message)
        state = staticmethod(state_message)
        integer, text, instant = INTEGER, TEXT, INSTANT

    return Say
