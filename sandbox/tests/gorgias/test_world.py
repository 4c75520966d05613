"""The helpdesks of the world: what there is, what is served, what is true, and again the same."""

from __future__ import annotations

import json
from collections import Counter
from datetime import datetime, timezone
from typing import Any

import pytest
import requests
from sandbox.gorgias.server import Behaviour, serve
from sandbox.service import Setting
from sandbox.standins import STAND_INS
from sandbox.world import World
from sandbox.world.helpdesk import ACCOUNTS, HelpdeskPart, credentials, opening, quiet_month

PATHS = {
    "tickets": "tickets",
    "messages": "messages",
    "users": "users",
    "teams": "teams",
    "customers": "customers",
    "satisfaction_surveys": "satisfaction-surveys",
    "tags": "tags",
    "events": "events",
    "custom_fields": "custom-fields",
    "integrations": "integrations",
}
NOW = 1_780_315_200_000  # 2026-06-01T12:00:00Z


@pytest.fixture(scope="module")
def grown(new_company):
    """Helpdesks that have lived for a while after their history."""
    company = new_company()
    for hours in (4, 30, 200):
        company.advance(hours)
    return company


@pytest.fixture(scope="module")
def truth(grown) -> dict[str, Any]:
    return grown.truth()


def served(part: HelpdeskPart, name: str) -> dict[str, dict[int, Any]]:
    """Everything the stand-in shows of an account, by stream and id."""
    found = {}
    with serve(part.desks, Behaviour(limits=False)) as running:
        session = requests.Session()
        session.auth = credentials(part.offices[name])
        for stream, path in PATHS.items():
            kinds = [{}]
            if stream == "custom_fields":
                kinds = [
                    {"object_type": kind, "archived": flag}
                    for kind in ("Ticket", "Customer")
                    for flag in ("true", "false")
                ]
            rows = [row for kind in kinds for row in walk(session, running.urls[name], path, kind)]
            found[stream] = {row["id"]: row for row in rows}
    return found


def walk(session, url, path, query):
    cursor = None
    while True:
        page = session.get(
            f"{url}/api/{path}", params={**query, "limit": 100, "cursor": cursor}, timeout=20
        ).json()
        yield from page["data"]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            return


def flattened(stream: str, row: dict[str, Any], account: str) -> dict[str, Any]:
    """A served row in the columns that HELPDESK.md names."""
    row = {**row, "account": account}
    if stream == "tickets":
        row["customer_id"] = row["customer"]["id"]
        row["assignee_user_id"] = (row["assignee_user"] or {}).get("id")
        row["assignee_team_id"] = (row["assignee_team"] or {}).get("id")
        row["tag_ids"] = sorted(tag["id"] for tag in row["tags"])
    if stream == "messages":
        row["sender_id"] = row["sender"]["id"]
        row["receiver_id"] = (row["receiver"] or {}).get("id")
    if stream == "users":
        row["role_name"] = row["role"]["name"]
    if stream == "teams":
        row["member_ids"] = sorted(one["id"] for one in row["members"])
    return {
        name: value.replace("+00:00", "Z") if name.endswith("_datetime") and value else value
        for name, value in row.items()
    }


@pytest.mark.parametrize("account", ["harbor", "alpenglow"])
def test_what_is_served_is_what_was_meant(grown, truth, account):
    """Every table, every row, every column, after three stretches of life."""
    shown = served(grown.part, account)
    for stream in PATHS:
        meant = {row["id"]: row for row in truth[stream].values() if row["account"] == account}
        assert shown[stream].keys() == meant.keys(), stream
        for key, row in meant.items():
            flat = flattened(stream, shown[stream][key], account)
            assert {name: flat[name] for name in row} == row, (stream, key)


def test_what_is_gone_answers_301_or_404(grown, truth):
    part = grown.part
    assert {"merged", "deleted"} <= set(truth["gone"].values())
    with serve(part.desks, Behaviour(limits=False)) as running:
        for key, fate in truth["gone"].items():
            stream, account, number = key.split("/")
            if stream == "messages":
                continue
            answer = requests.get(
                f"{running.urls[account]}/api/{stream}/{number}",
                auth=credentials(part.offices[account]),
                allow_redirects=False,
                timeout=20,
            )
            assert answer.status_code == {"merged": 301, "deleted": 404}[fate], key


def test_the_same_arguments_make_the_same_world_to_the_byte(truth, new_company):
    again = new_company()
    for hours in (4, 30, 200):
        again.advance(hours)
    assert json.dumps(again.truth(), sort_keys=True) == json.dumps(truth, sort_keys=True)


def test_another_seed_makes_another_world(truth, new_company):
    other = new_company(seed=8).truth()
    assert other["messages"] != truth["messages"]


def test_a_world_has_what_syncs_stumble_over(grown, truth):
    """Each kind of trouble at least once, in a world of the smallest size."""
    tickets = list(truth["tickets"].values())
    messages = list(truth["messages"].values())
    surveys = list(truth["satisfaction_surveys"].values())
    kinds = Counter(row["type"] for row in truth["events"].values())
    assert {row["status"] for row in tickets} == {"open", "closed"}
    assert {"email", "chat"} < {row["channel"] for row in tickets}
    for flag in ("spam", "from_agent", "trashed_datetime", "assignee_team_id"):
        assert any(row[flag] for row in tickets), flag
    assert any(row["assignee_user_id"] is None for row in tickets)
    assert any(row["id"] > 2**31 for row in tickets)
    assert {row["public"] for row in messages} == {True, False}
    assert any(row["rule_id"] for row in messages)
    assert any(row["failed_datetime"] for row in messages)
    assert any(row["via"] not in ("helpdesk", "rule") and row["from_agent"] for row in messages)
    assert any(row["sent_datetime"] is None for row in surveys)
    assert any(row["sent_datetime"] and row["score"] is None for row in surveys)
    assert any(row["score"] for row in surveys)
    for kind in ("ticket-reopened", "ticket-merged", "ticket-deleted", "ticket-assigned",
                 "ticket-trashed", "ticket-untrashed", "ticket-snoozed", "customer-merged"):  # fmt: skip
        assert kinds[kind], kind


def test_some_surveys_are_answered_weeks_later(truth):
    waits = [
        instant(row["scored_datetime"]) - instant(row["created_datetime"])
        for row in truth["satisfaction_surveys"].values()
        if row["scored_datetime"]
    ]
    assert max(waits).days >= 14
    assert max(waits).days <= 45


def test_users_need_two_pages_of_a_hundred_and_not_all_are_ours(truth):
    """The trap of the old notebook: the first page only."""
    harbor = [row for row in truth["users"].values() if row["account"] == "harbor"]
    assert len(harbor) > 100
    by_name = sorted(harbor, key=lambda row: (row["name"], row["id"]))
    assert any("getwrrk" in row["email"] and row["name"].startswith("Zoë") for row in by_name[100:])
    assert sum("getwrrk" in row["email"].casefold() for row in harbor) > 30
    assert any("GetWrrk" in row["email"] for row in harbor)
    assert any("getwrrk" not in row["email"].casefold() for row in harbor)
    assert {"bot", "admin", "agent"} <= {row["role_name"] for row in harbor}


def test_ids_of_users_differ_in_meaning_by_account(truth):
    assert truth["users"]["harbor/7107"]["email"] != truth["users"]["alpenglow/7108"]["email"]
    numbers = [
        {row["id"] for row in truth["users"].values() if row["account"] == name}
        for name in ("harbor", "alpenglow")
    ]
    assert numbers[0] & numbers[1]


def test_history_begins_with_a_leap_february_more_than_nineteen_months_back():
    assert opening(NOW) == 1_706_745_600_000  # 2024-02-01
    for now, year in ((1_727_740_800_000, 2020), (1_762_000_000_000, 2024)):  # Oct 2024, Nov 2025
        assert datetime.fromtimestamp(opening(now) / 1000, timezone.utc).year == year


def test_months_hold_figures_that_round_to_nought_and_some_hold_none(truth):
    """The trap of the old notebook: it dropped a month for a single 0."""
    rows = list(truth["agent_statistics"].values())
    below_an_hour = [
        row
        for row in rows
        if row["first_response_median_seconds"] is not None
        and int(row["first_response_median_seconds"]) < 3600
    ]
    assert below_an_hour
    assert any(row["one_touch_percent"] == "0" for row in rows)
    assert any(row["csat_sent"] == 0 for row in rows)
    assert any(row["csat_response_rate"] == "0" for row in rows)
    assert len({row["month"] for row in rows}) >= 24
    assert not any(
        row["first_response_median_seconds"] is None and row["closed_tickets"] == 0
        and row["messages_sent"] == 0 and row["csat_sent"] == 0 for row in rows
    )  # fmt: skip


def test_there_are_weeks_in_which_nobody_writes(grown, truth):
    begun, over = quiet_month(opening(NOW) * 1000)
    for row in truth["tickets"].values():
        at = instant(row["created_datetime"]).timestamp() * 1_000_000
        assert not begun <= at < over


def test_something_closes_in_the_last_and_the_first_instant_of_a_month(truth):
    closings = {row["closed_datetime"] for row in truth["tickets"].values()}
    # New Year in New York and in Vienna, to the microsecond.
    edges = {"2025-01-01T04:59:59.999999Z", "2025-01-01T05:00:00.000000Z",
             "2024-12-31T22:59:59.999999Z", "2024-12-31T23:00:00.000000Z"}  # fmt: skip
    assert len(closings & edges) >= 2


def test_nothing_happens_in_the_quiet_beginning_of_a_jump(new_company):
    """Real time may have shown it to a tap already."""
    world = new_company()
    before = world.now
    world.advance(4)
    newest = [
        instant(row["created_datetime"]).timestamp() * 1000
        for row in world.truth()["events"].values()
        if instant(row["created_datetime"]).timestamp() * 1000 >= before
    ]
    assert newest
    assert min(newest) >= before + 30 * 60_000
    assert max(newest) <= world.now


def test_every_stretch_of_time_merges_bins_reopens_and_closes(new_company):
    world = new_company()
    happened: Counter[str] = Counter()
    for _ in range(5):
        happened.update(world.advance(12))
    for kind in ("ticket-created", "ticket-message-created", "ticket-closed", "ticket-reopened",
                 "ticket-merged", "ticket-trashed", "customer-merged"):  # fmt: skip
        assert happened[f"gorgias.{kind}"] >= 2, kind


def test_metrics_truth_speaks_of_every_ticket_that_counts(grown, truth):
    metrics = grown.part.metrics_truth()
    counted = {
        key
        for key, row in truth["tickets"].items()
        if not row["spam"] and row["trashed_datetime"] is None
    }
    assert metrics.keys() == counted
    assert any(row["human_first_response_seconds"] != row["first_response_seconds"]
               for row in metrics.values())  # fmt: skip
    assert any(row["reopens"] for row in metrics.values())


def test_twenty_agents_at_three_accounts_are_made_cheaply():
    part = HelpdeskPart(lambda: NOW, NOW, tickets=600, accounts=3, agents=20)
    assert list(part.offices) == [name for name, _, _ in ACCOUNTS]
    for office in part.offices.values():
        assert sum(one.works and one.ours for one in office.users.values()) == 20
    months = {row["month"] for row in part.truth(NOW)["agent_statistics"].values()}
    assert len(months) >= 20


@pytest.fixture(scope="module")
def world() -> World:
    return World(tickets=60, parts=("gorgias",), elapsed=lambda: 0)


def test_a_world_carries_its_helpdesks_along(world):
    before = world.truth()
    happened = world.advance(12)
    after = world.truth()
    assert happened["gorgias.ticket-created"] >= 4
    assert len(after["gorgias.events"]) > len(before["gorgias.events"])
    now = max(row["created_datetime"] for row in after["gorgias.events"].values())
    assert now <= instant_text(world.clock())


def test_the_service_tells_the_tap_its_accounts(world):
    with STAND_INS["gorgias"](Setting(world, behaviours={"gorgias": {"latency": 0.0}})) as service:
        accounts = json.loads(service.environment["TAP_GORGIAS_ACCOUNTS"])
        assert [one["client"] for one in accounts] == ["harbor", "alpenglow"]
        assert [one["channels"] for one in accounts] == [["email", "chat"], ["email"]]
        for one in accounts:
            answer = requests.get(
                f"{one['api_base_url']}/api/account",
                auth=(one["username"], one["api_key"]),
                timeout=20,
            )
            assert answer.json()["domain"] == one["client"]
        assert service.journal() == [
            ("GET", "/harbor/api/account", 200),
            ("GET", "/alpenglow/api/account", 200),
        ]


def test_the_service_can_be_disturbed_and_calmed(world):
    with STAND_INS["gorgias"](Setting(world)) as service:
        service.disturb({"match": "account", "kind": "503", "times": None})
        assert requests.get(f"{service.url}/harbor/api/account", timeout=20).status_code == 503
        service.calm()
        service.behave({"key_bucket": 5})
        assert requests.get(f"{service.url}/harbor/api/account", timeout=20).status_code == 401
        with pytest.raises(ValueError, match="No behaviour"):
            service.behave({"speed": 1})
        with pytest.raises(ValueError, match="Not a fault"):
            service.disturb({"kind": "503"})


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def instant_text(at: int) -> str:
    return datetime.fromtimestamp(at / 1000, timezone.utc).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
