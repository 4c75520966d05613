"""What kind of cells a property of a SCHEMA message asks for."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXT = "text"
INTEGER = "integer"
NUMBER = "number"
BOOLEAN = "boolean"
DATETIME = "datetime"
DATE = "date"
TIME = "time"
JSON = "json"

_FORMATS = {"date-time": DATETIME, "date": DATE, "time": TIME, "singer.decimal": NUMBER}
_SCALARS = {"integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}


def _alternatives(schema: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, dict):
        schema = {}
    words = [word for word in ("anyOf", "oneOf", "allOf") if word in schema]
    for word in words:
        for choice in schema[word]:
            yield from _alternatives(choice)
    if "type" in schema or not words:
        yield schema


def _kinds(schema: Mapping[str, Any]) -> Iterator[str]:
    declared = schema.get("type", ())
    names = [declared] if isinstance(declared, str) else list(declared)
    if not names:
        yield JSON
    for name in names:
        if name == "string":
            yield _FORMATS.get(schema.get("format", ""), TEXT)
        elif name != "null":
            yield _SCALARS.get(name, JSON)


def kind_of(schema: Any) -> str:
    """Return what kind of cells one property of a SCHEMA message asks for.

    >>> kind_of({"type": ["null", "string"], "format": "date-time"})
    'datetime'
    """
    found = {kind for choice in _alternatives(schema) for kind in _kinds(choice)}
    if not found or JSON in found:
        return JSON
    if found == {INTEGER, NUMBER}:
        return NUMBER
    return found.pop() if len(found) == 1 else TEXT
