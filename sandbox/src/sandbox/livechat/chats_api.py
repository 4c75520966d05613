"""`list_chats`, `list_threads`, `get_chat` and `get_customer`."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import ApiError, invalid
from sandbox.livechat.filters import SINCE_3_6, select
from sandbox.livechat.listing import cut, turn
from sandbox.livechat.shapes import chat_shape, thread_shape

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.livechat.call import Call
    from sandbox.livechat.listing import Edge, Turned
    from sandbox.livechat.organization import Chat, Shape, Thread

CHATS, THREADS = "list_chats", "list_threads"
DEFAULT_CHATS, DEFAULT_THREADS = 10, 3
SUMMARY = ("id", "created_at", "user_ids", "properties", "active", "access", "queue")
CHAT_FILTERS = ("include_chats_without_threads", "group_ids", "properties")


def list_chats(call: Call) -> dict[str, Any]:
    """Return a page of chats, each with a summary of its last thread."""
    turned = turn(call, CHATS)
    call = turned.call
    limit, descending = call.limit(DEFAULT_CHATS), call.descending()
    rows = cut(
        turned,
        CHATS,
        limit,
        lambda back: _after(turned, _chats(call), _chat_edge(call), descending != back),
        _chat_edge(call),
    )
    later = call.version >= (3, 7)
    summaries = [_summary(call, chat, later=later) for chat in rows.rows]
    names = "chats_info" if later else "chats_summary"
    return {names: summaries, "found_chats": len(_chats(call))} | rows.neighbours


def list_threads(call: Call) -> dict[str, Any]:
    """Return a page of one chat's threads."""
    chat = _chat(call, call.text("chat_id"))
    turned = turn(call, THREADS, alone_but=("chat_id",))
    call = turned.call
    if "min_events_count" in call.body and call.body.keys() & {"limit", "filters"}:
        raise invalid("min_events_count", "min_events_count goes without limit and filters")
    limit, descending = call.limit(DEFAULT_THREADS), call.descending()
    threads = _threads(call, chat)
    rows = cut(
        turned,
        THREADS,
        limit,
        lambda back: _after(turned, threads, lambda one: one.key, descending != back),
        lambda thread: thread.key,
    )
    shapes = [thread_shape(call, thread) for thread in rows.rows]
    return {"threads": shapes, "found_threads": len(threads)} | rows.neighbours


def get_chat(call: Call) -> dict[str, Any]:
    """Return a chat with one of its threads, the latest unless told."""
    chat = _chat(call, call.text("chat_id"))
    seen = _threads(call, chat)
    wanted = call.body.get("thread_id")
    found = [one for one in seen if wanted in (None, one.id)]
    if not found:
        raise ApiError("not_found", "Thread not found")
    return chat_shape(call, chat) | {"thread": thread_shape(call, found[-1])}


def get_customer(call: Call) -> dict[str, Any]:
    """Return a customer by id."""
    wanted = call.text("id")
    for chat in call.organization.chats.values():
        user = chat.users.get(wanted)
        if user and user["type"] == "customer":
            return user
    raise ApiError("not_found", "Customer not found")


def _chat(call: Call, chat_id: str) -> Chat:
    chat = call.organization.chat(chat_id)
    if chat is None or (chat.thread_ids and not _threads(call, chat)):
        raise ApiError("not_found", "Chat not found")
    return chat


def _threads(call: Call, chat: Chat) -> list[Thread]:
    """Return a chat's threads that the token sees and the filters take, oldest first."""
    found = (call.organization.thread(one) for one in chat.thread_ids)
    ranged = call.body.get("filters") if call.body.get("chat_id") else None
    takes = select(call).takes if ranged else call.sees
    return sorted((one for one in found if one and takes(one)), key=lambda one: one.key)


def _chats(call: Call) -> list[Chat]:
    filters = call.body.get("filters", {})
    active = "active" if call.version >= (3, 6) else "include_active"
    if not isinstance(filters, dict) or not filters.keys() <= {active, *CHAT_FILTERS}:
        raise invalid("filters", f"Use {active}, {', '.join(CHAT_FILTERS)}; not {SINCE_3_6[0]}")
    return [one for one in call.organization.chats.values() if _is_listed(call, one, filters)]


def _is_listed(call: Call, chat: Chat, filters: dict[str, Any]) -> bool:
    threads = _threads(call, chat)
    if not threads:
        return bool(filters.get("include_chats_without_threads", False)) and not chat.thread_ids
    active = bool(threads[-1].shape["active"])
    if "active" in filters and active is not filters["active"]:
        return False
    if active and filters.get("include_active") is False:
        return False
    wanted = filters.get("group_ids")
    return wanted is None or bool(set(wanted) & set(threads[-1].group_ids))


def _chat_edge(call: Call) -> Any:
    def edge(chat: Chat) -> Edge:
        threads = _threads(call, chat)
        return (threads[-1].created_at if threads else 0, chat.id)

    return edge


def _after(turned: Turned, rows: list[Any], edge: Any, descending: Any) -> Iterator[Any]:
    ordered = sorted(rows, key=edge, reverse=descending)
    if turned.page is None:
        return iter(ordered)
    here = (turned.page.at, turned.page.row)
    return (row for row in ordered if (edge(row) < here if descending else edge(row) > here))


def _summary(call: Call, chat: Chat, *, later: bool) -> Shape:
    summary = chat_shape(call, chat)
    threads = _threads(call, chat)
    if not threads:
        return summary
    thread = thread_shape(call, threads[-1])
    last = {name: thread[name] for name in SUMMARY if name in thread}
    newest = {
        event["type"]: {
            "thread_id": thread["id"],
            "thread_created_at": thread["created_at"],
            "event": event,
        }
        for event in thread.get("events", [])
    }
    if later:
        return summary | {"last_thread_info": last | {"last_event_per_type": newest}}
    return summary | {"last_thread_summary": last, "last_event_per_type": newest}
