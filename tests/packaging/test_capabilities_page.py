"""The capability page says only what tests that passed have shown, and keeps saying it."""

from __future__ import annotations

import importlib.util
import json
import os
import shutil
import subprocess
import sys
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

if TYPE_CHECKING:
    from types import ModuleType

ROOT = Path(__file__).parents[2]
ROWS = """\
[[group]]
heading = "S9: an example"
rows = [
  { id = "S9-01", text = "A number is a number.", required = true },
  { id = "S9-02", text = "Text is | text.", reason = "comes later" },
]
"""
CONFIGURATION = """\
[pytest]
addopts = --strict-markers --import-mode=importlib
markers =
    capability(*rows): rows proven
    nightly: long repetitions
"""
NUMBER = """\
import pytest

@pytest.mark.capability("S9-01")
@pytest.mark.parametrize("number", [1, 2])
def test_a_number_is_a_number(number):
    assert number in {accepted}
"""
TEXT = """\
import pytest

@pytest.mark.capability("S9-02")
def test_text_is_text():
    assert "text"
"""
NUMBER_TEST = "tests/test_number.py::test_a_number_is_a_number"
TEXT_TEST = "tests/test_text.py::test_text_is_text"


def load(path: Path) -> ModuleType:
    spec = importlib.util.spec_from_file_location("capabilities_page", path)
    assert spec is not None
    assert spec.loader is not None
    module = importlib.util.module_from_spec(spec)
    sys.modules[spec.name] = module
    spec.loader.exec_module(module)
    return module


capabilities = load(ROOT / "docs" / "capabilities.py")


class Tree:
    """A small repository with rows, tests and the root's conftest."""

    def __init__(self, root: Path) -> None:
        self.root = root
        self.rows(ROWS)
        self.put("pytest.ini", CONFIGURATION)
        shutil.copy(ROOT / "conftest.py", root)

    def put(self, path: str, text: str) -> None:
        (self.root / path).parent.mkdir(parents=True, exist_ok=True)
        (self.root / path).write_text(text, encoding="utf-8")

    def rows(self, text: str) -> None:
        self.put("docs/capabilities.toml", text)

    def number(self, accepted: str = "[1, 2]") -> None:
        self.put("tests/test_number.py", NUMBER.format(accepted=accepted))

    def text(self) -> None:
        self.put("tests/test_text.py", TEXT)

    def pytest(self, *arguments: str) -> int:
        alone = {k: v for k, v in os.environ.items() if not k.startswith(("PYTEST_", "COV_"))}
        alone["PYTEST_DISABLE_PLUGIN_AUTOLOAD"] = "1"
        command = [sys.executable, "-m", "pytest", "-q", *arguments]
        done = subprocess.run(
            command, cwd=self.root, env=alone, check=False, capture_output=True, timeout=120
        )
        return done.returncode

    def evidence(self, cases: dict[str, tuple[list[str], str]]) -> None:
        kept = {node: {"rows": rows, "outcome": end} for node, (rows, end) in cases.items()}
        self.put(".evidence/pytest.json", json.dumps(kept))

    def kept(self) -> dict[str, str]:
        found = json.loads((self.root / ".evidence/pytest.json").read_text(encoding="utf-8"))
        return {node_id: case["outcome"] for node_id, case in found.items()}

    def dbt(self, nodes: dict[str, dict], results: dict[str, str]) -> None:
        tests = {key: value for key, value in nodes.items() if key.startswith("test.")}
        units = {key: value for key, value in nodes.items() if key.startswith("unit_test.")}
        ended = [{"unique_id": key, "status": status} for key, status in results.items()]
        self.put(".evidence/dbt/manifest.json", json.dumps({"nodes": tests, "unit_tests": units}))
        self.put(".evidence/dbt/run_results.json", json.dumps({"results": ended}))

    def write(self) -> str:
        assert capabilities.main(["write"], self.root) == 0
        return (self.root / "docs/capabilities.md").read_text(encoding="utf-8")

    def problems(self) -> list[str]:
        self.write()
        return capabilities.problems(self.root)


@pytest.fixture
def tree(tmp_path: Path) -> Tree:
    return Tree(tmp_path)


def test_page_names_the_test_that_proves_a_row_and_says_not_yet_of_the_other(tree: Tree) -> None:
    tree.evidence({f"{NUMBER_TEST}[1]": (["S9-01"], "passed")})
    page = tree.write()
    assert f"| S9-01 | A number is a number. | `{NUMBER_TEST}` |  |\n" in page
    assert "| S9-02 | Text is \\| text. | not yet | comes later |\n" in page
    assert "1 of 2 proven." in page
    assert capabilities.main(["check"], tree.root) == 0


@pytest.mark.parametrize("outcome", ["failed", "skipped", "not run", "not collected"])
def test_claim_of_a_test_that_did_not_pass_is_refused(tree: Tree, outcome: str) -> None:
    tree.evidence({"t.py::test_a": (["S9-01"], "passed"), "t.py::test_b": (["S9-02"], outcome)})
    assert [p.partition(".py::")[2] for p in tree.problems()] == [
        f"test_b claims S9-02 but ended: {outcome}. Run and mend it, or drop the claim."
    ]
    assert "test_b" not in tree.write()


def test_claim_on_an_unknown_row_is_refused(tree: Tree) -> None:
    tree.evidence({"t.py::test_a": (["S9-01", "S9-77"], "passed")})
    (problem,) = tree.problems()
    assert problem.startswith("t.py::test_a claims S9-77, which is no row")


def test_required_row_without_proof_is_refused(tree: Tree) -> None:
    tree.evidence({"t.py::test_a": (["S9-02"], "passed")})
    assert tree.problems() == ["S9-01 is required and nothing proves it: A number is a number."]


def test_one_failed_case_takes_the_proof_from_the_whole_test(tree: Tree) -> None:
    cases = {"t.py::test_a[1]": (["S9-01"], "passed"), "t.py::test_a[2]": (["S9-01"], "failed")}
    tree.evidence(cases)
    claim, required = tree.problems()
    assert claim.startswith("t.py::test_a claims S9-01 but ended: failed, passed.")
    assert required.startswith("S9-01 is required")


def test_page_that_differs_from_the_evidence_is_refused_with_the_difference(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    tree.evidence({"t.py::test_a": (["S9-01"], "passed")})
    tree.write()
    tree.evidence({"t.py::test_b": (["S9-01"], "passed")})
    assert capabilities.main(["check"], tree.root) == 1
    said = capsys.readouterr().err
    assert "run `make docs`" in said
    assert "`t.py::test_b`" in said


def test_page_does_not_depend_on_the_order_of_the_evidence(tree: Tree) -> None:
    cases = {f"t.py::test_{name}": (["S9-02", "S9-01"], "passed") for name in "abc"}
    tree.evidence(cases)
    page = tree.write()
    tree.evidence(dict(reversed(cases.items())))
    assert tree.write() == page


def test_check_without_evidence_says_to_run_the_tests(
    tree: Tree, capsys: pytest.CaptureFixture[str]
) -> None:
    assert capabilities.main(["check"], tree.root) == 1
    assert "run `make test`" in capsys.readouterr().err


def test_damaged_evidence_is_named(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.put(".evidence/pytest.json", '{"t.py::')
    assert capabilities.main(["check"], tree.root) == 1
    assert "pytest.json is not JSON: delete it" in capsys.readouterr().err


def test_row_listed_twice_is_named(tree: Tree, capsys: pytest.CaptureFixture[str]) -> None:
    tree.rows(ROWS + ROWS)
    assert capabilities.main(["write"], tree.root) == 1
    assert "lists S9-01, S9-02 twice" in capsys.readouterr().err


def test_dbt_tests_prove_rows_by_their_meta(tree: Tree) -> None:
    tree.evidence({})
    one = {"name": "keys_are_unique", "config": {"meta": {"capability": "S9-01"}}}
    many = {"name": "text_stays", "config": {"meta": {"capability": ["S9-01", "S9-02"]}}}
    tree.dbt(
        {"test.f.one": one, "unit_test.f.m.many": many, "test.f.bare": {"name": "b"}},
        {"test.f.one": "pass", "unit_test.f.m.many": "pass"},
    )
    assert tree.problems() == []
    assert "| `dbt: keys_are_unique`<br>`dbt: text_stays` |" in tree.write()


@pytest.mark.parametrize("results", [{"test.f.one": "warn"}, {"test.f.one": "fail"}, {}])
def test_dbt_test_that_did_not_pass_is_refused(tree: Tree, results: dict[str, str]) -> None:
    tree.evidence({"t.py::test_a": (["S9-01"], "passed")})
    node = {"name": "text_stays", "config": {"meta": {"capability": "S9-02"}}}
    tree.dbt({"test.f.one": node}, results)
    (problem,) = tree.problems()
    how = next(iter(results.values()), "not run")
    assert problem.startswith(f"dbt: text_stays claims S9-02 but ended: {how}.")


@pytest.mark.parametrize("workers", [(), ("-p", "xdist", "-n", "2")])
def test_run_keeps_the_outcome_of_every_marked_case(tree: Tree, workers: tuple[str, ...]) -> None:
    tree.number(accepted="[1]")
    tree.text()
    assert tree.pytest(*workers) == 1
    assert tree.kept() == {
        f"{NUMBER_TEST}[1]": "passed",
        f"{NUMBER_TEST}[2]": "failed",
        TEXT_TEST: "passed",
    }


def test_run_of_one_file_leaves_what_the_others_have_shown(tree: Tree) -> None:
    tree.number()
    tree.text()
    assert tree.pytest("tests/test_text.py") == 0
    assert tree.kept() == {TEXT_TEST: "passed"}
    assert tree.pytest("tests/test_number.py") == 0
    assert len(tree.kept()) == 3
    assert tree.problems() == []


@pytest.mark.parametrize("chosen", [("-k", "2"), (f"{NUMBER_TEST}[2]",)])
def test_partial_run_changes_only_the_cases_it_ran(tree: Tree, chosen: tuple[str, ...]) -> None:
    tree.number()
    tree.text()
    assert tree.pytest() == 0
    tree.number(accepted="[]")
    assert tree.pytest(*chosen) == 1
    assert tree.kept() == {
        f"{NUMBER_TEST}[1]": "passed",
        f"{NUMBER_TEST}[2]": "failed",
        TEXT_TEST: "passed",
    }


def test_case_left_out_and_never_run_does_not_count_as_shown(tree: Tree) -> None:
    tree.number()
    assert tree.pytest("-k", "2") == 0
    assert tree.kept() == {f"{NUMBER_TEST}[1]": "not run", f"{NUMBER_TEST}[2]": "passed"}
    assert "ended: not run, passed." in tree.problems()[0]


def test_rerunning_the_failed_tests_keeps_the_passed_ones(tree: Tree) -> None:
    tree.number(accepted="[1]")
    assert tree.pytest() == 1
    tree.number()
    assert tree.pytest("--lf") == 0
    assert set(tree.kept().values()) == {"passed"}
    assert len(tree.kept()) == 2


def test_claim_taken_out_of_the_code_is_forgotten(tree: Tree) -> None:
    tree.number()
    tree.text()
    assert tree.pytest() == 0
    tree.put("tests/test_text.py", TEXT.replace('@pytest.mark.capability("S9-02")\n', ""))
    (tree.root / "tests/test_number.py").unlink()
    assert tree.pytest() == 0
    assert tree.kept() == {}


def test_module_that_no_longer_imports_shows_nothing(tree: Tree) -> None:
    tree.text()
    assert tree.pytest() == 0
    tree.put("tests/test_text.py", "import nothing_of_this_name\n")
    assert tree.pytest() == 2
    assert tree.kept() == {TEXT_TEST: "not collected"}


@pytest.mark.parametrize(
    ("body", "outcome"),
    [
        ("pytest.skip('absent')", "skipped"),
        ("pytest.xfail('known')", "skipped"),
        ("undone.append(1)", "failed"),
    ],
)
def test_only_a_test_whose_every_phase_passed_counts(tree: Tree, body: str, outcome: str) -> None:
    fixture = (
        "@pytest.fixture\ndef undone():\n    found = []\n    yield found\n    assert not found\n"
    )
    mark = '@pytest.mark.capability("S9-01")\n'
    test = f"def test_ends_badly(undone):\n    {body}\n"
    tree.put("tests/test_phase.py", f"import pytest\n\n{fixture}\n{mark}{test}")
    tree.pytest()
    assert tree.kept() == {"tests/test_phase.py::test_ends_badly": outcome}


def test_nightly_repetition_neither_proves_nor_is_missed(tree: Tree) -> None:
    tree.put("tests/test_text.py", TEXT.replace("@pytest", "@pytest.mark.nightly\n@pytest", 1))
    assert tree.pytest() == 0
    assert tree.kept() == {}


def test_the_list_itself_can_be_read_and_holds_the_required_rows() -> None:
    groups = capabilities.read_groups(ROOT / "docs" / "capabilities.toml")
    rows = list(capabilities.all_rows(groups))
    assert {row.id.partition("-")[0] for row in rows} == {"S0", "S1", "S2", "S3", "S4"}
    assert sum(row.required for row in rows) == 165
