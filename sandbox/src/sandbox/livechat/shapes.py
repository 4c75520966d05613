"""How a thread and its chat look to one token in one version."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.livechat.wire import EPOCH, moment

if TYPE_CHECKING:
    from sandbox.livechat.call import Call
    from sandbox.livechat.organization import Chat, Shape, Thread

NEW_IN_3_6 = ("summary", "customer_visit")
STUB = ("id", "custom_id", "type", "deleted", "author_id", "created_at")
MONTHS_A_YEAR, SHORTEST_MONTH = 12, 28


def archive_entry(call: Call, thread: Thread) -> Shape:
    """Return one row of `list_archives`: a thread wrapped in its whole chat."""
    chat = call.organization.chats[thread.chat_id]
    shape = thread_shape(call, thread)
    shape |= _accessible(call, chat, thread)
    return chat_shape(call, chat) | {"thread": shape}


def chat_shape(call: Call, chat: Chat) -> Shape:
    """Return a chat without any thread."""
    shape: Shape = {"id": chat.id, "users": [user_shape(call, one) for one in chat.users.values()]}
    if chat.properties is not None:
        shape["properties"] = chat.properties
    if chat.group_ids is not None:
        shape["access"] = {"group_ids": chat.group_ids}
    return shape | {"is_followed": False}


def user_shape(call: Call, user: Shape) -> Shape:
    """Return a user; what v3.6 calls `visit` is `last_visit` before."""
    if call.version >= (3, 6) or "visit" not in user:
        return user
    return {("last_visit" if name == "visit" else name): value for name, value in user.items()}


def thread_shape(call: Call, thread: Thread) -> Shape:
    """Return a thread with its events, as far as plan, rights and version let them be seen."""
    shape = dict(thread.shape)
    if call.version < (3, 6):
        for name in NEW_IN_3_6:
            shape.pop(name, None)
    if is_too_old(call, thread) and "restricted_access" not in shape:
        months = call.behaviour.archive_months
        shape["restricted_access"] = f"You can't access threads older than {months} months"
    if "restricted_access" in shape:
        shape.pop("events", None)
    elif not call.administrator:
        shape["events"] = [_event_for_normal_agents(one) for one in shape["events"]]
    return shape


def is_too_old(call: Call, thread: Thread) -> bool:
    """Tell whether the plan's archive no longer reaches back to a thread."""
    return thread.created_at < archive_begins(call)


def archive_begins(call: Call) -> int:
    """Return since when (epoch microseconds) the plan keeps threads; 0 when it keeps all."""
    months = call.behaviour.archive_months
    if months is None:
        return 0
    now = moment(call.now)
    month = now.year * MONTHS_A_YEAR + now.month - 1 - months
    year, number = divmod(month, MONTHS_A_YEAR)
    began = now.replace(year=year, month=number + 1, day=min(now.day, SHORTEST_MONTH))
    return (began - EPOCH) // timedelta(microseconds=1)


def _event_for_normal_agents(event: Shape) -> Shape:
    if not event.get("deleted"):
        return event
    return {name: event[name] for name in STUB if name in event}


def _accessible(call: Call, chat: Chat, thread: Thread) -> dict[str, Any]:
    """Return the nearest threads of the chat that this token can see."""
    place = chat.thread_ids.index(thread.id)
    found = {
        "previous_accessible_thread_id": reversed(chat.thread_ids[:place]),
        "next_accessible_thread_id": iter(chat.thread_ids[place + 1 :]),
    }
    named = {name: _first_seen(call, list(ids)) for name, ids in found.items()}
    return {name: one for name, one in named.items() if one is not None}


def _first_seen(call: Call, ids: list[str]) -> str | None:
    threads = ((one, call.organization.thread(one)) for one in ids)
    return next((one for one, thread in threads if thread and call.sees(thread)), None)
