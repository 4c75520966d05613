"""Users of the account, their roles and their teams."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any
from urllib.parse import quote

import msgspec

from tap_hubspot_support.client import Call
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.plan import GENERAL
from tap_hubspot_support.reference_tables.reading import FLAGS, ask, flags, whole
from tap_hubspot_support.tables import Table, TableRows
from tap_hubspot_support.walk import pages_in_order
from tap_hubspot_support.wire import Page, reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

USERS = Table(
    "users",
    ("id",),
    {
        "id": {"type": "integer"},
        "email": Kind.TEXT.schema,
        "first_name": Kind.TEXT.schema,
        "last_name": Kind.TEXT.schema,
        "role_id": Kind.INTEGER.schema,
        "primary_team_id": Kind.INTEGER.schema,
        "is_super_admin": {"type": "boolean"},
        **FLAGS,
    },
    grain="one row per person who may log in",
)
ROLE = Table(
    "role",
    ("id",),
    {
        "id": {"type": "integer"},
        "name": Kind.TEXT.schema,
        "requires_billing_write": {"type": "boolean"},
        **FLAGS,
    },
    grain="one row per set of permissions that users can have",
)
TEAM = Table(
    "team",
    ("id",),
    {"id": {"type": "integer"}, "name": Kind.TEXT.schema, **FLAGS},
    grain="one row per team",
)
TEAM_USER = Table(
    "team_user",
    ("team_id", "user_id"),
    {
        "team_id": {"type": "integer"},
        "user_id": {"type": "integer"},
        "is_secondary_user": {"type": "boolean"},
        **FLAGS,
    },
    grain="one row per team and user in it",
)


class User(msgspec.Struct, rename="camel"):
    """A user as HubSpot sends it."""

    id: str
    email: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    role_id: str | None = None
    primary_team_id: str | None = None
    super_admin: bool = False


class Role(msgspec.Struct, rename="camel"):
    """A role as HubSpot sends it."""

    id: str
    name: str | None = None
    requires_billing_write: bool = False


class Team(msgspec.Struct, rename="camel"):
    """A team as HubSpot sends it, with the users it is the main team of and its further ones."""

    id: str
    name: str | None = None
    user_ids: list[str] = []
    secondary_user_ids: list[str] = []


class _Roles(msgspec.Struct):
    results: list[Role]


class _Teams(msgspec.Struct):
    results: list[Team]


class UsersReference:
    """Users, in pages."""

    name = "users"
    tables: tuple[Table, ...] = (USERS,)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """One reply."""
        return Counter({GENERAL: 1})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:  # noqa: ARG002
        """All users."""
        for page in pages_in_order(lambda after: _users(run, after)):
            yield [TableRows(USERS.name, [_user(run, user) for user in page.results])]


class RolesReference:
    """Roles, in one reply."""

    name = "roles"
    tables: tuple[Table, ...] = (ROLE,)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """One reply."""
        return Counter({GENERAL: 1})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:  # noqa: ARG002
        """All roles."""
        roles = ask(run, "reading the roles", run.paths.users("roles"), _Roles).results
        yield [TableRows(ROLE.name, [_role(run, role) for role in roles])]


class TeamsReference:
    """Teams and who is in them, in one reply."""

    name = "teams"
    tables: tuple[Table, ...] = (TEAM, TEAM_USER)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """One reply."""
        return Counter({GENERAL: 1})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:
        """All teams."""
        teams = ask(run, "reading the teams", run.paths.users("teams"), _Teams).results
        rows = [
            TableRows(TEAM.name, [_team(run, team) for team in teams]),
            TableRows(TEAM_USER.name, [row for team in teams for row in _members(run, team)]),
        ]
        yield [found for found in rows if found.table in wanted]


def people_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """Users, roles and teams, which need different scopes."""
    return [UsersReference(), RolesReference(), TeamsReference()]


def _users(run: Run, after: str | None) -> Page[User]:
    query = "limit=100" + (f"&after={quote(after, safe='')}" if after is not None else "")
    return run.client.read(Call("listing users", run.paths.users(), _read_users, query=query))


def _user(run: Run, user: User) -> dict[str, Any]:
    return {
        "id": int(user.id),
        "email": user.email,
        "first_name": user.first_name,
        "last_name": user.last_name,
        "role_id": whole(user.role_id),
        "primary_team_id": whole(user.primary_team_id),
        "is_super_admin": user.super_admin,
        **flags(run),
    }


def _role(run: Run, role: Role) -> dict[str, Any]:
    return {
        "id": int(role.id),
        "name": role.name,
        "requires_billing_write": role.requires_billing_write,
        **flags(run),
    }


def _team(run: Run, team: Team) -> dict[str, Any]:
    return {"id": int(team.id), "name": team.name, **flags(run)}


def _members(run: Run, team: Team) -> Iterator[dict[str, Any]]:
    # Somebody may be told twice; the main membership counts.
    members = dict.fromkeys(team.secondary_user_ids, True) | dict.fromkeys(team.user_ids, False)
    for user_id, secondary in members.items():
        yield {
            "team_id": int(team.id),
            "user_id": int(user_id),
            "is_secondary_user": secondary,
            **flags(run),
        }


_read_users = reader(Page[User])
