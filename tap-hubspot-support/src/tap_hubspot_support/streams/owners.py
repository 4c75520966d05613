"""Owners, live and deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tap_hubspot_support.client import Call
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.streams.base import WholeTableStream
from tap_hubspot_support.walk import pages_in_order
from tap_hubspot_support.wire import Page, reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence


class Owner(msgspec.Struct, rename="camel"):
    """An owner as HubSpot sends it; `user_id` is null once deactivated."""

    id: str
    email: str | None = None
    type: str | None = None
    first_name: str | None = None
    last_name: str | None = None
    user_id: int | None = None
    user_id_including_inactive: int | None = None
    created_at: str | None = None
    updated_at: str | None = None
    archived: bool = False


class OwnerStream(WholeTableStream):
    """People and queues that records belong to; one row per owner."""

    name = "owner"
    primary_keys: ClassVar[Sequence[str]] = ("owner_id",)
    columns: ClassVar[dict[str, dict[str, Any]]] = {
        "owner_id": {"type": "integer"},
        "id": {"type": "integer"},
        "portal_id": {"type": "integer"},
        "type": Kind.TEXT.schema,
        "email": Kind.TEXT.schema,
        "first_name": {"type": "string"},
        "last_name": {"type": "string"},
        "active_user_id": Kind.INTEGER.schema,
        "is_active": {"type": "boolean"},
        "created_at": Kind.INSTANT.schema,
        "updated_at": Kind.INSTANT.schema,
        "_fivetran_synced": {"type": "string", "format": "date-time"},
    }

    def pages(self) -> Iterator[list[dict[str, Any]]]:
        """Live owners, then deactivated ones: HubSpot never lists both at once."""
        for archived in (False, True):
            for page in pages_in_order(lambda after, a=archived: self._page(after, archived=a)):  # type: ignore[misc]
                yield [self._row(owner) for owner in page.results]

    def _page(self, after: str | None, *, archived: bool) -> Page[Owner]:
        query = f"limit=100&archived={str(archived).lower()}"
        query += f"&after={after}" if after is not None else ""
        call = Call("listing owners", self.run.paths.owners(), _read_page, query=query)
        return self.run.client.read(call)

    def _row(self, owner: Owner) -> dict[str, Any]:
        number = int(owner.id)
        return {
            "owner_id": number,
            "id": number,
            "portal_id": self.run.portal_id,
            "type": owner.type,
            "email": owner.email,
            # Never null: a full name is first + ' ' + last in other people's SQL.
            "first_name": owner.first_name or "",
            "last_name": owner.last_name or "",
            "active_user_id": owner.user_id,
            "is_active": not owner.archived,
            "created_at": owner.created_at,
            "updated_at": owner.updated_at,
            "_fivetran_synced": self.synced,
        }


_read_page = reader(Page[Owner])
