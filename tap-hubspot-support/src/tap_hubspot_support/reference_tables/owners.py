"""Owners, live and deactivated, and the teams they are in."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support.client import Call
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.plan import GENERAL
from tap_hubspot_support.reference_tables.reading import FLAGS, flags
from tap_hubspot_support.tables import Table, TableRows
from tap_hubspot_support.walk import pages_in_order
from tap_hubspot_support.wire import Page, reader

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

OWNER = Table(
    "owner",
    ("owner_id",),
    {
        "owner_id": {"type": "integer"},
        "id": {"type": "integer"},
        "type": Kind.TEXT.schema,
        "email": Kind.TEXT.schema,
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "active_user_id": Kind.INTEGER.schema,
        "is_active": {"type": "boolean"},
        "created_at": Kind.INSTANT.schema,
        "updated_at": Kind.INSTANT.schema,
        "portal_id": {"type": "integer"},
        "_fivetran_synced": {"type": "string", "format": "date-time"},
    },
    grain="one row per person or queue that records can belong to",
)
OWNER_TEAM = Table(
    "owner_team",
    ("owner_id", "team_id"),
    {
        "owner_id": {"type": "integer"},
        "team_id": {"type": "integer"},
        "is_team_primary": {"type": "boolean"},
        **FLAGS,
    },
    grain="one row per owner and team the owner is in",
)


class Membership(msgspec.Struct):
    """A team that an owner is in."""

    id: str
    primary: bool = False


class Owner(msgspec.Struct, rename="camel"):
    """An owner as HubSpot sends it; `user_id` is null once deactivated."""

    id: str
    email: str | None = None
    type: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_id: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    archived: bool = False
    teams: list[Membership] = []


class OwnersReference:
    """Owners and their teams come from one list."""

    name = "owners"
    tables: tuple[Table, ...] = (OWNER, OWNER_TEAM)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """One list each."""
        return Counter({GENERAL: 2})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:
        """Live owners, then deactivated ones: HubSpot never lists both at once."""
        for archived in (False, True):
            for page in pages_in_order(lambda after, a=archived: _page(run, after, archived=a)):  # type: ignore[misc]
                rows = [
                    TableRows(OWNER.name, [_owner(run, owner) for owner in page.results]),
                    TableRows(
                        OWNER_TEAM.name,
                        [row for owner in page.results for row in _teams(run, owner)],
                    ),
                ]
                yield [found for found in rows if found.table in wanted]


def owner_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """The list of owners."""
    return [OwnersReference()]


def _page(run: Run, after: str | None, *, archived: bool) -> Page[Owner]:
    query = f"limit=100&archived={str(archived).lower()}"
    query += f"&after={after}" if after is not None else ""
    return run.client.read(Call("listing owners", run.paths.owners(), _read_page, query=query))


def _owner(run: Run, owner: Owner) -> dict[str, Any]:
    number = int(owner.id)
    shared = flags(run)
    return {
        "owner_id": number,
        "id": number,
        "type": owner.type,
        "email": owner.email,
        # Never null: a full name is first + ' ' + last in other people's SQL.
        "first_name": owner.first_name or "",
        "last_name": owner.last_name or "",
        "active_user_id": owner.user_id,
        "is_active": not owner.archived,
        "created_at": owner.created_at,
        "updated_at": owner.updated_at,
        "portal_id": shared["portal_id"],
        "_fivetran_synced": shared["_fivetran_synced"],
    }


def _teams(run: Run, owner: Owner) -> Iterator[dict[str, Any]]:
    for team in owner.teams:
        yield {
            "owner_id": int(owner.id),
            "team_id": int(team.id),
            "is_team_primary": team.primary,
            **flags(run),
        }


_read_page = reader(Page[Owner])
