"""Which table the links between two object types go to, and from which side they are read."""

from __future__ import annotations

from dataclasses import dataclass
from functools import cached_property
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.tables import Table

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Sequence

    from tap_hubspot_support.links.wire import LinkType
    from tap_hubspot_support.objects import ObjectType

GENERIC = "association"
"""Name of the table of all links that have no table of their own."""

# What HubSpot lets records be associated with, by table name, read from the side named first.
# Activities and line items come into being together with their links, so they stand first:
# whatever is new among the links hangs on a record that is new itself.
# Source: HubSpot's table of default association types.
_ENGAGEMENTS = tuple(f"engagement_{kind}" for kind in ("call", "email", "meeting", "note", "task"))
_STANDARD: dict[str, tuple[str, ...]] = {
    "ticket": ("company", "contact", "deal", "ticket"),
    "deal": ("company", "contact", "deal"),
    "contact": ("company", "contact"),
    "company": ("company",),
    "line_item": ("deal",),
    "quote": ("company", "contact", "deal", "line_item"),
    **dict.fromkeys(_ENGAGEMENTS, ("company", "contact", "deal", "ticket")),
    "appointment": ("company", "contact", "deal", "ticket", *_ENGAGEMENTS),
}
_NAMED = {
    ("ticket", "company"),
    ("ticket", "contact"),
    ("ticket", "deal"),
    ("deal", "company"),
    ("deal", "contact"),
    ("engagement", "company"),
    ("engagement", "contact"),
    ("engagement", "deal"),
    ("engagement", "ticket"),
    ("line_item", "deal"),
}
# Activity to ticket, by ticket to activity: the table of these is named from the other side.
_SEEN_FROM_TICKET = {220: 219, 224: 223, 226: 225, 228: 227, 230: 229}

_SHARED: dict[str, dict[str, Any]] = {
    "type_id": {"type": "integer"},
    "category": {"type": "string"},
    "label": Kind.TEXT.schema,
    "portal_id": {"type": "integer"},
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_fivetran_synced": {"type": "string", "format": "date-time"},
    "_sdc_deleted_at": Kind.INSTANT.schema,
}


@dataclass(frozen=True)
class Pair:
    """Two object types whose links are read from `near`."""

    near: ObjectType
    far: ObjectType

    @property
    def name(self) -> str:
        """Stable name of the pair."""
        return f"{self.near.table}/{self.far.table}"

    @property
    def is_generic(self) -> bool:
        """Whether the links go to the table of all links."""
        return (self.near.singular, self.far.singular) not in _NAMED

    @property
    def near_column(self) -> str:
        """Column of the parent's id."""
        return "from_id" if self.is_generic else f"{self.near.singular}_id"

    @property
    def far_column(self) -> str:
        """Column of the other record's id."""
        return "to_id" if self.is_generic else f"{self.far.singular}_id"

    @cached_property
    def table_name(self) -> str:
        """The table that the links go to."""
        if self.is_generic:
            return GENERIC
        if self.far.singular == "ticket":
            return f"ticket_{self.near.singular}"
        return f"{self.near.singular}_{self.far.singular}"

    @cached_property
    def constants(self) -> dict[str, Any]:
        """Key columns that are the same in all rows of this pair."""
        if not self.is_generic:
            return {}
        return {"from_object_type": self.near.table, "to_object_type": self.far.table}

    @property
    def table(self) -> Table:
        """The table with its columns; of ids, the one that the table is named after first."""
        ids = sorted((self.near_column, self.far_column), key=_place_in(self.table_name))
        return _generic_table() if self.is_generic else _named_table(self.table_name, ids)

    def type_id(self, kind: LinkType) -> int:
        """The type id to write, in the direction of the table's name."""
        if self.table_name == "ticket_engagement" and kind.category == "HUBSPOT_DEFINED":
            return _SEEN_FROM_TICKET.get(kind.type_id, kind.type_id)
        return kind.type_id


def possible_pairs(
    objects: Sequence[ObjectType], custom: Iterable[Collection[str]] = ()
) -> list[Pair]:
    """The pairs that can have links, each from one side only.

    Args:
        objects: Object types that are loaded; links to others would lead nowhere.
        custom: Pairs of type ids in which a custom object takes part, in any direction, as the
            account's schemas tell them.
    """
    by_table = {o.table: o for o in objects if o.associable}
    by_id = {o.type_id: o for o in objects if o.associable}
    standard = [
        Pair(by_table[near], by_table[far])
        for near, fars in _STANDARD.items()
        for far in fars
        if near in by_table and far in by_table
    ]
    told = [[by_id.get(type_id) for type_id in pair] for pair in custom]
    found = {pair.name: pair for pair in standard}
    for ends in told:
        known = [end for end in ends if end is not None]
        if len(known) == len(ends) and any(end.is_custom for end in known):
            pair = oriented(known[0], known[-1])
            found.setdefault(pair.name, pair)
    return list(found.values())


def oriented(one: ObjectType, other: ObjectType) -> Pair:
    """The pair of two object types, from the side that it is read from.

    A custom object is read from when the other end is HubSpot's own.
    """
    if other.table in _STANDARD.get(one.table, ()):
        return Pair(one, other)
    if one.table in _STANDARD.get(other.table, ()):
        return Pair(other, one)
    first, second = sorted((one, other), key=lambda end: (not end.is_custom, end.table))
    return Pair(first, second)


def _place_in(table: str) -> Any:
    return lambda column: not table.startswith(column.removesuffix("_id"))


def _named_table(name: str, ids: Sequence[str]) -> Table:
    return Table(
        name,
        (*ids, "type_id", "category"),
        {**{column: {"type": "integer"} for column in ids}, **_SHARED},
        grain="one row per pair of records and way in which they are associated",
    )


def _generic_table() -> Table:
    ends: dict[str, dict[str, Any]] = {
        "from_object_type": {"type": "string"},
        "from_id": {"type": "integer"},
        "to_object_type": {"type": "string"},
        "to_id": {"type": "integer"},
    }
    return Table(
        GENERIC,
        (*ends, "type_id", "category"),
        {**ends, **_SHARED},
        grain="one row per pair of records, of types without a table of their own, and way in "
        "which they are associated",
    )
