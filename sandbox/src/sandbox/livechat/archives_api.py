"""`list_archives`: the threads of all chats, one entry per thread."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import ApiError
from sandbox.livechat.filters import Selection, select
from sandbox.livechat.listing import Turned, cut, turn
from sandbox.livechat.shapes import archive_begins, archive_entry, is_too_old

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.livechat.call import Call
    from sandbox.livechat.organization import Key, Thread

METHOD = "list_archives"
DEFAULT_LIMIT = 10
_OFF_BY = (-2, 1, 2, -1)
_BEFORE_ALL_IDS, _AFTER_ALL_IDS = "", "\U0010ffff"


def list_archives(call: Call) -> dict[str, Any]:
    """Return a page of threads, newest first unless asked otherwise."""
    turned = turn(call, METHOD)
    call = turned.call
    limit, descending = call.limit(DEFAULT_LIMIT), call.descending()
    selection = select(call)
    _refuse_what_is_too_old(call, selection)
    _refuse_what_is_too_much(call, selection)
    rows = cut(
        turned,
        METHOD,
        limit,
        lambda back: _walk(turned, selection, descending=descending != back),
        lambda thread: thread.key,
    )
    entries = [archive_entry(call, thread) for thread in rows.rows]
    return {"chats": entries, "found_chats": _found(call, selection)} | rows.neighbours


def _walk(turned: Turned, selection: Selection, *, descending: bool) -> Iterator[Thread]:
    low, high = selection.low, selection.high
    edge = None
    if turned.page is not None:
        edge = (turned.page.at, turned.page.row)
        low, high = _narrowed(turned, low, high, descending=descending)
    for thread in turned.call.organization.walk(low, high, descending=descending):
        if thread.key != edge and _is_shown(turned.call, thread) and selection.takes(thread):
            yield thread


def _narrowed(turned: Turned, low: Key, high: Key, *, descending: bool) -> tuple[Key, Key]:
    """Return the bounds of what follows the page's edge; the edge itself may be among it."""
    page = turned.page
    assert page is not None  # noqa: S101 - for the type checker
    lost = turned.call.behaviour.page_ties == "lost"
    if descending:
        edge = (page.at, _BEFORE_ALL_IDS if lost else page.row)
        return low, min(high, edge)
    edge = (page.at, _AFTER_ALL_IDS if lost else page.row)
    return max(low, edge), high


def _is_shown(call: Call, thread: Thread) -> bool:
    behaviour = call.behaviour
    if thread.shape["active"] and not behaviour.archives_hold_active:
        return False
    return behaviour.archive_limit != "omit" or not is_too_old(call, thread)


def _refuse_what_is_too_old(call: Call, selection: Selection) -> None:
    begins = archive_begins(call)
    if call.behaviour.archive_limit == "refuse" and selection.low[0] < begins:
        raise ApiError("limit_reached", "The plan's archive does not reach that far back")


def _refuse_what_is_too_much(call: Call, selection: Selection) -> None:
    most = call.behaviour.slow_above
    if most is not None and call.organization.count(selection.low, selection.high) > most:
        raise ApiError("request_timeout")


def _found(call: Call, selection: Selection) -> int:
    """Return how many threads match, or a number near it."""
    tests_nothing = len(selection.tests) == 1 and call.token.allows(("chats--all:ro",))
    if tests_nothing:
        count = call.organization.count(selection.low, selection.high)
    else:
        walk = call.organization.walk(selection.low, selection.high, descending=False)
        count = sum(selection.takes(thread) for thread in walk)
    if call.behaviour.found_chats == "exact" or not count:
        return count
    return count + (_OFF_BY[count % len(_OFF_BY)] if count > max(_OFF_BY) else 1)
