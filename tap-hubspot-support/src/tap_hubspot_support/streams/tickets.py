"""Tickets with all their properties."""

from __future__ import annotations

from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from tap_hubspot_support.columns import Column, table_schema
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.reads import Wanted
from tap_hubspot_support.rejections import reject
from tap_hubspot_support.rows import FIXED_COLUMNS, RowShape
from tap_hubspot_support.streams.base import RowBatch
from tap_hubspot_support.streams.objects import ObjectStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_hubspot_support.run import Run
    from tap_hubspot_support.tap import TapHubSpotSupport


class TicketStream(ObjectStream):
    """Tickets, live and deleted; one row per ticket."""

    name = "ticket"
    primary_keys: ClassVar[Sequence[str]] = ("id",)
    replication_key = "property_hs_lastmodifieddate"
    key_property = replication_key
    object_type = "tickets"

    def __init__(self, tap: TapHubSpotSupport, run: Run, columns: Sequence[Column]) -> None:
        fixed = {**FIXED_COLUMNS, "id": {"type": "integer"}}
        super().__init__(tap, run, table_schema(fixed, columns))
        self._columns = columns

    @property
    def tracked_columns(self) -> list[Column]:
        """The selected property columns, with the types the catalog asks for.

        A catalog made earlier wins over today's definitions: the SCHEMA message comes from it,
        so the values must follow it. Discovery picks up the difference.
        """
        known = self.effective_schema["properties"]
        return [
            Column(c.name, c.property, Kind.of_schema(known[c.name]))
            for c in self._columns
            if c.name in known and self.is_wanted(c.name)
        ]

    @cached_property
    def shape(self) -> RowShape:
        """How records are read and rows are built."""
        fixed = [name for name in FIXED_COLUMNS if self.is_wanted(name)]
        return RowShape(self.tracked_columns, fixed)

    @cached_property
    def wanted(self) -> Wanted:
        """All selected properties."""
        return Wanted(self.shape.record_type, tuple(self.shape.requested))

    def rows_of(self, records: Iterable[Any], *, deleted: bool) -> RowBatch:
        """One row per ticket."""
        rows, rejections = [], []
        portal_id, synced = self.run.portal_id, self.synced
        for record in records:
            row, misfits = self.shape.row(
                record, portal_id=portal_id, deleted=deleted, synced=synced
            )
            rows.append(row)
            rejections += reject(self.name, record, misfits)
        return RowBatch(rows, rejections)

    def tombstones_of(self, records: Iterable[Any]) -> list[dict[str, Any]]:
        """One row per ticket merged into one of these, carrying only the flags.

        `_sdc_deleted_at` tells the target to leave the other columns alone, so without it
        there must be no such row.
        """
        if not self.is_wanted("_sdc_deleted_at"):
            return []
        losers = [id_ for record in records for id_ in self.shape.merged_ids(record)]
        return [self._tombstone(id_) for id_ in losers]

    def _tombstone(self, id_: int) -> dict[str, Any]:
        synced = self.synced
        values = {
            "id": id_,
            "portal_id": self.run.portal_id,
            "is_deleted": True,
            "_fivetran_deleted": True,
            "_fivetran_synced": synced,
            "_sdc_deleted_at": synced,
        }
        return {name: value for name, value in values.items() if self.is_wanted(name)}
