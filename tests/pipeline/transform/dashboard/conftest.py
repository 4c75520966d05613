"""Two helpdesks as tap and target loaded them, and the dashboard that dbt makes of them."""

from __future__ import annotations

import dataclasses
from collections.abc import Callable
from dataclasses import dataclass
from decimal import ROUND_HALF_EVEN, Decimal
from typing import Any

import psycopg
import pytest

NOW = "2026-06-27T12:00:00Z"
ALL_MONTHS = 30
"""More than the helpdesks have existed."""

MODELS = ("+monthly_dashboard", "+gorgias_dashboard_reconciliation")
COLUMNS = [
    *("Client", "ID", "Name", "Email", "Month_start_date", "Ticket", "Messages", "FRT"),
    *("One_Touch_in_Percentage", "ART", "Channel", "Last_updated_time"),
    "Customer_Satisfaction-Messages_Sent",
    "Customer_Satisfaction-Response_Rate_in_Percentage",
    "Customer_Satisfaction-Rating",
    "Created_Datetime",
]
FIGURES = {
    "Ticket": "closed_tickets",
    "Messages": "messages_sent",
    "FRT": "first_response_median_seconds",
    "ART": "resolution_median_seconds",
    "One_Touch_in_Percentage": "one_touch_percent",
    "Customer_Satisfaction-Messages_Sent": "csat_sent",
    "Customer_Satisfaction-Response_Rate_in_Percentage": "csat_response_rate",
    "Customer_Satisfaction-Rating": "csat_rating",
}
Key = tuple[str, int, str, str]
Row = dict[str, Any]


@dataclass
class Dashboard:
    """The dashboard in one database.

    Attributes:
        project: The dbt project that makes it.
    """

    project: Any
    columns = COLUMNS
    figures = tuple(FIGURES)

    def run(self, word: str = "run", **variables: Any) -> None:
        """Make it and what it is made of; "build" runs the project's tests of it as well."""
        outcome = self.tried(word, **variables)
        assert outcome.success, self.project.messages(outcome)

    def tried(self, word: str = "run", **variables: Any) -> Any:
        """The same, however it ends."""
        self.project.variables |= variables
        return self.project.dbt(word, "--select", *MODELS)

    def execute(self, *statements: str) -> None:
        """Change something in its database."""
        with psycopg.connect(self.project.database.url) as connection:
            for statement in statements:
                connection.execute(statement)

    def rows(self, table: str = "analytics.monthly_dashboard") -> dict[Key, Row]:
        """Its rows by key, each with the database's own mark of who wrote it last (xmin)."""
        names = ", ".join(f'"{name}"' for name in COLUMNS)
        rows = self.project.query(f"select xmin::text, {names} from {table}")
        found = [dict(zip(["xmin", *COLUMNS], row, strict=True)) for row in rows]
        keyed = {_key(row): row for row in found}
        assert len(keyed) == len(found)
        return keyed

    def shown(self) -> dict[Key, Row]:
        """Its figures by key."""
        return {key: {n: row[n] for n in FIGURES} for key, row in self.rows().items()}


def _key(row: Row) -> Key:
    return row["Client"], row["ID"], row["Channel"], row["Month_start_date"].isoformat()


@pytest.fixture(scope="session")
def own_figures() -> Callable[..., dict[Key, Row]]:
    """The helpdesks' own figures of the months before a running one, in the dashboard's units."""

    def stated(world: Any, running: str = "2026-06-01") -> dict[Key, Row]:
        rows = world.truth()["gorgias.agent_statistics"].values()
        return {
            (row["account"], row["agent_id"], row["channel"], row["month"]): {
                name: _in_its_unit(name, row[figure]) for name, figure in FIGURES.items()
            }
            for row in rows
            if row["month"] < running
        }

    return stated


def _in_its_unit(name: str, value: str | int | None) -> Decimal | int | None:
    if value is None or isinstance(value, int):
        return value
    if name not in {"FRT", "ART"}:
        return Decimal(value)
    return (Decimal(value) / 3600).quantize(Decimal("0.0001"), ROUND_HALF_EVEN)


@pytest.fixture(scope="session")
def load() -> Callable[[Any], None]:
    """Have the tap read what is new, and every month's statistics; the target writes it."""

    def loaded(pipeline: Any) -> None:
        pipeline.tap_config |= {
            "statistics_months": ALL_MONTHS,
            "statistics_refresh_months": ALL_MONTHS,
            "quota_interval_seconds": 0.2,
        }
        pipeline.sandbox.services["gorgias"].behave({"limits": False})
        pipeline.until_clean()

    return loaded


@pytest.fixture(scope="session")
def dashboard_on(unbuilt) -> Callable[..., Dashboard]:
    """A dashboard over a database, not made yet, with all months to work out.

    Only what the loader stamped after a run counts as changed: its runs are seconds apart here.
    """

    def pointed(database: Any, name: str, **variables: Any) -> Dashboard:
        project = dataclasses.replace(unbuilt(f"dashboard_{name}", {}), database=database)
        settings = {"as_of": NOW, "dashboard_months": ALL_MONTHS, "overlap_minutes": 0}
        project.variables = {**settings, "reconciliation_months": ALL_MONTHS, **variables}
        return Dashboard(project)

    return pointed


@pytest.fixture(scope="session")
def helpdesks(lasting_pipeline_over, load):
    """Two helpdesks, loaded; nobody changes them."""
    pipeline = lasting_pipeline_over("gorgias", tickets=900, until=NOW, seed=5)
    load(pipeline)
    return pipeline


@pytest.fixture(scope="session")
def first_run(helpdesks, dashboard_on) -> Dashboard:
    """The dashboard as its first run makes it, its own tests passed; nobody changes it."""
    made = dashboard_on(_copied(helpdesks.sandbox.database, "first_run"), "first_run")
    made.run("build")
    return made


@pytest.fixture(scope="session")
def unmade(helpdesks, dashboard_on) -> Callable[..., Dashboard]:
    """A dashboard over a copy of what was loaded, not made yet."""
    database = helpdesks.sandbox.database
    return lambda name, **variables: dashboard_on(_copied(database, name), name, **variables)


@pytest.fixture(scope="session")
def made(first_run, dashboard_on) -> Callable[..., Dashboard]:
    """A copy of the dashboard as its first run made it, to be changed."""

    def copy(name: str, **variables: Any) -> Dashboard:
        return dashboard_on(_copied(first_run.project.database, name), name, **variables)

    return copy


def _copied(database: Any, name: str) -> Any:
    """A copy of a database that nobody is connected to, on the same server."""
    aside = dataclasses.replace(database, name="template1").url
    with psycopg.connect(aside, autocommit=True) as connection:
        connection.execute(f"create database {name} template {database.name}")
    return dataclasses.replace(database, name=name)
