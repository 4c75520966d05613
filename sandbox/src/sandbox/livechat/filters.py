"""The filters of `list_archives`: which are known, their rules, and what they match."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import invalid
from sandbox.livechat.matchers import MATCHERS
from sandbox.livechat.wire import parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.livechat.call import Call, Version
    from sandbox.livechat.organization import Key, Thread

    Test = Callable[[Thread], bool]

CAPS = {"chat_ids": 1000, "thread_ids": 20, "group_ids": 200}
SINCE_3_6 = ("chat_ids", "agent_types", "customer_id", "customer_email")
RANGE = ("from", "to")
CHOICES = ("exists", "values", "exclude_values")
"""Of these a filter may have one only."""

_FIRST, _LAST = 0, 2**62
_HIGHEST_ID = "\U0010ffff"


@dataclass(frozen=True)
class Selection:
    """What filters ask for: a part of the archive, and tests for the threads in it."""

    low: Key
    high: Key
    tests: tuple[Test, ...]

    def takes(self, thread: Thread) -> bool:
        """Tell whether a thread passes all tests."""
        return all(test(thread) for test in self.tests)


def select(call: Call) -> Selection:
    """Return what a first request's filters ask for.

    Raises:
        ApiError: A filter is unknown, too large, or contradicts another.
    """
    filters = call.body.get("filters", {})
    if not isinstance(filters, dict):
        raise invalid("filters")
    _check(filters, call)
    if "highlights" in call.body and "query" not in filters:
        raise invalid("highlights", "highlights goes with filters.query")
    low, high = (_bound(filters, name) for name in RANGE)
    tests = [MATCHERS[name](value, call) for name, value in filters.items() if name not in RANGE]
    if call.behaviour.range_compares == "activity":
        tests.append(_active_within(low, high))
        low = high = None
    if high is not None and call.behaviour.range_end == "excluded":
        high -= 1
    return Selection(
        (_FIRST if low is None else low, ""),
        (_LAST if high is None else high, _HIGHEST_ID),
        (call.sees, *tests),
    )


def _check(filters: dict[str, Any], call: Call) -> None:
    for name, value in filters.items():
        if name not in RANGE and (name not in MATCHERS or not _is_known(name, call.version)):
            raise invalid(f"filters.{name}", "Unknown filter")
        _check_size(name, value)
        if isinstance(value, dict) and sum(choice in value for choice in CHOICES) > 1:
            raise invalid(f"filters.{name}", f"Only one of {', '.join(CHOICES)} is allowed")
    paging = call.body.keys() & {"limit", "sort_order", "page_id"}
    if "thread_ids" in filters and (len(filters) > 1 or paging):
        raise invalid("filters.thread_ids", "thread_ids goes with nothing else")


def _is_known(name: str, version: Version) -> bool:
    return name not in SINCE_3_6 or version >= (3, 6)


def _check_size(name: str, value: Any) -> None:
    if name in CAPS and (not isinstance(value, list) or len(value) > CAPS[name]):
        raise invalid(f"filters.{name}", f"At most {CAPS[name]} are allowed")


def _bound(filters: dict[str, Any], name: str) -> int | None:
    if name not in filters:
        return None
    at = parse_instant(str(filters[name]))
    if at is None:
        raise invalid(f"filters.{name}")
    return at


def _active_within(low: int | None, high: int | None) -> Test:
    start, end = _FIRST if low is None else low, _LAST if high is None else high
    return lambda thread: start <= thread.active_at <= end
