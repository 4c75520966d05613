"""Which threads a report is about, and how it divides time."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from sandbox.livechat.errors import invalid
from sandbox.livechat.wire import moment, parse_instant

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import tzinfo

    from sandbox.livechat.call import Call
    from sandbox.livechat.report_numbers import Conversation

FORMATS = {
    "hour": "%Y-%m-%d %H",
    "day": "%Y-%m-%d",
    "day-hours": "%H",
    "month": "%Y-%m",
    "year": "%Y",
}
DEFAULT_DAYS = 7
PAIR = ("from", "to")
KNOWN = (*PAIR, "agents", "groups", "tags", "properties", "event_types")


@dataclass(frozen=True)
class ReportRange:
    """What a report is asked for; both ends of the range belong to it."""

    low: int
    high: int
    zone: tzinfo
    distribution: str
    filters: dict[str, Any]

    def bucket(self, at: int) -> str:
        """Return the record an instant belongs to."""
        return moment(at).astimezone(self.zone).strftime(FORMATS[self.distribution])

    def buckets(self) -> Iterator[str]:
        """Return the names of all records, in order; some come twice."""
        step = timedelta(hours=1) if "hour" in self.distribution else timedelta(days=1)
        at, end = moment(self.low), moment(self.high)
        while at <= end:
            yield at.astimezone(self.zone).strftime(FORMATS[self.distribution])
            at += step
        yield self.bucket(self.high)

    def takes(self, one: Conversation) -> bool:
        """Tell whether a conversation passes the filters by agent, group and tag."""
        held = {"agents": set(one.agents), "groups": set(one.group_ids), "tags": set(one.tags)}
        return all(_passes(self.filters.get(name), values) for name, values in held.items())


def read_range(call: Call) -> ReportRange:
    """Return what a report is asked for.

    Raises:
        ApiError: A filter is unknown, or there is more than one range of time.
    """
    filters = call.body.get("filters", {})
    if not isinstance(filters, dict):
        raise invalid("filters")
    nested = [v for v in filters.values() if isinstance(v, dict) and v.keys() & set(PAIR)]
    if len(nested) + bool(filters.keys() & set(PAIR)) > 1:
        raise invalid("filters", "Exactly one range of time is allowed")
    high = _instant(filters, "to", call.now)
    low = _instant(filters, "from", high - DEFAULT_DAYS * 86_400_000_000)
    distribution = call.body.get("distribution", "day")
    if distribution not in FORMATS:
        raise invalid("distribution")
    return ReportRange(low, high, _zone(call, filters), distribution, filters)


def _instant(filters: dict[str, Any], name: str, default: int) -> int:
    if name not in filters:
        return default
    at = parse_instant(str(filters[name]))
    if at is None:
        raise invalid(f"filters.{name}")
    return at


def _zone(call: Call, filters: dict[str, Any]) -> tzinfo:
    name = call.body.get("timezone")
    if name is not None:
        try:
            return ZoneInfo(str(name))
        except (ZoneInfoNotFoundError, ValueError) as error:
            raise invalid("timezone") from error
    start = str(filters.get("from", "")).upper().replace("Z", "+00:00")
    if start:
        offset = datetime.fromisoformat(f"2026-01-01T00:00:00{start[-6:]}").tzinfo
        if offset is not None:
            return offset
    return ZoneInfo("UTC")


def _passes(condition: Any, held: set[Any]) -> bool:
    if not isinstance(condition, dict):
        return True
    if "values" in condition:
        return bool(set(condition["values"]) & held)
    return not set(condition.get("exclude_values", ())) & held
