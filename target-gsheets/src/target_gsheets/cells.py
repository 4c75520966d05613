"""From a JSON value to a typed cell: nothing is left for Google to parse.

A cell is kept as the JSON text of its CellData, ready to be put into a request.
"""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from datetime import date, datetime, time, timezone, tzinfo
from decimal import Decimal
from typing import TYPE_CHECKING, Any

import msgspec

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

EMPTY = b"{}"
#: Characters a cell may hold; Google refuses the whole request for one more.
MOST_CHARACTERS = 50_000
#: A cell is a double, and Sheets shows 15 digits of it.
_EXACT_DIGITS = 15
_LARGEST_EXPONENT = 300
_EPOCH = datetime(1899, 12, 30)  # noqa: DTZ001 - a wall clock
_DAY_SECONDS = 86_400
_SECONDS_BELOW = 10_000_000_000
_EPOCH_DIGITS = re.compile(r"[0-9]{9,13}")
_INSTANT = re.compile(
    r"(\d{4})-(\d\d)-(\d\d)[Tt ](\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?"
    r"\s*([Zz]|[+-]\d\d(?::?\d\d)?)?"
)
_DATE_ONLY = re.compile(r"(\d{4})-(\d\d)-(\d\d)")
_TIME_ONLY = re.compile(r"(\d\d):(\d\d)(?::(\d\d)(?:[.,](\d{1,9}))?)?")
_FORMATS = {"date-time": DATETIME, "date": DATE, "time": TIME, "singer.decimal": NUMBER}
_SCALARS = {"integer": INTEGER, "number": NUMBER, "boolean": BOOLEAN}
_encode = msgspec.json.Encoder(decimal_format="number").encode


@dataclass(frozen=True)
class Clock:
    """How instants are shown.

    Attributes:
        zone: The zone of the wall clock in the sheet.
        as_text: Write ISO 8601 text in UTC, exact to the digit, instead of date cells.
    """

    zone: tzinfo = timezone.utc
    as_text: bool = False


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


def _json_text(value: Any) -> str:
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


def serial(moment: datetime) -> float | None:
    """Return a wall clock as days since 1899-12-30, None before that day.

    >>> serial(datetime(2020, 1, 1, 12))
    43831.5
    """
    since = moment.replace(tzinfo=None) - _EPOCH
    if since.days < 0:
        return None
    return since.days + (since.seconds + since.microseconds / 1e6) / _DAY_SECONDS


def moment_of(days: float) -> datetime:
    """Return the wall clock of a serial number, to the millisecond."""
    milliseconds = round(days * _DAY_SECONDS * 1000)
    return datetime.fromtimestamp(milliseconds / 1000, timezone.utc).replace(tzinfo=None) + (
        _EPOCH - datetime(1970, 1, 1)  # noqa: DTZ001
    )


def parse_instant(value: Any, zone: tzinfo = timezone.utc) -> datetime | None:
    """Return the instant a value means, in its own zone or in `zone`; None if it means none.

    ISO 8601 text, a date, or 9 to 13 digits as epoch milliseconds (seconds when below
    10,000,000,000). What has no offset is a wall clock of `zone`.
    """
    if isinstance(value, bool) or value is None:
        return None
    text = str(value).strip()
    if _EPOCH_DIGITS.fullmatch(text):
        number = int(text)
        seconds = number if number < _SECONDS_BELOW else number / 1000
        return datetime.fromtimestamp(seconds, timezone.utc)
    match = _INSTANT.fullmatch(text)
    if match is None:
        day = parse_date(text)
        return datetime(day.year, day.month, day.day, tzinfo=zone) if day else None
    return _instant(match, zone)


def _instant(match: re.Match[str], zone: tzinfo) -> datetime | None:
    year, month, day, hour, minute = (int(match[at]) for at in range(1, 6))
    fraction = int((match[7] or "0").ljust(6, "0")[:6])
    try:
        naive = datetime(year, month, day, hour, minute, int(match[6] or 0), fraction)  # noqa: DTZ001
        return naive.replace(tzinfo=_offset(match[8]) if match[8] else zone)
    except ValueError:
        return None


def _offset(text: str) -> tzinfo:
    if text in "Zz":
        return timezone.utc
    digits = text[1:].replace(":", "").ljust(4, "0")
    return datetime.strptime(f"{text[0]}{digits}", "%z").tzinfo or timezone.utc


def parse_date(value: Any) -> date | None:
    """Return the day a text names in ISO 8601, None if it names none."""
    match = _DATE_ONLY.match(value) if isinstance(value, str) else None
    if match is None or not (len(value) == match.end() or _INSTANT.fullmatch(value)):
        return None
    try:
        return date(int(match[1]), int(match[2]), int(match[3]))
    except ValueError:
        return None


def _datetime_cell(value: Any, clock: Clock) -> bytes | None:
    instant = parse_instant(value, clock.zone)
    if instant is None:
        return None
    if clock.as_text:
        return text_cell(_iso(value, instant))
    try:
        days = serial(instant.astimezone(clock.zone))
    except OverflowError:
        return None
    return None if days is None else _entered("numberValue", days)


def _iso(value: Any, instant: datetime) -> str:
    if isinstance(value, str) and _INSTANT.fullmatch(value.strip()):
        return value
    return instant.astimezone(timezone.utc).isoformat().replace("+00:00", "Z")


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
    return _entered("numberValue", seconds / _DAY_SECONDS)


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
    return text_cell(_json_text(value))


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
    return _json_text(value)
