"""What one stream looks like in the database: its table, columns, key and indexes."""

from __future__ import annotations

from dataclasses import dataclass, field
from fnmatch import fnmatchcase
from typing import TYPE_CHECKING, Any

from target_postgres.column_types import BIGINT, TIMESTAMPTZ, column_type
from target_postgres.identifiers import capped, distinct, quoted

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

DELETED_AT = "_sdc_deleted_at"
TABLE_VERSION = "_sdc_table_version"

#: Metadata columns and types, named as MeltanoLabs/target-postgres names them.
METADATA = {
    "_sdc_extracted_at": TIMESTAMPTZ,
    "_sdc_received_at": TIMESTAMPTZ,
    "_sdc_batched_at": TIMESTAMPTZ,
    DELETED_AT: TIMESTAMPTZ,
    "_sdc_sequence": BIGINT,
    TABLE_VERSION: BIGINT,
    "_sdc_sync_started_at": BIGINT,
}

#: Metadata that travels with each row, behind the stream's own columns, in this order.
ROW_METADATA = (
    DELETED_AT,
    "_sdc_extracted_at",
    TABLE_VERSION,
    "_sdc_received_at",
    "_sdc_sequence",
)


@dataclass(frozen=True)
class Column:
    """One property and the column that holds it."""

    source: str
    name: str
    type: str


@dataclass(frozen=True)
class Layout:
    """The shape of one stream's table.

    Attributes:
        stream: Stream name as the tap (or stream map) gives it.
        schema: Target schema.
        table: Table name, at most 63 bytes.
        columns: The stream's own columns, key columns first.
        metadata: The ``_sdc_`` columns that are kept, by metadata name.
        key_size: How many leading columns make the primary key; 0 appends.
        indexes: Column names (as sources) of each configured index.
        stale: Columns of another type left behind by a type clash; nulled on write.
    """

    stream: str
    schema: str
    table: str
    columns: tuple[Column, ...]
    metadata: Mapping[str, Column]
    key_size: int
    indexes: tuple[tuple[str, ...], ...] = ()
    stale: tuple[str, ...] = field(default=())

    @property
    def qualified(self) -> str:
        """Quoted name with its schema."""
        return quoted(self.schema, self.table)

    @property
    def keys(self) -> tuple[Column, ...]:
        """The key columns."""
        return self.columns[: self.key_size]

    @property
    def every(self) -> tuple[Column, ...]:
        """Own and metadata columns."""
        return self.columns + tuple(self.metadata.values())

    def column(self, source: str) -> Column | None:
        """Return the column of a property, if it has one."""
        return next((each for each in self.every if each.source == source), None)


def _metadata(*, all_of_them: bool, versions: bool) -> dict[str, Column]:
    wanted = METADATA if all_of_them else {DELETED_AT, TABLE_VERSION} if versions else ()
    return {name: Column(name, name, METADATA[name]) for name in METADATA if name in wanted}


def wanted_layout(
    stream: str,
    json_schema: Mapping[str, Any],
    keys: Sequence[str],
    *,
    config: Mapping[str, Any],
    bookmark_properties: Sequence[str] = (),
) -> Layout:
    """Work out the table a SCHEMA message asks for, before looking at the database.

    Args:
        stream: Stream name.
        json_schema: The message's schema, with ``properties``.
        keys: Its key properties.
        config: The target's settings.
        bookmark_properties: Replication keys; they get an index.

    Returns:
        The layout; column names may still change where types clash.
    """
    properties = {
        name: schema for name, schema in json_schema["properties"].items() if name not in METADATA
    }
    keys = tuple(dict.fromkeys(keys))
    ordered = [*keys, *(name for name in properties if name not in keys)]
    names = distinct(ordered)
    columns = tuple(
        Column(name, names[name], column_type(properties.get(name, {"type": "string"})))
        for name in ordered
    )
    return Layout(
        stream=stream,
        schema=config["default_target_schema"],
        table=capped(stream),
        columns=columns,
        metadata=_metadata(
            all_of_them=config["add_record_metadata"], versions=config["activate_version"]
        ),
        key_size=len(keys),
        indexes=_indexes(stream, config, bookmark_properties),
    )


def _indexes(
    stream: str, config: Mapping[str, Any], bookmark_properties: Sequence[str]
) -> tuple[tuple[str, ...], ...]:
    table = f"{config['default_target_schema']}/{stream}"
    configured = [
        tuple(columns)
        for name, lists in config.get("indexes", {}).items()
        if name == stream or ("/" in name and fnmatchcase(table, name))
        for columns in lists
    ]
    automatic = [(name,) for name in bookmark_properties]
    return tuple(dict.fromkeys(automatic + configured))
