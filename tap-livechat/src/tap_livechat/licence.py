"""The licence's own lists: agents, bots, groups and tags. Bare arrays without pages."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_livechat.client import Call, RefusedError
from tap_livechat.instants import moment_of, months_before
from tap_livechat.values import flag_of, json_of, list_of, objects_of, text_of, whole_of
from tap_livechat.wire import read_list

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping
    from datetime import datetime

    from tap_livechat.client import Client
    from tap_livechat.wire import Shape

_AGENT_FIELDS = [
    "groups",
    "suspended",
    "job_title",
    "max_chats_count",
    "last_logout",
    "awaiting_approval",
]
_MOST_GROUPS = 200
_ADMINISTRATORS = ("owner", "viceowner", "administrator")
_FORBIDDEN = ("authorization", "missing_access")


class Licence:
    """The lists of one licence, each read once per run, when first needed."""

    def __init__(self, client: Client) -> None:
        self._client = client

    @cached_property
    def agents(self) -> list[Shape]:
        """All agents, suspended ones too."""
        return self._list("agents", {"fields": _AGENT_FIELDS})

    @cached_property
    def bots(self) -> list[Shape]:
        """All bots, not only the token's own."""
        return self._list("bots", {"all": True, "fields": ["groups", "job_title"]})

    @cached_property
    def groups(self) -> list[Shape]:
        """All groups."""
        return self._list("groups", {"fields": ["agent_priorities", "routing_status"]})

    @cached_property
    def tags(self) -> list[Shape]:
        """All tags: they are listed by group, so the groups are read first."""
        ids = sorted(
            {one for group in self.groups if (one := whole_of(group.get("id"))) is not None}
        )
        found: dict[str, Shape] = {}
        for start in range(0, len(ids), _MOST_GROUPS):
            chunk = ids[start : start + _MOST_GROUPS]
            tags = self._list("tags", {"filters": {"group_ids": chunk}})
            found.update((str(tag["name"]), tag) for tag in tags if tag.get("name"))
        return list(found.values())

    def bot_ids(self) -> set[str] | None:
        """Ids of all bots; None when the token may not list them."""
        try:
            return {str(bot["id"]) for bot in self.bots if bot.get("id")}
        except RefusedError as error:
            if error.kind in _FORBIDDEN:
                return None
            raise

    def agent_of(self, account_id: str | None) -> Shape | None:
        """The agent a personal access token acts for; None when that cannot be told."""
        try:
            agents = self.agents if account_id else []
        except RefusedError as error:
            if error.kind in _FORBIDDEN:
                return None
            raise
        return next((one for one in agents if one.get("account_id") == account_id), None)

    def rows(self, name: str) -> list[Shape]:
        """The rows of one of the streams `agents`, `bots`, `groups` and `tags`."""
        shapes: list[Shape] = getattr(self, name)
        return [{**_ROWS[name](shape), "is_deleted": False} for shape in shapes]

    def _list(self, name: str, body: dict[str, Any]) -> list[Shape]:
        method = f"configuration/action/list_{name}"
        self._client.bill.plan(1)
        return self._client.read(Call(f"listing the {name}", method, body, read_list))


def is_administrator(agent: Shape) -> bool:
    """Whether an agent's token can be allowed to see all groups."""
    return agent.get("role") in _ADMINISTRATORS


def groups_of(agent: Shape) -> set[int]:
    """Ids of the groups an agent is in; everybody is in group 0."""
    return {0} | {one["id"] for one in objects_of(agent.get("groups")) if "id" in one}


def _agent(shape: Shape) -> Shape:
    texts = ("account_id", "name", "role", "login_status", "avatar_path", "job_title")
    return {
        "agent_id": text_of(shape.get("id")),
        **{name: text_of(shape.get(name)) for name in texts},
        "max_chats_count": whole_of(shape.get("max_chats_count")),
        "last_logout": moment_of(shape.get("last_logout")),
        "suspended": flag_of(shape.get("suspended")),
        "awaiting_approval": flag_of(shape.get("awaiting_approval")),
        "groups": list_of(shape.get("groups")),
    }


def _bot(shape: Shape) -> Shape:
    return {
        "bot_id": text_of(shape.get("id")),
        **{name: text_of(shape.get(name)) for name in ("name", "avatar_path", "job_title")},
        "groups": list_of(shape.get("groups")),
    }


def _group(shape: Shape) -> Shape:
    return {
        "group_id": whole_of(shape.get("id")),
        **{name: text_of(shape.get(name)) for name in ("name", "language_code", "routing_status")},
        "agent_priorities": json_of(shape.get("agent_priorities")),
    }


def _tag(shape: Shape) -> Shape:
    return {
        "name": text_of(shape.get("name")),
        "group_ids": list_of(shape.get("group_ids")),
        "author_id": text_of(shape.get("author_id")),
        "created_at": moment_of(shape.get("created_at")),
    }


_ROWS: Mapping[str, Callable[[Shape], Shape]] = {
    "agents": _agent,
    "bots": _bot,
    "groups": _group,
    "tags": _tag,
}


def _limits(value: Any) -> Shape:
    limits = value.get("limits") if isinstance(value, dict) else None
    return limits if isinstance(limits, dict) else {}


def plan_begins(client: Client, now: datetime) -> datetime | None:
    """Since when the plan keeps chats, by the licence's own properties; None when it keeps all.

    Raises:
        RefusedError: The token may not read the licence's properties.
    """
    method = "configuration/action/list_license_properties"
    known = client.read(Call("reading the plan's limits", method, {}, _limits))
    months = known.get("archives_retention.hard", known.get("archives_retention.base"))
    if not isinstance(months, int) or months < 0:
        return None
    return months_before(now, months)
