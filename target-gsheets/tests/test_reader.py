"""Other programs use the sheet as their source."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from datetime import date, datetime

import pytest
from singer_sdk.exceptions import FatalSyncError
from target_gsheets.reader import Filters, SheetReader

STREAMS = {
    "tickets": {
        "worksheet": "Tickets",
        "columns": {"at": "Create date", "pipeline": "Pipeline", "owner": "Case Owner"},
    }
}


@pytest.fixture
def filled(sheet, say):
    rows = [
        ("1", "2026-01-01T08:00:00Z", "Support", "Ada"),
        ("2", "2026-02-01T08:00:00Z", "Support", "Bo"),
        ("3", "2026-03-01T23:59:59Z", "Dev", "Ada"),
    ]
    sheet.load(
        say.schema(id=say.text, at=say.instant, pipeline=say.text, owner=say.text),
        *(say.record(id=i, at=a, pipeline=p, owner=o) for i, a, p, o in rows),
        streams=STREAMS,
    )
    sheet.server.journal.clear()
    return sheet


class Ticking:
    now = 0.0

    def __call__(self):
        return self.now


def ids(rows):
    return [row["id"] for row in rows]


@pytest.mark.capability("S0-33", "S0-34")
def test_a_second_read_within_300_seconds_asks_nothing(filled):
    clock = Ticking()
    reader = SheetReader.from_settings(filled.settings(), clock=clock)
    assert ids(reader.read("Tickets")) == ["1", "2", "3"]
    clock.now = 299.9
    reader.read("Tickets").clear()
    assert ids(reader.read("Tickets")) == ["1", "2", "3"]
    assert len(filled.reads) == 1
    reader.read("Tickets", refresh=True)
    assert len(filled.reads) == 2
    clock.now += 300
    reader.read("Tickets")
    assert len(filled.reads) == 3


@pytest.mark.capability("S0-35")
def test_rows_are_narrowed_by_dates_pipeline_and_agent(filled):
    reader = SheetReader.from_settings(filled.settings())
    spring = Filters(since=date(2026, 2, 1), until=date(2026, 3, 1))
    assert ids(reader.read("Tickets", spring)) == ["2", "3"]
    assert ids(reader.read("Tickets", Filters(pipelines=("Support",)))) == ["1", "2"]
    assert ids(reader.read("Tickets", Filters(agents=("Ada",)))) == ["1", "3"]
    assert reader.read("Tickets")[0]["Create date"] == datetime(2026, 1, 1, 8)  # noqa: DTZ001 - a wall clock


@pytest.mark.capability("S1-03")
def test_without_a_title_the_first_worksheet_is_read(sheet):
    sheet.person.type("Sheet1", "A1", "Client", "Channel")
    sheet.person.type("Sheet1", "A2", "Acme", "email")
    reader = SheetReader.from_settings(sheet.settings())
    assert reader.read() == [{"Client": "Acme", "Channel": "email"}]


def test_without_a_title_a_hidden_worksheet_is_passed_over(filled):
    assert ids(SheetReader.from_settings(filled.settings()).read()) == ["1", "2", "3"]


@pytest.mark.capability("S0-36", "S0-37")
def test_while_the_sheet_is_down_files_serve_processed_ones_first(filled, tmp_path, caplog):
    processed, raw = tmp_path / "processed", tmp_path / "raw"
    for folder, name in ((processed, "Tickets"), (raw, "Tickets"), (raw, "Chats")):
        folder.mkdir(exist_ok=True)
        (folder / f"{name}.csv").write_text(f"id,from\n9,{folder.name}\n10,\n")

    def process(row):
        return {**row, "processed": True} if row["from"] else None

    fallbacks = [(processed, dict), (raw, process)]
    reader = SheetReader.from_settings(filled.settings(patience_seconds=3), fallbacks=fallbacks)
    assert ids(reader.read("Tickets")) == ["1", "2", "3"]
    filled.fault("503", match="^GET", times=None)
    assert reader.read("Tickets", refresh=True)[0] == {"id": "9", "from": "processed"}
    assert reader.read("Chats") == [{"id": "9", "from": "raw", "processed": True}]
    assert "source=raw worksheet=Chats rows=1" in caplog.text
    with pytest.raises(FatalSyncError):
        reader.read("Elsewhere")


def command(filled, *arguments):
    config = filled.settings()
    settings = {f"TARGET_GSHEETS_{name.upper()}": str(value) for name, value in config.items()}
    return subprocess.run(
        [sys.executable, "-m", "target_gsheets", "--config", "ENV", *arguments],
        env={**os.environ, **settings},
        capture_output=True,
        text=True,
        timeout=60,
    )


def test_the_command_prints_rows_as_json_lines(filled):
    done = command(filled, "--read", "Tickets", "--since", "2026-02-01", "--agent", "Ada")
    assert done.returncode == 0, done.stderr
    assert [json.loads(line)["id"] for line in done.stdout.splitlines()] == ["3"]


def test_the_command_checks_access_and_ends_with_1_without_it(filled):
    done = command(filled, "--test")
    assert (done.returncode, done.stdout) == (0, "'Support' can be read: 4 worksheets.\n")
    filled.server.store.unshare(filled.id, filled.server.service_account_info()["client_email"])
    done = command(filled, "--test")
    assert done.returncode == 1
    assert "press Share" in done.stderr
    assert "Traceback" not in done.stderr
