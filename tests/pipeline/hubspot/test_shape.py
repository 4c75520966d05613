"""SQL written for Fivetran's HubSpot schema finds its tables, columns, keys and types.

The list states what packages built on that schema select, join, coalesce and cast, so a name or a
type that is not as listed breaks them. Numbers with decimals are exact ones (numeric) here.
"""

from __future__ import annotations

from typing import Any

import pytest

SHORT = {
    "id": "bigint",
    "flag": "boolean",
    "text": "text",
    "at": "timestamp with time zone",
    "num": "numeric",
    "int": "bigint",
}
DELETED = "is_deleted:flag _fivetran_deleted:flag"
LINK = "type_id:id category:text"
HISTORY = "name:text value:text source:text source_id:text"
STAY = "_fivetran_start:at _fivetran_end:at"
STAGE = "label:text display_order:int active:flag is_closed:flag created_at:at updated_at:at"
ACTIVITY = (
    "type:text property_hs_createdate:at property_hs_timestamp:at property_hubspot_owner_id:id "
    f"property_hubspot_team_id:id {DELETED}"
)
SHAPE = {
    "company": (
        "id:id",
        (
            f"{DELETED} property_name:text property_createdate:at property_industry:text "
            "property_annualrevenue:num"
        ),
    ),
    "contact": (
        "id:id",
        (
            f"{DELETED} property_email:text property_firstname:text property_lastname:text "
            "property_createdate:at property_hs_merged_object_ids:text"
        ),
    ),
    "deal": (
        "deal_id:id",
        (
            f"id:id {DELETED} deal_pipeline_id:text deal_pipeline_stage_id:text owner_id:id "
            "property_dealname:text property_amount:num property_closedate:at property_createdate:at"
        ),
    ),
    "ticket": (
        "id:id",
        (
            f"{DELETED} property_createdate:at property_closed_date:at property_hs_pipeline:text "
            "property_hs_pipeline_stage:text property_hs_ticket_category:text "
            "property_hs_ticket_priority:text property_hubspot_owner_id:id property_subject:text "
            "property_content:text property_first_agent_reply_date:at"
        ),
    ),
    "line_item": ("id:id", f"{DELETED} property_deal_id:id"),
    "product": ("id:id", DELETED),
    "quote": ("id:id", DELETED),
    "appointment": ("id:id", DELETED),
    "divisions": ("id:id", DELETED),
    "owner": (
        "owner_id:id",
        (
            "type:text email:text first_name:text last_name:text active_user_id:id created_at:at "
            "updated_at:at"
        ),
    ),
    "users": (
        "id:id",
        (
            "email:text first_name:text last_name:text role_id:id primary_team_id:id "
            "_fivetran_deleted:flag"
        ),
    ),
    "role": ("id:id", "name:text requires_billing_write:flag _fivetran_deleted:flag"),
    "team": ("id:id", "name:text _fivetran_deleted:flag"),
    "team_user": ("team_id:id user_id:id", "is_secondary_user:flag _fivetran_deleted:flag"),
    "owner_team": ("owner_id:id team_id:id", "is_team_primary:flag _fivetran_deleted:flag"),
    **{
        f"{name}_pipeline": (
            "pipeline_id:text",
            (
                "label:text display_order:int active:flag created_at:at updated_at:at "
                "_fivetran_deleted:flag"
            ),
        )
        for name in ("deal", "ticket")
    },
    "deal_pipeline_stage": (
        "pipeline_id:text stage_id:text",
        f"{STAGE} closed_won:flag probability:num _fivetran_deleted:flag",
    ),
    "ticket_pipeline_stage": (
        "pipeline_id:text stage_id:text",
        f"{STAGE} ticket_state:text _fivetran_deleted:flag",
    ),
    "deal_stage": (
        "deal_id:id date_entered:at",
        f"value:text source:text source_id:text _fivetran_active:flag {STAY}",
    ),
    "merged_deal": ("deal_id:id merged_deal_id:id", ""),
    **{
        table: (f"{keys} {LINK}", "_fivetran_deleted:flag")
        for table, keys in {
            "deal_company": "deal_id:id company_id:id",
            "deal_contact": "deal_id:id contact_id:id",
            "ticket_company": "ticket_id:id company_id:id",
            "ticket_contact": "ticket_id:id contact_id:id",
            "ticket_deal": "ticket_id:id deal_id:id",
            "ticket_engagement": "ticket_id:id engagement_id:id",
            "engagement_company": "engagement_id:id company_id:id",
            "engagement_contact": "engagement_id:id contact_id:id",
            "engagement_deal": "engagement_id:id deal_id:id",
            "line_item_deal": "line_item_id:id deal_id:id",
        }.items()
    },
    **{
        f"{name}_property_history": (f"{name}_id:id name:text timestamp:at", HISTORY)
        for name in ("company", "contact", "deal")
    },
    "ticket_property_history": (
        "ticket_id:id name:text timestamp_instant:at",
        f"{HISTORY} {STAY}",
    ),
    "engagement": ("id:id", "type:text"),
    **{
        f"engagement_{kind}": ("engagement_id:id", ACTIVITY)
        for kind in ("call", "email", "meeting", "note", "task")
    },
    "property": (
        "hubspot_object:text name:text",
        (
            "_fivetran_id:text label:text type:text field_type:text group_name:text description:text "
            "calculated:flag hubspot_defined:flag show_currency_symbol:flag created_at:at "
            "updated_at:at"
        ),
    ),
    "property_option": (
        "hubspot_object:text name:text value:text",
        "property_id:text label:text display_order:int hidden:flag",
    ),
}
"""By table: its key without the portal's id, and further columns; each with its type."""

COLUMNS = """
select table_name, column_name, data_type from information_schema.columns
where table_schema = 'hubspot'
"""
KEYS = """
select c.relname, a.attname from pg_index i
join pg_class c on c.oid = i.indrelid join pg_namespace n on n.oid = c.relnamespace
join pg_attribute a on a.attrelid = c.oid and a.attnum = any(i.indkey)
where n.nspname = 'hubspot' and i.indisprimary
"""


def columns(text: str) -> dict[str, str]:
    pairs = (column.split(":") for column in text.split())
    return {name: SHORT[kind] for name, kind in pairs}


def test_every_table_and_column_of_the_schema_is_there_with_its_type(loaded: Any) -> None:
    pipeline, _ = loaded
    there = {(table, column): kind for table, column, kind in pipeline.query(COLUMNS)}
    always = "portal_id:id _fivetran_synced:at"
    wrong = {
        (table, column): (kind, there.get((table, column)))
        for table, (key, others) in SHAPE.items()
        for column, kind in columns(f"{key} {others} {always}").items()
        if there.get((table, column)) != kind
    }
    assert wrong == {}


@pytest.mark.parametrize("table", SHAPE)
def test_a_row_is_told_by_the_key_of_the_schema_within_its_account(loaded: Any, table: str) -> None:
    pipeline, _ = loaded
    keys = {column for name, column in pipeline.query(KEYS) if name == table}
    assert keys == {"portal_id", *columns(SHAPE[table][0])}


def test_deletion_flags_are_never_null_and_always_equal(loaded: Any) -> None:
    pipeline, _ = loaded
    flagged = [
        table
        for table, column, _ in pipeline.query(COLUMNS)
        if column == "_fivetran_deleted"
        and (table, "is_deleted") in {(t, c) for t, c, _ in pipeline.query(COLUMNS)}
    ]
    assert len(flagged) > 20
    for table in flagged:
        uneven = pipeline.query(
            f"select count(*) from hubspot.{table}"
            " where _fivetran_deleted is null or _fivetran_deleted is distinct from is_deleted"
        )
        assert uneven == [(0,)], table
