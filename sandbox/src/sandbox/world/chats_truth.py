"""What a warehouse must hold of the chats: see CHATS.md."""

from __future__ import annotations

import json
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from sandbox.world.chats_model import CUSTOMER, HUMAN, Customer
from sandbox.world.chats_wire import last_spoken, memberships, priorities
from sandbox.world.values import EPOCH

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.world.chats_model import Chat, Event, Rating, Thread, User
    from sandbox.world.chats_people import Staff

Row = dict[str, Any]

FORM_KEYS = ("form_id", "form_type")
SPOKEN = ("text", "system_message_type", "text_vars", *FORM_KEYS)
"""The keys of an event's own that have columns of their own."""

ENDS = (
    "manual_archived_agent",
    "manual_archived_customer",
    "archived_customer_disconnected",
    "system_archived",
    "customer_banned",
)


def canonical(at: int | None) -> str | None:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of epoch microseconds."""
    if at is None:
        return None
    return (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def chat_truth(chats: Iterable[Chat], staff: Staff) -> dict[str, dict[str, Any]]:
    """Every table by now."""
    chats = list(chats)
    threads = [thread for chat in chats for thread in chat.threads]
    shown = [thread for thread in threads if not thread.restricted]
    return {
        "chats": {one.id: thread_row(one) for one in threads},
        "events": {
            f"{one.id}/{event.id}": _event(one, event, position)
            for one in shown
            for position, event in enumerate(one.events, 1)
        },
        "chat_users": {
            f"{chat.id}/{user.id}": _user(chat, user)
            for chat in chats
            if chat.threads
            for user in chat.users.values()
        },
        **_staff(staff),
    }


def thread_row(thread: Thread) -> Row:
    """One row of `chats`."""
    present = {user.kind for user in thread.people if user.visibility != "agents"}
    summary = thread.summary or (None, None, None)
    previous, following = thread.previous and thread.previous.id, thread.next and thread.next.id
    return {
        "thread_id": thread.id,
        "chat_id": thread.chat.id,
        "active": thread.active,
        "created_at": canonical(thread.at),
        "ended_at": canonical(ended_at(thread)),
        "customer_id": thread.chat.customer.id,
        "participants": [{"id": user.id, "kind": user.kind} for user in thread.people],
        "has_bot": "bot" in present,
        "has_human": HUMAN in present,
        "tags": list(thread.tags),
        "group_ids": thread.group_ids,
        "properties": thread.properties or None,
        **_rating(thread),
        "queue": _queue(thread),
        "queues_duration": thread.queues_duration,
        "restricted_access": thread.restricted,
        "summary_status": summary[0],
        "summary_text": summary[1],
        "summary_updated_at": canonical(summary[2]),
        "customer_visit": thread.visit,
        "previous_thread_id": previous,
        "next_thread_id": following,
        "previous_accessible_thread_id": previous,
        "next_accessible_thread_id": following,
        "chat_properties": thread.chat.properties,
        "chat_group_ids": thread.chat.group_ids,
    }


def ended_at(thread: Thread) -> int | None:
    """When a thread was closed; None while it is open, or nothing tells."""
    if thread.active or thread.restricted or not thread.events:
        return None
    closing = [event.at for event in thread.events if _closes(event)]
    return (closing or [thread.events[-1].at])[0]


def _closes(event: Event) -> bool:
    kind = str(event.own.get("system_message_type"))
    return kind in ENDS or kind.startswith("routing.archived_")


def _rating(thread: Thread) -> Row:
    """The rating as it stands, and how it came about."""
    visible = [] if thread.restricted else thread.ratings
    standing: list[Rating] = []
    for one in visible:
        standing = [] if one.event == "canceled" else [*standing, one]
    rated = next((one for one in reversed(standing) if one.event == "rated"), None)
    comment = next((one.comment for one in reversed(standing) if one.event == "commented"), None)
    stated = thread.properties.get("rating", {})
    return {
        "rating_score": stated.get("score", rated and rated.score),
        "rating_comment": stated.get("comment", comment),
        "rated_at": canonical(rated.at) if rated else None,
        "rating_history": [
            {
                "at": canonical(one.at),
                "event": one.event,
                "score": one.score,
                "comment": one.comment,
            }
            for one in visible
        ],
    }


def _queue(thread: Thread) -> Row | None:
    if thread.queue is None:
        return None
    position, wait, at = thread.queue
    return {"position": position, "wait_time": wait, "queued_at": canonical(at)}


def _event(thread: Thread, event: Event, position: int) -> Row:
    rest = {name: value for name, value in event.own.items() if name not in SPOKEN}
    form = event.own.get("form_id")
    return {
        "thread_id": thread.id,
        "event_id": event.id,
        "chat_id": thread.chat.id,
        "position": position,
        "type": event.type,
        "custom_id": event.custom_id,
        "created_at": canonical(event.at),
        "author_id": event.author_id,
        "author_type": _author_type(event),
        "visibility": event.visibility,
        "text": event.own.get("text"),
        "properties": event.properties,
        "deleted": event.deleted,
        "system_message_type": event.own.get("system_message_type"),
        "text_vars": event.own.get("text_vars"),
        "form_id": None if form is None else str(form),
        "form_type": event.own.get("form_type"),
        "content": rest or None,
    }


def _author_type(event: Event) -> str:
    if event.stranger:
        return HUMAN if "@" in event.stranger else "unknown"
    return event.author.kind if event.author else "system"


def storable(value: Any) -> Any:
    """A value as JSON, without the NUL characters that mean nothing and that no warehouse stores.

    A customer's name, entered in HubSpot, may hold them as well as a message.
    """
    return json.loads(json.dumps(value).replace("\\u0000", ""))


def _user(chat: Chat, user: User) -> Row:
    customer = user if isinstance(user, Customer) else None
    talked = last_spoken(chat, customer=False) if customer else None
    return {
        "chat_id": chat.id,
        "user_id": user.id,
        "type": CUSTOMER if customer else "agent",
        "author_type": user.kind,
        "name": user.name,
        "email": user.email,
        "present": bool(customer and chat.threads[-1].active),
        "visibility": None if customer else user.visibility,
        "avatar": user.avatar,
        "created_at": canonical(customer.created_at) if customer else None,
        "events_seen_up_to": canonical(talked),
        "email_verified": False if customer and customer.email else None,
        "session_fields": customer.session_fields if customer else None,
        "statistics": chat.statistics if customer else None,
        "visit": customer.visit if customer else None,
        "agent_last_event_created_at": canonical(talked),
        "customer_last_event_created_at": (
            canonical(last_spoken(chat, customer=True)) if customer else None
        ),
        "content": (customer.extra or None) if customer else None,
    }


def _staff(staff: Staff) -> dict[str, dict[str, Any]]:
    return {
        "agents": {key: _agent(one) for key, one in staff.agents.items()},
        "bots": {
            key: {
                "bot_id": key,
                "name": one.user.name,
                "avatar_path": (one.user.avatar or "").removeprefix("https://"),
                "job_title": one.job_title,
                "groups": memberships(one.groups),
            }
            for key, one in staff.bots.items()
        },
        "groups": {
            str(key): {
                "group_id": key,
                "name": one.name,
                "language_code": one.language,
                "routing_status": one.status,
                "agent_priorities": priorities(one, staff),
            }
            for key, one in staff.groups.items()
        },
        "tags": {
            key: {
                "name": key,
                "group_ids": one.group_ids,
                "author_id": one.author_id,
                "created_at": canonical(one.created_at),
            }
            for key, one in staff.tags.items()
        },
        "gone": dict(staff.gone),
    }


def _agent(account: Any) -> Row:
    return {
        "agent_id": account.user.id,
        "account_id": account.account_id,
        "name": account.user.name,
        "role": account.role,
        "login_status": account.login_status,
        "avatar_path": (account.user.avatar or "").removeprefix("https://"),
        "job_title": account.job_title,
        "max_chats_count": account.max_chats_count,
        "last_logout": canonical(account.last_logout),
        "suspended": account.suspended,
        "awaiting_approval": False,
        "groups": memberships(account.groups),
    }
