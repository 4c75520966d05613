"""Past values of chosen properties: one row per record, property and instant."""

from __future__ import annotations

import hashlib
import logging
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk import typing as th

from tap_hubspot_support.instants import milliseconds
from tap_hubspot_support.kinds import Kind
from tap_hubspot_support.rejections import Rejection
from tap_hubspot_support.rows import MisfitValue
from tap_hubspot_support.tables import Table, TableRows

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Sequence

    from tap_hubspot_support.companions import Companion, Page
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings
    from tap_hubspot_support.wire import Version

logger = logging.getLogger(__name__)

OPEN_END = "9999-12-31T23:59:59Z"
DEFAULT_HISTORY = {
    "tickets": ["hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"],
    "deals": ["pipeline", "dealstage", "hubspot_owner_id"],
    "contacts": ["lifecyclestage", "hs_lead_status", "hubspot_owner_id"],
    "companies": ["lifecyclestage", "hubspot_owner_id"],
}
HISTORY_PROPERTY = th.Property(
    "history_properties",
    th.ObjectType(additional_properties=th.ArrayType(th.StringType)),
    default=DEFAULT_HISTORY,
    title="History properties",
    description="Properties whose past values go to `<table>_property_history`, by object: "
    '`{"tickets": ["hs_pipeline_stage"]}`. Records with history are read 50 instead of 100 at a '
    "time; an object that is not named, or has an empty list, has no history.",
)
_CALCULATED = "CALCULATED"
_STAGES = "deal_stage"
_STAGE_PROPERTY = "dealstage"
_INSTANT = {"type": "string", "format": "date-time"}
_SHARED: dict[str, dict[str, Any]] = {
    "value": Kind.TEXT.schema,
    "source": Kind.TEXT.schema,
    "source_id": Kind.TEXT.schema,
    "portal_id": {"type": "integer"},
    "_fivetran_start": _INSTANT,
    "_fivetran_end": _INSTANT,
    "_fivetran_active": {"type": "boolean"},
    "_fivetran_synced": _INSTANT,
}

HistoryProperties = Mapping[str, "Sequence[str]"]


def history_names(chosen: HistoryProperties, object_type: ObjectType) -> tuple[str, ...]:
    """The properties of an object whose history is kept, sorted."""
    names = [name for key, names in chosen.items() if object_type.is_called(key) for name in names]
    # The history of the date of modification is one entry per change, and says nothing.
    return tuple(sorted(set(names) - {object_type.modified}))


def history_table(object_type: ObjectType) -> Table:
    """The table of an object's past values; tickets have their own name for the instant."""
    record, instant = f"{object_type.singular}_id", _instant_column(object_type)
    return Table(
        f"{object_type.table}_property_history",
        (record, "name", instant),
        {
            record: {"type": "integer"},
            "name": {"type": "string"},
            instant: {"type": "string", "format": "date-time"},
            **_SHARED,
        },
        grain="one row per record, property and instant at which the property changed",
        replication_key=instant,
        reconciles=False,
    )


STAGE_TABLE = Table(
    _STAGES,
    ("deal_id", "date_entered"),
    {"deal_id": {"type": "integer"}, "date_entered": _INSTANT, **_SHARED},
    grain="one row per stay of a deal in a stage",
    replication_key="date_entered",
    reconciles=False,
)


class HistoryFamily:
    """Histories of the objects that the settings name, and the stays of deals in stages."""

    def tables(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:
        """One history table per object that has properties to follow."""
        chosen = settings.history_properties
        found = [history_table(o) for o in objects if history_names(chosen, o)]
        if any(_has_stages(o, chosen) for o in objects):
            found.append(STAGE_TABLE)
        return found

    def companions(
        self, run: Run, object_type: ObjectType, wanted: Collection[str]
    ) -> list[Companion]:
        """The history of one object, and its stays in stages."""
        chosen = run.settings.history_properties
        names = history_names(chosen, object_type)
        found: list[Companion] = []
        if names and (table := history_table(object_type).name) in wanted:
            found.append(HistoryCompanion(table, names, _history_row(object_type)))
        if _STAGES in wanted and _has_stages(object_type, chosen):
            found.append(HistoryCompanion(_STAGES, (_STAGE_PROPERTY,), _stage_row))
        return found


class HistoryCompanion:
    """Writes versions that come with the records; makes no request of its own.

    Args:
        table: Table to write to.
        names: Properties to follow.
        build: Makes the table's row of a version.
    """

    properties: tuple[str, ...] = ()
    page_size = 0

    def __init__(self, table: str, names: Sequence[str], build: Any) -> None:
        self.name = f"history:{table}"
        self.tables: tuple[str, ...] = (table,)
        self.history = tuple(names)
        self.fingerprint = hashlib.sha256("\n".join(names).encode()).hexdigest()[:16]
        self._build = build
        self._calculated: set[str] = set()

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """One row per version; a history outlives the deletion of its record."""
        rows: list[dict[str, Any]] = []
        rejections: list[Rejection] = []
        synced, portal_id = run.synced, run.portal_id
        for record in page.records:
            for stay, misfits in self._stays(record):
                rejections += _reject(self.tables[0], record, misfits)
                shared = {"portal_id": portal_id, "_fivetran_synced": synced}
                rows += [self._build(int(record.id), one) | shared for one in stay]
        return [TableRows(self.tables[0], rows, rejections)] if rows or rejections else []

    def _stays(self, record: Any) -> Iterator[tuple[list[Stay], list[MisfitValue]]]:
        for name in self.history:
            told = record.propertiesWithHistory.get(name, ())
            versions = [version for version in told if version.source_type != _CALCULATED]
            if len(versions) < len(told):
                self._tell_calculated(name)
            dated, misfits = _dated(versions)
            yield list(_stays_of(name, dated)), misfits

    def _tell_calculated(self, name: str) -> None:
        """Say once that HubSpot makes up the one version it tells, at the time of the reading."""
        if name not in self._calculated:
            self._calculated.add(name)
            logger.warning(
                "HubSpot keeps no past values of calculated properties: none are written "
                "table=%s property=%s",
                self.tables[0],
                name,
            )


@dataclass(frozen=True)
class Stay:
    """The time a property had a value."""

    name: str
    version: Version
    end: str


def _stays_of(name: str, dated: Iterable[Version]) -> Iterator[Stay]:
    end = OPEN_END
    for version in dated:
        yield Stay(name, version, end)
        end = version.timestamp


def _history_row(object_type: ObjectType) -> Any:
    record, instant = f"{object_type.singular}_id", _instant_column(object_type)

    def row(id_: int, stay: Stay) -> dict[str, Any]:
        start = stay.version.timestamp
        return {record: id_, "name": stay.name, instant: start, **_common(stay)}

    return row


def _stage_row(id_: int, stay: Stay) -> dict[str, Any]:
    return {"deal_id": id_, "date_entered": stay.version.timestamp, **_common(stay)}


def _common(stay: Stay) -> dict[str, Any]:
    return {
        "value": stay.version.value,
        "source": stay.version.source_type,
        "source_id": stay.version.source_id,
        "_fivetran_start": stay.version.timestamp,
        "_fivetran_end": stay.end,
        "_fivetran_active": stay.end == OPEN_END,
    }


def _dated(versions: Sequence[Version]) -> tuple[list[Version], list[MisfitValue]]:
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
            misfits.append(MisfitValue("timestamp", "no such instant", version.timestamp))
            continue
        by_instant.setdefault(moment, version)
    return [by_instant[moment] for moment in sorted(by_instant, reverse=True)], misfits


def _reject(stream: str, record: Any, misfits: Iterable[MisfitValue]) -> list[Rejection]:
    return [Rejection(stream, record.id, m, msgspec.json.encode(record)) for m in misfits]


def _instant_column(object_type: ObjectType) -> str:
    return "timestamp_instant" if object_type.table == "ticket" else "timestamp"


def _has_stages(object_type: ObjectType, chosen: HistoryProperties) -> bool:
    return object_type.table == "deal" and _STAGE_PROPERTY in history_names(chosen, object_type)
