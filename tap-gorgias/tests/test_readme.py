"""The README says what the tap says."""

from __future__ import annotations

import re
from pathlib import Path

import pytest
from tap_gorgias.tables import TABLES
from tap_gorgias.tap import TapGorgias

ROOT = Path(__file__).parents[1]
README = (ROOT / "README.md").read_text()
SOURCES = " ".join(path.read_text() for path in (ROOT / "src").rglob("*.py"))


def table(heading: str) -> list[list[str]]:
    """Rows of the first table under a heading or column title."""
    rest = README.split(heading, 1)[1]
    rows = re.search(r"\n\|---.*\n((?:\|.*\n)+)", rest)
    assert rows is not None
    return [[cell.strip() for cell in line.strip("|").split("|")] for line in rows[1].splitlines()]


@pytest.mark.capability("S1-36")
def test_every_trouble_it_lists_is_one_the_tap_tells_of_and_has_a_remedy() -> None:
    said = re.sub(r'"\s*f?"', "", SOURCES).lower()
    for trouble, remedy in table("| trouble |"):
        assert trouble.removesuffix(" ...").lower() in said
        assert len(remedy.split()) > 3


@pytest.mark.capability("S1-36")
def test_use_and_trouble_are_documented() -> None:
    for heading in ("Install", "Set up an account", "Settings", "Streams", "How a run ends"):
        assert f"\n## {heading}\n" in README


def test_the_streams_table_lists_every_stream_with_its_key() -> None:
    listed = {}
    for streams, _, key, replication, _ in table("\n## Streams"):
        for name in re.findall(r"`(\w+)`", streams):
            found = re.findall(r"`(\w+)`", replication)
            listed[name] = tuple(re.findall(r"`(\w+)`", key)), found[0] if found else None
    assert listed == {one.name: (one.keys, one.replication_key) for one in TABLES}


def test_the_example_configuration_is_one() -> None:
    import json

    block = re.search(r'\n( +\{"accounts": \[.*?\n +\]\})', README, re.DOTALL)
    assert block is not None
    config = json.loads(block[1])
    assert TapGorgias(config=config).config["accounts"][1]["client"] == "bell"
