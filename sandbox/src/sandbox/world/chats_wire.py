"""Chats as the API shows them (v3.6)."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.livechat import organization as served
from sandbox.livechat.wire import instant_text, offset_text
from sandbox.world.chats_model import CUSTOMER, Customer

if TYPE_CHECKING:
    from sandbox.world.chats_model import Chat, Event, Json, Thread, User
    from sandbox.world.chats_people import AgentAccount, BotAccount, Group, Staff, Tag


def chat_shape(chat: Chat) -> served.Chat:
    """A chat with its users; its threads are entered one by one."""
    users = {user.id: user_shape(chat, user) for user in chat.users.values()}
    ids = [thread.id for thread in chat.threads]
    return served.Chat(chat.id, users, chat.properties, list(chat.group_ids), ids)


def thread_shape(thread: Thread) -> served.Thread:
    """A thread; optional keys are absent when there is nothing to say."""
    shape: Json = {
        "id": thread.id,
        "active": thread.active,
        "created_at": instant_text(thread.at),
        "user_ids": [user.id for user in thread.people],
    }
    shape |= _optional(thread)
    if thread.restricted:
        shape["restricted_access"] = thread.restricted
    else:
        shape["events"] = [event_shape(event) for event in thread.events]
    return served.Thread(thread.id, thread.chat.id, thread.at, shape, thread.changed_at)


def _optional(thread: Thread) -> Json:
    values = {
        "properties": thread.properties or None,
        "access": None if thread.group_ids is None else {"group_ids": list(thread.group_ids)},
        "tags": list(thread.tags) or None,
        "queue": _queue(thread),
        "queues_duration": thread.queues_duration,
        "summary": _summary(thread),
        "customer_visit": thread.visit,
        "previous_thread_id": thread.previous and thread.previous.id,
        "next_thread_id": thread.next and thread.next.id,
    }
    return {name: value for name, value in values.items() if value is not None}


def _queue(thread: Thread) -> Json | None:
    if thread.queue is None:
        return None
    position, wait, at = thread.queue
    return {"position": position, "wait_time": wait, "queued_at": instant_text(at)}


def _summary(thread: Thread) -> Json | None:
    if thread.summary is None:
        return None
    status, text, at = thread.summary
    return {"status": status, "text": text, "updated_at": instant_text(at)}


def event_shape(event: Event) -> Json:
    """An event with the keys of its type."""
    shape: Json = {"id": event.id, "created_at": instant_text(event.at), "type": event.type}
    values = {
        "custom_id": event.custom_id,
        "author_id": event.author_id,
        "visibility": event.visibility,
        "properties": event.properties,
        "deleted": True if event.deleted else None,
    }
    return shape | {k: v for k, v in values.items() if v is not None} | event.own


def user_shape(chat: Chat, user: User) -> Json:
    """A user of a chat."""
    kind = CUSTOMER if user.kind == CUSTOMER else "agent"
    values = {
        "id": user.id,
        "type": kind,
        "name": user.name,
        "email": user.email,
        "present": bool(chat.threads and chat.threads[-1].active and user.kind == CUSTOMER),
        "avatar": user.avatar,
        "visibility": None if kind == CUSTOMER else user.visibility,
    }
    if isinstance(user, Customer):
        values |= _customer(chat, user)
    return {name: value for name, value in values.items() if value is not None}


def _customer(chat: Chat, customer: Customer) -> Json:
    offset = customer.created_offset
    created = customer.created_at
    seen = last_spoken(chat, customer=False)
    return {
        "email_verified": False if customer.email else None,
        "created_at": instant_text(created) if offset is None else offset_text(created, offset),
        "events_seen_up_to": seen and instant_text(seen),
        "agent_last_event_created_at": seen and instant_text(seen),
        "customer_last_event_created_at": _text(last_spoken(chat, customer=True)),
        "session_fields": customer.session_fields,
        "statistics": chat.statistics,
        "visit": customer.visit,
        **customer.extra,
    }


def last_spoken(chat: Chat, *, customer: bool) -> int | None:
    """When the customer, or an agent, last made an event."""
    found = [
        event.at
        for thread in chat.threads
        for event in thread.events
        if event.author and (event.author.kind == CUSTOMER) is customer
    ]
    return max(found, default=None)


def _text(at: int | None) -> str | None:
    return None if at is None else instant_text(at)


def publish_staff(organization: served.Organization, staff: Staff) -> None:
    """Show the licence's people, groups and tags as they are now."""
    organization.agents = {key: _agent(one) for key, one in staff.agents.items()}
    organization.bots = {key: _bot(one) for key, one in staff.bots.items()}
    organization.groups = {key: _group(one, staff) for key, one in staff.groups.items()}
    organization.tags = {key: _tag(one) for key, one in staff.tags.items()}


def _agent(account: AgentAccount) -> Json:
    shape = {
        "id": account.user.id,
        "account_id": account.account_id,
        "name": account.user.name,
        "role": account.role,
        "login_status": account.login_status,
        "avatar_path": (account.user.avatar or "").removeprefix("https://"),
        "job_title": account.job_title,
        "max_chats_count": account.max_chats_count,
        "last_logout": _text(account.last_logout),
        "suspended": account.suspended,
        "awaiting_approval": False,
        "groups": memberships(account.groups),
    }
    return {name: value for name, value in shape.items() if value is not None}


def memberships(groups: dict[int, str]) -> list[Json]:
    """Groups with priorities."""
    return [{"id": group, "priority": priority} for group, priority in groups.items()]


def _bot(account: BotAccount) -> Json:
    return {
        "id": account.user.id,
        "name": account.user.name,
        "avatar_path": (account.user.avatar or "").removeprefix("https://"),
        "job_title": account.job_title,
        "groups": memberships(account.groups),
        "owner": account.owner,
    }


def _group(group: Group, staff: Staff) -> Json:
    return {
        "id": group.id,
        "name": group.name,
        "language_code": group.language,
        "routing_status": group.status,
        "agent_priorities": priorities(group, staff),
    }


def priorities(group: Group, staff: Staff) -> dict[str, str]:
    """Who is in a group, and with which priority."""
    groups = {key: one.groups for key, one in staff.agents.items()}
    groups |= {key: one.groups for key, one in staff.bots.items()}
    return {key: own[group.id] for key, own in groups.items() if group.id in own}


def _tag(tag: Tag) -> Json:
    at, offset = tag.created_at, tag.offset
    return {
        "name": tag.name,
        "group_ids": list(tag.group_ids),
        "author_id": tag.author_id,
        "created_at": instant_text(at) if offset is None else offset_text(at, offset),
    }
