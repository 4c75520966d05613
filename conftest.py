"""Keeps, after every test run, which capabilities the tests claim and how those tests ended.

Written to ``.evidence/pytest.json`` for ``docs/capabilities.py``, one entry per case:
``{"tests/x.py::test_y[case]": {"rows": ["S2-30"], "outcome": "passed"}}``. A run replaces only
what it saw, so a run of one file neither loses nor renews what the other files have shown.
"""

from __future__ import annotations

import gc
import json
import os
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from pathlib import Path

NOT_RUN = "not run"
NOT_COLLECTED = "not collected"
_SENT = "capability_claims"


def module_of(node_id: str) -> str:
    """Return the path part of a test's node id."""
    return node_id.partition("::")[0]


def worse(earlier: str | None, report: pytest.TestReport) -> str | None:
    """Return a case's outcome after one more of its phases; only a passed call can pass it."""
    if report.failed or earlier == "failed":
        return "failed"
    if report.skipped or earlier == "skipped":
        return "skipped"
    return "passed" if report.when == "call" else earlier


@dataclass
class Seen:
    """What one run collected and how it ended."""

    claims: dict[str, list[str]] = field(default_factory=dict)
    modules: set[str] = field(default_factory=set)
    broken: set[str] = field(default_factory=set)
    outcomes: dict[str, str] = field(default_factory=dict)

    def sent(self) -> dict[str, Any]:
        """Return what a worker has to tell; reports reach the controller by themselves."""
        return {"claims": self.claims, "modules": sorted(self.modules)}

    def receive(self, sent: dict[str, Any]) -> None:
        """Take in what a worker told."""
        self.claims.update(sent["claims"])
        self.modules.update(sent["modules"])

    def dropped(self, node_id: str) -> bool:
        """Say whether a module that was collected whole no longer makes this claim."""
        return module_of(node_id) in self.modules and node_id not in self.claims

    def outcome(self, node_id: str, before: str) -> str:
        """Return a case's newest outcome; one that was not run keeps the one it had."""
        if module_of(node_id) in self.broken:
            return NOT_COLLECTED
        return self.outcomes.get(node_id, before)


def merged(old: dict[str, Any], seen: Seen, root: Path) -> dict[str, Any]:
    """Return the evidence after a run: its own cases replaced, all others as they were."""
    cases = {
        node_id: case
        for node_id, case in old.items()
        if (root / module_of(node_id)).is_file() and not seen.dropped(node_id)
    }
    for node_id, rows in seen.claims.items():
        before = cases.get(node_id, {}).get("outcome", NOT_RUN)
        cases[node_id] = {"rows": rows, "outcome": before}
    for node_id, case in cases.items():
        cases[node_id] = {**case, "outcome": seen.outcome(node_id, case["outcome"])}
    return cases


def read(path: Path) -> dict[str, Any]:
    """Return the cases kept so far, none before the first run."""
    return json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}


def write(path: Path, cases: dict[str, Any]) -> None:
    """Replace the evidence in one step, so that no reader meets half a file."""
    path.parent.mkdir(exist_ok=True)
    draft = path.with_suffix(f".{os.getpid()}")
    draft.write_text(json.dumps(cases, indent=1, sort_keys=True) + "\n", encoding="utf-8")
    draft.replace(path)


class EvidenceKeeper:
    """The plugin: listens in the controller and, under pytest-xdist, in every worker."""

    def __init__(self, config: pytest.Config) -> None:
        self.config = config
        self.seen = Seen()
        # Only a run that names no single test knows all that a module claims.
        single = any("::" in argument for argument in config.args)
        self.whole = not single and not config.getoption("lf", default=False)

    @pytest.hookimpl(tryfirst=True)
    def pytest_collection_modifyitems(self, items: list[pytest.Item]) -> None:
        """Note every claim before -k and -m take tests away.

        Nightly repetitions prove nothing of their own, a shorter test does.
        """
        for item in items:
            rows = {str(row) for mark in item.iter_markers("capability") for row in mark.args}
            if rows and item.get_closest_marker("nightly") is None:
                self.seen.claims[item.nodeid] = sorted(rows)

    def pytest_collectreport(self, report: pytest.CollectReport) -> None:
        """Note the modules collected and those that could not be."""
        if report.failed:
            self.seen.broken.add(module_of(report.nodeid))
        elif self.whole and report.nodeid.endswith(".py"):
            self.seen.modules.add(report.nodeid)

    def pytest_runtest_logreport(self, report: pytest.TestReport) -> None:
        """Note how a phase of a test ended, wherever it ran."""
        outcome = worse(self.seen.outcomes.get(report.nodeid), report)
        if outcome is not None:
            self.seen.outcomes[report.nodeid] = outcome

    @pytest.hookimpl(optionalhook=True)
    def pytest_testnodedown(self, node: Any) -> None:
        """Take in what a pytest-xdist worker collected; a crashed one tells nothing."""
        sent = getattr(node, "workeroutput", None) or {}
        if _SENT in sent:
            self.seen.receive(sent[_SENT])

    def pytest_sessionfinish(self) -> None:
        """Hand the claims to the controller, or write the evidence."""
        if hasattr(self.config, "workeroutput"):
            self.config.workeroutput[_SENT] = self.seen.sent()
        elif not self.config.getoption("collectonly"):
            path = self.config.rootpath / ".evidence" / "pytest.json"
            write(path, merged(read(path), self.seen, self.config.rootpath))


def pytest_configure(config: pytest.Config) -> None:
    """Switch the keeper on."""
    config.pluginmanager.register(EvidenceKeeper(config), "capability-evidence")


@pytest.fixture(scope="module", autouse=True)
def _without_the_past() -> None:
    """Let the collector leave alone what earlier modules keep: going through it takes minutes."""
    gc.collect()
    gc.freeze()
    gc.set_threshold(20_000, 20, 20)
