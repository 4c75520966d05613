"""The benchmark's input: tickets with 100 properties, half of them null, the same every time."""

from __future__ import annotations

import json
import random
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from pathlib import Path

STREAM = "ticket"
PROPERTIES = 100
_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["null", "string"]},
    "number": {"type": ["null", "number"]},
    "integer": {"type": ["null", "integer"]},
    "instant": {"type": ["null", "string"], "format": "date-time"},
    "date": {"type": ["null", "string"], "format": "date"},
    "flag": {"type": ["null", "boolean"]},
}
_PATTERN = ("text", "text", "instant", "integer", "text", "number", "text", "flag", "date", "text")
_TEXTS = (
    "Refund not received",
    "chat",
    'Customer wrote "where is my order?" twice',
    "Zoë Café, 12 Rue de l'Église",
    "First line\nsecond line\n\nKind regards",
    "https://help.example.com/articles/1234?source=widget",
    "",
    "The parcel was scanned in Halifax on Monday and has not moved since then.",
)
_SCHEMA_KEYS = ["id"]


def _columns() -> list[tuple[str, str]]:
    return [(f"property_field_{i:03d}", _PATTERN[i % len(_PATTERN)]) for i in range(PROPERTIES)]


def _value(kind: str, number: int) -> Any:
    if kind == "text":
        return _TEXTS[number % len(_TEXTS)]
    if kind == "number":
        return number % 1_000_000 / 100
    if kind == "integer":
        return number
    if kind == "flag":
        return number % 2 == 0
    day = f"20{number % 10 + 16}-{number % 12 + 1:02d}-{number % 28 + 1:02d}"
    clock = f"T{number % 24:02d}:{number % 60:02d}:{number % 59:02d}.{number % 1000:03d}Z"
    return day if kind == "date" else day + clock


def schema_message() -> dict[str, Any]:
    """The SCHEMA message of the input."""
    properties = {name: _TYPES[kind] for name, kind in _columns()}
    schema = {"type": "object", "properties": {"id": {"type": "integer"}, **properties}}
    return {"type": "SCHEMA", "stream": STREAM, "schema": schema, "key_properties": _SCHEMA_KEYS}


def write_input(path: Path, records: int) -> None:
    """Write ``records`` records with their SCHEMA and STATE messages, unless already there."""
    if path.exists():
        return
    columns, source = _columns(), random.Random(7)
    partial = path.with_suffix(".partial")
    encode = json.JSONEncoder(ensure_ascii=False, separators=(",", ":")).encode
    with partial.open("w", encoding="utf-8") as file:
        file.write(encode(schema_message()) + "\n")
        for record_id in range(1, records + 1):
            record = {"id": record_id, **_properties(columns, record_id, source)}
            message = {
                "type": "RECORD",
                "stream": STREAM,
                "record": record,
                "time_extracted": "2026-11-21T04:00:00.000000Z",
            }
            file.write(encode(message) + "\n")
        file.write(encode({"type": "STATE", "value": {"bookmarks": {STREAM: records}}}) + "\n")
    partial.rename(path)


def _properties(
    columns: list[tuple[str, str]], record_id: int, source: random.Random
) -> dict[str, Any]:
    return {
        name: None if (record_id + index) % 2 else _value(kind, source.getrandbits(30))
        for index, (name, kind) in enumerate(columns)
    }
