"""The command's options that read the sheet instead of writing it."""

from __future__ import annotations

import json
import sys
from typing import TYPE_CHECKING, Any

import click

from target_gsheets.reader import Filters, SheetReader, as_json

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_gsheets.client import Sheets

READING = ("read", "test", "since", "until", "pipeline", "agent")


def reading_options() -> list[click.Parameter]:
    """Return the options."""
    day = click.DateTime(formats=["%Y-%m-%d"])
    return [
        click.Option(["--read"], help="Print this worksheet's rows as JSON lines and end."),
        click.Option(["--test"], is_flag=True, help="Check the access to the spreadsheet and end."),
        click.Option(["--since"], type=day, help="With --read: from this day on."),
        click.Option(["--until"], type=day, help="With --read: up to this day, included."),
        click.Option(["--pipeline"], multiple=True, help="With --read: only this pipeline."),
        click.Option(["--agent"], multiple=True, help="With --read: only this agent."),
    ]


def read_out(sheets: Sheets, options: Mapping[str, Any]) -> None:
    """Print what the options ask for.

    Raises:
        SheetsError: The spreadsheet cannot be read; the text says what to do.
    """
    if options.get("test"):
        told = sheets.get("properties(title),sheets(properties(title))")
        count = len(told.get("sheets", []))
        sys.stdout.write(f"'{told['properties']['title']}' can be read: {count} worksheets.\n")
        return
    since, until = options.get("since"), options.get("until")
    filters = Filters(
        since=since.date() if since else None,
        until=until.date() if until else None,
        pipelines=tuple(options.get("pipeline") or ()),
        agents=tuple(options.get("agent") or ()),
    )
    for record in SheetReader(sheets).read(options["read"] or None, filters):
        sys.stdout.write(json.dumps(record, default=as_json, ensure_ascii=False) + "\n")
