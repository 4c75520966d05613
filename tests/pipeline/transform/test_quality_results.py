"""Every run and every test leaves its outcome in the warehouse, and nothing of that stops a run."""

import contextlib

import psycopg
import pytest

TICKETS = "stg_hubspot__tickets"
FAILED = "not_null_stg_hubspot__tickets_is_deleted"
# With the tests that need nothing but the model.
ONE = ("--select", TICKETS, "--indirect-selection", "cautious")
SECRET = "customer@example.net"


def execute(project, statement: str) -> None:
    with psycopg.connect(project.database.url) as connection:
        connection.execute(statement)


def runs(project) -> list[tuple]:
    return project.query(
        "select command, models_built, models_failed, tests_passed, tests_failed, status"
        " from quality.runs order by started_at"
    )


@pytest.fixture
def warned(changed):
    """As users have it: a failing test is a warning."""
    changed.severity = "warn"
    return changed


def test_the_build_leaves_one_row_for_itself_and_one_for_each_test(built) -> None:
    ((command, models, broken, passed, failed, status),) = runs(built)
    assert (command, broken, failed, status) == ("build", 0, 0, "passed")
    assert models > 20
    kept = built.query(
        "select count(*), count(distinct run_id), count(*) filter (where status = 'pass'),"
        " count(*) filter (where test_kind = 'unit' and column_name is null) > 15"
        " from quality.test_results"
    )
    assert kept == [(passed, 1, passed, True)]


def test_a_failing_test_is_kept_with_its_count_beside_the_runs_before(warned) -> None:
    assert warned.dbt("build", *ONE).success
    execute(warned, "update hubspot.ticket set _fivetran_deleted = null where id in (1, 2)")
    assert warned.dbt("test", *ONE).success
    history = warned.query(
        "select status, failures, severity, model_name, column_name, message, test_kind"
        f" from quality.test_results where test_name = '{FAILED}' order by ran_at"
    )
    of = (TICKETS, "is_deleted")
    assert history == [
        ("pass", 0, "warn", *of, None, "data"),
        ("warn", 2, "warn", *of, "Got 2 results, configured to warn if != 0", "data"),
    ]
    (built, tested) = runs(warned)
    assert (built[0], built[5]) == ("build", "passed")
    assert (tested[0], tested[1], tested[4], tested[5]) == ("test", 0, 1, "tests_failed")


LATEST = (
    "select status, last_passed_at is null from analytics.test_results_latest where test_name ="
)
FAILING = "select test_name, failures from analytics.failing_tests"


def test_the_newest_outcome_of_each_test_is_shown_and_the_failing_ones_apart(warned) -> None:
    shown = ("test_results_latest", "failing_tests")
    assert warned.dbt(
        "build", "--indirect-selection", "cautious", "--select", TICKETS, *shown
    ).success
    assert warned.query(FAILING) == []
    execute(warned, "update hubspot.ticket set _fivetran_deleted = null where id in (1, 2)")
    assert warned.dbt("test", *ONE).success
    assert warned.query(f"{LATEST} '{FAILED}'") == [("warn", False)]
    assert warned.query(FAILING) == [(FAILED, 2)]
    execute(warned, "update quality.runs set target_schema = 'somewhere_else'")
    assert warned.query(FAILING) == []
    execute(warned, "update quality.runs set target_schema = 'analytics'")
    execute(warned, "update quality.test_results set ran_at = ran_at - interval '8 days'")
    assert warned.query(FAILING) == []


def test_the_runs_mark_is_printed_even_when_dbt_is_quiet(warned, capfd) -> None:
    warned.remake("--select", TICKETS)
    execute(warned, "update hubspot.ticket set _fivetran_deleted = null where id = 1")
    capfd.readouterr()
    warned.dbt("test", *ONE)
    count = sum(runs(warned)[-1][3:5])
    assert f"1 of {count} tests failed: see quality.test_results, run " in capfd.readouterr().out


def test_what_a_database_quotes_of_a_row_is_not_kept(warned) -> None:
    broken = warned.folder / "data-tests" / "broken.sql"
    text = f"select cast('{SECRET}' as int) as number, ticket_id from {{{{ ref('{TICKETS}') }}}}"
    broken.write_text(text)
    warned.remake("--select", TICKETS)
    outcome = warned.dbt("test", "--select", "broken")
    assert SECRET in warned.messages(outcome)
    kept = warned.query("select status, message, model_name from quality.test_results")
    assert [row[0] for row in kept] == ["error"]
    assert SECRET not in kept[0][1]
    assert kept[0][1].startswith("Database Error in test broken")
    assert runs(warned)[-1][5] == "tests_failed"


def test_a_model_that_cannot_be_made_marks_the_run_as_failed(warned) -> None:
    execute(warned, "drop table hubspot.ticket")
    assert not warned.dbt("build", *ONE).success
    assert [row[:3] + row[5:] for row in runs(warned)] == [("build", 0, 1, "failed")]
    skipped = warned.query("select distinct status from quality.test_results")
    assert skipped == [("skipped",)]


def test_commands_that_neither_make_nor_test_leave_no_row(warned) -> None:
    warned.dbt("seed")
    warned.dbt("compile", "--select", TICKETS)
    warned.dbt("source", "freshness", "--select", "source:hubspot.owner")
    warned.dbt("docs", "generate", "--select", TICKETS)
    assert warned.query("select to_regclass('quality.runs')") == [(None,)]
    assert warned.dbt("run", "--select", TICKETS).success
    assert runs(warned) == [("run", 1, 0, 0, 0, "passed")]
    assert warned.warnings == []


@contextlib.contextmanager
def somebody_without_rights(project, name: str):
    """Act as a role that may write the views and nothing else."""
    rights = (
        f"create role {name} login password 'x'",
        "create schema if not exists analytics",
        f"alter schema analytics owner to {name}",
        f"grant usage on schema hubspot to {name}",
        f"grant select on all tables in schema hubspot to {name}",
    )
    execute(project, "; ".join(rights))
    environment = project.database.environment
    object.__setattr__(
        project.database,
        "environment",
        lambda: {**environment(), "DBT_USER": name, "DBT_PASSWORD": "x"},
    )
    yield
    object.__setattr__(project.database, "environment", environment)


def test_a_schema_that_may_not_be_written_is_a_warning(warned) -> None:
    with somebody_without_rights(warned, "views_only"):
        outcome = warned.dbt("build", *ONE)
        assert outcome.success, warned.messages(outcome)
        (warning,) = warned.warnings
    assert "permission denied" in warning
    assert "Let views_only create the schema" in warning
    assert "DBT_QUALITY_SCHEMA" in warning
    assert warned.query("select count(*) > 0 from analytics.stg_hubspot__tickets") == [(True,)]


def test_tables_that_are_there_may_be_read_only_too(warned) -> None:
    warned.remake("--select", TICKETS)
    with somebody_without_rights(warned, "reader"):
        execute(warned, "alter view analytics.stg_hubspot__tickets owner to reader")
        execute(warned, "grant usage on schema quality to reader")
        outcome = warned.dbt("build", *ONE)
        assert outcome.success, warned.messages(outcome)
    assert len(warned.warnings) == 1
    assert len(runs(warned)) == 1


@pytest.mark.capability("S0-01")
def test_the_log_counts_the_conversations_that_each_rule_left_out(warned) -> None:
    warned.remake("--select", TICKETS)
    execute(
        warned,
        "drop view if exists analytics.conversations_removed cascade;"
        " create view analytics.conversations_removed as select * from (values"
        " ('hubspot', 'denied_agent', 3, 'on the list', 12), ('hubspot', 'spam', 2, 'spam', 5))"
        " as v (source_system, removal_reason, rule_order, rule, conversation_count)",
    )
    warned.log_level = "info"
    warned.remake("--select", TICKETS)
    log = (warned.target / "dbt.log").read_text()
    assert "Left out of conversations: hubspot spam 5, hubspot denied_agent 12" in log
