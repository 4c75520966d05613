"""Logs speak of streams and counts, never of customers or credentials, at any level."""

from __future__ import annotations

import re
from typing import Any

import pytest

ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
COLUMN = re.compile(r"(property|engagement)_\w+")
INSTANT = re.compile(r"\d{4}-\d\d-\d\d")
NAMES = ("property_firstname", "property_lastname", "first_name", "last_name")


def strings_in(value: Any) -> Any:
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings_in(one)


def parted(truth: dict[str, Any]) -> tuple[list[Any], list[Any]]:
    """Tables of what an account defines, which may be named, and of what people did in it."""
    defined = re.compile(r"(property|property_option|account|role|\w+_pipeline|\w+_stage)$")
    tables = {name: rows for name, rows in truth.items() if name not in ("gone", "deal_stage")}
    return (
        [rows for name, rows in tables.items() if defined.fullmatch(name)],
        [rows for name, rows in tables.items() if not defined.fullmatch(name)],
    )


def leaks(pipeline: Any, log: str) -> list[str]:
    """What a log says that only a customer's or a colleague's record says."""
    defined, done = parted(pipeline.sandbox.world.truth())
    texts = {text for text in strings_in(done) if len(text) > 12 and not INSTANT.match(text)}
    texts -= set(strings_in(defined)) | {text for text in texts if COLUMN.fullmatch(text)}
    rows = [row for table in done for row in (table.values() if isinstance(table, dict) else table)]
    names = {row[name] for row in rows for name in NAMES if row.get(name)}
    assert len(texts) > 2_000 and len(names) > 50, "too little to look for"
    words = set(re.findall(r"\w+", log))
    return [
        *ADDRESS.findall(log),
        *(text for text in texts if text in log),
        *(name for name in names if name in words),
    ]


@pytest.mark.capability("S2-28", "S4-47")
def test_a_whole_run_logs_no_token_and_nothing_of_a_record_even_when_debugging(
    loaded: Any,
) -> None:
    pipeline, run = loaded
    assert "DEBUG" in run.log
    assert "waiting seconds" in run.log
    tokens = pipeline.sandbox.world.tokens.values()
    assert [token for token in tokens if token in run.log] == []
    assert leaks(pipeline, run.log) == []
