"""Old exports, whose times have no zone, beside what the API gives; and the sheets' headings."""

import datetime as dt

SEED = "seeds/imported_tickets.csv"
EXPORT = """\
1,2020-01-01 00:00:00,,,,"An old copy",Support Pipeline,New,Tom,LOW
77,2026-07-15 09:00:00,2026-07-16 09:00,2026-07-15 09:30,,"Only here, with a comma",Support Pipeline,Closed, tom l ,HIGH
78,2026-07-15 09:00:00,,,,Unwanted,SPAM Tickets,New,Nadia,
"""


def test_exported_tickets_land_beside_the_apis_and_lose_against_them(built, changed) -> None:
    before = dict(built.query("select ticket_id, subject from analytics.tickets"))
    seed = changed.folder / SEED
    seed.write_text(seed.read_text() + EXPORT)
    changed.remake()
    now = changed.query("select ticket_id, subject, record_source from analytics.tickets")
    assert {row[0]: row[1] for row in now} == before | {77: "Only here, with a comma"}
    assert {row[0] for row in now if row[2] == "export"} == {77}


def test_an_exports_times_are_read_in_the_portals_zone(changed) -> None:
    seed = changed.folder / SEED
    seed.write_text(seed.read_text() + EXPORT)
    changed.remake()
    (row,) = changed.query(
        "select created_at, created_at_reporting, first_response_seconds, agent_name, pipeline_label"
        " from analytics.tickets where ticket_id = 77"
    )
    nine_in_chicago = dt.datetime(2026, 7, 15, 14, tzinfo=dt.timezone.utc)
    eleven_in_halifax = dt.datetime(2026, 7, 15, 11)  # noqa: DTZ001 - a wall clock
    assert row[:2] == (nine_in_chicago, eleven_in_halifax)
    assert row[2:] == (1800, "Tomas Lindqvist", "Support Pipeline")


def test_the_tickets_sheet_shows_what_the_mart_holds_under_its_old_headings(built) -> None:
    (row,) = built.query(
        'select "Ticket ID", "Pipeline", "Create date", "Case Owner", "First Response Time",'
        ' "ticket_created_at_iso", "Data_Type" from analytics.sheet_tickets where "Ticket ID" = \'1\''
    )
    created = dt.datetime(2026, 7, 17, 21, 59, 59, tzinfo=dt.timezone.utc)
    assert row == (
        *("1", "Support Pipeline", created, "Nadia Okafor", 3600),
        *("2026-07-17T21:59:59Z", "tickets"),
    )


def test_a_ticket_that_the_mart_leaves_out_is_marked_in_the_sheets_view(built) -> None:
    marked = built.query(
        'select "Ticket ID" from analytics.sheet_tickets where "_sdc_deleted_at" is not null'
        ' and "Subject" is null and "Create date" is null order by 1'
    )
    assert marked == [("7",), ("8",), ("9",)]
