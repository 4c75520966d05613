"""Which method answers which path, and which scopes it asks for."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.livechat import archives_api, chats_api, configuration_api
from sandbox.livechat.errors import ApiError
from sandbox.livechat.reports_api import REPORTS

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.livechat.call import Call, Version

LEGACY: dict[Version, tuple[bytes, bytes]] = {
    (3, 5): (b"legacy", b"2026-08-07"),
    (3, 4): (b"deprecation", b"2026-05-01"),
}
"""The header that older versions' replies carry."""

VERSIONS: tuple[Version, ...] = ((3, 4), (3, 5), (3, 6), (3, 7))
_PATH = re.compile(r"/v(\d+)\.(\d+)/(agent|configuration|reports)/(\w+)(?:/(\w+))?/?")

CHATS = ("chats--access:ro",)
AGENTS = ("agents--all:ro",)
BOTS = ("agents-bot--my:ro",)
GROUPS = ("groups--my:ro",)
TAGS = ("tags--all:ro", "tags--groups:ro")
CUSTOMERS = ("customers:ro",)
REPORTING = ("reports_read",)
LICENSE = ("properties.license.value--my:ro",)


@dataclass(frozen=True)
class Route:
    """A method: what answers it, and the scopes of which one will do."""

    endpoint: Callable[[Call], Any]
    scopes: tuple[str, ...] = ()


ROUTES: dict[str, Route] = {
    "agent/list_archives": Route(archives_api.list_archives, CHATS),
    "agent/list_chats": Route(chats_api.list_chats, CHATS),
    "agent/list_threads": Route(chats_api.list_threads, CHATS),
    "agent/get_chat": Route(chats_api.get_chat, CHATS),
    "agent/get_customer": Route(chats_api.get_customer, CUSTOMERS),
    "configuration/list_agents": Route(configuration_api.list_agents, AGENTS),
    "configuration/get_agent": Route(configuration_api.get_agent, AGENTS),
    "configuration/list_bots": Route(configuration_api.list_bots, BOTS),
    "configuration/get_bot": Route(configuration_api.get_bot, BOTS),
    "configuration/list_groups": Route(configuration_api.list_groups, ("groups--all:ro",)),
    "configuration/get_group": Route(configuration_api.get_group, GROUPS),
    "configuration/list_tags": Route(configuration_api.list_tags, TAGS),
    "configuration/list_channels": Route(configuration_api.list_channels),
    "configuration/list_license_properties": Route(
        configuration_api.list_license_properties, LICENSE
    ),
    **{f"reports/{name}": Route(report, REPORTING) for name, report in REPORTS.items()},
}


@dataclass(frozen=True)
class Match:
    """What a path names."""

    version: Version
    method: str
    route: Route


def find_route(verb: str, path: str) -> Match:
    """Return the method of a request.

    Raises:
        ApiError: No such version or method, or not with that verb.
    """
    match = _PATH.fullmatch(path)
    if match is None:
        raise ApiError("not_found", "Unknown path")
    version = (int(match[1]), int(match[2]))
    if version not in VERSIONS:
        raise ApiError("unsupported_version")
    api, first, second = match[3], match[4], match[5]
    method = f"{api}/{first}/{second}" if api == "reports" else f"{api}/{second}"
    if method not in ROUTES or (api != "reports" and first != "action"):
        raise ApiError("not_found", "Unknown action")
    if verb != "POST" and not (verb == "GET" and api == "reports"):
        raise ApiError("validation", "Use POST")
    return Match(version, method, ROUTES[method])
