"""The views about the data itself, on rows of which every count can be told by hand."""

import datetime as dt
from decimal import Decimal
from pathlib import Path
from typing import Any

import psycopg
import pytest

TABLES = Path(__file__).with_name("quality_tables.sql")
NOW = dt.datetime(2026, 7, 24, 12, 30, tzinfo=dt.timezone.utc)
AS_OF = "{as_of: '2026-07-24T12:30:00Z'}"
VIEWS = (
    *("activity_by_owner", "completeness", "duplicates", "field_integrity", "freshness"),
    *("line_items_with_deal", "records_per_hour", "recent_records", "sync_health"),
    *("table_relationships", "tickets_with_company", "volume_anomalies"),
)


def ago(**span: float) -> str:
    return (NOW - dt.timedelta(**span)).isoformat()


def ticket(ticket_id: int, created: str, **more: Any) -> dict[str, Any]:
    return {
        "id": ticket_id,
        "property_createdate": created,
        "property_hs_lastmodifieddate": created,
        "property_hs_pipeline": "0",
        "property_hs_pipeline_stage": "1",
        "_fivetran_synced": ago(hours=30),
        **more,
    }


TWICE = {"property_subject": "Printer", "property_content": "It smokes"}
TICKETS = [
    ticket(1, ago(days=2), property_hubspot_owner_id=11, _fivetran_synced=ago(hours=7)),
    ticket(
        *(2, ago(days=10)),
        property_hs_lastmodifieddate=ago(days=1),
        property_hubspot_owner_id=12,
    ),
    ticket(3, ago(days=40), property_hubspot_owner_id=98),
    ticket(4, ago(days=8)),
    ticket(5, ago(hours=3), is_deleted=True, property_hubspot_owner_id=11),
    ticket(6, "2026-05-01T08:00:01Z", **TWICE),
    ticket(7, "2026-05-01T08:00:59Z", property_subject=" printer", property_content="it smokes"),
    ticket(8, "2026-05-01T08:01:00Z", **TWICE),
]
COMPANIES = "update hubspot.ticket set property_hs_primary_company_id = (array[501, 503, 999])[id] where id < 4"
OWNERS = [
    {"owner_id": 11, "first_name": "Nadia", "last_name": "Okafor", "email": "a@example.com"},
    {"owner_id": 12, "first_name": " ", "last_name": None, "email": "b@example.com"},
]
ROWS = {
    "ticket": TICKETS,
    "owner": [{**owner, "_fivetran_synced": ago(hours=3)} for owner in OWNERS],
    "ticket_pipeline": [{"pipeline_id": "0", "label": "Support Pipeline"}],
    "ticket_pipeline_stage": [{"pipeline_id": "0", "stage_id": "1", "label": "New"}],
}


@pytest.fixture(scope="module")
def told(unbuilt):
    """The quality views over the rows above, as of NOW."""
    project = unbuilt("quality", ROWS)
    with psycopg.connect(project.database.url) as connection:
        connection.execute(TABLES.read_text())
        connection.execute(COMPANIES)
    project.remake("--select", *VIEWS, "--vars", AS_OF)
    return project


def rows(project, view: str, columns: str, where: str = "true", order: str = "1, 2") -> list[tuple]:
    return project.query(f"select {columns} from analytics.{view} where {where} order by {order}")


@pytest.mark.capability("S2-47")
def test_references_that_hold_and_that_do_not_are_counted(told) -> None:
    counts = "row_count, referring_count, holding_count, broken_count, deleted_target_count"
    found = rows(
        *(told, "table_relationships", f"from_stream, to_stream, {counts}, holding_percent"),
        "from_stream in ('ticket', 'line_item', 'deal')",
    )
    third, half, two_thirds = Decimal("33.33"), Decimal("50.00"), Decimal("66.67")
    assert found == [
        ("deal", "owner", 1, 1, 1, 0, 0, Decimal("100.00")),
        ("line_item", "deal", 3, 2, 1, 1, 1, half),
        ("ticket", "company", 7, 3, 1, 2, 1, third),
        ("ticket", "owner", 7, 3, 2, 1, 0, two_thirds),
        ("ticket", "ticket_pipeline", 7, 7, 7, 0, 0, Decimal("100.00")),
        ("ticket", "ticket_pipeline_stage", 7, 7, 7, 0, 0, Decimal("100.00")),
    ]


def test_a_relationship_is_judged_only_where_both_tables_are_loaded(told) -> None:
    sources = rows(told, "table_relationships", "distinct source_system, from_stream")
    assert sources == [("hubspot", "deal"), ("hubspot", "line_item"), ("hubspot", "ticket")]


@pytest.mark.capability("S2-33", "S2-34")
def test_tickets_stand_beside_the_name_of_their_company(told) -> None:
    found = rows(
        told, "tickets_with_company", "ticket_id, company_id, company_name, is_company_deleted"
    )
    assert found == [
        (1, 501, "Northwind", False),
        (2, 503, "Gone", True),
        (3, 999, None, None),
        *((key, None, None, None) for key in (4, 6, 7, 8)),
    ]


@pytest.mark.capability("S2-33", "S2-34")
def test_line_items_stand_beside_the_name_of_their_deal(told) -> None:
    found = rows(
        *(told, "line_items_with_deal"),
        "line_item_id, line_item_name, quantity, amount, deal_id, deal_name, is_deal_deleted",
    )
    assert found == [
        (1, "Bolt", Decimal(2), Decimal("5.5"), 900, "Big", False),
        (2, "Nut", Decimal(1), Decimal(1), 901, "Lost", True),
        (3, "Gear", Decimal(1), Decimal(9), None, None, None),
    ]


@pytest.mark.capability("S2-45")
def test_rows_last_sync_and_rows_of_a_day_are_told_for_each_table(told) -> None:
    found = rows(
        *(told, "freshness"),
        "stream, row_count, live_row_count, rows_synced_within_a_day, hours_since_last_sync, is_late",
        "stream in ('ticket', 'owner', 'company', 'chats')",
    )
    assert found == [
        ("chats", 1405, 1405, 0, Decimal("25.00"), True),
        ("company", 3, 2, 3, Decimal("2.50"), False),
        ("owner", 2, 2, 2, Decimal("3.00"), False),
        ("ticket", 8, 7, 1, Decimal("0.75"), False),
    ]


def test_without_the_loaders_log_the_newest_row_tells_how_fresh_a_table_is(told) -> None:
    told.remake("--select", "freshness", "--vars", "{as_of: '2026-07-24T11:40:00Z'}")
    found = rows(told, "freshness", "hours_since_last_sync, is_late", "stream = 'ticket'", "1")
    told.remake("--select", "freshness", "--vars", AS_OF)
    assert found == [(Decimal("6.17"), True)]


@pytest.mark.capability("S2-52")
def test_runs_failures_freshness_growth_and_broken_references_stand_together(told) -> None:
    found = rows(
        *(told, "sync_health"),
        "runs_within_7_days, failed_runs_within_7_days, error_rate_percent, hours_between_runs,"
        " hours_since_last_sync, is_late, row_count, rows_inserted_within_7_days,"
        " row_growth_within_7_days, rows_rejected_within_7_days, broken_reference_count",
        "stream = 'ticket'",
    )
    runs = (4, 2, Decimal("50.00"), Decimal("4.00"))
    assert found == [(*runs, Decimal("0.75"), False, 8, 7, 6, 1, 3)]
    unlogged = "runs_within_7_days, error_rate_percent, is_late, broken_reference_count"
    assert rows(told, "sync_health", unlogged, "stream = 'chats'") == [(0, None, True, None)]


@pytest.mark.capability("S2-49")
def test_records_that_say_the_same_are_found_and_deleted_ones_left_out(told) -> None:
    found = rows(
        told, "duplicates", "stream, natural_key, key_value, record_count, record_ids", order="1"
    )
    assert found == [
        ("company", "domain", "northwind.example", 2, ["501", "502"]),
        (
            *("ticket", "subject, text and minute of creation"),
            *("printer | it smokes | 2026-05-01 08:00", 2, ["6", "7"]),
        ),
    ]


@pytest.mark.capability("S2-48", "S2-50")
def test_every_field_is_counted_also_one_that_came_after_the_build(told) -> None:
    with psycopg.connect(told.database.url) as connection:
        connection.execute("alter table hubspot.company add column property_new text")
        connection.execute("update hubspot.company set property_new = 'x' where id in (502, 503)")
    filled = rows(
        *(told, "completeness", "column_name, row_count, populated_count, populated_percent"),
        "stream = 'company'",
        'column_name collate "C"',
    )
    whole, half = Decimal("100.00"), Decimal("50.00")
    flags_and_keys = [(name, 2, 2, whole) for name in ("id", "is_deleted", "portal_id")]
    assert filled == [
        *flags_and_keys,
        ("property_createdate", 2, 2, whole),
        ("property_domain", 2, 2, whole),
        ("property_hs_lastmodifieddate", 2, 2, whole),
        ("property_name", 2, 2, whole),
        ("property_new", 2, 1, half),
        ("property_phone", 2, 1, half),
    ]
    distinct = rows(
        *(told, "field_integrity"),
        "column_name, row_count, populated_count, empty_count, distinct_count, is_unique",
        "stream = 'company' and column_name in ('portal_id', 'property_name', 'property_phone')",
    )
    assert distinct == [
        ("portal_id", 2, 2, 0, 1, False),
        ("property_name", 2, 2, 0, 2, True),
        ("property_phone", 2, 1, 1, 1, False),
    ]


@pytest.mark.capability("S2-44")
def test_records_of_the_last_seven_days_are_shown_newest_first(told) -> None:
    found = told.query(
        "select stream, record_id, is_new, is_live from analytics.recent_records"
        " where source_system = 'hubspot'"
    )
    assert found == [
        ("ticket", "5", True, False),
        ("ticket", "2", False, True),
        ("ticket", "1", True, True),
        ("company", "502", False, True),
    ]
    chats = "select count(*) from analytics.recent_records where stream = 'chats'"
    # From the 17th, 09:30 in Halifax: that day's twenty were all later, then four full days.
    assert told.query(chats) == [(20 * 5 + 22 + 3,)]


@pytest.mark.capability("S2-46")
def test_activity_is_counted_for_each_owner_and_for_nobody(told) -> None:
    found = rows(
        *(told, "activity_by_owner"),
        "owner_id, owner_name, record_count, created_within_7_days, changed_within_7_days,"
        " created_within_30_days",
        "stream = 'ticket'",
    )
    assert found == [
        ("11", "Nadia Okafor", 1, 1, 1, 1),
        ("12", "b@example.com", 1, 0, 1, 1),
        ("98", None, 1, 0, 0, 0),
        (None, None, 4, 0, 0, 1),
    ]


@pytest.mark.capability("S2-51")
def test_each_of_the_last_24_hours_has_its_row(told) -> None:
    found = rows(
        *(told, "records_per_hour"),
        "hour_started_at, hour_started_at_reporting, records_synced, records_created",
        "stream = 'ticket'",
    )
    hours = [NOW.replace(minute=0) - dt.timedelta(hours=n) for n in reversed(range(24))]
    assert [row[0] for row in found] == hours
    assert found[-1][1] == dt.datetime(2026, 7, 24, 9)  # noqa: DTZ001 - a wall clock
    busy = {row[0].hour: row[2:] for row in found if any(row[2:])}
    assert busy == {5: (1, 0), 9: (0, 1)}
    per_stream = "select count(*) from analytics.records_per_hour group by stream"
    assert set(told.query(per_stream)) == {(24,)}


def test_a_day_far_from_its_weekdays_is_an_anomaly_and_marks_the_run(told) -> None:
    found = rows(
        *(told, "volume_anomalies"),
        "created_date, record_count, weeks_compared, expected_count, usual_deviation, is_anomaly",
        "stream = 'chats' and created_date >= '2026-07-21'",
    )
    usual = (8, Decimal("20.0"), Decimal("4.47"))
    assert found == [
        (dt.date(2026, 7, 21), 20, *usual, False),
        (dt.date(2026, 7, 22), 22, *usual, False),
        (dt.date(2026, 7, 23), 3, *usual, True),
    ]
    assert len(rows(told, "volume_anomalies", "1, 2", "stream = 'chats'")) == 28
    told.warnings.clear()
    name = "volume_of_the_last_day_is_usual"
    assert told.dbt("test", "--select", name, "--vars", AS_OF).success
    assert "Got 1 result, configured to warn if != 0" in told.warnings
    (mark,) = told.query("select status from quality.runs order by started_at desc limit 1")
    assert mark == ("tests_failed",)


def test_too_little_history_is_no_anomaly(told) -> None:
    with psycopg.connect(told.database.url) as connection:
        connection.execute("delete from livechat.chats where created_at < '2026-07-02T00:00Z'")
    anomalies = "select max(weeks_compared), bool_or(is_anomaly) from analytics.volume_anomalies"
    assert told.query(f"{anomalies} where stream = 'chats'") == [(3, False)]


def test_a_warehouse_without_any_other_source_has_empty_views(built) -> None:
    for view in VIEWS:
        columns = "select count(*) > 0 from information_schema.columns where table_name = "
        assert built.query(f"{columns}'{view}'") == [(True,)]
    assert rows(built, "freshness", "distinct source_system, 1") == [("hubspot", 1)]
