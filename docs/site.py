#!/usr/bin/env python3
"""The lineage and documentation site of the dbt project, as one page that needs no server.

``docs/site.py FOLDER`` writes ``FOLDER/index.html``. dbt reads the types of the columns from a
database, so the models are made on one of its own: a PostgreSQL that lasts as long as this
program, with the raw tables of ``tests/pipeline/transform/raw_tables.sql`` and no rows.
"""

from __future__ import annotations

import os
import subprocess
import sys
import tempfile
from pathlib import Path
from typing import TYPE_CHECKING

import psycopg
from sandbox.postgres import embedded_postgres

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

ROOT = Path(__file__).resolve().parents[1]
RAW_TABLES = ROOT / "tests" / "pipeline" / "transform" / "raw_tables.sql"
DBT = Path(sys.executable).with_name("dbt")


def main(arguments: Sequence[str] | None = None) -> int:
    """Make the page and return the exit code."""
    words = sys.argv[1:] if arguments is None else arguments
    if len(words) != 1:
        sys.stderr.write("docs/site.py FOLDER: name the folder that the page goes to.\n")
        return 1
    with tempfile.TemporaryDirectory() as name:
        target = Path(name) / "target"
        with embedded_postgres(Path(name) / "postgres") as database:
            with psycopg.connect(database.url) as connection:
                connection.execute(RAW_TABLES.read_bytes())
            made = documented(environment(database.environment(), target))
        if made:
            page = Path(words[0]) / "index.html"
            page.parent.mkdir(parents=True, exist_ok=True)
            # Whoever reads the page need not know where it was made.
            text = (target / "static_index.html").read_text().replace(f"{ROOT}/", "")
            page.write_text(text)
            sys.stdout.write(f"The project's lineage and definitions: {page}\n")
    return 0 if made else 1


def environment(connection: Mapping[str, str], target: Path) -> dict[str, str]:
    """Return what dbt needs: this database, the folders, and none of the caller's settings."""
    kept = {name: value for name, value in os.environ.items() if not name.startswith("DBT_")}
    return {
        **kept,
        **connection,
        "DBT_PROJECT_DIR": str(ROOT / "transform"),
        "DBT_PROFILES_DIR": str(ROOT / "transform" / "profiles"),
        "DBT_TARGET_PATH": str(target),
        "DBT_LOG_PATH": str(target),
        "DBT_SEND_ANONYMOUS_USAGE_STATS": "false",
    }


def documented(variables: Mapping[str, str]) -> bool:
    """Make the models and then the page; say whether both worked."""
    commands = (
        ("build", "--exclude-resource-type", "test", "unit_test"),
        ("docs", "generate", "--static"),
    )
    return all(
        subprocess.run([DBT, "--quiet", *words], env=variables, check=False).returncode == 0  # noqa: S603
        for words in commands
    )


if __name__ == "__main__":
    raise SystemExit(main())
