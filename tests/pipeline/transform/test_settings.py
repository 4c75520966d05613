"""What users may change: the schedule, the zones, the lists, and what their portal lacks."""

import psycopg
import pytest

WEEKEND = {1: False, 2: True, 3: True, 4: False}
SCHEDULE_MODELS = ("schedule_windows", "int_schedule_minutes")
SCHEDULE = "models/schedule/schedule.yml"


def weekend(project) -> dict[int, bool]:
    flags = project.column("is_weekend_ticket")
    return {key: flags[key] for key in WEEKEND}


@pytest.mark.capability("S0-26")
def test_the_weekend_flag_follows_schedule_yml_to_the_minute(built, changed) -> None:
    assert weekend(built) == WEEKEND
    changed.edit(SCHEDULE, "starts: friday 18:00", "starts: friday 17:59")
    changed.edit(SCHEDULE, "ends: monday 05:00", "ends: monday 04:59")
    changed.remake()
    assert weekend(changed) == {1: True, 2: True, 3: False, 4: False}
    changed.edit(SCHEDULE, "starts: friday 17:59", "starts: saturday 00:00")
    assert changed.dbt("run", "--select", *SCHEDULE_MODELS).success
    assert weekend(changed) == {1: False, 2: False, 3: False, 4: False}


def test_shifts_of_an_agent_follow_schedule_yml(changed) -> None:
    changed.edit(
        SCHEDULE,
        "        Nadia Okafor:\n          monday: [08:00-16:00]",
        "        Nadia Okafor:\n          monday: []",
    )
    changed.edit(SCHEDULE, "          friday: [08:00-16:00]", "          friday: [18:29-02:00]")
    changed.remake()
    assert changed.column("is_off_shift_ticket")[1] is False
    changed.edit(SCHEDULE, "friday: [18:29-02:00]", "friday: [18:30-02:00]")
    assert changed.dbt("run", "--select", *SCHEDULE_MODELS).success
    assert changed.column("is_off_shift_ticket")[1] is True


@pytest.mark.parametrize(
    ("right", "wrong", "complaint"),
    [
        ("friday 18:00", "freitag 18:00", "'freitag 18:00'"),
        ("friday 18:00", "friday 25:00", "'25:00'"),
        ("friday 18:00", "friday", "'friday'"),
        ("        starts: friday", "        begins: friday", "starts and ends"),
        ("      business_hours:", "      busy_hours:", "'busy_hours'"),
        ("[10:00-14:00, 15:00-18:00]", "[10h-14h]", "'10h'"),
    ],
)
def test_a_schedule_that_cannot_be_read_is_named_with_what_to_write(
    changed, right, wrong, complaint
) -> None:
    changed.edit(SCHEDULE, right, wrong)
    outcome = changed.dbt("run", "--select", "schedule_windows")
    assert not outcome.success
    assert complaint in changed.messages(outcome)
    assert "schedule.yml" in changed.messages(outcome)


@pytest.mark.parametrize("zone", ["AST", "UTC-3", "Etc/GMT+4", "-03:00"])
def test_a_fixed_offset_is_refused_as_a_zone(changed, zone) -> None:
    changed.edit(
        "dbt_project.yml", "reporting_timezone: America/Halifax", f"reporting_timezone: '{zone}'"
    )
    outcome = changed.dbt("compile", "--select", "tickets")
    assert not outcome.success
    assert "America/Halifax" in changed.messages(outcome)


def test_another_reporting_zone_moves_the_walls_and_no_instant(built, changed) -> None:
    changed.remake("--vars", "{reporting_timezone: Asia/Kathmandu}")
    assert changed.column("created_at") == built.column("created_at")
    moved = changed.column("created_at_reporting::text")
    assert moved[1] == "2026-07-18 03:44:59"
    assert changed.column("is_weekend_ticket") == built.column("is_weekend_ticket")


def test_the_projects_own_tests_hold_under_anybodys_settings(changed) -> None:
    changed.edit(
        "dbt_project.yml", "reporting_timezone: America", "reporting_timezone: Asia/Kathmandu #"
    )
    changed.edit("dbt_project.yml", "source_timezone: America", "source_timezone: Europe/London #")
    changed.edit("dbt_project.yml", "schedule_timezone: America", "schedule_timezone: Asia/Tokyo #")
    changed.edit(
        "dbt_project.yml", "agent_allow_list: []", "agent_allow_list: [Nadia Okafor, O'Hara]"
    )
    changed.edit("dbt_project.yml", "agent_deny_list: [Morgan Vale]", "agent_deny_list: []")
    changed.edit("dbt_project.yml", "keep_unassigned: true", "keep_unassigned: false")
    changed.edit("dbt_project.yml", "spam_pipelines: [SPAM Tickets]", "spam_pipelines: []")
    changed.edit("dbt_project.yml", "live_chat_pipelines: [Live Chat]", "live_chat_pipelines: []")
    changed.edit("dbt_project.yml", "response_seconds: 30", "response_seconds: 45")
    changed.edit(SCHEDULE, "starts: friday 18:00", "starts: saturday 00:00")
    outcome = changed.dbt("build", "--select", "+tickets", "+tickets_removed", "+conversations")
    assert outcome.success, changed.messages(outcome)
    assert sorted(changed.column("ticket_id")) == [1, 8]


def test_an_allow_list_keeps_its_agents_and_the_counts_tie(changed) -> None:
    lists = "{agent_allow_list: [nadia okafor], keep_unassigned: false}"
    changed.remake("--vars", lists)
    assert list(changed.column("ticket_id")) == [1]
    removed = changed.query("select sum(ticket_count) from analytics.tickets_removed")
    assert removed == [(8,)]


def test_a_property_or_stream_that_the_portal_lacks_is_null_or_empty(changed) -> None:
    with psycopg.connect(changed.database.url) as connection:
        connection.execute("""
            alter table hubspot.ticket
                drop column property_first_agent_reply_date, drop column property_hs_ticket_category;
            drop table hubspot.rejected_value;
            drop table hubspot.ticket_property_history
        """)
    changed.remake()
    assert changed.warnings == []
    assert set(changed.column("category").values()) == {None}
    assert changed.column("first_response_seconds")[4] == 30
    assert changed.query("select count(*) from analytics.stg_hubspot__rejected_values") == [(0,)]


def test_two_spellings_of_one_alias_mark_the_run_and_double_no_ticket(built, changed) -> None:
    changed.edit(
        "seeds/agent_aliases.csv", "Elif,Elif Demir", "Elif,Elif Demir\n nadia ,Elif Demir"
    )
    changed.severity = "warn"
    outcome = changed.dbt("build", "--select", "+tickets", "agent_aliases_are_unambiguous")
    assert outcome.success, changed.messages(outcome)
    failed = "select test_name from quality.test_results where status <> 'pass'"
    assert ("agent_aliases_are_unambiguous",) in changed.query(failed)
    assert changed.query("select status from quality.runs") == [("tests_failed",)]
    ids = "select ticket_id from analytics.tickets order by 1"
    assert changed.query(ids) == built.query(ids)


def test_an_alias_left_in_the_mart_or_a_lost_ticket_fails_its_test(changed) -> None:
    changed.remake()
    with psycopg.connect(changed.database.url) as connection:
        connection.execute("""
            create or replace view analytics.tickets_removed as
            select removal_reason, rule_order, rule, ticket_count - ticket_count as ticket_count
            from (values ('spam', 1, 'none', 1::bigint)) as v (removal_reason, rule_order, rule, ticket_count)
        """)
        connection.execute(
            "update analytics.agent_aliases set agent_name = 'Other' where alias = 'Nadia Okafor'"
        )
    failed = changed.messages(
        changed.dbt("test", "--select", "tickets", "--indirect-selection", "eager")
    )
    assert "ticket_counts_tie_from_staging_to_mart" in failed
    assert "agents_are_canonical" in failed


def test_sources_older_than_a_missed_run_warn_and_older_than_three_fail(changed) -> None:
    age = "update hubspot.owner set _fivetran_synced = now() - interval '{} hours'"
    statuses = []
    for hours in (5, 7, 14):
        with psycopg.connect(changed.database.url) as connection:
            connection.execute(age.format(hours))
        outcome = changed.dbt("source", "freshness", "--select", "source:hubspot.owner")
        sources = [r for r in outcome.result.results if r.node.resource_type == "source"]
        statuses.append([str(result.status) for result in sources])
    assert statuses == [["pass"], ["warn"], ["error"]]


@pytest.mark.capability("S1-33", "S1-34")
def test_a_raw_table_that_was_never_loaded_is_named_with_what_to_do(changed) -> None:
    with psycopg.connect(changed.database.url) as connection:
        connection.execute("drop table hubspot.ticket")
    outcome = changed.dbt("run", "--select", "stg_hubspot__tickets")
    assert not outcome.success
    assert "hubspot.ticket is not there" in changed.messages(outcome)
    assert "Load it first (meltano run tap-hubspot target-postgres)" in changed.messages(outcome)
    assert "DBT_RAW_SCHEMA" in changed.messages(outcome)
