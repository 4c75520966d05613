"""Past values of chosen ticket properties."""

from __future__ import annotations

from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

import msgspec

from tap_hubspot_support.clock import milliseconds
from tap_hubspot_support.columns import Column, column_name
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.reads import Wanted
from tap_hubspot_support.rejections import Rejection
from tap_hubspot_support.rows import MisfitValue
from tap_hubspot_support.streams.base import RowBatch
from tap_hubspot_support.streams.objects import ObjectStream

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from tap_hubspot_support.run import Run
    from tap_hubspot_support.tap import TapHubSpotSupport

OPEN_END = "9999-12-31T23:59:59Z"
_MANY_VERSIONS = 20  # rows of one ticket, as far as a record limit is concerned
_HISTORY_PAGE = 50  # HubSpot refuses more records per request when history is asked for


class Version(msgspec.Struct, rename="camel"):
    """One past value of a property."""

    timestamp: str
    value: str | None = None
    source_type: str | None = None
    source_id: str | None = None


class HistoryRecord(msgspec.Struct, rename="camel"):
    """A record with the versions of the properties asked for."""

    id: str
    properties_with_history: dict[str, list[Version]] = {}
    updatedAt: str | None = None  # noqa: N815 - the name all record shapes share
    archived_at: str | None = None


class TicketPropertyHistoryStream(ObjectStream):
    """Past values of ticket properties; one row per ticket, property and instant."""

    name = "ticket_property_history"
    primary_keys: ClassVar[Sequence[str]] = ("ticket_id", "name", "timestamp_instant")
    replication_key = "timestamp_instant"
    key_property = replication_key
    object_type = "tickets"
    # HubSpot forgets old versions: rows it no longer returns are still true.
    reconciles = False
    columns: ClassVar[dict[str, dict[str, Any]]] = {
        "ticket_id": {"type": "integer"},
        "name": {"type": "string"},
        "timestamp_instant": {"type": "string", "format": "date-time"},
        "value": Kind.TEXT.schema,
        "source": Kind.TEXT.schema,
        "source_id": Kind.TEXT.schema,
        "portal_id": {"type": "integer"},
        "_fivetran_start": {"type": "string", "format": "date-time"},
        "_fivetran_end": {"type": "string", "format": "date-time"},
        "_fivetran_active": {"type": "boolean"},
        "_fivetran_synced": {"type": "string", "format": "date-time"},
    }

    def __init__(self, tap: TapHubSpotSupport, run: Run) -> None:
        super().__init__(tap, run, {"type": "object", "properties": dict(self.columns)})

    @property
    def tracked_columns(self) -> list[Column]:
        """The properties whose history is kept."""
        names = self.run.settings.history_properties
        return [Column(column_name(name), name, Kind.TEXT) for name in sorted(set(names))]

    @property
    def limited_page(self) -> int | None:
        """Few tickets: each of them makes several rows."""
        return self.record_limit and max(1, self.record_limit // _MANY_VERSIONS)

    @cached_property
    def wanted(self) -> Wanted:
        """The versions of the chosen properties."""
        history = tuple(column.property for column in self.tracked_columns)
        return Wanted(HistoryRecord, history=history, page=_HISTORY_PAGE)

    def rows_of(self, records: Iterable[Any], *, deleted: bool) -> RowBatch:  # noqa: ARG002
        """One row per version; history outlives the deletion of its ticket."""
        rows: list[dict[str, Any]] = []
        rejections: list[Rejection] = []
        wanted = [name for name in self.columns if self.is_wanted(name)]
        for record in records:
            for name, versions in record.properties_with_history.items():
                dated, misfits = _dated(versions)
                rejections += [
                    Rejection(self.name, record.id, misfit, msgspec.json.encode(record))
                    for misfit in misfits
                ]
                versions_rows = self._rows(int(record.id), name, dated)
                rows += ({column: row[column] for column in wanted} for row in versions_rows)
        return RowBatch(rows, rejections)

    def _rows(
        self, ticket_id: int, name: str, dated: list[tuple[int, Version]]
    ) -> Iterator[dict[str, Any]]:
        synced, portal_id = self.synced, self.run.portal_id
        end = OPEN_END
        for _, version in dated:
            yield {
                "ticket_id": ticket_id,
                "name": name,
                "timestamp_instant": version.timestamp,
                "value": version.value,
                "source": version.source_type,
                "source_id": version.source_id,
                "portal_id": portal_id,
                "_fivetran_start": version.timestamp,
                "_fivetran_end": end,
                "_fivetran_active": end == OPEN_END,
                "_fivetran_synced": synced,
            }
            end = version.timestamp


def _dated(versions: Sequence[Version]) -> tuple[list[tuple[int, Version]], list[MisfitValue]]:
    """Versions newest first, one per instant, and those without a readable instant.

    Of two versions of the same instant the newer is kept, told by the order of the list.
    """
    by_instant: dict[int, Version] = {}
    misfits = []
    oldest_first = len(versions) > 1 and versions[0].timestamp < versions[-1].timestamp
    for version in reversed(versions) if oldest_first else versions:
        try:
            moment = milliseconds(msgspec.convert(version.timestamp, datetime))
        except (msgspec.ValidationError, OverflowError):
            misfits.append(MisfitValue("timestamp_instant", "no such instant", version.timestamp))
            continue
        by_instant.setdefault(moment, version)
    return sorted(by_instant.items(), key=lambda item: item[0], reverse=True), misfits
