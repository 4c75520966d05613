"""Merging records of one type into a survivor."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hubspot.records import Record

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.hubspot.portal import Portal
    from sandbox.hubspot.table import Table

MERGED_IDS = "hs_merged_object_ids"


def merge_records(
    portal: Portal, object_type: str, winner: int, losers: Sequence[int], *, at: int, new_id: bool
) -> Record:
    """Merge as `Portal.merge` says; the caller holds the portal's lock."""
    table = portal.table(object_type)
    survivor = portal.existing(table, winner)
    gone = [*losers, winner] if new_id else list(losers)
    merged = _merged_ids(portal, table, winner, gone)
    if new_id:
        survivor = _reborn(table, survivor, portal.next_id(object_type))
    for old in gone:
        _absorb(portal, table, survivor, old)
    _define_merged_ids(portal, object_type)
    changes = {MERGED_IDS: merged}
    portal.change(object_type, survivor.id, changes, at=at, source_type="MERGE_OBJECTS")
    return survivor


def _merged_ids(portal: Portal, table: Table, winner: int, gone: list[int]) -> str:
    earlier = [
        text
        for record_id in dict.fromkeys([winner, *gone])
        for text in portal.existing(table, record_id).properties.get(MERGED_IDS, "").split(";")
        if text
    ]
    return ";".join(dict.fromkeys([*earlier, *map(str, gone)]))


def _reborn(table: Table, old: Record, record_id: int) -> Record:
    """Put a new record with the old one's content into the table."""
    fresh = Record(record_id, {}, old.created_at, old.updated_at)
    fresh.history = old.history
    fresh.properties = {**old.properties, "hs_object_id": str(record_id)}
    table.add(fresh)
    return fresh


def _absorb(portal: Portal, table: Table, survivor: Record, old: int) -> None:
    """Hand an old record's associations to the survivor and let its id lead there."""
    portal.associations.copy(table.kind.name, old, survivor.id)
    portal.purge(table.kind.name, old)
    table.survivors[old] = survivor.id


def _define_merged_ids(portal: Portal, object_type: str) -> None:
    if MERGED_IDS not in portal.definitions[object_type]:
        definition = {"name": MERGED_IDS, "type": "enumeration", "fieldType": "checkbox"}
        portal.define_property(object_type, {**definition, "label": "Merged record IDs"})
