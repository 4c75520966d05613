"""The columns of each stream: their types, and how a value of the API becomes one of a row."""

from __future__ import annotations

from decimal import Decimal
from enum import Enum
from typing import TYPE_CHECKING, Any

from tap_gorgias.instants import instant, written

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from tap_gorgias.wire import Row

TOMBSTONE_MARK = "_sdc_deleted_at"
"""A record in which this is not null sets the columns it carries and leaves the others alone."""

Columns = dict[str, "Kind | tuple[Kind, str]"]


class Kind(Enum):
    """What a column holds; the JSON schema that declares it."""

    TEXT = "string"
    INTEGER = "integer"
    NUMBER = "number"
    FLAG = "boolean"
    INSTANT = "date-time"
    DAY = "date"
    JSON = "object"
    IDS = "array"

    @property
    def schema(self) -> dict[str, Any]:
        """A nullable JSON schema."""
        if self in (Kind.INSTANT, Kind.DAY):
            return {"type": ["string", "null"], "format": self.value}
        if self is Kind.JSON:
            return {"type": ["object", "array", "null"]}
        if self is Kind.IDS:
            return {"type": ["array", "null"], "items": {"type": ["integer", "null"]}}
        return {"type": [self.value, "null"]}


def columns(text: str) -> Columns:
    r"""Columns from one `name kind` per line, or `name kind path` where the API's place differs.

    >>> columns("id integer\nrole_name text role.name")["role_name"][1]
    'role.name'
    """
    found: Columns = {}
    for line in text.strip().splitlines():
        name, kind, *path = line.split()
        found[name] = (Kind[kind.upper()], path[0]) if path else Kind[kind.upper()]
    return found


def schema_of(declared: Columns, keys: tuple[str, ...]) -> dict[str, Any]:
    """The JSON schema of a stream whose rows carry `account` beside its own columns."""
    properties: dict[str, Any] = {"account": {"type": "string"}}
    properties |= {name: _kind(spec).schema for name, spec in declared.items()}
    for key in keys:
        kind = properties[key]["type"]
        properties[key]["type"] = kind[0] if isinstance(kind, list) else kind
    return {"type": "object", "properties": properties}


def row_builder(declared: Columns) -> Callable[[str, Row], Row]:
    """A function that makes a row from an account's name and an object of the API."""
    plan = [(name, _kind(spec), _path(name, spec)) for name, spec in declared.items()]

    def build(account: str, found: Row) -> Row:
        row: Row = {"account": account}
        for name, kind, path in plan:
            row[name] = _FITTED[kind](_at(found, path))
        return row

    return build


def whole(value: Any) -> int | None:
    """A whole number, whatever form it came in; None for anything else.

    >>> whole("41"), whole(True), whole("many"), whole(Decimal("7.0"))
    (41, None, None, 7)
    """
    if isinstance(value, bool) or value is None:
        return None
    if isinstance(value, int):
        return value
    number = exact(value)
    return int(number) if number is not None and number == number.to_integral_value() else None


def exact(value: Any) -> Decimal | None:
    """A number, whatever form it came in; None for anything else.

    >>> exact("4.50"), exact("n/a"), exact(None), exact("NaN")
    (Decimal('4.50'), None, None, None)
    """
    if isinstance(value, bool) or value is None:
        return None
    try:
        number = Decimal(value) if isinstance(value, (int, Decimal)) else Decimal(str(value))
    except ArithmeticError:
        return None
    return number if number.is_finite() else None


def moment(value: Any) -> str | None:
    """An instant in UTC; None for anything that is none."""
    try:
        return written(instant(value)) if isinstance(value, str) and value else None
    except (ValueError, OverflowError):
        return None


def _at(found: Row, path: tuple[str, ...]) -> Any:
    value: Any = found
    for place, step in enumerate(path):
        if isinstance(value, list):
            return [_at(item, path[place:]) for item in value]
        value = value.get(step) if isinstance(value, dict) else None
    return value


def _kind(spec: Kind | tuple[Kind, str]) -> Kind:
    return spec if isinstance(spec, Kind) else spec[0]


def _path(name: str, spec: Kind | tuple[Kind, str]) -> tuple[str, ...]:
    return tuple((name if isinstance(spec, Kind) else spec[1]).split("."))


def _text(value: Any) -> str | None:
    if isinstance(value, (dict, list)):
        return None
    return value if value is None or isinstance(value, str) else str(value)


def _flag(value: Any) -> bool | None:
    return value if isinstance(value, bool) else None


def _json(value: Any) -> Any:
    return value if isinstance(value, (dict, list)) else None


def _ids(value: Any) -> list[int] | None:
    if not isinstance(value, list):
        return None
    return sorted(number for item in value if (number := whole(item)) is not None)


_FITTED: Mapping[Kind, Callable[[Any], Any]] = {
    Kind.TEXT: _text,
    Kind.INTEGER: whole,
    Kind.NUMBER: exact,
    Kind.FLAG: _flag,
    Kind.INSTANT: moment,
    Kind.DAY: _text,
    Kind.JSON: _json,
    Kind.IDS: _ids,
}
