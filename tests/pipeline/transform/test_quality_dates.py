"""A date that nobody can read costs no row, and a library's complaint nobody has to read."""

import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

SEED = "seeds/imported_tickets.csv"
UNREADABLE = ["", "Unknown", "30/02/2026", "2026-02-30 10:00:00", "soon", "2026-07-15 25:00"]


@pytest.mark.capability("S0-05")
def test_an_absent_or_unreadable_date_is_null_and_its_ticket_stays(changed) -> None:
    seed = changed.folder / SEED
    lines = [
        f"{100 + n},{text},{text},{text},{text},Subject {n},Support Pipeline,New,Nadia,LOW"
        for n, text in enumerate(UNREADABLE)
    ]
    good = "200,2026-07-15 09:00:00,Unknown,2026-07-15 09:30,,Good,Support Pipeline,New,Nadia,LOW"
    seed.write_text(seed.read_text() + "\n".join([*lines, good]) + "\n")
    changed.severity = "warn"
    chosen = ("--select", "+tickets", "tickets_removed", "--indirect-selection", "cautious")
    outcome = changed.dbt("build", *chosen)
    assert outcome.success, changed.messages(outcome)
    found = changed.query(
        "select ticket_id, created_at is null, closed_at is null, first_response_seconds,"
        " created_date is null, is_weekend_ticket from analytics.tickets"
        " where ticket_id between 100 and 200 order by 1"
    )
    nothing = (True, True, None, True, False)
    assert found == [
        *((100 + n, *nothing) for n in range(len(UNREADABLE))),
        (200, False, True, 1800, False, False),
    ]


@pytest.mark.capability("S0-07")
def test_an_ordinary_build_shows_no_deprecation_of_any_library(changed) -> None:
    environment = {
        **{name: value for name, value in os.environ.items() if not name.startswith("DBT_")},
        **changed.database.environment(),
        "DBT_PROJECT_DIR": str(changed.folder),
        "DBT_PROFILES_DIR": str(changed.folder / "profiles"),
        "DBT_TARGET_PATH": str(changed.target / "fresh"),
        "DBT_LOG_PATH": str(changed.target / "fresh"),
    }
    dbt = str(Path(sys.executable).with_name("dbt"))
    command = [dbt, "build", "--show-all-deprecations", "--exclude-resource-type", "unit_test"]
    done = subprocess.run(command, env=environment, capture_output=True, text=True, timeout=240)
    said = done.stdout + done.stderr
    assert done.returncode == 0, said[-4000:]
    assert re.findall(r"(?i).*(?:deprecat|futurewarning|userwarning).*", said) == []
    assert "Completed successfully" in said
