"""What the catalog says of each stream, as snapshots: a change of them is a change for users."""

from __future__ import annotations

import json
import os
from pathlib import Path
from typing import Any

import pytest
from tap_gorgias.tables import TABLES
from tap_gorgias.tap import TapGorgias

FOLDER = Path(__file__).parent / "snapshots"


def entry(stream: str) -> dict[str, Any]:
    catalog = TapGorgias(config={}, validate_config=False).catalog_dict
    found = next(one for one in catalog["streams"] if one["tap_stream_id"] == stream)
    return {name: found[name] for name in sorted(found) if name != "metadata"}


@pytest.mark.parametrize("stream", [table.name for table in TABLES])
def test_the_catalog_entry_is_as_agreed(stream: str) -> None:
    path, found = FOLDER / f"{stream}.json", entry(stream)
    if os.environ.get("UPDATE_SNAPSHOTS"):
        FOLDER.mkdir(exist_ok=True)
        path.write_text(json.dumps(found, indent=1) + "\n")
    assert json.loads(path.read_text()) == found


def test_every_row_of_every_stream_names_its_account() -> None:
    for table in TABLES:
        assert table.keys[0] == "account"
        assert set(table.keys) <= set(table.schema["properties"])
