"""Rows of threads, events and users from the archive's entries."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_livechat.authors import BOT, CUSTOMER, HUMAN
from tap_livechat.instants import moment_of
from tap_livechat.ratings import rating_of
from tap_livechat.values import (
    flag_of,
    json_of,
    list_of,
    object_of,
    objects_of,
    rest_of,
    text_of,
    whole_of,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from tap_livechat.authors import Authors
    from tap_livechat.wire import Shape

CLOSINGS = frozenset(
    {
        "manual_archived_agent",
        "manual_archived_customer",
        "archived_customer_disconnected",
        "system_archived",
        "customer_banned",
    }
)
"""System messages that end a thread, beside those that begin with `routing.archived_`."""

_CLOSED_BY_ROUTING = "routing.archived_"
_ONLY_AGENTS = "agents"
_NEIGHBOURS = (
    "previous_thread_id",
    "next_thread_id",
    "previous_accessible_thread_id",
    "next_accessible_thread_id",
)
_OF_EVENTS = frozenset(
    {
        "id",
        "custom_id",
        "type",
        "created_at",
        "author_id",
        "visibility",
        "text",
        "properties",
        "deleted",
        "system_message_type",
        "text_vars",
        "form_id",
        "form_type",
    }
)
_OF_USERS = frozenset(
    {
        "id",
        "type",
        "name",
        "email",
        "present",
        "visibility",
        "avatar",
        "created_at",
        "events_seen_up_to",
        "email_verified",
        "session_fields",
        "statistics",
        "visit",
        "last_visit",
        "agent_last_event_created_at",
        "customer_last_event_created_at",
    }
)


class Entry:
    """One entry of the archive: a thread inside its whole chat.

    Args:
        chat: As the API has it.
        authors: Tells people from bots.
    """

    def __init__(self, chat: Shape, authors: Authors) -> None:
        self._chat = chat
        self._thread: Shape = chat["thread"]
        self._authors = authors
        self._users = [user for user in objects_of(chat.get("users")) if text_of(user.get("id"))]
        self.kinds = {
            str(user["id"]): authors.of_user(str(user["id"]), text_of(user.get("type")))
            for user in self._users
        }
        self._events = objects_of(self._thread.get("events"))

    @property
    def thread_id(self) -> str:
        """The thread's id."""
        return str(self._thread["id"])

    @property
    def is_open(self) -> bool:
        """Whether the conversation still goes on."""
        return self._thread.get("active") is True

    @property
    def is_restricted(self) -> bool:
        """Whether the plan keeps the thread's events back."""
        return self._thread.get("restricted_access") is not None

    @property
    def group_ids(self) -> list[int]:
        """The groups that may see the thread."""
        groups = object_of(self._thread.get("access")).get("group_ids")
        return [one for one in groups if isinstance(one, int)] if isinstance(groups, list) else []

    def thread_row(self) -> Shape:
        """The row of `chats`."""
        thread, chat = self._thread, self._chat
        return {
            "thread_id": text_of(thread["id"]),
            "chat_id": text_of(chat.get("id")),
            "active": flag_of(thread.get("active")),
            "created_at": moment_of(thread["created_at"]),
            "ended_at": self._ended_at(),
            "customer_id": next((i for i, kind in self.kinds.items() if kind == CUSTOMER), None),
            **self._taking_part(),
            "tags": list_of(thread.get("tags")) or [],
            "group_ids": list_of(object_of(thread.get("access")).get("group_ids")),
            "properties": json_of(thread.get("properties")),
            **rating_of(thread, self._events),
            "queue": json_of(thread.get("queue")),
            "queues_duration": whole_of(thread.get("queues_duration")),
            "restricted_access": text_of(thread.get("restricted_access")),
            **_summary(object_of(thread.get("summary"))),
            "customer_visit": json_of(thread.get("customer_visit")),
            **{name: text_of(thread.get(name)) for name in _NEIGHBOURS},
            "chat_properties": json_of(chat.get("properties")),
            "chat_group_ids": list_of(object_of(chat.get("access")).get("group_ids")),
        }

    def event_rows(self) -> list[Shape]:
        """The rows of `events`, numbered in the order they came in."""
        return [self._event_row(n, event) for n, event in enumerate(self._events, 1)]

    def user_rows(self) -> list[Shape]:
        """The rows of `chat_users`."""
        return [self._user_row(user) for user in self._users]

    def _taking_part(self) -> Shape:
        ids = self._thread.get("user_ids")
        known = [str(one) for one in ids] if isinstance(ids, list) else list(self.kinds)
        part = [{"id": one, "kind": self._authors.of_author(one, self.kinds)} for one in known]
        watching = {str(u["id"]) for u in self._users if u.get("visibility") == _ONLY_AGENTS}
        seen = {one["kind"] for one in part if one["id"] not in watching}
        return {"participants": part, "has_bot": BOT in seen, "has_human": HUMAN in seen}

    def _ended_at(self) -> str | None:
        if self.is_open or not self._events:
            return None
        closing = next((e for e in self._events if _closes(e)), self._events[-1])
        return moment_of(closing.get("created_at"))

    def _event_row(self, number: int, event: Shape) -> Shape:
        author = text_of(event.get("author_id"))
        return {
            "thread_id": text_of(self._thread["id"]),
            "event_id": text_of(event.get("id")) or f"{self._thread['id']}_{number}",
            "chat_id": text_of(self._chat.get("id")),
            "position": number,
            "type": text_of(event.get("type")),
            "custom_id": text_of(event.get("custom_id")),
            "created_at": moment_of(event.get("created_at")),
            "author_id": author,
            "author_type": self._authors.of_author(author, self.kinds),
            "visibility": text_of(event.get("visibility")),
            "text": text_of(event.get("text")),
            "properties": json_of(event.get("properties")),
            "deleted": event.get("deleted") is True,
            "system_message_type": text_of(event.get("system_message_type")),
            "text_vars": json_of(event.get("text_vars")),
            "form_id": text_of(event.get("form_id")),
            "form_type": text_of(event.get("form_type")),
            "content": rest_of(event, _OF_EVENTS),
        }

    def _user_row(self, user: Shape) -> Shape:
        user_id = str(user["id"])
        return {
            "chat_id": text_of(self._chat.get("id")),
            "user_id": user_id,
            "type": text_of(user.get("type")),
            "author_type": self.kinds[user_id],
            **{name: text_of(user.get(name)) for name in ("name", "email", "visibility", "avatar")},
            **{name: flag_of(user.get(name)) for name in ("present", "email_verified")},
            "session_fields": list_of(user.get("session_fields")),
            "statistics": json_of(user.get("statistics")),
            # Called so before version 3.6.
            "visit": json_of(user.get("visit", user.get("last_visit"))),
            **{name: moment_of(user.get(name)) for name in _INSTANTS_OF_USERS},
            "content": rest_of(user, _OF_USERS),
        }


_INSTANTS_OF_USERS = (
    "created_at",
    "events_seen_up_to",
    "agent_last_event_created_at",
    "customer_last_event_created_at",
)


def _closes(event: Shape) -> bool:
    kind: Any = event.get("system_message_type")
    return kind in CLOSINGS or (isinstance(kind, str) and kind.startswith(_CLOSED_BY_ROUTING))


def _summary(summary: Shape) -> Shape:
    return {
        "summary_status": text_of(summary.get("status")),
        "summary_text": text_of(summary.get("text")),
        "summary_updated_at": moment_of(summary.get("updated_at")),
    }


def rows_by_stream(entries: list[Entry]) -> Mapping[str, list[Shape]]:
    """Rows by stream; of a user that several threads of the page show, the last one."""
    users = {(row["chat_id"], row["user_id"]): row for e in entries for row in e.user_rows()}
    return {
        "chats": [entry.thread_row() for entry in entries],
        "events": [row for entry in entries for row in entry.event_rows()],
        "chat_users": list(users.values()),
    }
