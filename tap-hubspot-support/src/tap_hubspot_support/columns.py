"""HubSpot property definitions to warehouse columns."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

PREFIX = "property_"
_MAX_BYTES = 63  # PostgreSQL cuts longer identifiers, and two properties fall on one column
_HASH_LENGTH = 8
_KINDS = {
    "number": Kind.NUMBER,
    "bool": Kind.BOOLEAN,
    "date": Kind.DATE,
    "datetime": Kind.INSTANT,
    "json": Kind.JSON,
}
# HubSpot sends ids as text and calls some of them enumerations: the name tells the meaning.
_ID_NAMES = frozenset(
    {
        "hs_object_id",
        "hubspot_owner_id",
        "hubspot_team_id",
        "hs_created_by_user_id",
        "hs_updated_by_user_id",
    }
)
_IS_LIST = re.compile(r"hs_all_.*|.*_ids(_.*)?").fullmatch
_ASSOCIATED_ID = re.compile(r"associated[a-z]+id").fullmatch


class Option(msgspec.Struct, rename="camel"):
    """One choice of an enumeration."""

    value: str
    label: str | None = None
    display_order: int | None = None
    hidden: bool | None = None


class Definition(msgspec.Struct, rename="camel"):
    """A property definition, as far as a column or the tables of definitions use it."""

    name: str
    type: str = "string"
    field_type: str | None = None
    referenced_object_type: str | None = None
    archived: bool = False
    label: str | None = None
    description: str | None = None
    group_name: str | None = None
    calculated: bool | None = None
    hubspot_defined: bool | None = None
    show_currency_symbol: bool | None = None
    has_unique_value: bool | None = None
    external_options: bool | None = None
    data_sensitivity: str | None = None
    created_at: str | None = None
    updated_at: str | None = None
    options: list[Option] = []


class Definitions(msgspec.Struct):
    """Reply of the properties endpoint, which has no pages."""

    results: list[Definition]


@dataclass(frozen=True)
class Column:
    """One property and the column it becomes."""

    name: str
    property: str
    kind: Kind


def column_name(property_name: str) -> str:
    """`property_` and the API name; names that would pass 63 bytes end in a hash instead.

    >>> column_name("hs_pipeline")
    'property_hs_pipeline'
    """
    full = PREFIX + property_name
    if len(full.encode()) <= _MAX_BYTES:
        return full
    digest = hashlib.sha256(property_name.encode()).hexdigest()[:_HASH_LENGTH]
    room = _MAX_BYTES - _HASH_LENGTH - 1
    return full.encode()[:room].decode(errors="ignore") + "_" + digest


def kind_of(definition: Definition) -> Kind:
    """The type of a property by its meaning; unknown types are text."""
    name = definition.name
    if name in _ID_NAMES or _ASSOCIATED_ID(name):
        return Kind.INTEGER
    if definition.referenced_object_type and _holds_one_id(definition):
        return Kind.INTEGER
    return _KINDS.get(definition.type, Kind.TEXT)


def _holds_one_id(definition: Definition) -> bool:
    if definition.type == "number":
        return True
    # Only owners are known to be stored by number in an enumeration, and a checkbox holds many.
    is_owner = definition.type == "enumeration" and definition.referenced_object_type == "OWNER"
    return is_owner and not (definition.field_type == "checkbox" or _IS_LIST(definition.name))


def columns_of(
    definitions: Iterable[Definition], allow: Sequence[str], deny: Sequence[str]
) -> list[Column]:
    """Columns of the wanted properties, sorted by property name.

    Args:
        definitions: All definitions of one object type.
        allow: Property names to keep; empty keeps all.
        deny: Property names to leave out; stronger than `allow`.
    """
    wanted = {
        d.name: d
        for d in definitions
        if not d.archived and (not allow or d.name in allow) and d.name not in deny
    }
    return [Column(column_name(n), n, kind_of(wanted[n])) for n in sorted(wanted)]


def table_schema(fixed: dict[str, dict[str, Any]], columns: Iterable[Column]) -> dict[str, Any]:
    """JSON schema of a table: fixed columns first, then one per property."""
    properties = {**fixed, **{c.name: column_schema(c) for c in columns}}
    return {"type": "object", "properties": properties}


def column_schema(column: Column) -> dict[str, Any]:
    """JSON schema of a column; a shortened name is told in full as its title."""
    if column.name == PREFIX + column.property:
        return column.kind.schema
    return {**column.kind.schema, "title": column.property}


def column_of_schema(name: str, schema: dict[str, Any]) -> Column | None:
    """The column that a catalog's schema describes; None if it is not a property's.

    >>> column_of_schema("property_subject", {"type": ["string", "null"]}).property
    'subject'
    """
    if not name.startswith(PREFIX):
        return None
    return Column(name, schema.get("title") or name[len(PREFIX) :], Kind.of_schema(schema))


def merged(kinds: Iterable[Kind]) -> Kind:
    """One type for a column that several portals have: text where they differ."""
    found = set(kinds)
    return found.pop() if len(found) == 1 else Kind.TEXT


def fingerprint(columns: Iterable[Column]) -> str:
    """A short text that changes when a column comes, goes or changes its type."""
    text = "\n".join(f"{c.property}\t{c.kind.value}" for c in columns)
    return hashlib.sha256(text.encode()).hexdigest()[:16]
