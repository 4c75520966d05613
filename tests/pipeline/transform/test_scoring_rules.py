"""The rules of scoring, against a reading of them in Python that shares nothing with the SQL."""

from collections import Counter
from typing import Any

import psycopg
import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

SNAPSHOTS = ("2026-06-01T12:00:00Z", "2026-06-02T12:00:00Z")
MAPPING = {
    "lead/new": (1, 1.0),
    "lead/restart": (1, 1.0),
    "lead/attempted_to_contact": (2, 1.5),
    "lead/connected": (3, 2.0),
    "lead/nurturing": (0, 2.0),
    "salesqualifiedlead": (4, 6.0),
    "opportunity/missing": (5, 7.0),
    "opportunity/appointmentscheduled": (5, 8.0),
    "opportunity/qualifiedtobuy": (6, 10.0),
    "opportunity/presentationscheduled": (7, 12.0),
    "opportunity/decisionmakerboughtin": (8, 14.0),
    "closed-won/contractsent": (9, 30.0),
    "disqualified": (-1, 0.0),
    "customer": (10, 50.0),
    "evangelist": (10, 60.0),
}
LIFECYCLES = (
    "lead", "Lead", " LEAD ", "opportunity", "Opportunity", "salesqualifiedlead",
    "sales qualified lead", "Sales_Qualified_Lead", "closed-won", "Closed Won", "closedwon",
    "disqualified", "customer", "CUSTOMER", "evangelist", "subscriber", "other", "", None,
)  # fmt: skip
STATUSES = (
    "new", "NEW", "restart", "attempted to contact", "ATTEMPTED_TO_CONTACT", "Attempted  to-contact",
    "connected", "nurturing", "bad timing", " ", "", None,
)  # fmt: skip
STAGES = (
    "appointmentscheduled", "QualifiedToBuy", "qualifiedtobuy", "presentationscheduled",
    "decisionmakerboughtin", "contractsent", "ContractSent", "closedwon", "CLOSEDWON", "closedlost",
    "unheard of", "", None,
)  # fmt: skip
REFERENCE = {"qualifiedtobuy": False, "contractsent": False, "ClosedWon": True, "closedlost": True}
IDS = st.integers(1, 6)
COMPANIES = st.dictionaries(
    st.tuples(st.sampled_from(SNAPSHOTS), IDS),
    st.tuples(
        st.sampled_from(LIFECYCLES), st.sampled_from(STATUSES), st.sampled_from((7, 8, None))
    ),
    min_size=1,
    max_size=8,
)
DEALS = st.dictionaries(
    st.tuples(st.sampled_from(SNAPSHOTS), st.integers(1, 12)),
    st.tuples(st.sampled_from(STAGES), st.one_of(IDS, st.none(), st.just(99))),
    max_size=12,
)
COLUMNS = (
    "snapshot_id, company_id, deal_id, owner_id, combined_stage, stage_level, adjusted_score::float,"
    " stage_source"
)


def words(text: str | None) -> str:
    """In lower case, its words joined by one underscore."""
    return "_".join((text or "").lower().replace("-", " ").replace("_", " ").split())


def combined(lifecycle: str | None, status: str | None, stage: str | None) -> str:
    kind = words(lifecycle).replace("_", "")
    deal = (stage or "").strip().lower()
    if kind == "lead":
        return f"lead/{words(status) or 'unknown'}"
    if kind == "closedwon" or (kind == "opportunity" and deal == "contractsent"):
        return "closed-won/contractsent"
    if kind == "opportunity":
        return f"opportunity/{deal or 'missing'}"
    known = kind in ("salesqualifiedlead", "disqualified", "customer", "evangelist")
    return kind if known else "unmapped"


def original(lifecycle: str | None, status: str | None, stage: str | None) -> str:
    """As the first version had it."""
    kind = (lifecycle or "").lower()
    if kind == "lead":
        return "lead/" + (status or "").lower().replace(" ", "_")
    if kind == "opportunity":
        return "opportunity/" + ("missing" if stage is None else stage)
    return kind if kind in ("salesqualifiedlead", "closed-won", "disqualified") else "unmapped"


def wanted(companies: dict, deals: dict, *, compatible: bool) -> list[tuple[Any, ...]]:
    """The units that these companies and deals make."""
    units = []
    closed = {stage for stage, is_closed in REFERENCE.items() if is_closed}
    if not compatible:
        closed = {stage.lower() for stage in closed}
    for (snapshot, company), (lifecycle, status, owner) in companies.items():
        of_company = {
            deal: stage
            for (taken, deal), (stage, linked) in deals.items()
            if (taken, linked) == (snapshot, company)
            and (stage if compatible else (stage or "").lower()) not in closed
        }
        if not compatible and words(lifecycle) != "opportunity":
            of_company = {}
        for deal, stage in (of_company or {None: None}).items():
            name = (original if compatible else combined)(lifecycle, status, stage)
            level, score = MAPPING.get(name, (None, None) if compatible else (0, 0.0))
            source = "company" if deal is None else "deal"
            units.append((snapshot, company, deal, owner, name, level, score, source))
    return units


@pytest.fixture(scope="module")
def views(build):
    """The project without any CRM table, and beside its view of the units the original's."""
    project = build("scoring_rules", {}, "+int_pipeline_units_scored")
    ours = project.query("select pg_get_viewdef('analytics.int_pipeline_units_scored'::regclass)")
    made = project.dbt(
        "run", "--select", "int_pipeline_units_scored", "--vars", "{scoring_compatible: true}"
    )
    assert made.success, project.messages(made)
    with psycopg.connect(project.database.url) as connection:
        connection.execute(f"create view public.ours as {ours[0][0]}")
    return project


def shown(project, view: str, companies: dict, deals: dict) -> list[tuple[Any, ...]]:
    """What a view makes of these rows; they are gone afterwards."""
    with psycopg.connect(project.database.url) as connection:
        cursor = connection.cursor()
        cursor.executemany(
            "insert into analytics.hs_companies"
            " (snapshot_id, company_id, lifecycle_stage, lead_status, hubspot_owner_id)"
            " values (%s, %s, %s, %s, %s)",
            [(*key, *row) for key, row in companies.items()],
        )
        cursor.executemany(
            "insert into analytics.hs_deals"
            " (snapshot_id, deal_id, deal_stage, associated_company_id) values (%s, %s, %s, %s)",
            [(*key, *row) for key, row in deals.items()],
        )
        cursor.executemany(
            "insert into analytics.hs_deal_stage_reference (pipeline_id, stage_id, is_closed)"
            " values ('default', %s, %s)",
            list(REFERENCE.items()),
        )
        rows = cursor.execute(f"select {COLUMNS} from {view}").fetchall()
        connection.rollback()
    return rows


RULES = pytest.mark.parametrize(
    ("view", "compatible"),
    [("public.ours", False), ("analytics.int_pipeline_units_scored", True)],
    ids=["ours", "original"],
)
QUIET = [HealthCheck.function_scoped_fixture, HealthCheck.too_slow]


@RULES
@pytest.mark.capability("S3-22", "S3-23", "S3-24", "S3-25")
@settings(max_examples=150, deadline=None, suppress_health_check=QUIET)
@given(companies=COMPANIES, deals=DEALS)
def test_any_companies_and_deals_make_the_units_of_the_rules(
    views, view, compatible, companies, deals
) -> None:
    units = wanted(companies, deals, compatible=compatible)
    assert Counter(shown(views, view, companies, deals)) == Counter(units)


@RULES
@pytest.mark.capability("S3-22", "S3-23", "S3-24", "S3-25")
def test_every_lifecycle_with_every_status_and_stage_scores_by_the_rules(
    views, view, compatible
) -> None:
    snapshot = SNAPSHOTS[0]
    every = [
        (life, status, stage) for life in LIFECYCLES for status in STATUSES for stage in STAGES
    ]
    companies = {
        (snapshot, n): (life, status, n % 3 or None) for n, (life, status, _) in enumerate(every)
    }
    deals = {(snapshot, n): (stage, n) for n, (_, _, stage) in enumerate(every)}
    units = wanted(companies, deals, compatible=compatible)
    assert Counter(shown(views, view, companies, deals)) == Counter(units)
    reached = {unit[4] for unit in units}
    never = {"customer", "evangelist", "closed-won/contractsent"} if compatible else set()
    assert reached >= set(MAPPING) - never and not reached & never


@pytest.mark.capability("S3-24", "S3-34")
def test_the_mapping_is_the_documented_one(views) -> None:
    shown = views.query(
        "select combined_stage, stage_level, adjusted_score::float from analytics.hs_stage_mapping"
    )
    assert {name: (level, score) for name, level, score in shown} == MAPPING
    assert len(shown) == len(MAPPING)
