"""Which PostgreSQL type a JSON schema asks for: wide from the start, so it never has to change."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

TEXT = "text"
BIGINT = "bigint"
NUMERIC = "numeric"
BOOLEAN = "boolean"
TIMESTAMPTZ = "timestamp with time zone"
DATE = "date"
TIME = "time without time zone"
JSONB = "jsonb"

#: Short names for the suffix of a column that stands beside one of another type.
SUFFIXES = {
    TEXT: "text",
    BIGINT: "bigint",
    NUMERIC: "numeric",
    BOOLEAN: "boolean",
    TIMESTAMPTZ: "timestamptz",
    DATE: "date",
    TIME: "time",
    JSONB: "jsonb",
}

_FORMATS = {"date-time": TIMESTAMPTZ, "date": DATE, "time": TIME, "singer.decimal": NUMERIC}
_SCALARS = {"integer": BIGINT, "number": NUMERIC, "boolean": BOOLEAN}
_BIGINT_MAX = 2**63 - 1

#: Existing columns that can take a value of the wanted type without loss.
_ACCEPTED = {
    TEXT: {"character varying", "citext"},
    BIGINT: {NUMERIC},
    JSONB: {"json"},
}


def _alternatives(schema: Any) -> Iterator[Mapping[str, Any]]:
    if not isinstance(schema, dict):
        # JSON schema also knows `true`: anything goes.
        schema = {}
    for word in ("anyOf", "oneOf", "allOf"):
        for choice in schema.get(word, ()):
            yield from _alternatives(choice)
    if "type" in schema or not any(word in schema for word in ("anyOf", "oneOf", "allOf")):
        yield schema


def _names(schema: Mapping[str, Any]) -> list[str]:
    declared = schema.get("type", ())
    return [declared] if isinstance(declared, str) else list(declared)


def _beyond_bigint(limit: object) -> bool:
    return isinstance(limit, (int, float)) and limit > _BIGINT_MAX


def _single(name: str, schema: Mapping[str, Any]) -> str:
    if name == "string":
        return _FORMATS.get(schema.get("format", ""), TEXT)
    if name == "integer" and _beyond_bigint(schema.get("maximum")):
        return NUMERIC
    return _SCALARS.get(name, JSONB)


def _widest(types: set[str]) -> str:
    if not types or JSONB in types:
        return JSONB
    if types == {BIGINT, NUMERIC}:
        return NUMERIC
    return types.pop() if len(types) == 1 else TEXT


def column_type(schema: Mapping[str, Any]) -> str:
    """Return the PostgreSQL type for one property of a SCHEMA message.

    Instants always get a time zone. Several possible types give the one that holds them
    all: integer and number numeric, other scalars text, anything with an object or array
    (or no type at all) jsonb.

    Args:
        schema: JSON schema of the property.

    Returns:
        The type as ``format_type`` spells it.

    >>> column_type({"type": ["null", "string"], "format": "date-time"})
    'timestamp with time zone'
    """
    found: set[str] = set()
    for choice in _alternatives(schema):
        names = [name for name in _names(choice) if name != "null"]
        found.update(_single(name, choice) for name in names)
        if not _names(choice):
            found.add(JSONB)
    return _widest(found)


def accepts(existing: str, wanted: str) -> bool:
    """Tell whether a column of type ``existing`` takes every value of type ``wanted``.

    >>> accepts("numeric", "bigint"), accepts("integer", "bigint")
    (True, False)
    """
    return existing == wanted or existing in _ACCEPTED.get(wanted, set())
