"""Values the world intends, each beside the text HubSpot would send for it.

A value is made once, with its meaning and its wire text together; nothing in this package ever
reads wire text back. That keeps the world's truth independent of any parser under test.
"""

from __future__ import annotations

import json
from datetime import date, datetime, timedelta, timezone
from typing import Any, NamedTuple

EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
DAY_MS = 86_400_000
HOUR_MS = 3_600_000
MINUTE_MS = 60_000


class Value(NamedTuple):
    """What a property holds.

    Attributes:
        wire: The exact text on the wire; None when the property is not set.
        truth: The same in canonical form: int for ids, text without exponent or trailing zeros
            for decimals, `YYYY-MM-DDTHH:MM:SS.mmmZ` for instants, `YYYY-MM-DD` for dates, bool,
            decoded JSON, or text without NUL characters. None for nothing.
        fits: False for text that does not fit the property's declared type.
    """

    wire: str | None
    truth: Any
    fits: bool = True


UNSET = Value(None, None)
EMPTY = Value("", None)  # what a cleared property of any type but text may read back as
EMPTY_TEXT = Value("", "")


def text(content: str) -> Value:
    """Text as it is; the NUL characters a warehouse cannot store are no part of its meaning."""
    return Value(content, content.replace("\0", ""))


def identifier(number: int) -> Value:
    """An id: text on the wire, a whole number in meaning."""
    return Value(str(number), number)


def decimal(digits: str, wire: str | None = None) -> Value:
    """A number given as canonical digits, and how it is spelt when that differs."""
    return Value(digits if wire is None else wire, digits)


def boolean(truth: bool, wire: str | None = None) -> Value:  # noqa: FBT001 - the value itself
    """A flag; HubSpot writes `true` and `false`, imports and integrations also other words."""
    return Value(wire or ("true" if truth else "false"), truth)


def instant(at: int) -> Value:
    """An instant in the usual form: ISO 8601, and no fraction when it would be zero."""
    canonical = canonical_instant(at)
    return Value(canonical.replace(".000Z", "Z"), canonical)


def instant_as_milliseconds(at: int) -> Value:
    """An instant in the older form, epoch milliseconds as text."""
    return Value(str(at), canonical_instant(at))


def day(value: date) -> Value:
    """A calendar date."""
    return Value(value.isoformat(), value.isoformat())


def day_as_milliseconds(value: date) -> Value:
    """A calendar date in the older form, epoch milliseconds of its UTC midnight."""
    midnight = datetime(value.year, value.month, value.day, tzinfo=timezone.utc)
    return Value(str(milliseconds(midnight)), value.isoformat())


def document(content: Any) -> Value:
    """A JSON value, its text made from the meaning; NULs inside strings have none."""
    wire = json.dumps(content, ensure_ascii=True)
    return Value(wire, json.loads(wire.replace("\\u0000", "")))


def misfit(wire: str) -> Value:
    """Text that does not fit the property's type: it means nothing there."""
    return Value(wire, None, fits=False)


def milliseconds(moment: datetime) -> int:
    """Epoch milliseconds of an aware datetime."""
    return (moment - EPOCH) // timedelta(milliseconds=1)


def moment(at: int) -> datetime:
    """The aware UTC datetime of epoch milliseconds."""
    return EPOCH + timedelta(milliseconds=at)


def canonical_instant(at: int) -> str:
    """`YYYY-MM-DDTHH:MM:SS.mmmZ` of epoch milliseconds."""
    return moment(at).isoformat(timespec="milliseconds")[:-6] + "Z"


def wire_instant(at: int) -> str:
    """Epoch milliseconds as HubSpot writes them."""
    return canonical_instant(at).replace(".000Z", "Z")


def canonical_seconds(duration: int) -> str:
    """A duration of milliseconds as decimal seconds without trailing zeros."""
    whole, rest = divmod(duration, 1000)
    return f"{whole}.{rest:03d}".rstrip("0") if rest else str(whole)
