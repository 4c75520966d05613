"""Links as rows, and rows that say which links are no more."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable

    from tap_hubspot_support.links.tables import Pair
    from tap_hubspot_support.links.wire import Link


def link_rows(
    pair: Pair, links: Iterable[Link], *, portal_id: int, synced: str
) -> list[dict[str, Any]]:
    """One row per link and way.

    Two ways that the table's direction makes one, which HubSpot has never been seen to send,
    would be one row: its key is the same.
    """
    near, far = pair.near_column, pair.far_column
    shared = {
        **pair.constants,
        "portal_id": portal_id,
        "is_deleted": False,
        "_fivetran_deleted": False,
        "_fivetran_synced": synced,
        "_sdc_deleted_at": None,
    }
    return [
        {
            near: link.parent,
            far: link.child,
            "type_id": pair.type_id(link.kind),
            "category": link.kind.category,
            "label": link.kind.label,
            **shared,
        }
        for link in links
    ]


def removals(
    pair: Pair, column: str, ids: Iterable[int], *, portal_id: int, synced: str
) -> list[dict[str, Any]]:
    """Rows with part of the key: all links of these records in this pair are no more.

    Args:
        pair: The pair.
        column: Which end the ids are of.
        ids: Records whose links to mark.
        portal_id: The account.
        synced: The server's time now.
    """
    shared = {
        **pair.constants,
        "portal_id": portal_id,
        "is_deleted": True,
        "_fivetran_deleted": True,
        "_fivetran_synced": synced,
        "_sdc_deleted_at": synced,
    }
    return [{column: id_, **shared} for id_ in ids]
