"""The CRM marts and the scores over really loaded tables, against what the company knows."""

import json
from collections import Counter
from decimal import Decimal

import psycopg
import pytest

SNAPSHOT = "2026-06-10T00:00:00Z"
LINKS = (
    "ticket_contact",
    "ticket_company",
    "ticket_deal",
    "deal_company",
    "deal_contact",
    "line_item_deal",
)
MODELS = ("+path:models/marts/crm", "+path:models/marts/scoring")
KINDS = ("contact", "company", "deal", "ticket", "appointment", "divisions", "line_item", "quote")
WORTH = {"appointmentscheduled": 8, "qualifiedtobuy": 10, "contractsent": 30}


@pytest.fixture(scope="module")
def company(lasting_pipeline_over, project_on):
    """The project on a company whose records changed, vanished and were linked anew."""
    pipeline = lasting_pipeline_over(tickets=300)
    world = pipeline.sandbox.world
    world.advance(hours=200)
    world.settle(minutes=2)
    pipeline.until_clean()
    return project_on(pipeline.sandbox.database, *MODELS), world.truth()


def live(truth: dict, table: str) -> dict[int, dict]:
    return {int(key): row for key, row in truth[table].items() if not row["is_deleted"]}


def listed(truth: dict, table: str) -> list[dict]:
    rows = truth[table]
    return list(rows.values()) if isinstance(rows, dict) else rows


def number(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


@pytest.mark.parametrize(
    ("table", "key"),
    [
        ("contact", "contact_id"),
        ("deal", "deal_id"),
        ("appointment", "appointment_id"),
        ("divisions", "division_id"),
    ],
)
def test_each_mart_holds_every_live_record_once(company, table, key) -> None:
    project, truth = company
    mart = f"crm_{table.rstrip('s')}s"
    ids = [row[0] for row in project.query(f"select {key} from analytics.{mart}")]
    assert sorted(ids) == sorted(live(truth, table))
    assert len(ids) > 20


def test_contacts_deals_appointments_and_divisions_say_what_the_company_knows(company) -> None:
    project, truth = company
    contacts = project.query(
        "select contact_id, first_name, owner_id, lifecycle_stage from analytics.crm_contacts"
    )
    assert {key: tuple(rest) for key, *rest in contacts} == {
        key: (
            row["property_firstname"],
            row["property_hubspot_owner_id"],
            row["property_lifecyclestage"],
        )
        for key, row in live(truth, "contact").items()
    }
    deals = project.query(
        "select deal_id, deal_name, amount, stage_label, is_closed from analytics.crm_deals"
    )
    stages = {row["stage_id"]: row for row in listed(truth, "deal_pipeline_stage")}
    assert {key: tuple(rest) for key, *rest in deals} == {
        key: (
            row["property_dealname"],
            number(row["property_amount"]),
            stages[row["property_dealstage"]]["label"],
            stages[row["property_dealstage"]]["is_closed"],
        )
        for key, row in live(truth, "deal").items()
    }
    visits = project.query(
        "select appointment_id, appointment_name, stage_id, own_appointment_id from analytics.crm_appointments"
    )
    assert {key: tuple(rest) for key, *rest in visits} == {
        key: (row["property_hs_appointment_name"], row["property_hs_pipeline_stage"], None)
        for key, row in live(truth, "appointment").items()
    }
    divisions = project.query(
        "select division_id, division_name, region, stage_label from analytics.crm_divisions"
    )
    assert {row[3] for row in divisions} <= {"Planned", "Open", "Closed"}
    assert {key: tuple(rest) for key, *rest, _ in divisions} == {
        key: (row["property_division_name"], row["property_region"])
        for key, row in live(truth, "divisions").items()
    }


def test_owners_are_shown_by_name(company) -> None:
    project, truth = company
    owners = {
        row["owner_id"]: " ".join(filter(None, (row["first_name"], row["last_name"])))
        or row["email"]
        or str(row["owner_id"])
        for row in listed(truth, "owner")
    }
    for mart in ("crm_contacts", "crm_deals", "crm_appointments", "crm_divisions"):
        shown = dict(project.query(f"select distinct owner_id, owner_name from analytics.{mart}"))
        assert {key: name for key, name in shown.items() if key in owners} == {
            key: owners[key] for key in shown if key in owners
        }
        assert shown.get(None) is None


def test_associations_are_those_between_live_records(company) -> None:
    project, truth = company
    wanted = Counter()
    for table in LINKS:
        near, far = next((a, b) for a in KINDS for b in KINDS if f"{a}_{b}" == table)
        for row in truth[table]:
            wanted[
                near,
                row[f"{near}_id"],
                far,
                row[f"{far}_id"],
                row["type_id"],
                row["category"],
                row["label"],
            ] += 1
    for row in truth["association"]:
        if row["from_object_type"] in KINDS and row["to_object_type"] in KINDS:
            wanted[
                tuple(
                    row[name]
                    for name in (
                        "from_object_type",
                        "from_id",
                        "to_object_type",
                        "to_id",
                        "type_id",
                        "category",
                        "label",
                    )
                )
            ] += 1
    shown = Counter(project.query("select * from analytics.crm_associations"))
    assert shown == wanted
    assert {near for near, *_ in shown} >= {"appointment", "divisions", "deal", "ticket"}


@pytest.mark.capability("S3-22", "S3-25", "S3-26")
def test_a_snapshot_of_the_company_scores_what_its_books_say(company) -> None:
    project, truth = company
    run = project.dbt(
        "run",
        "--select",
        "hs_companies",
        "hs_deals",
        "hs_deal_stage_reference",
        "hs_owners",
        "--vars",
        json.dumps({"snapshot_id": SNAPSHOT}),
    )
    assert run.success, project.messages(run)
    with psycopg.connect(project.database.url) as connection:
        connection.execute(
            "insert into analytics.hs_snapshot_registry values (%s, now(), 'a test', 'ingest_completed', '{}', now())",
            [SNAPSHOT],
        )
    scored = project.dbt(
        "build",
        "--select",
        "hs_pipeline_units_snapshot",
        "hs_pipeline_score_history",
        "--vars",
        json.dumps({"score_snapshots": [SNAPSHOT]}),
    )
    assert scored.success, project.messages(scored)
    shown = project.query(
        "select owner_id, combined_stage, num_companies, total_score from analytics.hs_pipeline_score_history"
    )
    assert {row[:2]: row[2:] for row in shown} == books(truth)
    assert sum(row[3] for row in shown) > 100


def books(truth: dict) -> dict[tuple, tuple]:
    """Companies and score by owner and stage, by the rules for what this company has."""
    closed = {row["stage_id"] for row in listed(truth, "deal_pipeline_stage") if row["is_closed"]}
    deals, companies = live(truth, "deal"), live(truth, "company")
    linked = {
        row["deal_id"]: row["company_id"] for row in truth["deal_company"] if row["type_id"] == 5
    }
    open_deals = {key: row for key, row in deals.items() if row["property_dealstage"] not in closed}
    units = []
    for company, row in companies.items():
        stage, of_it = row["property_lifecyclestage"], []
        if stage == "opportunity":
            of_it = [
                one["property_dealstage"]
                for key, one in open_deals.items()
                if linked.get(key) == company
            ]
        for deal in of_it or [None]:
            units.append((row["property_hubspot_owner_id"], company, *unit(stage, deal)))
    groups = {(owner, name) for owner, _, name, _ in units}
    return {
        group: (
            len({company for owner, company, name, _ in units if (owner, name) == group}),
            sum(score for owner, _, name, score in units if (owner, name) == group),
        )
        for group in groups
    }


def unit(lifecycle: str, deal: str | None) -> tuple[str, int]:
    if lifecycle == "lead":
        return "lead/unknown", 0
    if lifecycle == "opportunity":
        name = (
            "closed-won/contractsent"
            if deal == "contractsent"
            else f"opportunity/{deal or 'missing'}"
        )
        return name, WORTH.get(deal or "", 0) if deal else 7
    return ("customer", 50) if lifecycle == "customer" else ("unmapped", 0)
