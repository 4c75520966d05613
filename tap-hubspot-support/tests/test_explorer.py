"""Exploring an object: what is found, what is written, and what is not."""

from __future__ import annotations

import json
import logging
import re
from pathlib import Path
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import RunningServer
from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client
from tap_hubspot_support.explorer.exploring import explore
from tap_hubspot_support.objects import STANDARD
from tap_hubspot_support.run import Run
from tap_hubspot_support.settings import Settings

TICKETS = next(o for o in STANDARD if o.table == "ticket")
TOKEN = "pat-na1-sandbox-0000"
NOON = 1_780_000_000_000
PRIVATE = ("Very private subject", "jane.doe@example.com", "sneaky")


@pytest.fixture
def run(server: RunningServer) -> Run:
    settings = Settings.of({"access_token": TOKEN, "api_base_url": server.url})
    client = Client(server.url, TOKEN, Budgets(), sleep=lambda _: None)
    return Run(settings, client)


@pytest.fixture
def filled(portal: Portal) -> Portal:
    """Ten tickets, of which four have a priority and one a broken number."""
    options = [{"label": "High", "value": "HIGH"}, {"label": "Low", "value": "LOW"}]
    portal.define_property(
        "tickets",
        {
            "name": "hs_ticket_priority",
            "type": "enumeration",
            "options": options,
            "label": "Priority",
        },
    )
    tags = [{"label": "A", "value": "a"}, {"label": "B", "value": "b"}]
    portal.define_property(
        "tickets", {"name": "tags", "type": "enumeration", "fieldType": "checkbox", "options": tags}
    )
    for number in range(10):
        properties = {"subject": PRIVATE[0], "content": PRIVATE[1]}
        if number < 4:
            properties["hs_ticket_priority"] = ["HIGH", "HIGH", "LOW", "sneaky"][number]
        if number == 5:
            properties |= {"time_to_close": "soon", "tags": "a;b;sneaky"}
        portal.create("tickets", properties, at=NOON - 1_000, record_id=500 + number)
    return portal


def findings(files: list[Path]) -> dict[str, Any]:
    return json.loads(files[0].read_text())


@pytest.mark.capability("S2-02", "S2-03", "S2-04")
def test_the_analysis_holds_every_property_with_its_type_and_counts_them(
    run: Run, filled: Portal, tmp_path: Path
) -> None:
    files = explore(run, TICKETS, tmp_path)
    assert re.fullmatch(r"hubspot_tickets_analysis_\d{8}_\d{6}\.json", files[0].name)
    found = findings(files)
    defined = {name: d["type"] for name, d in filled.definitions["tickets"].items()}
    assert {p["name"]: p["type"] for p in found["properties"]} == defined
    assert found["properties_total"] == len(defined)
    counted: dict[str, int] = {}
    for kind in defined.values():
        counted[kind] = counted.get(kind, 0) + 1
    assert found["properties_by_type"] == counted
    assert {"string", "number", "datetime", "bool", "enumeration", "date", "json"} <= set(counted)


def test_fill_rates_options_and_columns_come_from_a_sample(
    run: Run, filled: Portal, tmp_path: Path
) -> None:
    found = findings(explore(run, TICKETS, tmp_path))
    by_name = {p["name"]: p for p in found["properties"]}
    priority = by_name["hs_ticket_priority"]
    assert (priority["filled"], priority["fill_rate"]) == (4, 0.4)
    assert (priority["options"], priority["other_values"]) == ({"HIGH": 2, "LOW": 1}, 1)
    assert by_name["tags"]["options"] == {"a": 1, "b": 1}
    assert by_name["hubspot_owner_id"]["column"] == {
        "name": "property_hubspot_owner_id",
        "type": "bigint",
    }
    assert by_name["due_day"]["column"]["type"] == "date"
    assert "due_day" in found["empty_properties"]
    assert "property_subject" in found["suggested_columns"]["text"]
    assert "property_due_day" not in str(found["suggested_columns"])


@pytest.mark.capability("S2-53")
def test_the_test_report_states_records_errors_columns_seconds_and_key_fields(
    run: Run, filled: Portal, tmp_path: Path
) -> None:
    ticks = iter([10.0, 12.5])
    files = explore(run, TICKETS, tmp_path, clock=lambda: next(ticks))
    found = findings(files)
    report = found["test_report"]
    assert report["records"] == report["records_in_account"] == 10
    assert report["errors"] == 1
    assert report["columns"] == found["properties_total"]
    assert report["seconds"] == 2.5
    assert report["key_fields"]["subject"] == report["key_fields"]["hs_object_id"] == 1.0
    assert report["key_fields"]["hubspot_owner_id"] == 0.0
    summary = files[1].read_text()
    for line in ("Records read:        10", "Values in error:     1", "Seconds:             2.50"):
        assert line in summary


@pytest.mark.capability("S2-05")
def test_the_summary_can_be_read(run: Run, filled: Portal, tmp_path: Path) -> None:
    file = explore(run, TICKETS, tmp_path)[1]
    assert re.fullmatch(r"hubspot_tickets_summary_\d{8}_\d{6}\.txt", file.name)
    text = file.read_text()
    assert "Properties of tickets in HubSpot account 4242" in text
    assert re.search(r"^string +\d+$", text, re.MULTILINE)
    assert re.search(r"^hs_ticket_priority +enumeration +40\.0%$", text, re.MULTILINE)
    assert "  property_subject" in text
    assert text.index("Empty in the sample") < text.index("due_day")


@pytest.mark.capability("S2-07")
def test_the_setup_guide_leaves_nothing_to_fill_in(
    run: Run, filled: Portal, tmp_path: Path
) -> None:
    file = explore(run, TICKETS, tmp_path)[2]
    assert file.name == "HUBSPOT_TICKETS_SETUP.md"
    text = file.read_text()
    assert not re.search(
        r"\[[A-Za-z_ ]+\]|<[a-z_ ]+>|TODO|TABLE|MODIFIED|COMPLETENESS|None|xxx", text
    )
    for needed in (
        "account 4242",
        "`hubspot.ticket`",
        '"tickets"',
        "| `property_subject` | text | 100% | subject |",
        "| `property_hs_ticket_priority` | text | 40% | Priority |",
        "from hubspot.ticket where property_hs_lastmodifieddate > now()",
    ):
        assert needed in text
    assert [line for line in text.splitlines() if line.startswith("### ")] == [
        "### Core fields",
        "### System ids",
        "### Categories",
        "### Times",
    ]


def test_no_value_of_a_record_is_written_but_the_names_of_options(
    run: Run, filled: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.DEBUG):
        files = explore(run, TICKETS, tmp_path)
    for text in (*(file.read_text() for file in files), caplog.text):
        assert not any(secret in text for secret in PRIVATE)


def test_progress_is_told(
    run: Run, filled: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    with caplog.at_level(logging.INFO):
        explore(run, TICKETS, tmp_path)
    told = [r.getMessage() for r in caplog.records if "explor" in r.name]
    assert told[0] == "exploring object=tickets portal=4242"
    assert told[2] == "sample read object=tickets records=10"
    assert sum("written file=" in line for line in told) == 3


def test_a_large_object_is_sampled_at_both_ends(
    run: Run, portal: Portal, server: RunningServer, add_tickets: Any, tmp_path: Path
) -> None:
    ids = add_tickets(portal, 700)
    portal.change("tickets", ids[0], {"content": "old"}, at=NOON)
    portal.change("tickets", ids[-1], {"payload": "{}"}, at=NOON)
    found = findings(explore(run, TICKETS, tmp_path))
    assert found["test_report"]["records"] == 300
    filled = {p["name"] for p in found["properties"] if p["filled"]}
    assert {"content", "payload"} <= filled
    assert sum("/objects/" in request.path for request in server.journal) == 4


@pytest.mark.capability("S2-54")
def test_an_object_without_records_is_told_with_the_likely_causes(
    run: Run, portal: Portal, tmp_path: Path, caplog: pytest.LogCaptureFixture
) -> None:
    files = explore(run, TICKETS, tmp_path)
    assert "No tickets found. Possible causes: (1) Account 4242 has no live tickets" in caplog.text
    assert "access token belongs to another account" in caplog.text
    assert "read scope of tickets" in caplog.text
    assert findings(files)["test_report"]["records"] == 0
    assert "## If the table stays empty" in files[2].read_text()
