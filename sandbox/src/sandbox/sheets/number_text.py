"""How a number looks in a cell: general, or by a number format of the locale en_US."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import TYPE_CHECKING

from sandbox.sheets.serials import moment

if TYPE_CHECKING:
    from datetime import datetime

_DEFAULTS = {
    "NUMBER": "#,##0.00",
    "PERCENT": "0.00%",
    "CURRENCY": '"$"#,##0.00',
    "DATE": "M/d/yyyy",
    "TIME": "h:mm:ss am/pm",
    "DATE_TIME": "M/d/yyyy H:mm:ss",
    "SCIENTIFIC": "0.00E+00",
}
_DATES = ("DATE", "TIME", "DATE_TIME")
_DATE_TOKEN = re.compile(
    r'"([^"]*)"|\\(.)|(am/pm|a/p)|(\[h+\]|\[m+\]|\[s+\])|(y+|m+|d+|h+|s+(?:\.0+)?)|(.)',
    re.IGNORECASE | re.DOTALL,
)
_SECTION = re.compile(r';(?=(?:[^"]*"[^"]*")*[^"]*$)')
_BLOCK = re.compile(r"[0#?,]*(?:\.[0#?]*)?(?:E[+-]0+)?(?=[^0#?]|$)", re.IGNORECASE)
_LITERAL = re.compile(r'"([^"]*)"|\\(.)|_.|\*.|\[[^\]]*\]', re.DOTALL)
_LARGEST = 1e15
_DECIMALS = 10
_MONTHS = (
    "January", "February", "March", "April", "May", "June", "July", "August", "September",
    "October", "November", "December",
)  # fmt: skip
_DAYS = ("Monday", "Tuesday", "Wednesday", "Thursday", "Friday", "Saturday", "Sunday")


@lru_cache(maxsize=65_536)
def number_text(value: float, kind: str, pattern: str) -> str:
    """Return how a number is shown under a NumberFormat; an empty pattern is its type's own."""
    pattern = pattern or _DEFAULTS.get(kind, "")
    if kind in _DATES:
        return _date_text(value, pattern)
    if not pattern or pattern == "@" or kind == "TEXT" or pattern.lower() == "general":
        return general_text(value)
    return _sectioned(value, pattern)


def is_date(kind: str) -> bool:
    """Whether numbers under a format of this type are dates or times."""
    return kind in _DATES


def general_text(value: float) -> str:
    """Return how a number is shown that has no format: up to 15 digits, 10 after the point."""
    if value == int(value) and abs(value) < _LARGEST:
        return str(int(value))
    if abs(value) >= _LARGEST or abs(value) < 10**-_DECIMALS:
        mantissa, _, exponent = f"{value:.5E}".partition("E")
        return f"{mantissa.rstrip('0').rstrip('.')}E{exponent[0]}{exponent[1:].zfill(2)}"
    text = f"{float(f'{value:.15g}'):.{_DECIMALS}f}".rstrip("0").rstrip(".")
    return "0" if text == "-0" else text


def _sectioned(value: float, pattern: str) -> str:
    """Choose the section for positive, negative and zero."""
    sections = _SECTION.split(pattern)
    if value < 0 and len(sections) > 1:
        return _number(abs(value), sections[1])
    if value == 0 and len(sections) > 2:  # noqa: PLR2004 - the third section is for zero
        return _number(value, sections[2])
    return ("-" if value < 0 else "") + _number(abs(value), sections[0])


def _number(value: float, section: str) -> str:
    """Return a number within what stands around it in its section."""
    literals: list[str] = []

    def keep(match: re.Match[str]) -> str:
        literals.append(match[1] or match[2] or "")
        return "\0"

    bare = _LITERAL.sub(keep, section)
    value *= 100 ** bare.count("%")
    block = next((one for one in _BLOCK.finditer(bare) if re.search("[0#?]", one[0])), None)
    if block is None:
        text = bare
    else:
        text = bare[: block.start()] + _digits(value, block[0]) + bare[block.end() :]
    for literal in literals:
        text = text.replace("\0", literal, 1)
    return text


def _digits(value: float, block: str) -> str:
    mantissa, marker, exponent = re.split("(?i)(E)", f"{block}E")[:3]
    whole, _, fraction = mantissa.partition(".")
    most, least = len(fraction), fraction.rstrip("#?").count("0")
    if marker and exponent:
        return _scientific(value, most, exponent)
    text = f"{value:.{most}f}"
    head, _, tail = text.partition(".")
    while len(tail) > least and tail.endswith("0"):
        tail = tail[:-1]
    head = head.zfill(whole.count("0"))
    if head == "0" and "0" not in whole:
        head = ""
    if "," in whole.rstrip(","):
        head = f"{int(head or 0):,}".zfill(len(head))
    return f"{head}.{tail}" if tail or "." in mantissa else head


def _scientific(value: float, decimals: int, exponent: str) -> str:
    mantissa, _, power = f"{value:.{decimals}E}".partition("E")
    return f"{mantissa}E{power[0]}{power[1:].lstrip('0').zfill(exponent.count('0'))}"


def _date_text(value: float, pattern: str) -> str:
    when = moment(value)
    if when is None:
        return general_text(value)
    tokens = list(_DATE_TOKEN.finditer(pattern))
    halves = any(match[3] for match in tokens)
    parts = []
    for index, match in enumerate(tokens):
        if match[5] or match[4] or match[3]:
            parts.append(_date_part(match[0], when, value, (halves, _is_minute(tokens, index))))
        else:
            parts.append(match[1] or match[2] or match[6] or "")
    return "".join(parts)


def _is_minute(tokens: list[re.Match[str]], index: int) -> bool:
    """Whether an `m` means minutes: when hours stand before it, or seconds after it."""
    names = [match[0].strip("[]").lower()[:1] if match[5] or match[4] else "" for match in tokens]
    before = next((name for name in reversed(names[:index]) if name), "")
    after = next((name for name in names[index + 1 :] if name), "")
    return before == "h" or after == "s"


def _date_part(token: str, when: datetime, value: float, hints: tuple[bool, bool]) -> str:
    halves, minute = hints
    low = token.lower()
    if low in ("am/pm", "a/p"):
        name = "AM" if when.hour < 12 else "PM"  # noqa: PLR2004
        return name if low == "am/pm" else name[0]
    if low.startswith("["):
        return _elapsed(low, value)
    if low[0] in "yd":
        return _year(when, len(low)) if low[0] == "y" else _day(when, len(low))
    if low[0] in "hs":
        return _hour(when, low, halves=halves) if low[0] == "h" else _second(when, low)
    return f"{when.minute:0{min(len(low), 2)}d}" if minute else _month(when, len(low))


def _hour(when: datetime, token: str, *, halves: bool) -> str:
    hour = (when.hour % 12 or 12) if halves else when.hour
    return f"{hour:0{min(len(token), 2)}d}"


def _elapsed(token: str, value: float) -> str:
    unit = {"h": 24, "m": 1440, "s": 86400}[token[1]]
    return f"{int(round(value * unit, 6)):0{len(token) - 2}d}"


def _year(when: datetime, width: int) -> str:
    return f"{when.year:04d}" if width > 2 else f"{when.year % 100:02d}"  # noqa: PLR2004


def _day(when: datetime, width: int) -> str:
    if width > 2:  # noqa: PLR2004 - ddd and dddd are names
        name = _DAYS[when.weekday()]
        return name[:3] if width == 3 else name  # noqa: PLR2004
    return f"{when.day:0{width}d}"


def _month(when: datetime, width: int) -> str:
    if width > 2:  # noqa: PLR2004 - mmm and mmmm are names
        name = _MONTHS[when.month - 1]
        return name[:3] if width == 3 else name  # noqa: PLR2004
    return f"{when.month:0{width}d}"


def _second(when: datetime, token: str) -> str:
    whole, _, fraction = token.partition(".")
    text = f"{when.second:0{min(len(whole), 2)}d}"
    if fraction:
        text += "." + f"{when.microsecond:06d}"[: len(fraction)]
    return text
