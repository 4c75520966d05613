"""The definitions: in the database for every client, and as a page made from this checkout alone."""

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


def test_the_definitions_are_the_comments_of_what_people_read(built) -> None:
    wrong = """
        select d.mart_name, d.column_name from analytics.metric_definitions d
        join pg_class c on c.oid = format('analytics.%I', d.mart_name)::regclass
        where d.definition is distinct from col_description(c.oid, d.column_number)
           or d.mart_definition is distinct from obj_description(c.oid) or d.mart_name ~ '^(stg|int)_'
    """
    assert built.query(wrong) == []
    shown = built.query("select distinct mart_name from analytics.metric_definitions")
    assert {("tickets",), ("chats",), ("freshness",)} <= set(shown)
    which = "mart_name = 'tickets' and column_name = 'first_response_seconds'"
    ((told,),) = built.query(f"select definition from analytics.metric_definitions where {which}")
    yml = SITE.parents[1] / "transform" / "models" / "marts" / "support" / "tickets.yml"
    assert told in " ".join(yml.read_text().split())
    assert len(told) > 20
