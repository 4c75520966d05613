"""Instants as milliseconds since the epoch, and as text."""

from __future__ import annotations

from datetime import datetime, timedelta, timezone

import msgspec

_EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)


def iso(milliseconds: int) -> str:
    """An instant as ISO 8601 text in UTC with milliseconds and `Z`.

    >>> iso(1768383067412)
    '2026-01-14T09:31:07.412Z'
    """
    moment = _EPOCH + timedelta(milliseconds=milliseconds)
    return moment.isoformat(timespec="milliseconds").replace("+00:00", "Z")


def milliseconds(instant: datetime) -> int:
    """An instant as milliseconds since the epoch, exact; without a zone it is taken as UTC."""
    aware = instant if instant.tzinfo else instant.replace(tzinfo=timezone.utc)
    return (aware - _EPOCH) // timedelta(milliseconds=1)


def instant(text: str) -> int | None:
    """Milliseconds since the epoch of an ISO 8601 date or date and time; None if it is neither.

    A day begins in UTC, and a time without a zone is taken as UTC.

    >>> instant("2026-01-14"), instant("14 January")
    (1768348800000, None)
    """
    whole = text if "T" in text or " " in text else f"{text}T00:00:00Z"
    try:
        return milliseconds(msgspec.convert(whole, datetime))
    except msgspec.ValidationError:
        return None
