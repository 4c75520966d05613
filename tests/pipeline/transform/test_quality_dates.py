"""A date that nobody can read costs no row."""

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
