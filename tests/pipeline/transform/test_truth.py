"""The views against a company that knows its own figures."""

from decimal import Decimal

import pytest
from sandbox.world import World

WALLS = {
    "America/Halifax": "reporting",
    "America/Chicago": "source",
    "America/New_York": "schedule",
}
MANAGER = "Morgan Vale"
INSTANT = """'YYYY-MM-DD"T"HH24:MI:SS.MS"Z"'"""
WALL = "'YYYY-MM-DD HH24:MI:SS.MS'"


@pytest.fixture(scope="module")
def world() -> World:
    """A year with both clock changes in it."""
    return World(seed=20, tickets=1500, until="2026-06-01T12:00:00Z")


@pytest.fixture(scope="module")
def told(world, build) -> tuple:
    """The views over the world's own rows, and the world's own figures."""
    world.advance(hours=200)
    truth = world.truth()
    tables = ("owner", "ticket_pipeline", "ticket_pipeline_stage", "ticket_property_history")
    rows = {name: listed(truth[name]) for name in (*tables, "rejected_value", "ticket")}
    return build("told", rows, "+tickets", "+tickets_removed"), world.metrics_truth()


def listed(rows: dict | list) -> list:
    return list(rows.values()) if isinstance(rows, dict) else rows


def kept(figures: dict) -> dict:
    return {
        key: row
        for key, row in figures.items()
        if not row["is_deleted"] and row["pipeline"] != "SPAM Tickets" and row["agent"] != MANAGER
    }


def seconds(text: str | None) -> Decimal | None:
    return None if text is None else Decimal(text)


def test_the_mart_holds_exactly_the_tickets_that_count(told) -> None:
    project, figures = told
    ids = {str(row[0]) for row in project.query("select ticket_id from analytics.tickets")}
    assert ids == set(kept(figures))
    assert len(ids) > 1000


@pytest.mark.capability("S0-13", "S0-25")
def test_every_ticket_has_its_agents_one_name(told) -> None:
    project, figures = told
    shown = project.query("select ticket_id, agent_name, owner_name from analytics.tickets")
    wanted = {key: (row["agent"] or row["owner_name"]) for key, row in kept(figures).items()}
    listed_owners = {str(key): agent for key, agent, _ in shown if wanted[str(key)]}
    assert listed_owners == {key: name for key, name in wanted.items() if name}
    assert len(set(wanted.values())) > 5


@pytest.mark.capability("S0-23")
@pytest.mark.parametrize("event", ["created", "closed"])
def test_every_wall_clock_of_the_year_is_right(told, event) -> None:
    project, figures = told
    walls = ", ".join(f"to_char({event}_at_{wall}, {WALL})" for wall in WALLS.values())
    shown = project.query(
        f"select ticket_id, to_char({event}_at at time zone 'UTC', {INSTANT}), {walls} from analytics.tickets"
    )
    assert {str(key): tuple(rest) for key, *rest in shown} == {
        key: (row[f"{event}_at"], *(row[f"{event}_local"][zone] for zone in WALLS))
        for key, row in kept(figures).items()
    }


@pytest.mark.capability("S0-26")
def test_every_weekend_flag_and_duration_is_right(told) -> None:
    project, figures = told
    shown = project.query(
        "select ticket_id, is_weekend_ticket, first_response_seconds, resolution_seconds from analytics.tickets"
    )
    assert {str(key): tuple(rest) for key, *rest in shown} == {
        key: (
            row["is_weekend"],
            seconds(row["first_response_seconds"]),
            seconds(row["resolution_seconds"]),
        )
        for key, row in kept(figures).items()
    }
