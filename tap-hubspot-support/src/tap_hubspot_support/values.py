"""HubSpot's wire text to typed values, exactly: nothing passes through a float."""

from __future__ import annotations

import re
from datetime import date, datetime
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support.instants import iso, milliseconds
from tap_hubspot_support.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Callable

_BIGINT = 1 << 63
_SAFE_DIGITS = 19  # fewer digits always fit 64 bits
_MAX_EXPONENT = 1000  # a longer number is a typing accident and would fill megabytes as text
_NUMBER = re.compile(r"[+-]?(?:\d+\.?\d*|\.\d+)(?:[eE][+-]?\d{1,6})?", re.ASCII).fullmatch
_EPOCH_MS = re.compile(r"-?\d{1,17}(?:\.0+)?", re.ASCII).fullmatch
_DAY = re.compile(r"\d{4}-\d\d-\d\d", re.ASCII).fullmatch
_parse_instant = msgspec.convert
_WORDS = {
    **dict.fromkeys(("true", "1", "yes", "on"), True),
    **dict.fromkeys(("false", "0", "no", "off"), False),
}
_json_decoder = msgspec.json.Decoder(float_hook=Decimal)


class Misfit(ValueError):  # noqa: N818 - it is an observation about a value, not a failure
    """A value does not fit its column's type; the text says why without quoting the value."""


def to_number(text: str) -> Decimal | int | None:
    """An exact number.

    >>> to_number(" 12.50 ")
    Decimal('12.50')

    Raises:
        Misfit: Not a finite decimal number, or over 1,000 digits long.
    """
    if len(text) < _SAFE_DIGITS and text.isdigit() and text.isascii():
        return int(text)
    stripped = text.strip()
    if not stripped:
        return None
    if not _NUMBER(stripped):
        raise Misfit("not a number")
    number = Decimal(stripped)
    if len(stripped) > _MAX_EXPONENT or abs(number.adjusted()) > _MAX_EXPONENT:
        raise Misfit("a number of more than 1,000 digits")
    return number


def to_integer(text: str) -> int | None:
    """A 64-bit integer.

    >>> to_integer("9007199254740993")
    9007199254740993

    Raises:
        Misfit: Not a whole number, or outside 64 bits.
    """
    parsed = to_number(text)
    if parsed is None or isinstance(parsed, int):
        return parsed
    if parsed != parsed.to_integral_value():
        raise Misfit("not a whole number")
    number = int(parsed)
    if not -_BIGINT <= number < _BIGINT:
        raise Misfit("outside the 64-bit range")
    return number


def to_boolean(text: str) -> bool | None:
    """True, 1, yes and on, or their opposites, in any case.

    Raises:
        Misfit: Any other word.
    """
    known = _WORDS.get(text)
    if known is not None:
        return known
    word = text.strip().lower()
    if not word:
        return None
    if word not in _WORDS:
        raise Misfit("not a yes or no")
    return _WORDS[word]


def to_instant(text: str) -> str | None:
    """An instant as ISO 8601 text ending in `Z`.

    ISO text (with any offset; without one it is UTC) and epoch milliseconds are read.

    >>> to_instant("1768383067412")
    '2026-01-14T09:31:07.412Z'

    Raises:
        Misfit: Neither of the two, or no such instant.
    """
    try:
        moment = _parse_instant(text, datetime)
    except msgspec.ValidationError:
        return _unusual_instant(text)
    if text[-1] == "Z" and text[10] == "T":
        return text  # already in the form wanted
    try:
        return iso(milliseconds(moment))
    except OverflowError:
        raise Misfit("no such instant") from None


def to_date(text: str) -> str | None:
    """A calendar day as `YYYY-MM-DD`; epoch milliseconds must be midnight UTC.

    >>> to_date("1768348800000")
    '2026-01-14'

    Raises:
        Misfit: Not a day, no such day, or an instant inside a day.
    """
    if not text:
        return None
    if _DAY(text):
        try:
            return date.fromisoformat(text).isoformat()
        except ValueError:
            raise Misfit("no such day") from None
    instant = to_instant(text)
    if instant is None:
        return None
    if not re.fullmatch(r"\d{4}-\d\d-\d\dT00:00:00(?:\.0+)?Z", instant):
        raise Misfit("an instant inside a day, not a day")
    return instant[:10]


def to_json(text: str) -> Any:
    """A JSON object or array.

    Raises:
        Misfit: Not JSON, or a bare scalar.
    """
    if not text.strip():
        return None
    try:
        value = _json_decoder.decode(text)
    except (msgspec.DecodeError, RecursionError):
        raise Misfit("not JSON") from None
    if not isinstance(value, (dict, list)):
        raise Misfit("JSON, but neither an object nor an array")
    return value


def _unusual_instant(text: str) -> str | None:
    stripped = text.strip()
    if not stripped:
        return None
    if not _EPOCH_MS(stripped):
        raise Misfit("not an instant")
    try:
        return iso(int(stripped.split(".")[0]))
    except OverflowError:
        raise Misfit("an instant outside the years 1 to 9999") from None


CONVERTERS: dict[Kind, Callable[[str], Any]] = {
    Kind.INTEGER: to_integer,
    Kind.NUMBER: to_number,
    Kind.BOOLEAN: to_boolean,
    Kind.DATE: to_date,
    Kind.INSTANT: to_instant,
    Kind.JSON: to_json,
}
"""How to read each kind of column; text has no entry because it stays as it is."""
