"""Names: which object type is which table, and how link tables are called. See TABLES.md."""

from __future__ import annotations

from sandbox.world.office import ACTIVITIES

SINGULARS = {
    "tickets": "ticket",
    "contacts": "contact",
    "companies": "company",
    "deals": "deal",
    "line_items": "line_item",
    "products": "product",
    "quotes": "quote",
    "calls": "call",
    "emails": "email",
    "meetings": "meeting",
    "notes": "note",
    "tasks": "task",
    "appointments": "appointment",
}
"""HubSpot's own object types by plural; a custom object is called by its one name."""

LINK_TABLES: dict[tuple[str, str], str] = {
    ("tickets", "companies"): "ticket_company",
    ("tickets", "contacts"): "ticket_contact",
    ("tickets", "deals"): "ticket_deal",
    ("deals", "companies"): "deal_company",
    ("deals", "contacts"): "deal_contact",
    ("line_items", "deals"): "line_item_deal",
    **{("tickets", one): "ticket_engagement" for one in ACTIVITIES},
    **{(one, "companies"): "engagement_company" for one in ACTIVITIES},
    **{(one, "contacts"): "engagement_contact" for one in ACTIVITIES},
    **{(one, "deals"): "engagement_deal" for one in ACTIVITIES},
}
"""Pairs with a table of their own, from left to right."""

_ORDER = ("appointments", "quotes", "line_items", "tickets", "deals", "contacts", "companies")


def singular(object_type: str) -> str:
    """The name of one record of a type."""
    return SINGULARS.get(object_type, object_type)


def table_of(object_type: str) -> str:
    """The table that holds a type's records."""
    name = singular(object_type)
    return f"engagement_{name}" if object_type in ACTIVITIES else name


def id_column(object_type: str) -> str:
    """The column that names a record of a type in a link table."""
    return "engagement_id" if object_type in ACTIVITIES else f"{singular(object_type)}_id"


def is_written(near: str, far: str) -> bool:
    """Whether a pair without a table of its own is written from this end."""
    if near == far:
        return True
    return _rank(near) < _rank(far)


def _rank(object_type: str) -> tuple[int, str]:
    if object_type in _ORDER:
        return 1 + _ORDER.index(object_type), ""
    return 0, object_type
