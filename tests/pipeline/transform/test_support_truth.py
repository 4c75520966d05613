"""Every support figure of three tools against the world's own truth, in three pairs of zones."""

from decimal import Decimal
from fractions import Fraction
from typing import Any

import pytest
from sandbox.testing import RunningSandbox, running_sandbox
from sandbox.world.support import support_truth
from sandbox.world.support_settings import rules_of

ZONES = {
    "as delivered": ("America/Halifax", "America/New_York"),
    "half hours, southern summer": ("Australia/Lord_Howe", "Europe/Vienna"),
    "no summer time": ("Asia/Kathmandu", "Asia/Tokyo"),
}
MARTS = (
    *("+conversations", "+conversation_responses", "+backlog_days"),
    *(
        f"+{whose}_{period}s"
        for whose in ("agent", "support")
        for period in ("day", "week", "month")
    ),
)
QUICK = {"hubspot": {"limits": False}, "gorgias": {"limits": False}}
INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.US"Z"'"""
WALL = "'YYYY-MM-DD HH24:MI:SS.US'"
ROUNDED = {"csat_percent": 2, "csat_average": 2}


@pytest.fixture(scope="module")
def company(tmp_path_factory, loaded_by_taps):
    """A sandbox whose three tools are loaded, some rounds into its life."""
    folder = tmp_path_factory.mktemp("company")
    parts = ("livechat", "gorgias")
    with running_sandbox(folder, tickets=900, seed=11, parts=parts, behaviours=QUICK) as sandbox:
        sandbox.world.advance(hours=90)
        sandbox.world.settle(minutes=2)
        loaded_by_taps(sandbox)
        yield sandbox


@pytest.fixture(
    scope="module",
    params=[
        pytest.param(zones, id=name, marks=[] if name == "as delivered" else pytest.mark.nightly)
        for name, zones in ZONES.items()
    ],
)
def told(request, company: RunningSandbox, project_on):
    """The marts under one pair of zones, and the truth under the same."""
    reporting, schedule = request.param
    zones = {"reporting_timezone": reporting, "schedule_timezone": schedule}
    delivered = request.param == ZONES["as delivered"]
    select = () if delivered else MARTS
    project = project_on(company.database, *select, tested=delivered, **zones)
    rules = rules_of(project.folder, reporting_zone=reporting, schedule_zone=schedule)
    return project, support_truth(company.world, rules)


def rows(project, relation: str, columns: dict[str, str]) -> list[dict[str, Any]]:
    """The relation's rows, instants and walls in the truth's form."""
    shown = ", ".join(shaped(name, kind) for name, kind in columns.items())
    found = project.query(f"select {shown} from analytics.{relation}")
    return [dict(zip(columns, row, strict=True)) for row in found]


def shaped(name: str, kind: str) -> str:
    if kind == "timestamp with time zone":
        return f"to_char({name} at time zone 'UTC', {INSTANT})"
    return f"to_char({name}, {WALL})" if kind == "timestamp without time zone" else name


def columns_of(project, relation: str, wanted: set[str]) -> dict[str, str]:
    """The columns of a relation that the truth speaks of, with their types."""
    found = dict(
        project.query(
            "select column_name::text, data_type::text from information_schema.columns"
            f" where table_schema = 'analytics' and table_name = '{relation}'"
        )
    )
    missing = wanted - set(found)
    assert missing == set(), f"{relation} lacks {missing}"
    return {name: kind for name, kind in found.items() if name in wanted}


def same(name: str, shown: Any, wanted: Any) -> bool:
    if shown is None or wanted is None:
        return shown is None and wanted is None
    if isinstance(wanted, Fraction):
        digits = ROUNDED.get(name, 3)
        return abs(Fraction(shown) - wanted) <= Fraction(51, 100 * 10**digits)
    if name.endswith("seconds"):
        return Decimal(shown) == Decimal(wanted)
    return shown == wanted


def differing(shown: dict[Any, dict], wanted: dict[Any, dict]) -> list[Any]:
    """What is missing, too much, or has another value; at most the first thirty."""
    found: list[Any] = [("missing", key) for key in wanted if key not in shown]
    found += [("too much", key) for key in shown if key not in wanted]
    found += [
        (key, name, row[name], wanted[key][name])
        for key, row in shown.items()
        if key in wanted
        for name in row
        if not same(name, row[name], wanted[key][name])
    ]
    return found[:30]


@pytest.mark.capability("S0-24")
def test_every_figure_of_every_conversation_is_the_worlds(told) -> None:
    project, truth = told
    wanted = {k: r for k, r in truth["conversations"].items() if r["removal_reason"] is None}
    names = set(next(iter(wanted.values()))) - {"removal_reason"}
    shown = rows(project, "conversations", columns_of(project, "conversations", names))
    assert differing({row["conversation_id"]: row for row in shown}, wanted) == []
    sources = [row["source_system"] for row in shown]
    assert min(sources.count(one) for one in ("hubspot", "livechat", "gorgias")) > 90


def test_conversations_that_do_not_count_are_removed_for_the_worlds_reason(told) -> None:
    project, truth = told
    shown = dict(
        project.query(
            "select conversation_id, removal_reason from analytics.int_conversations_measured"
        )
    )
    wanted = {key: row["removal_reason"] for key, row in truth["conversations"].items()}
    assert {key: reason for key, reason in shown.items() if key in wanted} == wanted
    # What is gone for good may still be marked in the warehouse.
    assert {reason for key, reason in shown.items() if key not in wanted} <= {"deleted"}
    assert set(wanted.values()) >= {None, "deleted", "spam", "denied_agent"}


def test_every_turn_of_every_conversation_is_the_worlds(told) -> None:
    project, truth = told
    kept = {k for k, r in truth["conversations"].items() if r["removal_reason"] is None}
    wanted = {
        (key, turn["turn_number"]): turn
        for key, turns in truth["responses"].items()
        if key in kept
        for turn in turns
    }
    names = {"conversation_id", *next(iter(wanted.values()))}
    shown = {
        (row["conversation_id"], row["turn_number"]): {
            name: value for name, value in row.items() if name != "conversation_id"
        }
        for row in rows(
            project, "conversation_responses", columns_of(project, "conversation_responses", names)
        )
    }
    assert differing(shown, wanted) == []
    assert len(wanted) > 500
    assert {row["responder_kind"] for row in shown.values()} == {"human", "bot", None}


@pytest.mark.parametrize("period", ["day", "week", "month"])
@pytest.mark.parametrize("whose", ["agent", "support"])
def test_every_period_of_every_agent_and_of_all_is_the_worlds(told, whose, period) -> None:
    project, truth = told
    wanted = truth[f"{whose}_periods"][period]
    keys = ["agent_name", "source_system", "period_start_date"][whose == "support" :]
    relation = f"{whose}_{period}s"
    names = {*keys, *next(iter(wanted.values()))}
    shown = {
        tuple(str(row[key]) for key in keys): {n: v for n, v in row.items() if n not in keys}
        for row in rows(project, relation, columns_of(project, relation, names))
    }
    assert differing(shown, wanted) == []
    assert len(wanted) > 30


def test_the_backlog_of_every_day_is_the_worlds(told) -> None:
    project, truth = told
    wanted = truth["backlog"]
    shown = {
        (row["source_system"], str(row["backlog_date"])): {
            name: row[name] for name in ("opened", "closed", "open_at_end")
        }
        for row in rows(
            project,
            "backlog_days",
            dict.fromkeys(("source_system", "backlog_date", "opened", "closed", "open_at_end"), ""),
        )
    }
    last = max(day for _, day in wanted)
    assert differing({key: row for key, row in shown.items() if key[1] <= last}, wanted) == []
    assert max(row["open_at_end"] for row in wanted.values()) > 5
