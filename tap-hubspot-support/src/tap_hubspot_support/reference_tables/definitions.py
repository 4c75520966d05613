"""Property definitions and the options of enumerations."""

from __future__ import annotations

import hashlib
from collections import Counter
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.plan import GENERAL
from tap_hubspot_support.reference_tables.reading import FLAGS, flags
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.columns import Definition
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

_ID_LENGTH = 24
PROPERTY = Table(
    "property",
    ("hubspot_object", "name"),
    {
        "_fivetran_id": {"type": "string"},
        "hubspot_object": {"type": "string"},
        "name": {"type": "string"},
        "label": Kind.TEXT.schema,
        "type": Kind.TEXT.schema,
        "field_type": Kind.TEXT.schema,
        "group_name": Kind.TEXT.schema,
        "description": Kind.TEXT.schema,
        "calculated": Kind.BOOLEAN.schema,
        "hubspot_defined": Kind.BOOLEAN.schema,
        "show_currency_symbol": Kind.BOOLEAN.schema,
        "created_at": Kind.INSTANT.schema,
        "updated_at": Kind.INSTANT.schema,
        **FLAGS,
    },
    grain="one row per property of an object",
)
PROPERTY_OPTION = Table(
    "property_option",
    ("hubspot_object", "name", "value"),
    {
        "property_id": {"type": "string"},
        "hubspot_object": {"type": "string"},
        "name": {"type": "string"},
        "value": {"type": "string"},
        "label": Kind.TEXT.schema,
        "display_order": Kind.INTEGER.schema,
        "hidden": Kind.BOOLEAN.schema,
        **FLAGS,
    },
    grain="one row per value that an enumeration can have",
)


class DefinitionsReference:
    """Properties and options, from the definitions that the columns are made from."""

    name = "definitions"
    tables: tuple[Table, ...] = (PROPERTY, PROPERTY_OPTION)

    def planned(self, run: Run) -> Counter[str]:
        """One per object, unless discovery has just read them."""
        return Counter({GENERAL: sum(not run.knows_definitions(o) for o in run.objects)})

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:
        """All live properties, a page per object."""
        for object_type in run.objects:
            object_name = hubspot_object(object_type)
            live = [d for d in run.definitions(object_type) if not d.archived]
            rows = [
                TableRows(PROPERTY.name, [_property(run, object_name, d) for d in live]),
                TableRows(
                    PROPERTY_OPTION.name,
                    [row for d in live for row in _options(run, object_name, d)],
                ),
            ]
            yield [found for found in rows if found.table in wanted]


def definition_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """The definitions of all objects."""
    return [DefinitionsReference()]


def hubspot_object(object_type: ObjectType) -> str:
    """An object's singular name in the tables of definitions, such as `call`."""
    return (object_type.engagement or object_type.table).lower()


def _property(run: Run, object_name: str, definition: Definition) -> dict[str, Any]:
    return {
        "_fivetran_id": _id(run, object_name, definition),
        "hubspot_object": object_name,
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "field_type": definition.field_type,
        "group_name": definition.group_name,
        "description": definition.description,
        "calculated": definition.calculated,
        "hubspot_defined": definition.hubspot_defined,
        "show_currency_symbol": definition.show_currency_symbol,
        "created_at": definition.created_at,
        "updated_at": definition.updated_at,
        **flags(run),
    }


def _options(run: Run, object_name: str, definition: Definition) -> Iterator[dict[str, Any]]:
    by_value = {option.value: option for option in definition.options}
    for value, option in by_value.items():
        yield {
            "property_id": _id(run, object_name, definition),
            "hubspot_object": object_name,
            "name": definition.name,
            "value": value,
            "label": option.label,
            "display_order": option.display_order,
            "hidden": option.hidden,
            **flags(run),
        }


def _id(run: Run, object_name: str, definition: Definition) -> str:
    """HubSpot gives properties no id; this one is the same in every run."""
    text = f"{run.portal_id}/{object_name}/{definition.name}"
    return hashlib.sha256(text.encode()).hexdigest()[:_ID_LENGTH]
