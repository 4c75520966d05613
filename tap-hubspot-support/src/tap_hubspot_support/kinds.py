"""The types a column can have, and their JSON schemas."""

from __future__ import annotations

from enum import Enum
from typing import Any


class Kind(str, Enum):
    """What a column holds."""

    TEXT = "text"
    INTEGER = "integer"
    NUMBER = "number"
    BOOLEAN = "boolean"
    DATE = "date"
    INSTANT = "instant"
    JSON = "json"

    @property
    def schema(self) -> dict[str, Any]:
        """A fresh JSON schema of a nullable column of this kind."""
        return {**_SCHEMAS[self]}

    @classmethod
    def of_schema(cls, schema: dict[str, Any]) -> Kind:
        """The kind that a catalog's column schema asks for; text when it says nothing known."""
        types = set(schema.get("type", ())) - {"null"}
        if "string" in types:
            return _FORMATS.get(schema.get("format", ""), cls.TEXT)
        return next((_TYPES[name] for name in _TYPES if name in types), cls.TEXT)


_SCHEMAS: dict[Kind, dict[str, Any]] = {
    Kind.TEXT: {"type": ["string", "null"]},
    Kind.INTEGER: {"type": ["integer", "null"]},
    Kind.NUMBER: {"type": ["number", "null"]},
    Kind.BOOLEAN: {"type": ["boolean", "null"]},
    Kind.DATE: {"type": ["string", "null"], "format": "date"},
    Kind.INSTANT: {"type": ["string", "null"], "format": "date-time"},
    Kind.JSON: {"type": ["object", "array", "null"]},
}
_FORMATS = {"date": Kind.DATE, "date-time": Kind.INSTANT}
_TYPES = {
    "object": Kind.JSON,
    "array": Kind.JSON,
    "number": Kind.NUMBER,
    "integer": Kind.INTEGER,
    "boolean": Kind.BOOLEAN,
}
