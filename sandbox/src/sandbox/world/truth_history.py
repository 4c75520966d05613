"""The rows of past values: histories, stays of deals in their stages, merged deals."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.tables import singular
from sandbox.world.tracked import TRACKED
from sandbox.world.values import canonical_instant

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.entries import Change, Entry

FOREVER = "9999-12-31T23:59:59.000Z"
Row = dict[str, Any]


def histories(entries: dict[str, list[Any]], portal_id: int) -> dict[str, list[Row]]:
    """All tables of past values, of records that HubSpot still answers with."""
    found = {
        f"{singular(kind)}_property_history": [
            row | {"portal_id": portal_id}
            for entry in entries[kind]
            if not entry.gone
            for row in _history(kind, entry)
        ]
        for kind in TRACKED
        if kind in entries
    }
    deals = [one for one in entries["deals"] if not one.gone]
    found["deal_stage"] = [_stay(row) for one in deals for row in _versions(one, "dealstage")]
    found["deal_stage"] = [row | {"portal_id": portal_id} for row in found["deal_stage"]]
    found["merged_deal"] = [
        {"deal_id": one.id, "merged_deal_id": loser, "portal_id": portal_id}
        for one in deals
        for loser in one.merged
    ]
    return found


def _history(kind: str, entry: Entry) -> Iterator[Row]:
    name = singular(kind)
    when = "timestamp_instant" if name == "ticket" else "timestamp"
    for tracked in entry.history:
        for row in _versions(entry, tracked):
            yield {f"{name}_id": row.pop("id"), when: row["_fivetran_start"], **row}


def _versions(entry: Entry, name: str) -> Iterator[Row]:
    # Of several versions in one millisecond the last one counts.
    versions = list({change.at: change for change in entry.history.get(name, [])}.values())
    ends = [*(canonical_instant(change.at) for change in versions[1:]), FOREVER]
    for change, end in zip(versions, ends, strict=True):
        yield _version(entry, name, change, end)


def _version(entry: Entry, name: str, change: Change, end: str) -> Row:
    return {
        "id": entry.id,
        "name": name,
        "value": change.wire,
        "source": change.source,
        "source_id": change.source_id,
        "_fivetran_start": canonical_instant(change.at),
        "_fivetran_end": end,
        "_fivetran_active": end == FOREVER,
    }


def _stay(row: Row) -> Row:
    row = {"deal_id": row.pop("id"), "date_entered": row["_fivetran_start"], **row}
    del row["name"]
    return row
