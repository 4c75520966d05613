"""Snapshots by dbt: taken when asked, kept for ever, scored from what they hold, never doubled."""

import json
from pathlib import Path

import psycopg
import pytest

CRM_TABLES = Path(__file__).with_name("crm_tables.sql")
TABLES = (
    "hs_companies",
    "hs_deals",
    "hs_owners",
    "hs_deal_stage_reference",
    "hs_snapshot_registry",
    "hs_pipeline_units_snapshot",
    "hs_pipeline_score_history",
)
FIRST, SECOND, FAILED = (f"2026-06-0{day}T12:00:00Z" for day in (1, 2, 3))
SNAPSHOT = ("+hs_companies", "+hs_deals", "+hs_owners", "+hs_deal_stage_reference")
SCORES = (
    "hs_stage_mapping",
    "int_pipeline_units_scored",
    "hs_pipeline_units_snapshot",
    "hs_pipeline_score_history",
)
REGISTER = """
insert into analytics.hs_snapshot_registry
values (%s, %s::timestamptz, 'a test', %s, '{}', now())
"""


def change(project, statement: str, *values: object) -> None:
    with psycopg.connect(project.database.url) as connection:
        connection.execute(statement, values or None)


def take(project, snapshot: str) -> None:
    """Take a snapshot and register it."""
    taken = project.dbt(
        "run", "--select", *SNAPSHOT, "--vars", json.dumps({"snapshot_id": snapshot})
    )
    assert taken.success, project.messages(taken)
    change(project, REGISTER, snapshot, snapshot, "ingest_completed")


def score(project, which: object):
    variables = json.dumps({"score_snapshots": which})
    return project.dbt(
        "build", "--exclude-resource-type", "unit_test", "--select", *SCORES, "--vars", variables
    )


def kept(project) -> dict[str, list[str]]:
    return {
        name: sorted(row for (row,) in project.query(f"select t::text from analytics.{name} as t"))
        for name in TABLES
    }


def history(project, snapshot: str) -> set[tuple]:
    return set(
        project.query(
            "select owner_id, combined_stage, num_companies, total_score::float"
            f" from analytics.hs_pipeline_score_history where snapshot_id = '{snapshot}'"
        )
    )


@pytest.fixture(scope="module")
def company(build):
    """A company with three accounts, of which the second snapshot shows another state."""
    project = build("scoring_snapshots", {}, "+path:models/marts/scoring")
    empty = kept(project)
    change(project, CRM_TABLES.read_text())
    take(project, FIRST)
    first = kept(project)
    change(
        project, "update hubspot.company set property_lifecyclestage = 'evangelist' where id = 3"
    )
    change(
        project, "update hubspot.deal set deal_pipeline_stage_id = 'closedwon' where deal_id = 23"
    )
    change(project, "delete from hubspot.owner where owner_id = 8")
    take(project, SECOND)
    # A third one came to nothing after its companies were stored.
    change(project, REGISTER, FAILED, FAILED, "failed")
    change(
        project,
        "insert into analytics.hs_companies (snapshot_id, company_id, lifecycle_stage, record_timestamp)"
        " values (%s, 1, 'customer', now())",
        FAILED,
    )
    project.empty, project.first = empty, first
    return project


@pytest.mark.capability("S3-29", "S3-30", "S3-31", "S3-32", "S3-33", "S3-35", "S3-36")
def test_a_plain_build_without_any_crm_table_leaves_empty_described_tables(company) -> None:
    assert company.empty == {name: [] for name in TABLES}
    bare = company.query(
        "select c.relname, a.attname from pg_class as c"
        " join pg_attribute as a on a.attrelid = c.oid and a.attnum > 0"
        " where c.relnamespace = 'analytics'::regnamespace and c.relname like 'hs\\_%' and c.relkind in ('r', 'v')"
        " and (col_description(c.oid, a.attnum) is null or obj_description(c.oid) is null)"
    )
    assert bare == []


@pytest.mark.capability("S3-12", "S3-29", "S3-30")
def test_a_snapshot_holds_what_was_live_and_a_later_one_leaves_it_alone(company) -> None:
    rows = "select {} from analytics.{} order by 1, 2"
    assert company.query(
        rows.format(
            "snapshot_id, company_id, lifecycle_stage, lead_status, development_category",
            "hs_companies",
        )
        + " limit 3"
    ) == [
        (FIRST, 1, "lead", "NEW", None),
        (FIRST, 2, "opportunity", None, None),
        (FIRST, 3, "customer", None, None),
    ]
    deals = company.query(
        rows.format(
            "snapshot_id, deal_id, deal_stage, associated_company_id, amount::float", "hs_deals"
        )
    )
    assert deals[:3] == [
        (FIRST, 21, "qualifiedtobuy", 2, 10.5),
        (FIRST, 22, "closedwon", 2, 2),
        (FIRST, 23, "qualifiedtobuy", 2, 1),
    ]
    assert deals[5][:3] == (SECOND, 23, "closedwon")
    now = kept(company)
    for name in ("hs_companies", "hs_deals"):
        assert set(company.first[name]) < set(now[name])


@pytest.mark.capability("S3-31", "S3-32", "S3-72")
def test_reference_data_is_the_latest_and_no_history(company) -> None:
    assert company.query("select owner_id, active from analytics.hs_owners") == [(7, True)]
    assert len(company.first["hs_owners"]) == 2
    assert company.query("select count(*) from analytics.hs_deal_stage_reference") == [(2,)]


@pytest.mark.capability("S3-28", "S3-71")
def test_the_same_snapshot_taken_again_and_a_plain_full_refresh_double_and_lose_nothing(
    company,
) -> None:
    before = kept(company)
    taken = company.dbt("run", "--select", *SNAPSHOT, "--vars", json.dumps({"snapshot_id": SECOND}))
    assert taken.success, company.messages(taken)
    counts = {name: len(rows) for name, rows in kept(company).items()}
    assert counts == {name: len(rows) for name, rows in before.items()}
    before = kept(company)
    again = company.dbt(
        "run", "--full-refresh", "--select", *SNAPSHOT, *SCORES[1:], "hs_snapshot_registry"
    )
    assert again.success, company.messages(again)
    assert kept(company) == before


@pytest.mark.capability("S3-21", "S3-26", "S3-28", "S3-67")
def test_scores_come_from_the_snapshot_and_today_s_mapping_and_only_of_complete_ones(
    company,
) -> None:
    latest = score(company, "latest")
    assert latest.success, company.messages(latest)
    assert history(company, FIRST) == set()
    assert history(company, SECOND) == {
        (7, "lead/new", 1, 1.0),
        (None, "opportunity/qualifiedtobuy", 1, 10.0),
        (8, "evangelist", 1, 60.0),
    }
    company.edit(
        "seeds/hs_stage_mapping.csv", "lead,new,,lead/new,1,1.0", "lead,new,,lead/new,1,1.25"
    )
    every = score(company, "all")
    assert every.success, company.messages(every)
    assert history(company, FIRST) == {
        (7, "lead/new", 1, 1.25),
        (None, "opportunity/qualifiedtobuy", 1, 20.0),
        (8, "customer", 1, 50.0),
    }
    assert (7, "lead/new", 1, 1.25) in history(company, SECOND)
    assert len(kept(company)["hs_pipeline_score_history"]) == 6
    assert history(company, FAILED) == set()


@pytest.mark.capability("S3-21", "S3-34")
def test_a_mapping_that_would_count_units_twice_is_refused(company) -> None:
    before = kept(company)
    company.edit(
        "seeds/hs_stage_mapping.csv",
        "sales qualified lead,,,salesqualifiedlead,4,6.0\n",
        "sales qualified lead,,,salesqualifiedlead,4,6.0\nsalesqualifiedlead,,,salesqualifiedlead,4,6.0\n",
    )
    company.severity = "warn"  # what users have: this test of the project refuses all the same
    refused = score(company, [FIRST])
    assert not refused.success
    assert "unique_hs_stage_mapping_combined_stage" in company.messages(refused)
    assert kept(company) == before


@pytest.mark.parametrize("variables", [{"snapshot_id": "2026-06-01"}, {"score_snapshots": "last"}])
def test_what_is_no_snapshot_is_refused_with_words(company, variables) -> None:
    refused = company.dbt(
        "compile",
        "--select",
        "hs_companies",
        "hs_pipeline_units_snapshot",
        "--vars",
        json.dumps(variables),
    )
    assert "is no snapshot id" in str(refused.exception) or "Write latest, all" in str(
        refused.exception
    )
