"""From a JSON value to a typed cell: nothing is left for Google to parse.

A cell is kept as the JSON text of its CellData, ready to be put into a request.
"""

from __future__ import annotations

import hashlib
import re
from datetime import datetime, time
from decimal import Decimal
from typing import Any

import msgspec

from target_gsheets.kinds import DATE, DATETIME, NUMBER, TEXT, TIME
from target_gsheets.moments import DAY_SECONDS, Clock, iso, parse_date, parse_instant, serial

EMPTY = b"{}"
#: Characters a cell may hold; Google refuses the whole request for one more.
MOST_CHARACTERS = 50_000
#: A cell is a double, and Sheets shows 15 digits of it.
_EXACT_DIGITS = 15
_LARGEST_EXPONENT = 300
_TIME_ONLY = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?")
_encode = msgspec.json.Encoder(decimal_format="number").encode


def _entered(name: str, value: Any) -> bytes:
    return b'{"userEnteredValue":{"%s":%s}}' % (name.encode(), _encode(value))


def plain_text(value: str) -> str:
    """Return text as a cell can hold it: no NUL, no half of a surrogate pair."""
    if value.isascii():
        return value.replace("\0", "")
    repaired = value.encode("utf-16-le", "surrogatepass").decode("utf-16-le", "replace")
    return repaired.replace("\0", "")


def _units(text: str) -> int:
    return len(text) if text.isascii() else len(text.encode("utf-16-le")) // 2


def cut(text: str) -> str:
    """Return text that fits a cell; what is cut off is told by length and SHA-256 at its end."""
    if len(text) * 2 <= MOST_CHARACTERS or _units(text) <= MOST_CHARACTERS:
        return text
    digest = hashlib.sha256(text.encode()).hexdigest()
    mark = f"… [cut: {len(text)} characters, sha256 {digest}]"
    room = (MOST_CHARACTERS - len(mark)) * 2
    return text.encode("utf-16-le")[:room].decode("utf-16-le", "ignore") + mark


def text_cell(value: str) -> bytes:
    """Return a cell of text; text that begins with an equals sign stays text."""
    return _entered("stringValue", cut(plain_text(value)))


def json_text(value: Any) -> str:
    """Return compact JSON, every digit of every number kept."""
    return _encode(_encodable(value)).decode()


def _encodable(value: Any) -> Any:
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, dict):
        return {plain_text(str(name)): _encodable(inner) for name, inner in value.items()}
    if isinstance(value, list):
        return [_encodable(inner) for inner in value]
    if isinstance(value, int) and not isinstance(value, bool):
        return msgspec.Raw(str(value).encode())
    if isinstance(value, Decimal) and not value.is_finite():
        return None
    return value


def _decimal(value: Any) -> Decimal:
    return value if isinstance(value, Decimal) else Decimal(repr(value))


def _fits_double(number: Decimal) -> bool:
    digits = "".join(map(str, number.as_tuple().digits)).strip("0")
    return len(digits) <= _EXACT_DIGITS and abs(number.adjusted()) <= _LARGEST_EXPONENT


def number_text(value: Any) -> str:
    """Return a number's digits as they were sent, an integral one without a point.

    >>> number_text(Decimal("12.50")), number_text(Decimal("7.0"))
    ('12.50', '7')
    """
    if isinstance(value, int):
        return str(value)
    number = _decimal(value)
    if (
        number.is_finite()
        and abs(number.adjusted()) <= _LARGEST_EXPONENT
        and number == number.to_integral_value()
    ):
        return str(int(number))
    return str(number)


def _number_cell(value: Any) -> bytes:
    if isinstance(value, int):
        if abs(value) < 10**_EXACT_DIGITS:
            return b'{"userEnteredValue":{"numberValue":%d}}' % value
        return text_cell(str(value))
    number = _decimal(value)
    if not number.is_finite():
        return EMPTY
    if not _fits_double(number):
        return text_cell(number_text(number))
    return _entered("numberValue", float(number))


def _datetime_cell(value: Any, clock: Clock) -> bytes | None:
    instant = parse_instant(value, clock.zone)
    if instant is None:
        return None
    if clock.as_text:
        return text_cell(iso(value, instant))
    try:
        days = serial(instant.astimezone(clock.zone))
    except OverflowError:
        return None
    return None if days is None else _entered("numberValue", days)


def _date_cell(value: Any, clock: Clock) -> bytes | None:
    day = parse_date(value)
    if day is None or clock.as_text:
        return None
    days = serial(datetime(day.year, day.month, day.day))  # noqa: DTZ001
    return None if days is None else _entered("numberValue", days)


def _time_cell(value: Any, clock: Clock) -> bytes | None:
    match = _TIME_ONLY.fullmatch(value) if isinstance(value, str) else None
    if match is None or clock.as_text:
        return None
    fraction = int((match[4] or "0").ljust(6, "0")[:6])
    try:
        moment = time(int(match[1]), int(match[2]), int(match[3] or 0), fraction)
    except ValueError:
        return None
    seconds = moment.hour * 3600 + moment.minute * 60 + moment.second + fraction / 1e6
    return _entered("numberValue", seconds / DAY_SECONDS)


_PARSED = {DATETIME: _datetime_cell, DATE: _date_cell, TIME: _time_cell}
_NUMERIC_TEXT = re.compile(r"-?[0-9]{1,40}(\.[0-9]{1,40})?")


def cell(value: Any, kind: str, clock: Clock) -> bytes:
    """Return the cell of one value.

    A value that its column's kind does not fit is written as what it is; nothing is dropped
    but NaN and the infinities, which JSON does not have.

    Args:
        value: Decoded JSON, decimals as Decimal.
        kind: The column's kind.
        clock: How instants are shown.
    """
    if value is None:
        return EMPTY
    parse = _PARSED.get(kind)
    if parse is not None:
        parsed = parse(value, clock)
        if parsed is not None:
            return parsed
    return _as_it_is(value, kind)


def _as_it_is(value: Any, kind: str) -> bytes:
    if isinstance(value, bool):
        return b'{"userEnteredValue":{"boolValue":%s}}' % (b"true" if value else b"false")
    if isinstance(value, str):
        if kind == NUMBER and _NUMERIC_TEXT.fullmatch(value):
            return _number_cell(Decimal(value))
        return text_cell(value)
    if isinstance(value, (float, Decimal)) and not _decimal(value).is_finite():
        return EMPTY
    if isinstance(value, (int, float, Decimal)):
        return text_cell(number_text(value)) if kind == TEXT else _number_cell(value)
    return text_cell(json_text(value))


def key_text(value: Any) -> str:
    """Return a key's text, by which rows are compared: the same for 12, 12.0 and "12".

    The same is asked of a value read back from a cell. Nothing at all is empty text.
    """
    if value is None:
        return ""
    if isinstance(value, bool):
        return "true" if value else "false"
    if isinstance(value, str):
        return plain_text(value)
    if isinstance(value, (int, float, Decimal)):
        return number_text(value)
    return json_text(value)
