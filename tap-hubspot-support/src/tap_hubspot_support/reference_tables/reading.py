"""What reading a reference takes: columns of all such tables, and one call."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, TypeVar

from tap_hubspot_support.client import Call
from tap_hubspot_support.wire import reader

if TYPE_CHECKING:
    from tap_hubspot_support.budgets import Budget
    from tap_hubspot_support.run import Run

T = TypeVar("T")
FLAGS: dict[str, dict[str, Any]] = {
    "portal_id": {"type": "integer"},
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_fivetran_synced": {"type": "string", "format": "date-time"},
}
"""Columns of every reference table; the flags of a row that vanished are set by the target."""


def flags(run: Run, *, deleted: bool = False) -> dict[str, Any]:
    """Values of the columns of every reference table."""
    return {
        "portal_id": run.portal_id,
        "is_deleted": deleted,
        "_fivetran_deleted": deleted,
        "_fivetran_synced": run.synced,
    }


def ask(
    run: Run, what: str, path: str, shape: type[T], *, query: str = "", budget: Budget | None = None
) -> T:
    """One read of something without pages.

    Raises:
        FatalAPIError: It cannot be read; a missing scope is named.
    """
    call = Call(what, path, reader(shape), query=query)
    return run.client.read(call if budget is None else _counted(call, budget))


def _counted(call: Call[T], budget: Budget) -> Call[T]:
    return Call(call.what, call.path, call.decode, query=call.query, budget=budget)


def whole(text: str | None) -> int | None:
    """An id as a number; none stays none."""
    return int(text) if text else None
