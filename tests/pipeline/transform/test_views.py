"""What people read in the views is what they were promised."""

import psycopg
import pytest


def test_the_project_builds_and_passes_its_own_tests_without_a_warning(built) -> None:
    assert built.warnings == []
    assert built.query("select count(*) from analytics.tickets") == [(6,)]


@pytest.mark.capability("S0-13")
def test_owner_ids_become_agents_and_unknown_ones_stay_visible(built) -> None:
    assert built.column("agent_name") == {
        1: "Nadia Okafor",
        2: "Tomas Lindqvist",
        3: "Sam Unlisted",
        4: "queue@example.com",
        5: None,
        9007199254740993: "99",
    }


@pytest.mark.capability("S0-02")
def test_pipeline_labels_are_trimmed_and_unknown_ids_stay_visible(built) -> None:
    labels = built.column("pipeline_label")
    assert (labels[1], labels[4], labels[5]) == ("Support Pipeline", "Live Chat", "unheard of")


def test_every_ticket_left_out_is_counted_under_its_rule(built) -> None:
    counts = dict(built.query("select removal_reason, ticket_count from analytics.tickets_removed"))
    assert counts == {
        "deleted": 1,
        "spam": 1,
        "denied_agent": 1,
        "unassigned": 0,
        "not_on_allow_list": 0,
    }


def test_durations_are_seconds_between_instants(built) -> None:
    assert built.column("first_response_seconds")[1] == 3600
    assert built.column("first_response_seconds")[2] is None
    assert built.column("first_response_seconds")[4] == 30
    assert built.column("resolution_seconds")[2] == 86400


def test_the_views_say_the_same_under_any_session_time_zone(built) -> None:
    steady = "select (to_jsonb(t) - array['ticket_age_days']) from analytics.tickets t order by ticket_id"
    instants = "'created_at','closed_at','first_agent_reply_at','last_modified_at','synced_at'"
    walls = steady.replace("'ticket_age_days'", f"'ticket_age_days',{instants}")
    assert built.query(walls, time_zone="Asia/Kolkata") == built.query(walls)
    moments = "select ticket_id, extract(epoch from created_at) from analytics.tickets order by 1"
    assert built.query(moments, time_zone="Asia/Kolkata") == built.query(moments)


def test_every_relation_and_column_is_described_in_the_warehouse(built) -> None:
    undescribed = """
        select c.relname, a.attname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'analytics'
        join pg_attribute a on a.attrelid = c.oid and a.attnum > 0
        where c.relkind in ('v', 'r')
          and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)
    """
    assert built.query(undescribed) == []


def test_every_model_begins_its_description_with_its_grain(built) -> None:
    grainless = """
        select c.relname
        from pg_class c
        join pg_namespace n on n.oid = c.relnamespace and n.nspname = 'analytics'
        where c.relkind in ('v', 'r') and obj_description(c.oid) not like 'One row per %'
    """
    assert built.query(grainless) == []


def test_dbt_writes_in_its_own_schemas_only(built) -> None:
    written = """
        select distinct n.nspname from pg_class c join pg_namespace n on n.oid = c.relnamespace
        where n.nspname !~ '^(pg_|information_schema)'
    """
    assert sorted(built.query(written)) == [("analytics",), ("hubspot",), ("quality",)]


def test_a_raw_table_under_the_views_can_still_gain_columns(built) -> None:
    with psycopg.connect(built.database.url) as connection:
        connection.execute("alter table hubspot.ticket add column property_new_one text")
        connection.execute("update hubspot.ticket set property_new_one = 'x'")
    assert built.query("select count(*) from analytics.tickets") == [(6,)]
