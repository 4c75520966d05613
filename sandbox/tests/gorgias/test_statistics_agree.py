"""The vendor's statistics, the world's truth and a slow count over raw rows all say the same."""

from __future__ import annotations

from datetime import datetime, timezone
from fractions import Fraction
from statistics import median
from typing import Any
from zoneinfo import ZoneInfo

import pytest
import requests
from sandbox.gorgias.server import Behaviour, serve
from sandbox.world import World
from sandbox.world.helpdesk import credentials

SCOPES = {
    "first-response-time": ["medianFirstResponseTime"],
    "resolution-time": ["medianResolutionTime"],
    "tickets-closed": ["ticketCount"],
    "one-touch-tickets": ["ticketCount"],
    "messages-sent": ["messagesCount"],
    "satisfaction-surveys": ["averageSurveyScore", "scoredSurveysCount", "responseRate"],
}


@pytest.fixture(scope="module")
def world() -> World:
    made = World(tickets=900, parts=("gorgias",), elapsed=lambda: 0)
    made.advance(400)
    return made


@pytest.fixture(scope="module")
def running(world):
    with serve(world.parts["gorgias"].desks, Behaviour(limits=False)) as server:
        yield server


class Account:
    """One account as a client sees it."""

    def __init__(self, world: World, running: Any, name: str) -> None:
        self.part = world.parts["gorgias"]
        self.office = self.part.offices[name]
        self.zone = ZoneInfo(self.office.desk.zone)
        self.url = running.urls[name]
        self.session = requests.Session()
        self.session.auth = credentials(self.office)

    def rows(self, path: str) -> list[dict[str, Any]]:
        found: list[dict[str, Any]] = []
        query: dict[str, Any] = {"limit": 100}
        while True:
            page = self.session.get(f"{self.url}/api/{path}", params=query, timeout=30).json()
            found += page["data"]
            query["cursor"] = page["meta"]["next_cursor"]
            if query["cursor"] is None:
                return found

    def report(self, scope: str, month: str) -> dict[tuple[Any, str], dict[str, Any]]:
        filters = [
            {"member": "periodStart", "operator": "afterDate", "values": [month]},
            {"member": "periodEnd", "operator": "beforeDate", "values": [following(month)]},
        ]
        query = {
            "scope": scope,
            "timezone": self.zone.key,
            "measures": SCOPES[scope],
            "dimensions": ["agentId", "channel"],
            "filters": filters,
        }
        answer = self.session.post(
            f"{self.url}/api/reporting/stats?limit=1000", json={"query": query}, timeout=30
        )
        return {(row["agentId"], row["channel"]): row for row in answer.json()["data"]}

    def figures(self) -> dict[tuple[Any, str, str], dict[str, Any]]:
        """Per agent, channel and month, what the vendor says."""
        found: dict[tuple[Any, str, str], dict[str, Any]] = {}
        for month in self.months():
            for scope in SCOPES:
                for (agent, channel), row in self.report(scope, month).items():
                    held = found.setdefault((agent, channel, month), {})
                    held.update({f"{scope}.{name}": row[name] for name in SCOPES[scope]})
        return found

    def months(self) -> list[str]:
        return months(
            datetime.fromtimestamp(self.part.start / 1e6, self.zone), self.office.desk.now()
        )


def months(first: datetime, now: int) -> list[str]:
    month, found = first.strftime("%Y-%m-01"), []
    while month <= datetime.fromtimestamp(now / 1e6, timezone.utc).strftime("%Y-%m-%d"):
        found.append(month)
        month = following(month)
    return found


def following(month: str) -> str:
    year, number = int(month[:4]), int(month[5:7])
    return f"{year + number // 12}-{number % 12 + 1:02d}-01"


def instant(text: str) -> datetime:
    return datetime.fromisoformat(text)


def month_of(text: str, zone: ZoneInfo) -> str:
    return instant(text).astimezone(zone).strftime("%Y-%m-01")


@pytest.mark.parametrize("name", ["harbor", "alpenglow"])
def test_a_slow_and_obvious_count_over_the_raw_rows_gives_the_same_figures(world, running, name):
    """Row 18: raw and statistics agree, for every agent, channel and month."""
    account = Account(world, running, name)
    counted = slow_count(account)
    told = {
        key: {figure: value for figure, value in row.items() if value is not None}
        for key, row in account.figures().items()
    }
    wanted = {key for key in told if told[key]} | counted.keys()
    within = set(account.months())
    for key in sorted(wanted, key=str):
        if key[2] in within:
            assert told.get(key, {}) == counted.get(key, {}), key


@pytest.mark.parametrize("name", ["harbor", "alpenglow"])
def test_the_truth_of_the_world_gives_the_same_figures(world, running, name):
    account = Account(world, running, name)
    told = account.figures()
    rows = [
        row for row in world.truth()["gorgias.agent_statistics"].values() if row["account"] == name
    ]
    assert len(rows) >= 50
    for row in rows:
        said = told.pop((row["agent_id"], row["channel"], row["month"]), {})
        closed = said.get("tickets-closed.ticketCount") or 0
        once = said.get("one-touch-tickets.ticketCount") or 0
        assert row["closed_tickets"] == closed
        assert row["messages_sent"] == (said.get("messages-sent.messagesCount") or 0)
        assert number(row["one_touch_percent"]) == (
            float(round(Fraction(100 * once, closed), 2)) if closed else None
        )
        for column, figure in (
            ("first_response_median_seconds", "first-response-time.medianFirstResponseTime"),
            ("resolution_median_seconds", "resolution-time.medianResolutionTime"),
            ("csat_rating", "satisfaction-surveys.averageSurveyScore"),
            ("csat_response_rate", "satisfaction-surveys.responseRate"),
        ):
            assert number(row[column]) == said.get(figure), (row, column)
    ours = {one.id for one in account.office.users.values() if one.ours}
    channels = account.part.channels[name]
    left = {
        key: row
        for key, row in told.items()
        if key[0] in ours and key[1] in channels
        and set(row.values()) - {None, 0}
    }  # fmt: skip
    assert not left


@pytest.mark.parametrize("name", ["harbor", "alpenglow"])
def test_both_interfaces_say_the_same_of_an_agent_and_month(world, running, name):
    """Row 15: as far as their definitions are the same."""
    account = Account(world, running, name)
    told, compared = account.figures(), 0
    for (agent, channel, month), row in told.items():
        if agent is None or month < "2026-01-01":
            continue
        start, end = (local(day, account.zone) for day in (month, following(month)))
        period = {"start_datetime": start, "end_datetime": last_instant(end)}
        body = {"filters": {"period": period, "agents": [agent], "channels": [channel]}}
        answer = account.session.post(f"{account.url}/api/stats/overview", json=body, timeout=30)
        old = {one["name"]: one["value"] for one in answer.json()["data"]["data"]}
        assert old["total_closed_tickets"] == (row.get("tickets-closed.ticketCount") or 0)
        assert old["total_messages_sent"] == (row.get("messages-sent.messagesCount") or 0)
        assert old["median_first_response_time"] == row.get(
            "first-response-time.medianFirstResponseTime"
        )
        assert old["median_resolution_time"] == row.get("resolution-time.medianResolutionTime")
        compared += 1
    assert compared > 20


def slow_count(account: Account) -> dict[tuple[Any, str, str], dict[str, Any]]:
    """The definitions of the facts' section 6, word by word, over what lists show."""
    messages, surveys = account.rows("messages"), account.rows("satisfaction-surveys")
    waits: dict[Any, list[float]] = {}
    resolutions: dict[Any, list[float]] = {}
    counts: dict[Any, dict[str, int]] = {}
    scores: dict[Any, list[int]] = {}
    for ticket in account.rows("tickets"):
        if ticket["spam"] or ticket["trashed_datetime"]:
            continue
        mine = [one for one in messages if one["ticket_id"] == ticket["id"] and one["public"]]
        mine.sort(key=lambda one: (one["created_datetime"], one["id"]))
        asked = [one for one in mine if not one["from_agent"]]
        answers = [one for one in mine if one["from_agent"]]
        owner = (ticket["assignee_user"] or {}).get("id")
        began = None if ticket["from_agent"] or not asked else asked[0]["created_datetime"]
        for one in answers:
            if began and one["created_datetime"] > began and one["rule_id"] is None:
                if one["via"] != "helpdesk":
                    continue
                sent = one["sent_datetime"] or one["created_datetime"]
                key = (one["sender"]["id"], ticket["channel"], month_of(sent, account.zone))
                waits.setdefault(key, []).append(seconds(began, sent))
                break
        if ticket["status"] == "closed" and ticket["closed_datetime"]:
            closed = ticket["closed_datetime"]
            key = (owner, ticket["channel"], month_of(closed, account.zone))
            add(counts, key, "tickets-closed.ticketCount")
            if len(answers) == 1:
                add(counts, key, "one-touch-tickets.ticketCount")
            if began and answers:
                resolutions.setdefault(key, []).append(seconds(began, closed))
        for one in answers:
            if not one["failed_datetime"]:
                sent = one["sent_datetime"] or one["created_datetime"]
                key = (one["sender"]["id"], one["channel"], month_of(sent, account.zone))
                add(counts, key, "messages-sent.messagesCount")
        for survey in surveys:
            if survey["ticket_id"] == ticket["id"]:
                month = month_of(survey["created_datetime"], account.zone)
                key = (owner, ticket["channel"], month)
                scores.setdefault(key, [])
                if survey["score"]:
                    scores[key].append(survey["score"])
                if survey["sent_datetime"]:
                    add(counts, key, "sent")
    return combined(waits, resolutions, counts, scores)


def combined(waits, resolutions, counts, scores):
    found: dict[Any, dict[str, Any]] = {}
    for key, values in waits.items():
        found.setdefault(key, {})["first-response-time.medianFirstResponseTime"] = round(
            median(values)
        )
    for key, values in resolutions.items():
        found.setdefault(key, {})["resolution-time.medianResolutionTime"] = round(median(values))
    for key, values in scores.items():
        row = found.setdefault(key, {})
        row["satisfaction-surveys.scoredSurveysCount"] = len(values)
        if values:
            mean = round(Fraction(sum(values), len(values)), 2)
            row["satisfaction-surveys.averageSurveyScore"] = float(mean)
        sent = counts.get(key, {}).get("sent", 0)
        if sent:
            rate = round(Fraction(100 * len(values), sent), 2)
            row["satisfaction-surveys.responseRate"] = float(rate)
    for key, row in counts.items():
        found.setdefault(key, {}).update({name: n for name, n in row.items() if name != "sent"})
    return found


def add(counts, key, name):
    row = counts.setdefault(key, {})
    row[name] = row.get(name, 0) + 1


def seconds(start: str, end: str) -> Fraction:
    span = instant(end) - instant(start)
    return Fraction(span.days * 86_400 + span.seconds) + Fraction(span.microseconds, 1_000_000)


def number(text: str | None) -> float | None:
    return None if text is None else float(text)


def local(day: str, zone: ZoneInfo) -> str:
    return datetime.fromisoformat(day).replace(tzinfo=zone).isoformat()


def last_instant(end: str) -> str:
    whole = datetime.fromisoformat(end)
    return datetime.fromtimestamp(whole.timestamp() - 0.000001, whole.tzinfo).isoformat()
