"""A run measures what changed, and leaves the same rows as one that measures everything."""

from dataclasses import replace

import psycopg
import pytest
from sandbox.world.support import support_truth
from sandbox.world.support_settings import rules_of

KEPT = ("int_conversation_turns", "int_conversation_spans", "int_conversations_measured")
MEASURES = ("run", "--select", "int_changed_conversations", *KEPT)
VENDORS = ("hubspot", "livechat", "gorgias")
FIGURES = (
    *("agent_name", "first_response_seconds", "full_resolution_seconds", "reopen_count", "csat"),
    *("response_count", "total_wait_seconds", "is_one_touch", "removal_reason", "handled_by"),
)


def loads(pipeline) -> list:
    """The same sandbox's pipelines, one for each tool, each with its own state."""
    made = []
    for vendor in VENDORS:
        folder = pipeline.folder / vendor
        folder.mkdir()
        settings = {"quota_interval_seconds": 0.01} if vendor == "gorgias" else {}
        made.append(replace(pipeline, folder=folder, vendor=vendor, tap_config=settings))
    return made


@pytest.fixture(scope="module")
def living(lasting_pipeline_over, project_on):
    """A company, its pipelines, and the models as first built; the overlap is nothing here."""
    pipeline = lasting_pipeline_over(
        tickets=250,
        seed=5,
        parts=("livechat", "gorgias"),
        behaviours={"gorgias": {"limits": False}},
    )
    pipelines = loads(pipeline)
    for one in pipelines:
        one.until_clean()
    return pipelines, project_on(
        pipeline.sandbox.database, "+conversations", tested=False, overlap_minutes=0
    )


def kept_rows(project) -> dict[str, set[str]]:
    return {
        name: {
            row[0]
            for row in project.query(
                f"select (to_jsonb(t) - 'measured_at')::text from analytics.{name} t"
            )
        }
        for name in KEPT
    }


def figures(project) -> dict[str, tuple]:
    shown = ", ".join(f"{name}::text" for name in FIGURES)
    rows = project.query(
        f"select conversation_id, {shown} from analytics.int_conversations_measured"
    )
    return {key: tuple(map(plain, rest)) for key, *rest in rows}


def plain(value):
    """Decimal text without trailing zeros, so that 12.500000 is the truth's 12.5."""
    if value and value.replace(".", "").isdigit() and "." in value:
        return value.rstrip("0").rstrip(".")
    return value


def wanted(sandbox, project) -> dict[str, tuple]:
    truth = support_truth(sandbox.world, rules_of(project.folder))["conversations"]
    shown = {True: "true", False: "false", None: None}
    return {
        key: tuple(
            shown[row[name]]
            if isinstance(row[name], bool)
            else None
            if row[name] is None
            else str(row[name])
            for name in FIGURES
        )
        for key, row in truth.items()
    }


def counted(project, relation: str) -> int:
    return project.query(f"select count(*) from analytics.{relation}")[0][0]


def test_rounds_of_life_leave_the_truth_and_the_rows_of_a_full_run(living) -> None:
    pipelines, project = living
    sandbox = pipelines[0].sandbox
    shares = []
    for _ in range(3):
        sandbox.world.advance(hours=30)
        sandbox.world.settle(minutes=2)
        for one in pipelines:
            one.until_clean()
        assert project.dbt(*MEASURES).success
        shown = figures(project)
        truth = wanted(sandbox, project)
        assert {key: shown.get(key) for key in truth} == truth
        shares.append(counted(project, "int_changed_conversations") / len(shown))
    # In the third round an owner leaves: everybody's conversations may show another name.
    assert min(shares) < 0.5 and shares[2] == 1
    before = kept_rows(project)
    assert project.dbt(*MEASURES, "--full-refresh").success
    assert counted(project, "int_changed_conversations") == len(figures(project))
    assert {name: before[name] ^ rows for name, rows in kept_rows(project).items()} == {
        name: set() for name in KEPT
    }


def test_a_run_over_nothing_new_measures_nothing(living) -> None:
    _, project = living
    assert project.dbt(*MEASURES).success
    assert counted(project, "int_changed_conversations") == 0


def test_another_alias_or_shift_is_measured_everywhere_without_a_full_refresh(living) -> None:
    _, project = living
    project.edit("seeds/agent_aliases.csv", "Elif,Elif Demir", "Elif,Somebody Else")
    assert project.dbt("seed").success and project.dbt(*MEASURES).success
    assert project.query(
        "select count(*) > 0 from analytics.conversations where agent_name = 'Somebody Else'"
    ) == [(True,)]
    assert counted(project, "int_changed_conversations") > 300


def test_what_a_loader_deletes_for_good_leaves_the_marts(living) -> None:
    pipelines, project = living
    gone = "select conversation_id from analytics.conversations where source_system = 'gorgias' limit 1"
    (key,) = project.query(gone)[0]
    account, ticket = key.removeprefix("gorgias:").split("/")
    with psycopg.connect(pipelines[0].sandbox.database.url) as connection:
        connection.execute(
            "delete from gorgias.tickets where account = %s and id = %s", (account, int(ticket))
        )
    assert project.dbt(*MEASURES).success
    for name in KEPT:
        assert project.query(
            f"select count(*) from analytics.{name} where conversation_id = '{key}'"
        ) == [(0,)]
