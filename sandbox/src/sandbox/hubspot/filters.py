"""Search filters: the operators, and how values of each property type compare."""

from __future__ import annotations

import fnmatch
import re
from decimal import Decimal
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.replies import invalid
from sandbox.hubspot.wire import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.search_index import Image

    Predicate = Callable[[Image], bool]
    Value = int | Decimal | str | None
    Reader = Callable[[str], Value]

_DECIMAL = re.compile(r"[+-]?(\d+(\.\d*)?|\.\d+)([eE][+-]?\d{1,3})?", re.ASCII)
TIMES = frozenset({"date", "datetime"})


def compile_filter(condition: dict[str, Any], definitions: dict[str, dict[str, Any]]) -> Predicate:
    """Return the predicate of one filter.

    A property that the type does not have matches nothing, without an error: that is how a
    contact search on `hs_lastmodifieddate` comes back empty.

    Raises:
        ApiError: The operator is unknown or its values are missing.
    """
    name = condition.get("propertyName")
    operator = condition.get("operator")
    if not isinstance(name, str) or operator not in _BUILDERS:
        raise invalid("There was a problem with the request.")
    definition = definitions.get(name)
    build = _BUILDERS[operator]
    kind = definition["type"] if definition else "string"
    test = build(condition, kind)
    if definition is None or definition["dataSensitivity"] == "highly_sensitive":
        return lambda _image: False
    return lambda image: test(image.properties.get(name))


def reader_of(kind: str) -> Reader:
    """Return how values of a property type are read for comparing; None never compares."""
    if kind in TIMES:
        return _instant
    if kind == "number":
        return _number
    return str.lower if kind in ("string", "phone_number") else _exact


@lru_cache(maxsize=65_536)
def _instant(text: str) -> int | None:
    return parse_instant(text)


@lru_cache(maxsize=65_536)
def _number(text: str) -> int | Decimal | None:
    """Read a decimal exactly; ids go far beyond what a float can tell apart."""
    if not _DECIMAL.fullmatch(text):
        return None
    number = Decimal(text)
    return int(number) if number == number.to_integral_value() else number


def _exact(text: str) -> str:
    return text


def _operand(condition: dict[str, Any], key: str, kind: str) -> Value:
    if condition.get(key) is None:
        raise invalid("There was a problem with the request.")
    value = reader_of(kind)(_text(condition[key]))
    if value is None:
        raise invalid("There was a problem with the request.")
    return value


def _text(value: Any) -> str:
    return str(value).lower() if isinstance(value, bool) else str(value)


def _equal(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    wanted, read = _operand(condition, "value", kind), reader_of(kind)
    return lambda text: bool(text) and read(text or "") == wanted


def _not_equal(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    equal = _equal(condition, kind)
    return lambda text: not equal(text)


def _ordered(
    holds: Callable[[Any, Any], bool],
) -> Callable[[dict[str, Any], str], Callable[[str | None], bool]]:
    def build(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
        bound, read = _operand(condition, "value", kind), reader_of(kind)

        def test(text: str | None) -> bool:
            value = read(text) if text else None
            return value is not None and holds(value, bound)

        return test

    return build


def _between(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    low: Any = _operand(condition, "value", kind)
    high: Any = _operand(condition, "highValue", kind)
    read: Callable[[str], Any] = reader_of(kind)

    def test(text: str | None) -> bool:
        value = read(text) if text else None
        return value is not None and bool(low <= value <= high)

    return test


def _in(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    """Text compares in lower case, so values that are not lower case find nothing."""
    values = condition.get("values")
    if not isinstance(values, list):
        raise invalid("There was a problem with the request.")
    read = reader_of(kind)
    keep = str if kind in ("string", "phone_number") else read
    wanted = {keep(_text(value)) for value in values} - {None}
    return lambda text: bool(text) and read(text or "") in wanted


def _not_in(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    member = _in(condition, kind)
    return lambda text: bool(text) and not member(text)


def _has(_condition: dict[str, Any], _kind: str) -> Callable[[str | None], bool]:
    return bool


def _has_not(_condition: dict[str, Any], _kind: str) -> Callable[[str | None], bool]:
    return lambda text: not text


def _contains(condition: dict[str, Any], _kind: str) -> Callable[[str | None], bool]:
    pattern = str(_operand(condition, "value", "string"))
    return lambda text: any(fnmatch.fnmatchcase(token, pattern) for token in tokens(text or ""))


def _contains_not(condition: dict[str, Any], kind: str) -> Callable[[str | None], bool]:
    contains = _contains(condition, kind)
    return lambda text: not contains(text)


def tokens(text: str) -> list[str]:
    """Return the lower-case words of a text as search sees them."""
    return re.findall(r"[\w@.\-]+", text.lower())


_BUILDERS: dict[str, Callable[[dict[str, Any], str], Callable[[str | None], bool]]] = {
    "EQ": _equal,
    "NEQ": _not_equal,
    "LT": _ordered(lambda a, b: a < b),
    "LTE": _ordered(lambda a, b: a <= b),
    "GT": _ordered(lambda a, b: a > b),
    "GTE": _ordered(lambda a, b: a >= b),
    "BETWEEN": _between,
    "IN": _in,
    "NOT_IN": _not_in,
    "HAS_PROPERTY": _has,
    "NOT_HAS_PROPERTY": _has_not,
    "CONTAINS_TOKEN": _contains,
    "NOT_CONTAINS_TOKEN": _contains_not,
}
