"""The Configuration API's lists: bare arrays without pages."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import ApiError, invalid

if TYPE_CHECKING:
    from collections.abc import Iterable

    from sandbox.livechat.call import Call
    from sandbox.livechat.organization import Shape

AGENT_BASE = ("id", "account_id", "name", "role", "login_status", "avatar_path")
AGENT_FIELDS = (
    "groups",
    "suspended",
    "job_title",
    "max_chats_count",
    "last_logout",
    "awaiting_approval",
    "work_scheduler",
    "email_subscriptions",
    "notifications",
    "mobile",
)
BOT_BASE, BOT_FIELDS = ("id", "name", "avatar_path"), ("groups", "job_title")
GROUP_BASE = ("id", "name", "language_code", "routing_status")
GROUP_FIELDS = ("agent_priorities", "routing_status")


def list_agents(call: Call) -> list[Shape]:
    """Return the agents; suspended ones too, removed ones not."""
    fields = _fields(call, AGENT_FIELDS)
    filters = _filters(call, ("group_ids", "suspended"))
    agents: Iterable[Shape] = call.organization.agents.values()
    if "suspended" in filters:
        agents = (one for one in agents if one["suspended"] is filters["suspended"])
    if "group_ids" in filters:
        wanted = set(filters["group_ids"])
        agents = (one for one in agents if wanted & {group["id"] for group in one["groups"]})
    return [_picked(one, (*AGENT_BASE, *fields)) for one in agents]


def get_agent(call: Call) -> Shape:
    """Return an agent by id."""
    agent = call.organization.agents.get(call.text("id"))
    if agent is None:
        raise ApiError("not_found", "Agent not found")
    return _picked(agent, (*AGENT_BASE, *_fields(call, AGENT_FIELDS)))


def list_bots(call: Call) -> list[Shape]:
    """Return the requester's own bots, or all of them."""
    fields = _fields(call, BOT_FIELDS)
    everyone = call.body.get("all", False) is True
    if everyone and not call.token.allows(("agents-bot--all:ro",)):
        raise ApiError("authorization")
    bots = call.organization.bots.values()
    mine = [one for one in bots if everyone or one.get("owner") == call.token.agent_id]
    return [_picked(one, (*BOT_BASE, *fields)) for one in mine]


def get_bot(call: Call) -> Shape:
    """Return a bot by id."""
    bot = call.organization.bots.get(call.text("id"))
    if bot is None:
        raise ApiError("not_found", "Bot not found")
    kind = {"type": "chatbot"} if call.version >= (3, 6) else {}
    more = {"default_group_priority": "first", "owner_client_id": bot.get("owner_client_id", "")}
    return _picked(bot, (*BOT_BASE, *BOT_FIELDS)) | more | kind


def list_groups(call: Call) -> list[Shape]:
    """Return the groups."""
    fields = _fields(call, GROUP_FIELDS)
    groups = call.organization.groups.values()
    return [_picked(one, (*GROUP_BASE, *fields)) for one in groups]


def get_group(call: Call) -> Shape:
    """Return a group by id."""
    group = call.organization.groups.get(call.body.get("id", -1))
    if group is None:
        raise ApiError("not_found", "Group not found")
    return _picked(group, (*GROUP_BASE, *_fields(call, GROUP_FIELDS)))


def list_tags(call: Call) -> list[Shape]:
    """Return the tags of some groups."""
    filters = _filters(call, ("group_ids",))
    if call.behaviour.tags_need_groups and "group_ids" not in filters:
        raise invalid("filters.group_ids", "group_ids is required")
    tags = call.organization.tags.values()
    if "group_ids" not in filters:
        return list(tags)
    wanted = set(filters["group_ids"])
    if not call.token.allows(("tags--all:ro",)):
        wanted &= call.organization.groups_of(call.token)
    return [tag for tag in tags if wanted & set(tag["group_ids"])]


def list_channels(call: Call) -> list[Shape]:
    """Return where chats come from."""
    first = "2023-02-01T09:00:00.000000Z"
    del call
    return [
        {"channel_type": "code", "channel_subtype": "", "first_activity_timestamp": first},
        {"channel_type": "email", "channel_subtype": "", "first_activity_timestamp": first},
    ]


def list_license_properties(call: Call) -> dict[str, Any]:
    """Return the licence's properties, the plan's archive age among them."""
    months = call.behaviour.archive_months
    age = -1 if months is None else months
    retention = {"base": age, "additional": 0, "hard": age}
    return {"limits": {f"archives_retention.{name}": value for name, value in retention.items()}}


def _fields(call: Call, known: tuple[str, ...]) -> tuple[str, ...]:
    fields = call.body.get("fields", [])
    if not isinstance(fields, list) or not set(fields) <= set(known):
        raise invalid("fields")
    return tuple(fields)


def _filters(call: Call, known: tuple[str, ...]) -> dict[str, Any]:
    filters = call.body.get("filters", {})
    if not isinstance(filters, dict) or not filters.keys() <= set(known):
        raise invalid("filters")
    if not isinstance(filters.get("group_ids", []), list):
        raise invalid("filters.group_ids")
    return filters


def _picked(shape: Shape, names: Iterable[str]) -> Shape:
    return {name: shape[name] for name in dict.fromkeys(names) if name in shape}
