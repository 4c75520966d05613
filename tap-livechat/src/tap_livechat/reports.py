"""The vendor's own daily figures, to hold against what is computed from the threads."""

from __future__ import annotations

from collections import defaultdict
from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_livechat._exact_json import MalformedReply
from tap_livechat.client import Call
from tap_livechat.instants import asked
from tap_livechat.values import object_of, whole_of

if TYPE_CHECKING:
    from datetime import datetime

    from tap_livechat.client import Client
    from tap_livechat.wire import Shape

_COUNTS: dict[str, dict[str, str]] = {
    "total_chats": {"total": "chats", "continuous": "continuous_chats"},
    "duration": {"count": "duration_chats"},
    "first_response_time": {"count": "first_response_chats"},
    "ratings": {"good": "rated_good", "bad": "rated_bad"},
}
_MEANS: dict[str, dict[str, str]] = {
    "duration": {
        "duration": "mean_duration_seconds",
        "agents_chatting_duration": "mean_agents_chatting_seconds",
    },
    "first_response_time": {"first_response_time": "mean_first_response_seconds"},
}


def daily_rows(client: Client, since: datetime, until: datetime) -> list[Shape]:
    """One row per UTC day from `since` to `until`: four requests, whatever the range.

    The vendor leaves out counters that are zero; here they are zero. Means of nothing are null.
    """
    days: dict[str, Shape] = defaultdict(_empty)
    for report, counts in _COUNTS.items():
        for day, figures in _records(client, report, since, until).items():
            row = days[day]
            row["date"] = day
            row.update(
                (column, whole_of(figures.get(name)) or 0) for name, column in counts.items()
            )
            for name, column in _MEANS.get(report, {}).items():
                row[column] = _number(figures.get(name))
    return [days[day] for day in sorted(days)]


def _empty() -> Shape:
    columns = [
        column for found in (*_COUNTS.values(), *_MEANS.values()) for column in found.values()
    ]
    means = {column for found in _MEANS.values() for column in found.values()}
    return {column: None if column in means else 0 for column in columns}


def _records(client: Client, report: str, since: datetime, until: datetime) -> dict[str, Shape]:
    body = {
        "distribution": "day",
        "timezone": "UTC",
        "filters": {"from": asked(since), "to": asked(until)},
    }
    call = Call(f"reading the report {report}", f"reports/chats/{report}", body, _read)
    return client.read(call)


def _read(value: Any) -> dict[str, Shape]:
    if not isinstance(value, dict) or not isinstance(value.get("records"), dict):
        raise MalformedReply
    return {day: object_of(figures) for day, figures in value["records"].items()}


def _number(value: Any) -> Decimal | int | None:
    if isinstance(value, Decimal):
        return value
    return whole_of(value)
