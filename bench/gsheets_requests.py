"""How many requests and bytes the Sheets target needs, beside the loops people write.

Counts at the stand-in, without quotas: a first load, then changed rows over two worksheets. The
loops are gspread's own calls: `append_rows` in pages of 500 and one `update_cell` per changed
cell; what they would need beyond `--loop` rows is computed from their first ones.

Run: `python bench/gsheets_requests.py [--rows 100000] [--kept 50000] [--changed 1000]`
"""

from __future__ import annotations

import argparse
import contextlib
import io
import json
import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import gspread
from sandbox.sheets.server import DEFAULT_EMAIL, serve
from target_gsheets.client import pointed_at
from target_gsheets.credentials import credentials
from target_gsheets.target import TargetGSheets

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.sheets.server import RunningSheets

COLUMNS = 12
PAGE = 500
HARD_LIMIT = 10_485_760
RECOMMENDED = 2_000_000


@dataclass
class Cost:
    """What something cost at the server."""

    reads: int
    writes: int
    sent: int
    seconds: float

    def line(self, name: str) -> str:
        """Return a row of the table."""
        minutes = max(self.reads, self.writes) / 60
        return (
            f"{name:<52}{self.reads:>8,}{self.writes:>9,}{self.sent / 1e6:>9.1f}"
            f"{self.seconds:>9.1f}{minutes:>12.1f}"
        )


def main() -> None:
    """Measure and print."""
    options = argparse.ArgumentParser(description=__doc__)
    options.add_argument("--rows", type=int, default=100_000)
    options.add_argument("--kept", type=int, default=50_000)
    options.add_argument("--changed", type=int, default=1_000)
    options.add_argument("--loop", type=int, default=200)
    given = options.parse_args()
    logging.disable(logging.WARNING)
    head = ("", "reads", "writes", "MB sent", "seconds", "min. quota")
    print(f"{head[0]:<52}{head[1]:>8}{head[2]:>9}{head[3]:>9}{head[4]:>9}{head[5]:>12}")
    with serve() as server:
        server.behaviour.limits = False
        first = measured(server, lambda: load(server, book(server), records(given.rows)))
        print(first.line(f"target-gsheets, first load of {given.rows:,} x {COLUMNS}"))
        print(f"  least writes for these bytes: {-(-first.sent // HARD_LIMIT)} of 10 MiB each")
        print(updates(server, given.kept, given.changed))
        print(appending(server, given.rows, given.loop))
        print(updating(server, given.changed, given.loop))


def book(server: RunningSheets) -> str:
    """Make a spreadsheet."""
    return server.store.create("Bench", shared_with=[DEFAULT_EMAIL])


def updates(server: RunningSheets, kept: int, changed: int) -> str:
    """Change rows scattered over two full worksheets."""
    spreadsheet = book(server)
    streams = ("tickets", "chats")
    for stream in streams:
        load(server, spreadsheet, records(kept, stream))
    step = max(1, kept * 2 // changed)
    lines = [line for name in streams for line in records(kept, name, step=step, mark="changed")]
    cost = measured(server, lambda: load(server, spreadsheet, lines))
    return cost.line(f"target-gsheets, {changed:,} changed in 2 x {kept:,} rows")


def appending(server: RunningSheets, rows: int, loop: int) -> str:
    """Append with gspread, in pages."""
    sheet = opened(server)
    page = [[f"text {row} {at}" for at in range(COLUMNS)] for row in range(PAGE)]
    pages = max(1, loop // PAGE)
    cost = measured(server, lambda: [sheet.append_rows(page) for _ in range(pages)])
    return scaled(cost, rows / (PAGE * pages)).line(
        f"gspread append_rows, {PAGE} a call (computed)"
    )


def updating(server: RunningSheets, changed: int, loop: int) -> str:
    """Change cell by cell with gspread."""
    sheet = opened(server)

    def change() -> None:
        for row in range(loop):
            sheet.update_cell(row + 2, 3, "changed")

    factor = changed * (COLUMNS - 1) / loop
    return scaled(measured(server, change), factor).line(
        "gspread update_cell, a call a cell (computed)"
    )


def opened(server: RunningSheets) -> gspread.Worksheet:
    """Return the first worksheet of a new spreadsheet."""
    login = credentials(server.service_account_info(), local=True)
    client = gspread.authorize(login, http_client=pointed_at(server.url))
    return client.open_by_key(book(server)).sheet1


def scaled(cost: Cost, factor: float) -> Cost:
    """Return what the same would cost so many times."""
    return Cost(
        round(cost.reads * factor),
        round(cost.writes * factor),
        round(cost.sent * factor),
        cost.seconds * factor,
    )


def records(
    count: int, stream: str = "tickets", *, step: int = 1, mark: str = "text"
) -> Iterator[str]:
    """Return messages of a stream of 12 columns."""
    text = {"type": ["null", "string"]}
    names = [f"column_{at}" for at in range(COLUMNS - 4)]
    properties: dict[str, Any] = {
        "id": {"type": "string"},
        "created_at": {"type": "string", "format": "date-time"},
        "score": {"type": "number"},
        "open": {"type": "boolean"},
        **dict.fromkeys(names, text),
    }
    schema = {"type": "object", "properties": properties}
    yield json.dumps(
        {"type": "SCHEMA", "stream": stream, "schema": schema, "key_properties": ["id"]}
    )
    for row in range(0, count, step):
        record = {"id": f"{stream}-{row:020}", "created_at": "2026-07-01T12:00:00Z"}
        rest = dict.fromkeys(names, f"{mark} {row}")
        whole = {**record, "score": row / 4, "open": row % 2 == 0, **rest}
        yield json.dumps({"type": "RECORD", "stream": stream, "record": whole})


def load(server: RunningSheets, spreadsheet: str, lines: Any) -> None:
    """Run the target."""
    config = {
        "spreadsheet_id": spreadsheet,
        "api_base_url": server.url,
        "credentials_json": json.dumps(server.service_account_info()),
    }
    with contextlib.redirect_stdout(io.StringIO()):
        TargetGSheets(config=config).listen(io.StringIO("\n".join(lines) + "\n"))


def measured(server: RunningSheets, action: Callable[[], object]) -> Cost:
    """Return what an action cost."""
    server.journal.clear()
    began = time.monotonic()
    action()
    seconds = time.monotonic() - began
    asked = [each for each in server.journal if each.path.startswith("/v4")]
    reads = sum(each.method == "GET" for each in asked)
    return Cost(reads, len(asked) - reads, sum(each.sent for each in asked), seconds)


if __name__ == "__main__":
    main()
