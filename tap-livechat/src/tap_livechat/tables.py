"""The streams as tables: their keys and columns."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

_TYPES: dict[str, dict[str, Any]] = {
    "text": {"type": ["string", "null"]},
    "integer": {"type": ["integer", "null"]},
    "number": {"type": ["number", "null"]},
    "flag": {"type": ["boolean", "null"]},
    "day": {"type": ["string", "null"], "format": "date"},
    "instant": {"type": ["string", "null"], "format": "date-time"},
    "object": {"type": ["object", "null"]},
    "list": {"type": ["array", "null"]},
}


@dataclass(frozen=True)
class Table:
    """One stream's table.

    Attributes:
        name: The stream's name.
        keys: What makes a row the same row.
        schema: JSON schema of its rows.
        replication_key: The column that grows from thread to thread.
        selected: Whether it is read unless the catalog says otherwise.
    """

    name: str
    keys: tuple[str, ...]
    schema: dict[str, Any]
    replication_key: str | None = None
    selected: bool = True


def _schema(keys: tuple[str, ...], columns: str) -> dict[str, Any]:
    pairs = (line.split() for line in columns.strip().splitlines())
    properties = {name: dict(_TYPES[kind]) for name, kind in pairs}
    for key in keys:
        properties[key]["type"] = properties[key]["type"][0]
    return {"type": "object", "properties": properties}


def _table(name: str, keys: tuple[str, ...], columns: str, **more: Any) -> Table:
    return Table(name, keys, _schema(keys, columns), **more)


CHATS = _table(
    "chats",
    ("thread_id",),
    """
    thread_id text
    chat_id text
    active flag
    created_at instant
    ended_at instant
    customer_id text
    participants list
    has_bot flag
    has_human flag
    tags list
    group_ids list
    properties object
    rating_score integer
    rating_comment text
    rated_at instant
    rating_history list
    queue object
    queues_duration integer
    restricted_access text
    summary_status text
    summary_text text
    summary_updated_at instant
    customer_visit object
    previous_thread_id text
    next_thread_id text
    previous_accessible_thread_id text
    next_accessible_thread_id text
    chat_properties object
    chat_group_ids list
    """,
    replication_key="created_at",
)
EVENTS = _table(
    "events",
    ("thread_id", "event_id"),
    """
    thread_id text
    event_id text
    chat_id text
    position integer
    type text
    custom_id text
    created_at instant
    author_id text
    author_type text
    visibility text
    text text
    properties object
    deleted flag
    system_message_type text
    text_vars object
    form_id text
    form_type text
    content object
    """,
)
CHAT_USERS = _table(
    "chat_users",
    ("chat_id", "user_id"),
    """
    chat_id text
    user_id text
    type text
    author_type text
    name text
    email text
    present flag
    visibility text
    avatar text
    created_at instant
    events_seen_up_to instant
    email_verified flag
    session_fields list
    statistics object
    visit object
    agent_last_event_created_at instant
    customer_last_event_created_at instant
    content object
    """,
)
AGENTS = _table(
    "agents",
    ("agent_id",),
    """
    agent_id text
    account_id text
    name text
    role text
    login_status text
    avatar_path text
    job_title text
    max_chats_count integer
    last_logout instant
    suspended flag
    awaiting_approval flag
    groups list
    is_deleted flag
    """,
)
BOTS = _table(
    "bots",
    ("bot_id",),
    """
    bot_id text
    name text
    avatar_path text
    job_title text
    groups list
    is_deleted flag
    """,
)
GROUPS = _table(
    "groups",
    ("group_id",),
    """
    group_id integer
    name text
    language_code text
    routing_status text
    agent_priorities object
    is_deleted flag
    """,
)
TAGS = _table(
    "tags",
    ("name",),
    """
    name text
    group_ids list
    author_id text
    created_at instant
    is_deleted flag
    """,
)
DAILY_REPORTS = _table(
    "daily_reports",
    ("date",),
    """
    date day
    chats integer
    continuous_chats integer
    duration_chats integer
    mean_duration_seconds number
    mean_agents_chatting_seconds number
    first_response_chats integer
    mean_first_response_seconds number
    rated_good integer
    rated_bad integer
    """,
    selected=False,
)
OF_THREADS = (CHATS, EVENTS, CHAT_USERS)
"""Tables that one reading of the archive fills."""

TABLES = (*OF_THREADS, AGENTS, BOTS, GROUPS, TAGS, DAILY_REPORTS)
"""All streams."""
