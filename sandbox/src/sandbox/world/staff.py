"""HubSpot's users with their roles and teams; an owner is a user who may own records."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.world.agents import MANAGERS, TEAMS

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.hubspot.portal import Portal
    from sandbox.world.agents import Owner

Row = dict[str, Any]
AGENT, MANAGER = 1_001, 3_000_000_002
ANALYST_ID = 9_900  # a user who owns nothing, and has no role and no team


@dataclass
class Role:
    """A set of permissions."""

    id: int
    name: str
    requires_billing_write: bool


class Staff:
    """Everybody who may log in."""

    def __init__(self, portal: Portal, owners: Mapping[int, Owner]) -> None:
        self._portal = portal
        self._owners = owners
        self._former = {one.id for one in owners.values() if one.archived}
        self.roles = [Role(AGENT, "Support agent", False), Role(MANAGER, "Team lead", True)]  # noqa: FBT003
        self.publish()

    def publish(self) -> None:
        """Show everybody as they are now; somebody deactivated is no user any more."""
        users = [self._user(one) for one in self._people() if not one.archived]
        analyst = {"id": str(ANALYST_ID), "email": "analyst@support.example.com"}
        users.append({**analyst, "roleIds": [], "secondaryTeamIds": [], "superAdmin": True})
        roles = [
            {"id": str(r.id), "name": r.name, "requiresBillingWrite": r.requires_billing_write}
            for r in self.roles
        ]
        self._portal.set_people(users, roles, [self._team(team) for team in TEAMS])

    def rename_role(self) -> None:
        """The agents' role gets another name."""
        self.roles[0].name = "Customer hero"
        self.publish()

    def truth(self, portal_id: int) -> dict[str, Any]:
        """The rows of users, roles and teams, and who is in which team."""
        common = {"portal_id": portal_id, "is_deleted": False, "_fivetran_deleted": False}
        analyst = {
            "id": ANALYST_ID,
            "email": "analyst@support.example.com",
            "first_name": None,
            "last_name": None,
            "role_id": None,
            "primary_team_id": None,
        }
        users = [common | self._user_truth(one) for one in self._people() if self._seen(one)]
        return {
            "users": [*users, common | analyst],
            "role": [common | vars(role) for role in self.roles],
            "team": [common | {"id": key, "name": name} for key, name in TEAMS.items()],
            "team_user": [
                {"portal_id": portal_id, "team_id": t, "user_id": o.user_id, "is_secondary_user": s}
                for o, t, s in self._memberships()
            ],
            "owner_team": [
                {"portal_id": portal_id, "owner_id": o.id, "team_id": t, "is_team_primary": not s}
                for o, t, s in self._memberships()
            ],
        }

    def _people(self) -> list[Owner]:
        return [one for one in self._owners.values() if one.kind == "PERSON"]

    def _seen(self, owner: Owner) -> bool:
        """Whether the owner was a user at some time since the world began."""
        return owner.id not in self._former or not owner.archived

    def _memberships(self) -> list[tuple[Owner, int, bool]]:
        """Everybody active with a team, and whether it is a further one."""
        return [
            (one, team, team != one.team)
            for one in self._people()
            if not one.archived
            for team in (one.team, *one.further_teams)
        ]

    def _user(self, owner: Owner) -> Row:
        role = str(_role(owner))
        first, last = owner.first_and_last
        return {
            "id": str(owner.user_id),
            "email": owner.email,
            "firstName": first,
            "lastName": last,
            "roleId": role,
            "roleIds": [role],
            "primaryTeamId": str(owner.team),
            "secondaryTeamIds": [str(team) for team in owner.further_teams],
            "superAdmin": False,
        }

    def _user_truth(self, owner: Owner) -> Row:
        first, _, last = owner.name.partition(" ")
        return {
            "id": owner.user_id,
            "email": owner.email,
            "first_name": first,
            "last_name": last,
            "role_id": _role(owner),
            "primary_team_id": owner.team,
            "is_deleted": owner.archived,
            "_fivetran_deleted": owner.archived,
        }

    def _team(self, team: int) -> Row:
        members = [(one, further) for one, key, further in self._memberships() if key == team]
        return {
            "id": str(team),
            "name": TEAMS[team],
            "userIds": [str(one.user_id) for one, further in members if not further],
            "secondaryUserIds": [str(one.user_id) for one, further in members if further],
        }


def _role(owner: Owner) -> int:
    leads = {alias for aliases in MANAGERS.values() for alias in aliases}
    return MANAGER if owner.name in leads else AGENT
