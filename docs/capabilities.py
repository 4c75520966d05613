#!/usr/bin/env python3
"""The capability page: what is promised, and which passing tests show it.

``write`` makes ``docs/capabilities.md`` from ``docs/capabilities.toml`` (the rows) and
``.evidence/`` (how the last test runs ended). ``check`` exits with 1 and the reasons when page,
rows and evidence do not agree. Evidence comes from two places, either of which may be absent:

- ``.evidence/pytest.json``, kept by the root ``conftest.py``: tests that carry
  ``@pytest.mark.capability("S2-30", ...)``;
- ``.evidence/dbt/manifest.json`` and ``run_results.json``, copied there by the test that runs
  dbt: tests and unit tests whose config has ``meta: {capability: [S2-30, ...]}``.
"""

from __future__ import annotations

import argparse
import difflib
import importlib
import json
import sys
from collections import defaultdict
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence

# Python 3.10 has no TOML reader; there pytest brings the one that became the standard one.
tomllib = importlib.import_module("tomllib" if sys.version_info >= (3, 11) else "tomli")

ROOT = Path(__file__).resolve().parents[1]
PASSED = "passed"
NOT_RUN = "not run"
DIFF_LINES = 20
INTRODUCTION = """\
# Capabilities

<!-- Made by `make docs` from capabilities.toml and the last test run. Do not edit. -->

What Fundy is to do, row by row, and the tests that show it. A row counts as proven only while
every case of every test named beside it passes; `make test` compares this page with the outcome
of its own run and fails where they differ.
"""


class DamagedError(Exception):
    """A file that this page is made from cannot be used as it is."""


@dataclass(frozen=True)
class Row:
    """One promised capability; a required one may not stand without a proof."""

    id: str
    text: str
    required: bool = False
    reason: str = ""


@dataclass(frozen=True)
class Group:
    """The rows that share a heading."""

    heading: str
    rows: tuple[Row, ...]


class Claim(NamedTuple):
    """One test case, the row that it claims to prove, and how the case ended."""

    row: str
    test: str
    outcome: str


Outcomes = dict[str, dict[str, set[str]]]
"""Row id -> test name without parameters -> the outcomes of its cases."""


def read_groups(path: Path) -> list[Group]:
    """Return the groups of the row list in their order.

    Raises:
        DamagedError: an id stands twice.
    """
    raw = tomllib.loads(path.read_text(encoding="utf-8"))["group"]
    groups = [Group(g["heading"], tuple(Row(**row) for row in g["rows"])) for g in raw]
    ids = [row.id for row in all_rows(groups)]
    twice = sorted({i for i in ids if ids.count(i) > 1})
    if twice:
        raise DamagedError(f"{path.name} lists {', '.join(twice)} twice: give each row its own id.")
    return groups


def all_rows(groups: Iterable[Group]) -> Iterator[Row]:
    """Yield the rows of all groups."""
    return (row for group in groups for row in group.rows)


def read_json(path: Path) -> dict[str, Any]:
    """Return a JSON object, an empty one when the file is absent.

    Raises:
        DamagedError: the file holds something else.
    """
    try:
        found = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    except json.JSONDecodeError as error:
        raise DamagedError(f"{path} is not JSON: delete it and run the tests again.") from error
    if not isinstance(found, dict):
        raise DamagedError(f"{path} is no JSON object: delete it and run the tests again.")
    return found


def pytest_claims(cases: Mapping[str, Any]) -> Iterator[Claim]:
    """Yield what the pytest cases claim; a case counts under its test's name."""
    for node_id, case in cases.items():
        test = node_id.partition("[")[0]
        yield from (Claim(row, test, case["outcome"]) for row in case["rows"])


def dbt_claims(manifest: Mapping[str, Any], results: Mapping[str, Any]) -> Iterator[Claim]:
    """Yield what dbt's tests and unit tests claim; what no result names was not run."""
    ended = {result["unique_id"]: result["status"] for result in results.get("results", ())}
    nodes = {**manifest.get("nodes", {}), **manifest.get("unit_tests", {})}
    for unique_id, node in nodes.items():
        status = ended.get(unique_id, NOT_RUN)
        outcome = PASSED if status == "pass" else status
        yield from (Claim(row, f"dbt: {node['name']}", outcome) for row in dbt_rows(node))


def dbt_rows(node: Mapping[str, Any]) -> list[str]:
    """Return the rows in a dbt node's ``config.meta.capability``, a text or a list of them."""
    meta = node.get("config", {}).get("meta") or {}
    rows = meta.get("capability", [])
    return [rows] if isinstance(rows, str) else list(rows)


def read_outcomes(evidence: Path) -> Outcomes:
    """Return how every claim in the evidence folder ended."""
    dbt = evidence / "dbt"
    claims = [
        *pytest_claims(read_json(evidence / "pytest.json")),
        *dbt_claims(read_json(dbt / "manifest.json"), read_json(dbt / "run_results.json")),
    ]
    outcomes: Outcomes = defaultdict(lambda: defaultdict(set))
    for claim in claims:
        outcomes[claim.row][claim.test].add(claim.outcome)
    return outcomes


def proofs(outcomes: Outcomes, row: str) -> list[str]:
    """Return the tests of which every case that claims the row passed."""
    return sorted(test for test, ends in outcomes.get(row, {}).items() if ends == {PASSED})


def render(groups: Iterable[Group], outcomes: Outcomes) -> str:
    """Return the page: one table for each group."""
    return INTRODUCTION + "".join(table(group, outcomes) for group in groups)


def table(group: Group, outcomes: Outcomes) -> str:
    """Return a group's heading, its count of proven rows and its table."""
    proven = sum(bool(proofs(outcomes, row.id)) for row in group.rows)
    lines = [
        f"\n## {group.heading}\n",
        f"{proven} of {len(group.rows)} proven.\n",
        "| row | capability | proven by | reason |",
        "| --- | --- | --- | --- |",
        *(line(row, proofs(outcomes, row.id)) for row in group.rows),
    ]
    return "\n".join(lines) + "\n"


def line(row: Row, tests: Sequence[str]) -> str:
    """Return a row's line; the reason is for rows that nothing proves yet."""
    by = "<br>".join(f"`{test}`" for test in tests) or "not yet"
    cells = (row.id, row.text, by, "" if tests else row.reason)
    return "| " + " | ".join(cell.replace("|", "\\|") for cell in cells) + " |"


def claim_problems(groups: Iterable[Group], outcomes: Outcomes) -> Iterator[str]:
    """Yield a reason for each claim on an unknown row and each that the test did not hold."""
    known = {row.id for row in all_rows(groups)}
    for row, tests in sorted(outcomes.items()):
        for test, ends in sorted(tests.items()):
            if row not in known:
                yield f"{test} claims {row}, which is no row: correct its mark or list the row."
            elif ends != {PASSED}:
                how = ", ".join(sorted(ends))
                yield f"{test} claims {row} but ended: {how}. Run and mend it, or drop the claim."


def required_problems(groups: Iterable[Group], outcomes: Outcomes) -> Iterator[str]:
    """Yield a reason for each required row that nothing proves."""
    for row in all_rows(groups):
        if row.required and not proofs(outcomes, row.id):
            yield f"{row.id} is required and nothing proves it: {row.text}"


def page_problems(page: str, expected: str) -> Iterator[str]:
    """Yield a reason, with the first lines that differ, when the page is not today's."""
    if page == expected:
        return
    differences = list(
        difflib.unified_diff(
            page.splitlines(), expected.splitlines(), "capabilities.md", "evidence", "", "", 0, ""
        )
    )
    shown = "\n    ".join(differences[:DIFF_LINES])
    more = len(differences) - DIFF_LINES
    rest = f"\n    and {more} lines more" if more > 0 else ""
    yield f"The page is not what the evidence gives: run `make docs`.\n    {shown}{rest}"


def problems(root: Path) -> list[str]:
    """Return every reason why the page may not stand as it is, none when it may."""
    if not (root / ".evidence" / "pytest.json").exists():
        return ["No test has left evidence here: run `make test`."]
    groups = read_groups(root / "docs" / "capabilities.toml")
    outcomes = read_outcomes(root / ".evidence")
    page = root / "docs" / "capabilities.md"
    return [
        *claim_problems(groups, outcomes),
        *required_problems(groups, outcomes),
        *page_problems(
            page.read_text(encoding="utf-8") if page.exists() else "", render(groups, outcomes)
        ),
    ]


def write(root: Path) -> int:
    """Make the page from the rows and the evidence at hand."""
    groups = read_groups(root / "docs" / "capabilities.toml")
    page = render(groups, read_outcomes(root / ".evidence"))
    (root / "docs" / "capabilities.md").write_text(page, encoding="utf-8")
    return 0


def check(root: Path) -> int:
    """Say what does not agree, and return the exit code: 0 when all does."""
    found = problems(root)
    sys.stderr.writelines(f"capabilities: {problem}\n" for problem in found)
    return 1 if found else 0


def main(arguments: Sequence[str] | None = None, root: Path = ROOT) -> int:
    """Run ``write`` or ``check`` and return the exit code."""
    parser = argparse.ArgumentParser(description="Make or check the capability page.")
    parser.add_argument("action", choices=["write", "check"])
    action = {"write": write, "check": check}[parser.parse_args(arguments).action]
    try:
        return action(root)
    except DamagedError as error:
        sys.stderr.write(f"capabilities: {error}\n")
        return 1


if __name__ == "__main__":
    raise SystemExit(main())
