"""A rebuild does not pull the views from under those who read them."""

import psycopg

OWN_VIEW = """
    create schema theirs;
    create view theirs.chats as select ticket_id, created_at from analytics.tickets where is_live_chat
"""
MART = "models/marts/support/tickets.sql"


def execute(project, statement: str) -> None:
    with psycopg.connect(project.database.url) as connection:
        connection.execute(statement)


def test_a_view_of_the_users_own_outlives_every_rebuild(changed) -> None:
    changed.remake()
    execute(changed, OWN_VIEW)
    changed.edit(MART, "    resolution_seconds,", "    resolution_seconds as resolution_seconds,")
    changed.variables = {"live_chat_pipelines": ["Live Chat", "Support Pipeline"]}
    changed.remake()
    assert len(changed.query("select * from theirs.chats")) > 1


def test_a_full_refresh_reloads_the_seeds_and_drops_nothing_that_hangs_on_them(changed) -> None:
    changed.remake()
    execute(changed, OWN_VIEW)
    changed.edit("seeds/agent_aliases.csv", "Nadia,Nadia Okafor", "Nadia,Nadia Renamed")
    changed.remake("--full-refresh")
    assert len(changed.query("select * from theirs.chats")) == 1
    assert changed.column("agent_name")[1] == "Nadia Renamed"


def test_a_failing_test_marks_the_run_and_the_mart_follows_its_rows(changed) -> None:
    changed.remake()
    execute(changed, "update hubspot.ticket set _fivetran_deleted = null where id = 1")
    execute(changed, "delete from hubspot.ticket where id = 2")
    changed.severity = "warn"
    outcome = changed.dbt("build", "--select", "+tickets")
    assert outcome.success, changed.messages(outcome)
    assert "not_null_stg_hubspot__tickets_is_deleted" in changed.messages(outcome)
    assert 2 not in changed.column("agent_name")
    marked = "select status, tests_failed > 0 from quality.runs order by started_at desc limit 1"
    assert changed.query(marked) == [("tests_failed", True)]


def test_a_renamed_or_removed_column_makes_the_view_anew(changed) -> None:
    changed.remake()
    changed.edit(MART, "    all_owner_ids,\n", "    all_owner_ids as owners_ever,\n")
    changed.edit(MART, "    owner_name,\n", "")
    changed.remake()
    assert changed.column("owners_ever")[1] is None


def test_a_table_in_the_way_of_a_view_is_replaced(changed) -> None:
    execute(changed, "create schema analytics; create table analytics.tickets (ticket_id bigint)")
    changed.remake()
    assert changed.query("select count(*) from analytics.tickets") == [(6,)]
