"""The rows of the records themselves."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.columns import column_name
from sandbox.world.entries import LIVE
from sandbox.world.office import ACTIVITIES
from sandbox.world.tables import singular, table_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.entries import Entry
    from sandbox.world.population import Population

Row = dict[str, Any]
Entries = dict[str, list[Any]]
Columns = list[tuple[str, str]]


def objects(population: Population, entries: Entries, portal_id: int) -> dict[str, Any]:
    """The tables of all object types, what is gone, and the values that did not fit."""
    found: dict[str, Any] = {"gone": {}, "rejected_value": [], "engagement": {}}
    for object_type, book in population.office.books.items():
        columns = [(name, column_name(name)) for name in sorted(book.properties)]
        table = table_of(object_type)
        rows = found[table] = {}
        for entry in entries[object_type]:
            rows[str(entry.id)] = row = _row(entry, columns, portal_id)
            row |= _extra(population, object_type, entry)
            if not entry.gone:
                found["rejected_value"] += _rejected(table, entry, columns, portal_id)
            if object_type in ACTIVITIES:
                found["engagement"][str(entry.id)] = _engagement(row)
        found["gone"][table] = _gone(entries[object_type], portal_id)
    found["gone"]["engagement"] = {
        key: row for kind in ACTIVITIES for key, row in found["gone"][table_of(kind)].items()
    }
    return found


def _row(entry: Entry, columns: Columns, portal_id: int) -> Row:
    deleted = entry.state != LIVE
    row: Row = {
        "id": entry.id,
        "portal_id": portal_id,
        "is_deleted": deleted,
        "_fivetran_deleted": deleted,
    }
    row.update((column, entry.value(name).truth) for name, column in columns)
    return row


def _extra(population: Population, object_type: str, entry: Entry) -> Row:
    """The columns that only some tables have."""
    if object_type == "deals":
        return {
            "deal_id": entry.id,
            "deal_pipeline_id": entry.value("pipeline").truth,
            "deal_pipeline_stage_id": entry.value("dealstage").truth,
            "owner_id": entry.value("hubspot_owner_id").truth,
        }
    if object_type == "line_items":
        return {"property_deal_id": _only_deal(population, entry)}
    if object_type in ACTIVITIES:
        return {"engagement_id": entry.id, "type": singular(object_type).upper()}
    return {}


def _only_deal(population: Population, line: Entry) -> int | None:
    """The live deal a live line item belongs to, if it is only one."""
    if line.state != LIVE:
        return None
    deals = population.office.books["deals"].entries
    linked = population.links.of(("line_items", line.id), "deals")
    live = [deal for (_, deal), _ in linked if deals[deal].state == LIVE]
    return live[0] if len(live) == 1 else None


def _engagement(row: Row) -> Row:
    """An activity as one of all; an e-mail tells its direction here."""
    names = ("id", "portal_id", "type", "is_deleted", "_fivetran_deleted")
    direction = row.get("property_hs_email_direction")
    return {name: row[name] for name in names} | ({"type": direction} if direction else {})


def _gone(entries: list[Any], portal_id: int) -> dict[str, Row]:
    return {
        str(one.id): {"portal_id": portal_id, "id": one.id, "state": one.state}
        for one in entries
        if one.gone
    }


def _rejected(table: str, entry: Entry, columns: Columns, portal_id: int) -> Iterator[Row]:
    for name, column in columns:
        value = entry.value(name)
        if not value.fits:
            yield {
                "stream": table,
                "record_id": str(entry.id),
                "column_name": column,
                "raw_value": value.wire,
                "portal_id": portal_id,
            }
