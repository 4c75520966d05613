"""The account's own object types."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.reference_tables.reading import FLAGS, flags
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.facts import Schema
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings

OBJECT_SCHEMA = Table(
    "object_schema",
    ("object_type_id",),
    {
        "object_type_id": {"type": "string"},
        "name": {"type": "string"},
        "fully_qualified_name": Kind.TEXT.schema,
        "singular_label": Kind.TEXT.schema,
        "plural_label": Kind.TEXT.schema,
        "primary_display_property": Kind.TEXT.schema,
        "required_properties": Kind.TEXT.schema,
        "created_at": Kind.INSTANT.schema,
        "updated_at": Kind.INSTANT.schema,
        **FLAGS,
    },
    grain="one row per object type that the account defined itself",
)


class SchemasReference:
    """Custom object schemas, which the run knows already."""

    name = "object_schemas"
    tables: tuple[Table, ...] = (OBJECT_SCHEMA,)

    def planned(self, run: Run) -> Counter[str]:  # noqa: ARG002
        """None: the run knows it already."""
        return Counter()

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:  # noqa: ARG002
        """All schemas."""
        yield [TableRows(OBJECT_SCHEMA.name, [_schema(run, schema) for schema in run.schemas])]


def schema_references(settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:  # noqa: ARG001
    """The schemas."""
    return [SchemasReference()]


def _schema(run: Run, schema: Schema) -> dict[str, Any]:
    return {
        "object_type_id": schema.object_type_id,
        "name": schema.name,
        "fully_qualified_name": schema.fully_qualified_name,
        "singular_label": schema.labels.singular,
        "plural_label": schema.labels.plural,
        "primary_display_property": schema.primary_display_property,
        "required_properties": ";".join(schema.required_properties),
        "created_at": schema.created_at,
        "updated_at": schema.updated_at,
        **flags(run),
    }
