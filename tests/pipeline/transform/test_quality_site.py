"""The documentation site is made on a machine that has nothing but this checkout."""

import os
import re
import subprocess
import sys
from pathlib import Path

SITE = Path(__file__).parents[3] / "docs" / "site.py"


def make(*words: str) -> subprocess.CompletedProcess[str]:
    kept = {
        name: value for name, value in os.environ.items() if not name.startswith(("DBT_", "PG"))
    }
    command = [sys.executable, str(SITE), *words]
    return subprocess.run(command, env=kept, capture_output=True, text=True, timeout=240)


def test_one_page_holds_every_models_lineage_columns_and_definitions(tmp_path) -> None:
    done = make(str(tmp_path / "site"))
    assert done.returncode == 0, (done.stdout + done.stderr)[-4000:]
    page = (tmp_path / "site" / "index.html").read_text()
    transform = SITE.parents[1] / "transform"
    models = {path.stem for path in (transform / "models").rglob("*.sql")}
    assert [name for name in models if f"model.fundy.{name}" not in page] == []
    assert "source.fundy.hubspot.ticket" in page
    assert "One row per raw table of any source" in page
    # Types come from the catalogue, so the models were really made.
    assert re.search(r'"name": ?"hours_since_last_sync"|"type": ?"timestamp with time zone"', page)


def test_without_a_folder_it_says_how_it_is_called() -> None:
    done = make()
    assert done.returncode == 1
    assert "name the folder" in done.stderr
