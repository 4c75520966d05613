"""Users, roles and teams of the settings API."""

from __future__ import annotations

import pytest
from sandbox.hubspot.portal import DEFAULT_TOKEN

NUMBERED, DATED = "/settings/v3/users", "/settings/users/2026-09"


@pytest.fixture
def people(portal):
    users = [
        {"id": str(9000 + n), "email": f"u{n}@example.com", "roleIds": [], "superAdmin": n == 0}
        for n in range(5)
    ]
    portal.set_people(
        users,
        [{"id": "7", "name": "Agent", "requiresBillingWrite": False}],
        [{"id": "3", "name": "North", "userIds": ["9000"], "secondaryUserIds": ["9001"]}],
    )
    return users


@pytest.mark.parametrize("base", [NUMBERED, DATED])
def test_users_come_in_pages_and_one_by_one(client, people, base):
    first = client.get(base, limit=2).json()
    assert first["results"] == people[:2]
    second = client.get(base, limit=100, after=first["paging"]["next"]["after"]).json()
    assert second == {"results": people[2:]}
    assert client.get(f"{base}/9003").json() == people[3]
    assert client.get(f"{base}/u3@example.com", idProperty="EMAIL").json() == people[3]
    assert client.get(f"{base}/1").status_code == 404


@pytest.mark.parametrize("base", [NUMBERED, DATED])
@pytest.mark.usefixtures("people")
def test_roles_and_teams_come_whole(client, base):
    (role,) = client.get(f"{base}/roles").json()["results"]
    assert role == {"id": "7", "name": "Agent", "requiresBillingWrite": False}
    (team,) = client.get(f"{base}/teams").json()["results"]
    assert (team["userIds"], team["secondaryUserIds"]) == (["9000"], ["9001"])


@pytest.mark.usefixtures("people")
def test_each_needs_its_scope(client, portal):
    portal.tokens[DEFAULT_TOKEN] = frozenset({"settings.users.teams.read"})
    assert client.get(DATED).status_code == client.get(f"{DATED}/roles").status_code == 403
    assert client.get(f"{DATED}/teams").status_code == 200
