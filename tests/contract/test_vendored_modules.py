"""Modules that several plugins carry a copy of, because plugins never depend on one another."""

from collections import defaultdict
from pathlib import Path

ROOT = Path(__file__).parents[2]


def copies() -> dict[str, set[bytes]]:
    """Contents by file name of every module named `_<name>.py`."""
    found: dict[str, set[bytes]] = defaultdict(set)
    for path in ROOT.glob("t*-*/src/*/_[!_]*.py"):
        found[path.name].add(path.read_bytes())
    return found


def test_every_copy_of_a_module_is_the_same() -> None:
    assert "_throttle.py" in copies()
    assert [name for name, contents in copies().items() if len(contents) > 1] == []
