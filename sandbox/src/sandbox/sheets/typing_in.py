"""What a text becomes that a person types into a cell, or that comes as USER_ENTERED.

The rules are those of the locale en_US.
"""

from __future__ import annotations

import re
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from sandbox.sheets.serials import serial

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Cell, Value

_NUMBER = re.compile(
    r"^(?P<sign>[+-]?)(?P<money>\$?)(?P<digits>(?:\d{1,3}(?:,\d{3})+|\d+)?(?:\.\d*)?)"
    r"(?P<exponent>[eE][+-]?\d+)?(?P<percent>%?)$"
)
_TIME = (
    r"(?P<hour>\d{1,2}):(?P<minute>\d{2})(?::(?P<second>\d{2}(?:\.\d{1,3})?))?"
    r"(?:\s*(?P<half>[AaPp][Mm]))?"
)
_ISO = r"(?P<year>\d{4})[-/](?P<month>\d{1,2})[-/](?P<day>\d{1,2})"
_US = r"(?P<month>\d{1,2})/(?P<day>\d{1,2})(?:/(?P<year>\d{4}|\d{2}))?"
_NAMED = r"(?P<day>\d{1,2})-(?P<name>[A-Za-z]{3})-(?P<year>\d{4})"
_LONG = r"(?P<name>[A-Za-z]{3,9}) (?P<day>\d{1,2}), (?P<year>\d{4})"
_MONTHS = ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec")
_CENTURY, _PIVOT = 100, 30
_NOON = 12


class Entry(NamedTuple):
    """A typed text as the cell keeps it, and the number format that comes with it.

    Attributes:
        value: The value; of a formula its text.
        format: The number format; None leaves the cell's own.
        formula: Whether it is a formula.
    """

    value: Value
    format: dict[str, str] | None = None
    formula: bool = False


class _Shape(NamedTuple):
    pattern: re.Pattern[str]
    type: str
    format: str


def _shapes() -> list[_Shape]:
    dates = [
        (_ISO, "yyyy-mm-dd"),
        (_US, "M/d/yyyy"),
        (_NAMED, "d-mmm-yyyy"),
        (_LONG, "mmmm d, yyyy"),
    ]
    shapes = []
    for date, text in dates:
        shapes.append(_Shape(re.compile(f"^{date}$"), "DATE", text))
        time = f"{text} h:mm:ss" if date == _ISO else f"{text} H:mm:ss"
        shapes.append(_Shape(re.compile(f"^{date}[ ]+{_TIME}$"), "DATE_TIME", time))
    shapes.append(_Shape(re.compile(f"^{_TIME}$"), "TIME", "h:mm:ss am/pm"))
    return shapes


_SHAPES = _shapes()


def typed_cell(draft: Draft, old: Cell, text: str) -> Cell:
    """Return a cell after somebody typed a text into it.

    Raises:
        SheetsError: The text is too long for a cell.
    """
    draft.check_length(text)
    entry = entered(text, draft.now, as_text=_is_text(draft, old))
    value = draft.formula(str(entry.value)) if entry.formula else entry.value
    style = old.style
    if entry.format and not draft.book.styles[style].get("numberFormat"):
        style = draft.restyle(style, {"numberFormat": entry.format}, {"numberFormat": {}})
    return msgspec.structs.replace(old, value=value, style=style)


def _is_text(draft: Draft, cell: Cell) -> bool:
    kind = draft.book.styles[cell.style].get("numberFormat", {}).get("type")
    return bool(kind == "TEXT")


def entered(text: str, now: float, *, as_text: bool = False) -> Entry:
    """Return what a typed text means.

    Args:
        text: What was typed.
        now: Unix seconds; a date without a year is of this year.
        as_text: Whether the cell is formatted as plain text, where nothing is parsed.
    """
    if text.startswith("'"):
        return Entry(text[1:] or None)
    if as_text or not text:
        return Entry(text or None)
    if text.upper() in ("TRUE", "FALSE"):
        return Entry(text.upper() == "TRUE")
    stripped = text.strip()
    return _number(stripped) or _date(stripped, now) or _formula(text)


def _formula(text: str) -> Entry:
    """Return a text as a formula if it begins like one; a bare sign is a text."""
    if len(text) == 1 or text[0] not in "=+-":
        return Entry(text)
    return Entry(text if text[0] == "=" else f"={text}", formula=True)


def _number(text: str) -> Entry | None:
    found = _NUMBER.match(text)
    if not found or not any(letter.isdigit() for letter in found["digits"]):
        return None
    digits, exponent = found["digits"], found["exponent"] or ""
    value = float(digits.replace(",", "") + exponent)
    value = -value if found["sign"] == "-" else value
    return Entry(value / 100 if found["percent"] else value, _number_format(found))


def _number_format(found: re.Match[str]) -> dict[str, str] | None:
    decimals = "0.00" if "." in found["digits"] else "0"
    if found["percent"]:
        return {"type": "PERCENT", "pattern": f"{decimals}%"}
    if found["money"]:
        return {"type": "CURRENCY", "pattern": f'"$"#,##{decimals}'}
    if found["exponent"]:
        return {"type": "SCIENTIFIC", "pattern": "0.00E+00"}
    if "," in found["digits"]:
        return {"type": "NUMBER", "pattern": f"#,##{decimals}"}
    return None


def _date(text: str, now: float) -> Entry | None:
    for shape in _SHAPES:
        found = shape.pattern.match(text)
        if found:
            number = _serial(found.groupdict(), now)
            if number is None:
                return None
            return Entry(number, {"type": shape.type, "pattern": shape.format})
    return None


def _serial(parts: dict[str, Any], now: float) -> float | None:
    day = 0.0
    if parts.get("day"):
        moment = _day(parts, now)
        if moment is None:
            return None
        day = serial(moment)
    time = _time(parts) if parts.get("hour") else 0.0
    return None if time is None else day + time


def _day(parts: dict[str, Any], now: float) -> datetime | None:
    year = int(parts.get("year") or datetime.fromtimestamp(now, tz=timezone.utc).year)
    if year < _CENTURY:
        year += 2000 if year < _PIVOT else 1900
    name = (parts.get("name") or "")[:3].lower()
    try:
        month = int(parts["month"]) if parts.get("month") else _MONTHS.index(name) + 1
        return datetime(year, month, int(parts["day"]))  # noqa: DTZ001 - no zone in a spreadsheet
    except ValueError:
        return None


def _time(parts: dict[str, Any]) -> float | None:
    hour, minute, second = int(parts["hour"]), int(parts["minute"]), float(parts["second"] or 0)
    half = (parts["half"] or "").lower()
    if half:
        if not 1 <= hour <= _NOON:
            return None
        hour = hour % _NOON + (_NOON if half == "pm" else 0)
    if minute > 59 or second >= 60:  # noqa: PLR2004
        return None
    return (hour * 3600 + minute * 60 + second) / 86400
