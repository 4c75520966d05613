"""API records to table rows, compiled once per set of columns.

Pages are decoded straight into structs whose fields are the requested properties, and rows are
structs that encode under the column names, so no dictionary is built per record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.values import CONVERTERS, Misfit
from tap_hubspot_support.wire import Version

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_hubspot_support.columns import Column
    from tap_hubspot_support.objects import ObjectType

MERGED_IDS = "hs_merged_object_ids"
_FLAGS: dict[str, dict[str, Any]] = {
    "portal_id": {"type": "integer"},
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_fivetran_synced": {"type": "string", "format": "date-time"},
    "_sdc_deleted_at": Kind.INSTANT.schema,
}


def fixed_columns(object_type: ObjectType) -> dict[str, dict[str, Any]]:
    """Columns of an object's table that are not properties: ids, kind, portal, flags."""
    ids = {name: {"type": "integer"} for name in dict.fromkeys([object_type.key, "id"])}
    kind = {"type": Kind.TEXT.schema} if object_type.engagement else {}
    return {**ids, **kind, **_FLAGS}


class MisfitValue(NamedTuple):
    """A value that did not fit: where, why and what it was."""

    column: str
    reason: str
    text: str


class RecordShape:
    """What to ask for of the records of one walk, and how to find it in them.

    Args:
        properties: Names whose values are needed.
        history: Whether past values come too.
    """

    def __init__(self, properties: Sequence[str], *, history: bool = False) -> None:
        self.requested = list(dict.fromkeys([*properties, MERGED_IDS]))
        self._fields = {name: f"p{i}" for i, name in enumerate(self.requested)}
        self.record_type: Any = self._record_type(history=history)

    def value(self, record: Any, name: str) -> str | None:
        """The text of a property."""
        text: str | None = getattr(record.properties, self._fields[name])
        return text

    def put(self, record: Any, name: str, text: str) -> None:
        """Give a record the text of a property that HubSpot does not keep with it."""
        setattr(record.properties, self._fields[name], text)

    def merged_ids(self, record: Any) -> list[int]:
        """Ids that were merged into a record, without its own."""
        text = self.value(record, MERGED_IDS) or ""
        ids = {int(part) for part in text.split(";") if part.strip().isdigit()}
        return sorted(ids - {int(record.id)})

    def _record_type(self, *, history: bool) -> Any:
        fields = [(field, str | None, None) for field in self._fields.values()]
        names = {field: name for name, field in self._fields.items()}
        properties = msgspec.defstruct("Properties", fields, rename=names)
        versions: list[Any] = []
        if history:
            versions = [("propertiesWithHistory", dict[str, list[Version]], {})]
        return msgspec.defstruct(
            "Record",
            [
                ("id", str),
                ("properties", properties),
                ("createdAt", str | None, None),
                ("updatedAt", str | None, None),
                ("archived", bool, False),
                ("archivedAt", str | None, None),
                *versions,
            ],
        )


class RowShape:
    """Builds rows with the selected columns of one object's table.

    Args:
        object_type: What the records are.
        columns: The property columns, each property once.
        copies: Further columns that hold a property once more.
        fixed: Names of the fixed columns to emit.
        shape: How the records arrive; its first properties are those of `columns`.
    """

    def __init__(
        self,
        object_type: ObjectType,
        columns: Sequence[Column],
        copies: Sequence[Column],
        fixed: Collection[str],
        shape: RecordShape,
    ) -> None:
        names = fixed_columns(object_type)
        self._keep = [i for i, name in enumerate(names) if name in fixed]
        self._kind = object_type.engagement
        self._two_ids = object_type.key != "id"
        self._columns = [*columns, *copies]
        self._count = len(columns)
        self._sources = [shape.requested.index(c.property) for c in copies]
        self._converters = [
            (index, CONVERTERS[column.kind])
            for index, column in enumerate(self._columns)
            if column.kind in CONVERTERS
        ]
        kept = [name for name in names if name in fixed]
        self._row: Any = _row_type([*kept, *(c.name for c in self._columns)])

    def row(
        self, record: Any, *, portal_id: int, deleted: bool, synced: str
    ) -> tuple[Any, list[MisfitValue]]:
        """A row of a record, and the values that did not fit and are null in it."""
        found = msgspec.structs.astuple(record.properties)
        values = [*found[: self._count], *(found[i] for i in self._sources)]
        misfits = []
        for index, convert in self._converters:
            text = values[index]
            if text is not None:
                try:
                    values[index] = convert(text)
                except Misfit as misfit:
                    values[index] = None
                    misfits.append(MisfitValue(self._columns[index].name, str(misfit), text))
        fixed = self._fixed(int(record.id), portal_id, synced, deleted=deleted)
        return self._row(*[fixed[index] for index in self._keep], *values), misfits

    def _fixed(self, number: int, portal_id: int, synced: str, *, deleted: bool) -> list[Any]:
        ids = [number, number] if self._two_ids else [number]
        kind = [self._kind] if self._kind else []
        return [*ids, *kind, portal_id, deleted, deleted, synced, None]


def _row_type(columns: Sequence[str]) -> Any:
    fields = [(f"c{i}", Any) for i in range(len(columns))]
    return msgspec.defstruct(
        "Row", fields, rename={f"c{i}": name for i, name in enumerate(columns)}
    )
