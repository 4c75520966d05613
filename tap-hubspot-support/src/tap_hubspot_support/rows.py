"""API records to table rows, compiled once per set of columns.

Pages are decoded straight into structs whose fields are the requested properties, and rows are
structs that encode under the column names, so no dictionary is built per record.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.values import CONVERTERS, Misfit

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from tap_hubspot_support.columns import Column

MERGED_IDS = "hs_merged_object_ids"
FIXED_COLUMNS: dict[str, dict[str, Any]] = {
    "id": Kind.INTEGER.schema,
    "portal_id": Kind.INTEGER.schema,
    "is_deleted": {"type": "boolean"},
    "_fivetran_deleted": {"type": "boolean"},
    "_fivetran_synced": {"type": "string", "format": "date-time"},
    "_sdc_deleted_at": Kind.INSTANT.schema,
}
"""Columns of every object table that are not properties."""


class MisfitValue(NamedTuple):
    """A value that did not fit: where, why and what it was."""

    column: str
    reason: str
    text: str


class RowShape:
    """Reads records of one object type and builds rows with the selected columns.

    Args:
        columns: The property columns to request and emit.
        fixed: Names of the fixed columns to emit.
    """

    def __init__(self, columns: Sequence[Column], fixed: Collection[str]) -> None:
        self.columns = list(columns)
        self.requested = list(dict.fromkeys([c.property for c in columns] + [MERGED_IDS]))
        self._keep = [i for i, name in enumerate(FIXED_COLUMNS) if name in fixed]
        self._merged = f"p{self.requested.index(MERGED_IDS)}"
        self._converters = [
            (index, CONVERTERS[column.kind])
            for index, column in enumerate(columns)
            if column.kind in CONVERTERS
        ]
        self.record_type: Any = self._record_type()
        self._row: Any = self._row_type()

    def row(
        self, record: Any, *, portal_id: int, deleted: bool, synced: str
    ) -> tuple[Any, list[MisfitValue]]:
        """A row of a record, and the values that did not fit and are null in it."""
        values = list(msgspec.structs.astuple(record.properties))
        misfits = []
        for index, convert in self._converters:
            text = values[index]
            if text is not None:
                try:
                    values[index] = convert(text)
                except Misfit as misfit:
                    values[index] = None
                    misfits.append(MisfitValue(self.columns[index].name, str(misfit), text))
        fixed = (int(record.id), portal_id, deleted, deleted, synced, None)
        kept = [fixed[index] for index in self._keep]
        return self._row(*kept, *values[: len(self.columns)]), misfits

    def merged_ids(self, record: Any) -> list[int]:
        """Ids that were merged into a record, without its own."""
        text = getattr(record.properties, self._merged) or ""
        ids = {int(part) for part in text.split(";") if part.strip().isdigit()}
        return sorted(ids - {int(record.id)})

    def _record_type(self) -> Any:
        fields = [(f"p{i}", str | None, None) for i in range(len(self.requested))]
        names = {f"p{i}": name for i, name in enumerate(self.requested)}
        properties = msgspec.defstruct("Properties", fields, rename=names)
        return msgspec.defstruct(
            "Record",
            [
                ("id", str),
                ("properties", properties),
                ("createdAt", str | None, None),
                ("updatedAt", str | None, None),
                ("archived", bool, False),
                ("archivedAt", str | None, None),
            ],
        )

    def _row_type(self) -> Any:
        names = list(FIXED_COLUMNS)
        columns = [names[i] for i in self._keep] + [c.name for c in self.columns]
        fields = [(f"c{i}", Any) for i in range(len(columns))]
        return msgspec.defstruct(
            "Row", fields, rename={f"c{i}": name for i, name in enumerate(columns)}
        )
