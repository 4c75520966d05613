"""What users may change about the dashboard, and the table that went before it."""

from __future__ import annotations

from datetime import datetime, timezone
from decimal import Decimal

import pytest

LONG_AGO = datetime(2020, 2, 3, 4, 5, 6, tzinfo=timezone.utc)
MONTH = '"Month_start_date"'
OLD = f"""
    create schema "Data_from_Bigquery";
    create table "Data_from_Bigquery"."Monthly_Dashboard" as
        select * from analytics.monthly_dashboard where {MONTH} < '2026-05-01';
    alter table "Data_from_Bigquery"."Monthly_Dashboard" alter "FRT" type double precision,
        alter "Ticket" type int, alter {MONTH} type timestamptz using {MONTH} + interval '5 hours';
    update "Data_from_Bigquery"."Monthly_Dashboard" set
        "Created_Datetime" = '{LONG_AGO}', "Last_updated_time" = '{LONG_AGO}',
        "Messages" = "Messages" + (case when {MONTH} >= '2026-04-01' then 1 else 0 end);
    insert into "Data_from_Bigquery"."Monthly_Dashboard"
        ("Client", "ID", "Channel", {MONTH}, "Ticket", "FRT", "Created_Datetime")
    values ('gone', 1, 'email', '2019-01-01 05:00Z', 3, 0.25, '{LONG_AGO}');
"""
"""The dashboard of old in its own types, without May: April differs, and one client has gone."""
TABLE = "Data_from_Bigquery.Monthly_Dashboard"
GONE = ("gone", 1, "email", "2019-01-01")


@pytest.mark.capability("S1-24", "S1-25", "S1-30")
def test_rows_of_the_table_that_went_before_are_taken_over(made) -> None:
    dashboard = made("taken_over")
    figures = dashboard.shown()
    dashboard.execute(OLD, "drop table analytics.monthly_dashboard")
    dashboard.run("build", dashboard_existing=TABLE)
    after = dashboard.rows()
    assert set(after) == {*figures, GONE}
    assert {key: row for key, row in dashboard.shown().items() if key != GONE} == figures
    for key, row in after.items():
        known, changed = key[3] < "2026-05-01", key[3] >= "2026-04-01"
        assert (row["Created_Datetime"] == LONG_AGO) == known
        assert (row["Last_updated_time"] == LONG_AGO) == (not changed)
    assert (after[GONE]["Ticket"], after[GONE]["FRT"]) == (3, Decimal("0.25"))
    dashboard.execute(f"""update {TABLE.replace(".", '"."').join('""')} set "Ticket" = 99""")
    dashboard.run()
    assert dashboard.rows() == after


@pytest.mark.capability("S1-29")
def test_the_tables_name_is_a_setting_and_one_of_that_name_is_gone_on_with(made) -> None:
    dashboard = made("renamed", dashboard_table="Monthly_Dashboard")
    dashboard.execute('alter table analytics.monthly_dashboard rename to "Monthly_Dashboard"')
    table = 'analytics."Monthly_Dashboard"'
    before = dashboard.rows(table)
    dashboard.execute(f"""delete from {table} where "Client" = 'harbor'""")
    dashboard.run()
    after = dashboard.rows(table)
    assert set(after) == set(before)
    assert all((row == before[key]) == (key[0] != "harbor") for key, row in after.items())
    assert dashboard.project.query("select to_regclass('analytics.monthly_dashboard')") == [(None,)]


def test_whole_numbers_are_cut_and_nothing_is_zero_as_in_the_old_one(made) -> None:
    settings = {"dashboard_whole_numbers": True, "dashboard_only_full_rows": True}
    dashboard = made("whole", **settings)
    whole = {key: cut(row) for key, row in dashboard.shown().items()}
    dashboard.execute("delete from analytics.monthly_dashboard where \"Client\" = 'harbor'")
    dashboard.run()
    full = {key for key, row in whole.items() if all(row.values())}
    wanted = {key: row for key, row in whole.items() if key in full or key[0] != "harbor"}
    assert len({key for key in full if key[0] == "harbor"}) > 0
    assert len(full) < len(wanted) < len(whole)
    assert dashboard.shown() == wanted


def cut(row: dict) -> dict:
    return {n: (value or 0) if n == "ART" else int(value or 0) for n, value in row.items()}


def test_agents_and_channels_are_settings(made) -> None:
    dashboard = made("chosen", dashboard_email_pattern="", dashboard_channels={"harbor": ["chat"]})
    before = dashboard.rows()
    dashboard.execute("delete from analytics.monthly_dashboard where \"Client\" = 'harbor'")
    dashboard.run()
    after = dashboard.rows()
    assert {key[2] for key in after if key[0] == "harbor"} == {"chat"}
    assert {key[2] for key in after if key[0] == "alpenglow"} == {"email"}
    assert any("getwrrk" not in row["Email"].lower() for row in after.values())
    assert {key for key in before if key[:3:2] != ("harbor", "email")} < set(after)


def test_without_statistics_the_zones_are_settings_and_the_figures_the_same(made) -> None:
    zones = {"harbor": "America/New_York", "alpenglow": "Europe/Vienna"}
    dashboard = made(
        "untold",
        gorgias_account_timezones=zones,
        dashboard_channels={"harbor": ["email", "chat"], "alpenglow": ["email"]},
    )
    before = dashboard.rows()
    dashboard.execute("drop table gorgias.agent_statistics cascade")
    dashboard.run("build")
    assert dashboard.rows() == before
    dashboard.run(gorgias_account_timezones={**zones, "alpenglow": "Pacific/Auckland"})
    after = dashboard.rows()
    assert {key[0] for key in before if after[key] != before[key]} == {"alpenglow"}


def test_figures_of_streams_that_were_never_loaded_are_null(unmade) -> None:
    dashboard = unmade("surveyless")
    dashboard.execute("drop table gorgias.satisfaction_surveys")
    dashboard.run("build")
    shown = dashboard.shown()
    assert {row["Customer_Satisfaction-Messages_Sent"] for row in shown.values()} == {None}
    assert 0 in {row["Ticket"] for row in shown.values()}


def test_without_gorgias_the_dashboard_is_there_and_empty(unbuilt) -> None:
    project = unbuilt("dashboard_of_nothing", {})
    for word in ("build", "run"):
        outcome = project.dbt(word, "--select", "+monthly_dashboard")
        assert outcome.success, project.messages(outcome)
    assert project.query("select count(*) from analytics.monthly_dashboard") == [(0,)]


@pytest.mark.parametrize(
    ("variable", "value", "complaint"),
    [
        ("dashboard_existing", "nowhere.dashboard", "which is not there"),
        ("dashboard_existing", "dashboard", "Write schema.table"),
        ("dashboard_existing", "gorgias.users", "lacks the columns Client, ID, Name"),
        ("gorgias_account_timezones", {"harbor": "EST"}, "America/Halifax"),
    ],
)
def test_a_setting_that_cannot_be_used_is_named_with_what_to_write(
    first_run, variable, value, complaint
) -> None:
    first_run.project.variables[variable] = value
    try:
        outcome = first_run.project.dbt(
            "compile", "--select", "monthly_dashboard", "int_gorgias_accounts"
        )
    finally:
        del first_run.project.variables[variable]
    assert not outcome.success
    assert complaint in first_run.project.messages(outcome)
    assert variable in first_run.project.messages(outcome)
