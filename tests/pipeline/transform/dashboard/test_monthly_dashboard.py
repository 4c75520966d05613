"""The dashboard's figures are the helpdesks' own, and a run writes only what changed."""

from __future__ import annotations

import pytest

STAMPS = {"xmin", "Created_Datetime", "Last_updated_time"}
RECONCILIATION = "analytics.gorgias_dashboard_reconciliation"
COUNTED = "analytics.int_gorgias_tickets_counted"
BACKDATED = f"""
    update gorgias.tickets set closed_datetime = '2026-04-15', _sdc_batched_at = now()
    where (account, id) = (
        select account, ticket_id from {COUNTED}
        where closed_tickets = 1 and month_date = '2026-05-01' and channel = 'email'
            and agent_id in (7101, 7102)
        limit 1
    )
"""
"""A ticket closed in May, loaded anew as if it had been closed in April."""


def said(row: dict) -> dict:
    """What a row says, without when it was written."""
    return {name: value for name, value in row.items() if name not in STAMPS}


@pytest.mark.capability("S1-28")
def test_every_figure_of_every_agent_channel_and_month_is_the_helpdesks_own(
    helpdesks, first_run, own_figures
) -> None:
    wanted = own_figures(helpdesks.sandbox.world)
    shown = first_run.shown()
    assert shown == wanted
    served = {("harbor", "email"), ("harbor", "chat"), ("alpenglow", "email")}
    assert {(client, channel) for client, _, channel, _ in shown} == served
    # A leap February, both changes of the clocks on either side of the ocean, a turn of the year.
    edges = {"2024-02-01", "2024-03-01", "2024-10-01", "2024-11-01", "2025-12-01", "2026-01-01"}
    assert edges <= {key[3] for key in shown}
    for name in first_run.figures:
        assert sum(1 for row in wanted.values() if row[name]) > 30, f"{name} says too little"


@pytest.mark.capability("S1-21", "S1-22", "S1-23")
def test_it_has_its_16_columns_each_with_a_comment_and_every_row_both_instants(first_run) -> None:
    columns = first_run.project.query("""
        select attname, col_description(attrelid, attnum), atttypid::regtype::text from pg_attribute
        where attrelid = 'analytics.monthly_dashboard'::regclass and attnum > 0 order by attnum
    """)
    assert [name for name, _, _ in columns] == first_run.columns
    assert len(columns) == 16
    assert all(comment for _, comment, _ in columns)
    assert columns[4][::2] == ("Month_start_date", "date")
    rows = first_run.rows().values()
    assert len({row["Created_Datetime"] for row in rows} - {None}) == 1
    assert all(row["Created_Datetime"] == row["Last_updated_time"] for row in rows)


@pytest.mark.capability("S1-27")
def test_an_identical_run_writes_no_row(made) -> None:
    dashboard = made("identical")
    before = dashboard.rows()
    dashboard.run()
    assert dashboard.rows() == before


@pytest.mark.capability("S1-27")
def test_a_run_that_cannot_write_one_row_writes_none(made) -> None:
    dashboard = made("halfway")
    dashboard.execute(
        """delete from analytics.monthly_dashboard where "Client" = 'harbor'""",
        """alter table analytics.monthly_dashboard add check
        ("Client" <> 'harbor' or "Month_start_date" < '2026-05-01')""",
    )
    before = dashboard.rows()
    assert not dashboard.tried().success
    assert dashboard.rows() == before
    dashboard.execute(
        "alter table analytics.monthly_dashboard drop constraint monthly_dashboard_check"
    )
    dashboard.run()
    assert set(before) < set(dashboard.rows())


def test_figures_agree_with_gorgias_own_until_a_row_is_tampered_with(made) -> None:
    dashboard = made("tampered")
    ((rows, names, agree),) = dashboard.project.query(
        f"select count(*), count(distinct figure), bool_and(is_within_tolerance)"
        f" from {RECONCILIATION} where is_judged"
    )
    assert rows > 1000
    assert (names, agree) == (len(dashboard.figures), True)
    dashboard.execute(BACKDATED)
    outcome = dashboard.tried("build")
    assert "gorgias_dashboard_agrees_with_gorgias" in dashboard.project.messages(outcome)
    wrong = dashboard.project.query(
        f"select distinct month_date::text from {RECONCILIATION}"
        " where not is_within_tolerance and figure = 'closed_tickets' order by 1"
    )
    assert wrong == [("2026-04-01",), ("2026-05-01",)]


@pytest.mark.capability("S1-24", "S1-25", "S1-26")
def test_after_more_of_life_only_rows_that_changed_are_written_and_keep_their_creation(
    pipeline_over, load, dashboard_on, own_figures
) -> None:
    pipeline = pipeline_over("gorgias", tickets=300, until="2026-06-27T12:00:00Z")
    load(pipeline)
    dashboard = dashboard_on(pipeline.sandbox.database, "living")
    dashboard.run(as_of="2026-07-04T12:00:00Z")
    for _ in range(2):
        before = dashboard.rows()
        pipeline.sandbox.world.advance(hours=70)
        load(pipeline)
        dashboard.run("build")
        check_what_was_written(before, dashboard.rows())
        check_figures(dashboard.shown(), own_figures(pipeline.sandbox.world, "2026-07-01"))
    check_only_changed_tickets_were_counted_anew(dashboard)


def check_what_was_written(before: dict[tuple, dict], after: dict[tuple, dict]) -> None:
    assert set(before) <= set(after)
    changed = {key for key, row in before.items() if said(after[key]) != said(row)}
    assert 0 < len(changed) < len(before)
    latest = max(row["Last_updated_time"] for row in before.values())
    for key, row in after.items():
        if key in before and key not in changed:
            assert row == before[key]
        else:
            assert row["Last_updated_time"] > latest
            kept = before.get(key, {"Created_Datetime": row["Last_updated_time"]})
            assert row["Created_Datetime"] == kept["Created_Datetime"]


def check_figures(shown: dict[tuple, dict], wanted: dict[tuple, dict]) -> None:
    """All are the helpdesks' own; a row may have outlived all that it counted."""
    assert {key: row for key, row in shown.items() if key in wanted} == wanted
    assert all(not any(row.values()) for key, row in shown.items() if key not in wanted)


def check_only_changed_tickets_were_counted_anew(dashboard) -> None:
    """What the runs have added up is what one full refresh counts."""
    rows = f"select to_jsonb(counted) - 'measured_at' from {COUNTED} as counted order by 1"
    times = f"select count(distinct measured_at) from {COUNTED}"
    added_up = dashboard.project.query(rows)
    assert dashboard.project.query(times) == [(3,)]
    words = ("run", "--full-refresh", "--select", "int_gorgias_tickets_counted")
    assert dashboard.project.dbt(*words).success
    assert dashboard.project.query(times) == [(1,)]
    assert dashboard.project.query(rows) == added_up


@pytest.mark.capability("S1-26")
def test_a_run_works_out_nineteen_complete_months_and_leaves_older_rows_whole(unmade) -> None:
    dashboard = unmade("nineteen")
    del dashboard.project.variables["dashboard_months"]
    dashboard.run()
    months = sorted({key[3] for key in dashboard.rows()})
    assert (months[0], months[-1]) == ("2024-11-01", "2026-05-01")
    dashboard.execute('update analytics.monthly_dashboard set "Ticket" = "Ticket" + 1')
    before = dashboard.rows()
    dashboard.run(dashboard_months=1)
    after = dashboard.rows()
    assert {key[3] for key in before if after[key] != before[key]} == {"2026-05-01"}
    assert set(after) == set(before)


@pytest.mark.capability("S1-26")
def test_a_row_in_which_nothing_is_left_says_so_and_stays(made) -> None:
    dashboard = made("emptied")
    before = dashboard.rows()
    dashboard.execute(
        "update gorgias.tickets set spam = true, _sdc_batched_at = now() where account = 'alpenglow'"
    )
    dashboard.run()
    after = dashboard.rows()
    assert set(after) == set(before)
    for key, row in after.items():
        if key[0] == "harbor":
            assert row == before[key]
        else:
            assert [row[name] for name in dashboard.figures] == [0, 0, *[None] * 3, 0, None, None]
            assert row["Created_Datetime"] == before[key]["Created_Datetime"]
