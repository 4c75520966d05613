"""Users, their roles and teams: the settings API.

Source: HubSpot's user provisioning reference and the models of its Python client.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.objects_api import API_HOST
from sandbox.hubspot.replies import ApiError, Reply, invalid, json_reply

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call

USERS_SCOPE = "settings.users.read"
TEAMS_SCOPE = "settings.users.teams.read"
USERS_MAXIMUM = 100


def list_users(call: Call) -> Reply:
    """Answer a page of users; those removed from the account are not among them."""
    call.require({USERS_SCOPE})
    limit = call.integer("limit", USERS_MAXIMUM)
    if not 1 <= limit <= USERS_MAXIMUM:
        raise invalid(f"The limit must lie between 1 and {USERS_MAXIMUM}.")
    start = call.integer("after", 0)
    users = sorted(call.portal.users.values(), key=lambda user: int(user["id"]))
    found = [user for user in users if int(user["id"]) >= start]
    body: dict[str, Any] = {"results": found[:limit]}
    if len(found) > limit:
        after = found[limit]["id"]
        link = f"{API_HOST}{call.path}?limit={limit}&after={after}"
        body["paging"] = {"next": {"after": after, "link": link}}
    return json_reply(body, records=len(body["results"]))


def get_user(call: Call) -> Reply:
    """Answer one user by id, or by address with idProperty=EMAIL."""
    call.require({USERS_SCOPE})
    key = "email" if call.one("idProperty") == "EMAIL" else "id"
    for user in call.portal.users.values():
        if user[key] == call.parameters["id"]:
            return json_reply(user)
    raise ApiError(404, "resource not found")


def list_roles(call: Call) -> Reply:
    """Answer all roles, without paging."""
    call.require({USERS_SCOPE})
    return json_reply({"results": list(call.portal.roles.values())})


def list_teams(call: Call) -> Reply:
    """Answer all teams with the ids of their users, without paging."""
    call.require({TEAMS_SCOPE})
    return json_reply({"results": list(call.portal.teams.values())})
