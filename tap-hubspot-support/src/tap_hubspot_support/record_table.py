"""The table of one kind of records, as one portal's walk writes it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.columns import column_of_schema, fingerprint
from tap_hubspot_support.rejections import Rejection, reject
from tap_hubspot_support.rows import RowShape, fixed_columns
from tap_hubspot_support.tables import TableRows

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from tap_hubspot_support.columns import Column
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.rows import RecordShape
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.table_stream import TableStream


class RecordTable:
    """Turns records into rows with the columns that the catalog selects.

    A catalog made earlier wins over today's definitions: the SCHEMA message comes from it, so
    the values must follow it. Discovery picks up the difference.

    Args:
        run: The portal.
        object_type: What the records are.
        stream: Where rows go.
        is_asked_for: Whether the settings let a property be loaded.
    """

    def __init__(
        self,
        run: Run,
        object_type: ObjectType,
        stream: TableStream,
        is_asked_for: Callable[[str], bool],
    ) -> None:
        self._run, self._type, self._stream = run, object_type, stream
        known = stream.effective_schema["properties"]
        wanted = {name: known[name] for name in known if stream.is_wanted(name)}
        found = (column_of_schema(name, schema) for name, schema in wanted.items())
        self.columns: list[Column] = [
            c for c in found if c is not None and is_asked_for(c.property)
        ]
        self._copies = [c for c in object_type.copies if c.name in wanted]
        self._fixed = [name for name in fixed_columns(object_type) if name in wanted]
        self._rows: RowShape

    @property
    def name(self) -> str:
        """The table's name."""
        return self._stream.name

    @property
    def fingerprint(self) -> str:
        """Changes when a column comes, goes or changes its type."""
        return fingerprint([*self.columns, *self._copies])

    @property
    def properties(self) -> list[str]:
        """What to ask for, the plain columns first."""
        return list(dict.fromkeys(c.property for c in [*self.columns, *self._copies]))

    def shaped(self, shape: RecordShape) -> None:
        """Learn how records will arrive."""
        self._rows = RowShape(self._type, self.columns, self._copies, self._fixed, shape)

    def rows(self, records: Iterable[Any], *, deleted: bool) -> TableRows:
        """One row per record."""
        rows: list[Any] = []
        rejections: list[Rejection] = []
        portal_id, synced = self._run.portal_id, self._run.synced
        for record in records:
            row, misfits = self._rows.row(
                record, portal_id=portal_id, deleted=deleted, synced=synced
            )
            rows.append(row)
            rejections += reject(self.name, record, misfits)
        return TableRows(self.name, rows, rejections)

    def tombstones(self, ids: Iterable[int]) -> TableRows:
        """One row per merged record, carrying only the key and the flags.

        `_sdc_deleted_at` tells the target to leave the other columns alone, so without it
        there must be no such row.
        """
        if "_sdc_deleted_at" not in self._fixed:
            return TableRows(self.name, [])
        return TableRows(self.name, [self._tombstone(id_) for id_ in ids])

    def _tombstone(self, id_: int) -> dict[str, Any]:
        synced = self._run.synced
        values = {
            self._type.key: id_,
            "id": id_,
            "portal_id": self._run.portal_id,
            "is_deleted": True,
            "_fivetran_deleted": True,
            "_fivetran_synced": synced,
            "_sdc_deleted_at": synced,
        }
        return {name: values[name] for name in self._fixed if name in values}
