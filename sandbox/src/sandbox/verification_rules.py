"""What makes a row of each table the same row, and which rows say nothing: see TABLES.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

Row = dict[str, Any]

LEDGER = "rejected_value"
"""A table that remembers: its rows stay when the value they speak of has been mended since."""

_LINKS: dict[str, tuple[str, str]] = {
    "ticket_company": ("ticket_id", "company_id"),
    "ticket_contact": ("ticket_id", "contact_id"),
    "ticket_deal": ("ticket_id", "deal_id"),
    "ticket_engagement": ("ticket_id", "engagement_id"),
    "deal_company": ("deal_id", "company_id"),
    "deal_contact": ("deal_id", "contact_id"),
    "engagement_company": ("engagement_id", "company_id"),
    "engagement_contact": ("engagement_id", "contact_id"),
    "engagement_deal": ("engagement_id", "deal_id"),
    "line_item_deal": ("line_item_id", "deal_id"),
}
_KEYS: dict[str, tuple[str, ...]] = {
    "deal": ("deal_id",),
    "owner": ("owner_id",),
    "owner_team": ("owner_id", "team_id"),
    "team_user": ("team_id", "user_id"),
    "property": ("hubspot_object", "name"),
    "property_option": ("hubspot_object", "name", "value"),
    "account": (),
    "deal_stage": ("deal_id", "date_entered"),
    "merged_deal": ("deal_id", "merged_deal_id"),
    "association": (
        *("from_object_type", "from_id", "to_object_type", "to_id"),
        *("category", "type_id"),
    ),
    LEDGER: ("stream", "record_id", "column_name"),
    **{table: (*ends, "type_id", "category") for table, ends in _LINKS.items()},
}
_VANISHING = frozenset({*_LINKS, "association", "owner_team", "team_user"})
_DEFINITIONS = frozenset({"property", "property_option"})
_REFERENCE = frozenset({"owner", "users", "role", "team", "account", *_DEFINITIONS})
_ACTIVITIES = frozenset({"call", "email", "meeting", "note", "task"})
_HISTORY = "_property_history"


def key_columns(table: str) -> tuple[str, ...]:
    """The columns that, with the portal's id, make a row of a table the same row."""
    if table in _KEYS:
        return _KEYS[table]
    if table.endswith(_HISTORY):
        name = table.removesuffix(_HISTORY)
        when = "timestamp_instant" if name == "ticket" else "timestamp"
        return (f"{name}_id", "name", when)
    if table.endswith("_pipeline_stage"):
        return ("pipeline_id", "stage_id")
    if table.endswith("_pipeline"):
        return ("pipeline_id",)
    return ("engagement_id",) if table.startswith("engagement_") else ("id",)


def vanishes(table: str) -> bool:
    """Whether rows of a table just go, so that one marked as deleted counts as absent."""
    return table in _VANISHING or table in _DEFINITIONS


def is_object(table: str) -> bool:
    """Whether a table holds records."""
    simple = table not in (*_VANISHING, *_REFERENCE, LEDGER, "deal_stage", "merged_deal")
    return simple and not table.endswith((_HISTORY, "_pipeline", "_pipeline_stage"))


class Standing:
    """Which records are gone, and which are not live, by portal, table and id."""

    def __init__(self, truth: Mapping[str, Any]) -> None:
        gone: Mapping[str, Mapping[str, Row]] = truth.get("gone", {})
        self._gone = {
            (row.get("portal_id"), table, row["id"])
            for table, rows in gone.items()
            for row in rows.values()
        }
        self._hidden = self._gone | {
            (row.get("portal_id"), table, row["id"])
            for table, rows in truth.items()
            if is_object(table) and isinstance(rows, dict) and table != "gone"
            for row in rows.values()
            if row.get("is_deleted") and "id" in row
        }
        self._described = {
            (row.get("portal_id"), row["hubspot_object"]) for row in truth.get("property", ())
        }

    def is_gone(self, table: str, row: Row) -> bool:
        """Whether a row speaks of a record that HubSpot no longer answers with."""
        return any((row.get("portal_id"), *one) in self._gone for one in _subjects(table, row))

    def may_have(self, table: str, row: Row) -> bool:
        """Whether a warehouse may hold a row that the truth does not state."""
        portal = row.get("portal_id")
        if table in _DEFINITIONS:
            return (portal, row.get("hubspot_object")) not in self._described
        if table == LEDGER:
            return True
        linked = table in _LINKS or table == "association"
        return linked and any((portal, *one) in self._hidden for one in _subjects(table, row))


def _subjects(table: str, row: Row) -> Iterator[tuple[str, Any]]:
    """The records, as (table, id), that a row speaks of."""
    if table in _LINKS:
        yield from ((column.removesuffix("_id"), row.get(column)) for column in _LINKS[table])
    elif table == "association":
        for side in ("from", "to"):
            name = str(row.get(f"{side}_object_type"))
            yield ("engagement" if name in _ACTIVITIES else name), row.get(f"{side}_id")
    elif table == LEDGER:
        record = str(row.get("record_id"))
        yield str(row.get("stream")), int(record) if record.isdigit() else record
    elif table.endswith(_HISTORY):
        name = table.removesuffix(_HISTORY)
        yield name, row.get(f"{name}_id")
    elif table in ("deal_stage", "merged_deal"):
        yield "deal", row.get("deal_id")
    elif is_object(table):
        yield table, row.get(key_columns(table)[0])
