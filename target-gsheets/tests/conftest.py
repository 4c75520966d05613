"""A Sheets stand-in for every test, one spreadsheet each."""

from __future__ import annotations

import io
import json
from contextlib import redirect_stdout
from dataclasses import dataclass, field
from typing import Any

import pytest
from sandbox.sheets.server import DEFAULT_EMAIL, Fault, Intervention, serve
from target_gsheets.client import Sheets
from target_gsheets.target import TargetGSheets

TEXT = {"type": ["null", "string"]}
INTEGER = {"type": ["null", "integer"]}
NUMBER = {"type": ["null", "number"]}
INSTANT = {"type": ["null", "string"], "format": "date-time"}


def schema(stream="tickets", keys=("id",), **properties):
    return {
        "type": "SCHEMA",
        "stream": stream,
        "schema": {"type": "object", "properties": properties},
        "key_properties": list(keys),
    }


def record(stream="tickets", version=None, **values):
    message = {"type": "RECORD", "stream": stream, "record": values}
    return message if version is None else {**message, "version": version}


def state(**value):
    return {"type": "STATE", "value": value}


@dataclass
class Spreadsheet:
    """One spreadsheet, and ways to load into it and look at it."""

    server: Any
    id: str
    config: dict[str, Any] = field(default_factory=dict)

    def settings(self, **config):
        base = {
            "spreadsheet_id": self.id,
            "api_base_url": self.server.url,
            "credentials_json": json.dumps(self.server.service_account_info()),
            "patience_seconds": 60,
        }
        return {**base, **self.config, **config}

    def target(self, **config):
        return TargetGSheets(config=self.settings(**config))

    def load(self, *messages, **config):
        """Run the whole target on its input; answer with the states it emitted."""
        return self.load_text("".join(json.dumps(each) + "\n" for each in messages), **config)

    def load_text(self, text, **config):
        out = io.StringIO()
        with redirect_stdout(out):
            self.target(**config).listen(io.StringIO(text))
        return [json.loads(line) for line in out.getvalue().splitlines()]

    @property
    def person(self):
        return self.server.store.person(self.id)

    @property
    def titles(self):
        return [each.title for each in self.server.store.book(self.id).sheets]

    def cells(self, worksheet="tickets"):
        """Rows as they were entered, without the blank end of each."""
        return [_trimmed(row) for row in self.server.store.cells(self.id, worksheet)]

    def texts(self, worksheet="tickets"):
        return [_trimmed(row) for row in self.server.store.texts(self.id, worksheet)]

    def records(self, worksheet="tickets", key="id"):
        """Rows by key, as texts by heading."""
        header, *rows = self.server.store.texts(self.id, worksheet)
        found = [dict(zip(header, row, strict=True)) for row in rows if any(row)]
        keys = [row[key] for row in found]
        assert len(keys) == len(set(keys)), "a key stands in two rows"
        return {row[key]: row for row in found}

    def log(self):
        """Rows of Sync_Log, newest first."""
        header, *rows = self.server.store.texts(self.id, "Sync_Log")
        return [dict(zip(header, row, strict=True)) for row in rows if any(row)]

    def requests(self, method="POST", path=":batchUpdate"):
        return [
            each
            for each in self.server.journal
            if each.method == method and each.path.endswith(path)
        ]

    @property
    def writes(self):
        return self.requests()

    @property
    def reads(self):
        return [each for each in self.server.journal if each.method == "GET"]

    def fault(self, kind, match="batchUpdate", **options):
        self.server.behaviour.faults.append(Fault(match, kind=kind, **options))

    def meanwhile(self, action, match="batchUpdate", **options):
        """Let somebody do something right before a request is served."""
        self.server.behaviour.interventions.append(Intervention(match, action=action, **options))


def _trimmed(row):
    row = list(row)
    while row and row[-1] in (None, ""):
        row.pop()
    return row


@pytest.fixture(autouse=True)
def _no_waiting(monkeypatch):
    """Waits take no time here, and a minute of quota is never waited for."""
    original = Sheets.__init__

    def hurried(self, *args, **kwargs):
        clock = Hurried()
        original(self, *args, **{**kwargs, "sleep": clock.sleep, "clock": clock})

    monkeypatch.setattr(Sheets, "__init__", hurried)
    monkeypatch.delenv("DATA_RETENTION_DAYS", raising=False)


class Hurried:
    """A clock that only moves when somebody sleeps."""

    def __init__(self):
        self.now = 0.0

    def __call__(self):
        return self.now

    def sleep(self, seconds):
        self.now += seconds


@pytest.fixture(scope="session")
def server():
    with serve() as running:
        yield running


@pytest.fixture
def sheet(server):
    return fresh(server)


@pytest.fixture
def say():
    """The message makers, for tests that build their own input."""

    class Say:
        fresh = staticmethod(fresh)
        schema, record, state = staticmethod(schema), staticmethod(record), staticmethod(state)
        text, integer, number, instant = TEXT, INTEGER, NUMBER, INSTANT

    return Say


def fresh(server):
    """A new spreadsheet on a server that behaves, for tests that need more than one."""
    for name, value in vars(type(server.behaviour)()).items():
        setattr(server.behaviour, name, value)
    server.behaviour.limits = False
    server.journal.clear()
    return Spreadsheet(server, server.store.create("Support", shared_with=[DEFAULT_EMAIL]))
