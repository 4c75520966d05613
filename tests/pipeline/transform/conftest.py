"""The dbt project on raw tables written by hand, built in this process."""

import json
import os
import shutil
import subprocess
import sys
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from pathlib import Path
from typing import Any
from unittest import mock

import psycopg
import pytest
import yaml
from dbt.cli.main import dbtRunner, dbtRunnerResult
from dbt.contracts.files import FileHash
from dbt.parser.manifest import ManifestLoader
from psycopg import sql
from psycopg.types.json import Jsonb
from sandbox.postgres import Database, embedded_postgres
from sandbox.testing import RunningSandbox

ROOT = Path(__file__).parents[3]
BIN = Path(sys.executable).parent
TICKET_VIEWS = (
    *("+tickets", "+tickets_removed", "+sheet_tickets", "schedule_windows"),
    "stg_hubspot__rejected_values",
)
TAPS = {"hubspot": "tap-hubspot-support", "livechat": "tap-livechat", "gorgias": "tap-gorgias"}
RAW_TABLES = Path(__file__).with_name("raw_tables.sql")
SYNCED = "2026-06-01T12:00:00Z"

ROWS = yaml.safe_load(Path(__file__).with_name("rows.yml").read_text())

WAREHOUSE = "postgres"
"""What every database is called while dbt is at it: what dbt has read holds for one name only."""

READ_EARLY = ("dashboard_table", "division_table", "scoring_compatible", "sync_interval_hours")
"""The variables that what dbt has read depends on; others are asked for when it runs a model."""

_OWN_STATE_CHECK = ManifestLoader.build_manifest_state_check


def state_check(loader: ManifestLoader) -> Any:
    """What has to be the same for dbt to go on with what it has read, as it is for this project.

    dbt itself reads everything again, in many seconds, for another port or any other variable.
    """
    check = _OWN_STATE_CHECK(loader)
    early = {name: loader.root_project.cli_vars.get(name) for name in READ_EARLY}
    check.vars_hash = FileHash.from_contents(json.dumps(early))
    check.profile_hash = FileHash.from_contents(WAREHOUSE)
    return check


@contextmanager
def in_place_of_the_warehouse(database: Database) -> Iterator[None]:
    """Call a database WAREHOUSE until the block ends."""

    def rename(*pairs: tuple[str, str]) -> None:
        aside = replace(database, name="template1").url
        words = sql.SQL("alter database {} rename to {}")
        with psycopg.connect(aside, autocommit=True) as connection:
            for pair in pairs:
                connection.execute(words.format(*map(sql.Identifier, pair)))

    if database.name == WAREHOUSE:
        yield
        return
    rename((WAREHOUSE, "aside"), (database.name, WAREHOUSE))
    try:
        yield
    finally:
        rename((WAREHOUSE, database.name), ("aside", WAREHOUSE))


@dataclass
class Project:
    """A copy of the dbt project, pointed at one database.

    What dbt reads is kept in `readings` for the next project, and taken from there.
    """

    folder: Path
    database: Database
    readings: Path
    warnings: list[str] = field(default_factory=list)
    severity: str = "error"  # a failing test of the project fails ours; users have "warn"
    variables: dict[str, Any] = field(default_factory=dict)
    log_level: str = "none"

    @property
    def target(self) -> Path:
        """Where dbt leaves its artefacts."""
        return self.folder.with_name("target")

    def dbt(self, *words: str, write_json: bool = False) -> dbtRunnerResult:
        """Run dbt in this process, keeping its warnings, and its artefacts if asked to."""
        folders = {
            "DBT_WRITE_JSON": str(write_json),
            "DBT_LOG_LEVEL_FILE": self.log_level,
            # Of a part of the project, run the tests that this part has everything for.
            "DBT_INDIRECT_SELECTION": "cautious",
            "DBT_PROJECT_DIR": str(self.folder),
            "DBT_PROFILES_DIR": str(self.folder / "profiles"),
            "DBT_TARGET_PATH": str(self.target),
            "DBT_LOG_PATH": str(self.target),
            "DBT_TEST_SEVERITY": self.severity,
        }
        kept = {key: value for key, value in os.environ.items() if not key.startswith("DBT_")}
        database = {**self.database.environment(), "DBT_DBNAME": WAREHOUSE}
        settings = ["--vars", json.dumps(self.variables)] if self.variables else []
        with (
            in_place_of_the_warehouse(self.database),
            mock.patch.dict(os.environ, {**kept, **database, **folders}, clear=True),
            mock.patch.object(ManifestLoader, "build_manifest_state_check", state_check),
            self._reading(),
        ):
            return dbtRunner(callbacks=[self._keep_warning]).invoke(["--quiet", *words, *settings])

    @contextmanager
    def _reading(self) -> Iterator[None]:
        own = self.target / "partial_parse.msgpack"
        shared = self.readings / f"{self.severity}.msgpack"
        if not own.exists() and shared.exists():
            self.target.mkdir(exist_ok=True)
            shutil.copyfile(shared, own)
        yield
        if own.exists() and not shared.exists():
            draft = shared.with_suffix(f".{os.getpid()}")
            shutil.copyfile(own, draft)
            draft.replace(shared)

    def remake(self, *words: str) -> None:
        """Load the seeds and make the views of the tickets, or what is selected; no tests."""
        chosen = words if "--select" in words else (*words, "--select", *TICKET_VIEWS)
        outcome = self.dbt("build", "--exclude-resource-type", "test", "unit_test", *chosen)
        assert outcome.success, self.messages(outcome)

    def _keep_warning(self, event: Any) -> None:
        if event.info.level == "warn":
            self.warnings.append(event.info.msg)

    def messages(self, outcome: dbtRunnerResult) -> str:
        """What dbt says of all that did not pass."""
        if outcome.exception:
            return str(outcome.exception)
        bad = [r for r in outcome.result.results if r.status not in ("pass", "success", "no-op")]
        return "\n".join(f"{r.node.name}: {r.message}" for r in bad)

    def edit(self, path: str, old: str, new: str) -> None:
        file = self.folder / path
        text = file.read_text()
        assert text.count(old) == 1
        file.write_text(text.replace(old, new))

    def query(self, statement: str, *, time_zone: str = "UTC") -> list[tuple[Any, ...]]:
        with psycopg.connect(self.database.url, options=f"-c TimeZone={time_zone}") as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def column(self, name: str, relation: str = "tickets") -> dict[int, Any]:
        return dict(self.query(f"select ticket_id, {name} from analytics.{relation}"))


def load(connection: psycopg.Connection, table: str, rows: list[dict[str, Any]]) -> None:
    flags = ("is_deleted", "_fivetran_deleted")
    full = [
        {"_fivetran_synced": SYNCED, flags[0]: False, **row, flags[1]: row.get(flags[0], False)}
        for row in rows
    ]
    name = sql.Identifier("hubspot", table)
    connection.execute(
        sql.SQL("insert into {0} select * from jsonb_populate_recordset(null::{0}, %s)").format(
            name
        ),
        [Jsonb(full)],
    )


def loaded(server: Database, name: str, rows: dict[str, list[dict[str, Any]]]) -> Database:
    database = server.create(name)
    with psycopg.connect(database.url) as connection:
        connection.execute(RAW_TABLES.read_text())  # type: ignore[arg-type]
        for table, table_rows in rows.items():
            load(connection, table, table_rows)
    return database


def copied(folder: Path) -> Path:
    return shutil.copytree(
        ROOT / "transform", folder, ignore=shutil.ignore_patterns("target", "logs", "*.user.yml")
    )


def keep_evidence(project: Project) -> None:
    """Leave what dbt says of its tests where the capability page is made from."""
    evidence = ROOT / ".evidence" / "dbt"
    evidence.mkdir(parents=True, exist_ok=True)
    for name in ("manifest.json", "run_results.json"):
        shutil.copyfile(project.target / name, evidence / name)


@pytest.fixture(scope="session")
def server(tmp_path_factory) -> Iterator[Database]:
    with embedded_postgres(tmp_path_factory.mktemp("postgres")) as database:
        yield database


@pytest.fixture(scope="session")
def readings(tmp_path_factory) -> Path:
    """Where what dbt has read is kept, for every worker of this run."""
    base = tmp_path_factory.getbasetemp()
    folder = (base.parent if "PYTEST_XDIST_WORKER" in os.environ else base) / "readings"
    folder.mkdir(exist_ok=True)
    return folder


@pytest.fixture(scope="session")
def project_on(tmp_path_factory, readings) -> Callable[..., Project]:
    """Build the project, or what is selected, on a loaded database; its own tests must pass."""

    def built_on(
        database: Database,
        *select: str,
        tested: bool = True,
        units: bool = False,
        **variables: Any,
    ) -> Project:
        folder = copied(tmp_path_factory.mktemp("project") / "transform")
        project = Project(folder, database, readings, variables=variables)
        chosen = ("--select", *(select or "*"))
        if not tested:
            project.remake(*chosen)
            return project
        rows_only = () if units else ("--exclude-resource-type", "unit_test")
        outcome = project.dbt("build", *chosen, *rows_only, write_json=units)
        assert outcome.success, project.messages(outcome)
        return project

    return built_on


@pytest.fixture(scope="session")
def build(server, project_on) -> Callable[..., Project]:
    """Build the project as delivered on rows of one's own."""
    return lambda name, rows, *select: project_on(loaded(server, name, rows), *select)


@pytest.fixture(scope="session")
def unbuilt(server, tmp_path_factory, readings) -> Callable[..., Project]:
    """Copy the project for a database with rows of one's own, and build nothing yet."""

    def copy(name: str, rows: dict[str, list[dict[str, Any]]]) -> Project:
        folder = copied(tmp_path_factory.mktemp("project") / "transform")
        return Project(folder, loaded(server, name, rows), readings)

    return copy


@pytest.fixture(scope="session")
def built(server, project_on) -> Project:
    """The project as delivered, built once on the rows above, its unit tests passed as well."""
    project = project_on(loaded(server, "delivered", ROWS), units=True)
    keep_evidence(project)
    return project


@pytest.fixture
def changed(server, readings, tmp_path) -> Iterator[Project]:
    """A project of the test's own, on the same rows, not built yet."""
    yield Project(copied(tmp_path / "transform"), loaded(server, "changed", ROWS), readings)
    with psycopg.connect(server.url, autocommit=True) as connection:
        connection.execute("drop database changed with (force)")


def pipe(tap: str, schema: str, environment: dict[str, str]) -> None:
    """Load what a tap reads into a schema, by the two console scripts and a pipe."""
    reader = subprocess.Popen(
        [BIN / tap, "--config", "ENV"],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        env=environment,
    )
    loader = subprocess.run(
        [BIN / "target-postgres", "--config", "ENV"],
        stdin=reader.stdout,
        capture_output=True,
        env={**environment, "TARGET_POSTGRES_DEFAULT_TARGET_SCHEMA": schema},
        timeout=240,
    )
    assert (reader.wait(timeout=60), loader.returncode) == (0, 0), loader.stderr[-2000:]


@pytest.fixture(scope="session")
def loaded_by_taps() -> Callable[..., None]:
    """Load a sandbox's tools, all that it has or those named, from the beginning."""

    def load_all(sandbox: RunningSandbox, *vendors: str) -> None:
        environment = {
            **os.environ,
            **sandbox.environment,
            "TAP_GORGIAS_QUOTA_INTERVAL_SECONDS": "0.01",
            "TAP_GORGIAS_COUNT_UNANSWERED_SURVEYS": "true",
        }
        for vendor in vendors or [name for name in TAPS if name in sandbox.services]:
            pipe(TAPS[vendor], vendor, environment)

    return load_all
