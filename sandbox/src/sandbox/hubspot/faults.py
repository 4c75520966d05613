"""What scripted faults answer, and how they spoil an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.hubspot.budgets import rate_limit_error
from sandbox.hubspot.replies import HTML, ApiError, Reply, html_page

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.behaviour import Fault

_EDGE_PAGES = {
    "502": "Bad Gateway",
    "503": "Service Temporarily Unavailable",
    "504": "Gateway Time-out",
    "521": "Web Server Is Down",
    "523": "Origin Is Unreachable",
    "524": "A Timeout Occurred",
    "530": "Origin DNS Error",
}
_ERRORS: dict[str, Callable[[], ApiError]] = {
    "429_burst": lambda: rate_limit_error("TEN_SECONDLY_ROLLING"),
    "429_search": lambda: rate_limit_error("SECONDLY"),
    "429_daily": lambda: rate_limit_error("DAILY"),
    "search_limit_500": lambda: ApiError(
        500, "You have reached your secondly limit.", "RATE_LIMITS"
    ),
    "500": lambda: ApiError(500, "internal error"),
    "423": lambda: ApiError(423, "The resource is locked. Try again in two seconds."),
    "477": lambda: ApiError(477, "This account is being moved between data centres."),
}


def replacing(fault: Fault, correlation_id: str) -> Reply | None:
    """Return the reply given instead of an answer; None when the connection is to drop."""
    if fault.kind in _EDGE_PAGES:
        reply = html_page(int(fault.kind), _EDGE_PAGES[fault.kind])
    elif fault.kind == "html":
        reply = Reply(200, b"<!DOCTYPE html><html><body>Down for maintenance</body></html>", HTML)
    elif fault.kind in _ERRORS:
        reply = _ERRORS[fault.kind]().reply(correlation_id)
    else:
        return None
    if fault.retry_after is not None:
        reply.headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
    return reply


def spoil(fault: Fault, reply: Reply, asked_after: str | None) -> bool:
    """Spoil a served answer in place; False when there was nothing to spoil."""
    if fault.kind in ("truncated", "cut"):
        if fault.kind == "truncated":
            reply.body = reply.body[: len(reply.body) * 2 // 3]
        return True
    page = msgspec.json.decode(reply.body)
    changed = (
        _empty(page, asked_after) if fault.kind == "empty_page" else _repeat(page, asked_after)
    )
    if changed:
        reply.body = msgspec.json.encode(page)
        reply.records = len(page["results"])
    return changed


def _empty(page: dict[str, Any], asked_after: str | None) -> bool:
    """Empty a page and point to where its rows can still be had.

    For a list that is the page's first id (it must differ from the cursor that was asked
    with); for a search, whose offset cannot tell, the rows are asked for again.
    """
    results = page.get("results")
    if not results or not isinstance(results[0], dict) or "id" not in results[0]:
        return False
    after = (asked_after or "0") if "total" in page else str(results[0]["id"])
    if after == asked_after and "total" not in page:
        return False
    page["results"] = []
    page["paging"] = {"next": {"after": after}}
    return True


def _repeat(page: dict[str, Any], asked_after: str | None) -> bool:
    following = page.get("paging", {}).get("next")
    if asked_after is None or not following:
        return False
    following["after"] = asked_after
    return True
