"""The chat views over what the tap and the target really loaded, against the chats' own figures."""

import json
from decimal import Decimal

import pytest
from sandbox.testing import running_sandbox

MODELS = ("+chats", "+sheet_chats", "+sheet_tickets")
MEASURES = {
    "first_response_seconds": "first_response_seconds",
    "bot_response_seconds": "bot_response_seconds",
    "human_response_seconds": "human_response_seconds",
    "human_after_handover_seconds": "human_after_handover_seconds",
    "duration_seconds": "duration_seconds",
    "handled_by": "handled_by",
    "handed_over": "is_handed_over",
    "contained": "is_contained",
    "missed": "is_missed",
    "csat": "csat",
    "agent": "agent_name",
    "bot": "bot_name",
}


@pytest.fixture(scope="module")
def told(tmp_path_factory, project_on, loaded_by_taps):
    """The views over a year of chats, and the chats' own figures."""
    folder = tmp_path_factory.mktemp("chats")
    with running_sandbox(folder, tickets=2000, seed=3, parts=("livechat",)) as sandbox:
        sandbox.world.advance(hours=60)
        loaded_by_taps(sandbox)
        part = sandbox.world.parts["livechat"]
        yield project_on(sandbox.database, *MODELS), part.metrics_truth()


def shown(project) -> dict[str, dict]:
    rows = project.query("select to_jsonb(c) from analytics.chats c")
    decimal = json.loads(json.dumps([row[0] for row in rows]), parse_float=Decimal)
    return {row["thread_id"]: row for row in decimal}


@pytest.mark.capability("S0-18", "S0-20")
def test_every_measure_of_every_chat_is_the_chats_own(told) -> None:
    project, figures = told
    rows = shown(project)
    wrong = [
        (thread, name, wanted[name], rows[thread][column])
        for thread, wanted in figures.items()
        for name, column in MEASURES.items()
        if number(wanted[name]) != number(rows[thread][column])
    ]
    assert wrong == []
    assert len(figures) > 200
    assert {row["handled_by"] for row in figures.values()} == {
        *("bot_only", "human_only", "bot_then_human", "unanswered")
    }


def number(value):
    try:
        return Decimal(value) if isinstance(value, (str, int, Decimal)) else value
    except ArithmeticError:
        return value


@pytest.mark.capability("S0-39")
def test_the_chats_sheet_has_its_agreed_columns_and_a_row_per_conversation(told) -> None:
    project, figures = told
    (columns,) = project.query(
        "select array_agg(column_name::text order by ordinal_position)"
        " from information_schema.columns where table_name = 'sheet_chats'"
    )
    agreed = [
        "chat_id",
        "chat_creation_date_utc",
        "chat_creation_date_adt",
        "primary_agent",
        "display_agent",
        "agent_type",
        "bot_transfer",
        "rating_value",
        "rating_comment",
        "has_rating",
        "source",
        "tags",
        "duration_minutes",
        "first_response_time",
        "human_agents",
        "bot_agent",
        "num_agents",
        "rate_raw",
        "chat_created_at_utc",
        "chat_created_at_iso",
        "Hour_of_Day",
        "Time_Period",
        "Duration_Hours",
        "Last_Updated",
        "Data_Type",
    ]
    assert set(agreed) <= set(columns[0])
    ((rows, transfers),) = project.query(
        'select count(*), sum("bot_transfer") from analytics.sheet_chats'
        ' where "_sdc_deleted_at" is null'
    )
    assert rows >= len(figures)
    assert transfers == sum(row["handed_over"] for row in figures.values())


@pytest.mark.capability("S0-38")
def test_the_tickets_sheet_has_its_agreed_columns(told) -> None:
    project, _ = told
    (columns,) = project.query(
        "select array_agg(column_name::text) from information_schema.columns"
        " where table_name = 'sheet_tickets'"
    )
    agreed = {
        *("Ticket ID", "Subject", "Pipeline", "Pipeline Stage", "Create date", "Close date"),
        *("Last Modified Date", "Case Owner", "First agent email response date", "Priority"),
        *("Description", "Weekend_Ticket", "First Response Time", "First Response Time (Hours)"),
        *("ticket_created_at_utc", "ticket_created_at_iso", "ticket_last_modified_utc"),
        *("ticket_last_modified_iso", "ticket_closed_at_utc", "ticket_closed_at_iso"),
        *("Day_of_Week_Number", "Day_of_Week_Name", "Is_Weekend", "Is_Weekday", "FY_Quarter"),
        *("FY_Quarter_Name", "FY_Year", "FY_Quarter_Full", "Month_Number", "Month_Name"),
        *("Month_Year", "Response_Time_Hours_Clean", "Response_Time_Days", "Last_Updated"),
        *("Response_Time_Category", "Created_During_Business_Hours", "Ticket_Age_Days"),
        "Data_Type",
    }
    assert agreed <= set(columns[0])
