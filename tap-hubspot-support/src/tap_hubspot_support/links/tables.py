"""Which table the links between two object types go to, and from which side they are read."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable

ENGAGEMENTS = ("calls", "emails", "meetings", "notes", "tasks")
GENERIC = "association"
"""Name of the table of all links that have no table of their own."""

# What HubSpot lets records of each type be associated with, read from the side named first.
# A record that is made together with its links stands first: it is new when they are.
# Source: HubSpot's table of default association types.
_STANDARD: dict[str, tuple[str, ...]] = {
    "tickets": ("companies", "contacts", "deals", "tickets"),
    "deals": ("companies", "contacts", "deals"),
    "contacts": ("companies", "contacts"),
    "companies": ("companies",),
    "line_items": ("deals", "quotes"),
    "quotes": ("companies", "contacts", "deals"),
    **dict.fromkeys(ENGAGEMENTS, ("companies", "contacts", "deals", "tickets")),
    "appointments": ("companies", "contacts", "deals", "tickets", *ENGAGEMENTS),
}
# Ticket to activity, by activity to ticket: the table's ids are those of its name's direction.
_TICKET_SIDE = {220: 219, 224: 223, 226: 225, 228: 227, 230: 229}


@dataclass(frozen=True)
class Pair:
    """Two object types whose links are read from `near`; named as the tap names object types."""

    near: str
    far: str

    @property
    def either_way(self) -> frozenset[str]:
        """The same pair, whichever side comes first."""
        return frozenset((self.near, self.far))


@dataclass(frozen=True)
class LinkTable:
    """A table of links.

    Attributes:
        name: The stream's name.
        near_column: Column of the parent's id.
        far_column: Column of the other record's id.
        type_ids: Type ids to write instead of those read, where the table's name has the
            direction opposite to the reading.
    """

    name: str
    near_column: str
    far_column: str
    type_ids: tuple[tuple[int, int], ...] = ()

    @property
    def is_generic(self) -> bool:
        """Whether rows name their object types because the table holds several pairs."""
        return self.name == GENERIC


_GENERIC_TABLE = LinkTable(GENERIC, "from_id", "to_id")


def _named(near: str, far: str) -> LinkTable:
    return LinkTable(f"{near}_{far}", f"{near}_id", f"{far}_id")


_TABLES: dict[Pair, LinkTable] = {
    Pair("tickets", "companies"): _named("ticket", "company"),
    Pair("tickets", "contacts"): _named("ticket", "contact"),
    Pair("tickets", "deals"): _named("ticket", "deal"),
    Pair("deals", "companies"): _named("deal", "company"),
    Pair("deals", "contacts"): _named("deal", "contact"),
    Pair("line_items", "deals"): _named("line_item", "deal"),
}
for _kind in ENGAGEMENTS:
    _TABLES[Pair(_kind, "companies")] = _named("engagement", "company")
    _TABLES[Pair(_kind, "contacts")] = _named("engagement", "contact")
    _TABLES[Pair(_kind, "deals")] = _named("engagement", "deal")
    _TABLES[Pair(_kind, "tickets")] = LinkTable(
        "ticket_engagement", "engagement_id", "ticket_id", tuple(_TICKET_SIDE.items())
    )

NAMED_TABLES = tuple({table.name: table for table in _TABLES.values()}.values())
"""The tables of Fivetran's schema, once each."""


def table_of(pair: Pair) -> LinkTable:
    """The table that the links of a pair go to.

    >>> table_of(Pair("tickets", "contacts")).name
    'ticket_contact'
    >>> table_of(Pair("appointments", "contacts")).name
    'association'
    """
    return _TABLES.get(pair, _GENERIC_TABLE)


def standard_pairs() -> list[Pair]:
    """All pairs of standard object types that HubSpot can associate."""
    return [Pair(near, far) for near, fars in _STANDARD.items() for far in fars]


def possible_pairs(loaded: Iterable[str], custom: Iterable[tuple[str, str]]) -> list[Pair]:
    """The pairs that can have links, each from one side only.

    Args:
        loaded: Object types that are loaded; links to others would lead nowhere.
        custom: Pairs in which a custom object takes part, as the account's schemas tell them,
            in any direction; a custom object is read from when the other end is standard.
    """
    known = set(loaded)
    found = {pair.either_way: pair for pair in standard_pairs()}
    for one, other in custom:
        found.setdefault(frozenset((one, other)), _custom_pair(one, other))
    return [pair for pair in found.values() if pair.either_way <= known]


def oriented(one: str, other: str) -> Pair:
    """A pair named by a person, from the side it is read from.

    >>> oriented("contacts", "tickets")
    Pair(near='tickets', far='contacts')
    """
    for pair in standard_pairs():
        if pair.either_way == {one, other}:
            return pair
    return _custom_pair(one, other)


def _custom_pair(one: str, other: str) -> Pair:
    if one in _STANDARD and other not in _STANDARD:
        return Pair(other, one)
    if other in _STANDARD and one not in _STANDARD:
        return Pair(one, other)
    return Pair(*sorted((one, other)))
