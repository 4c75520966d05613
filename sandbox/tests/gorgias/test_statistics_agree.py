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
def world(new_company):
    made = new_company(tickets=300)
    made.advance(400)
    return made


@pytest.fixture(scope="module")
def running(world):
    with serve(world.part.desks, Behaviour(limits=False)) as server:
        yield server


class Account:
    """One account as a client sees it."""

    def __init__(self, world: Any, running: Any, name: str) -> None:
        self.part = world.part
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
            for scope, measures in SCOPES.items():
                for (agent, channel), row in self.report(scope, month).items():
                    held = found.setdefault((agent, channel, month), {})
                    held.update({f"{scope}.{name}": row[name] for name in measures})
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
    rows = [row for row in world.truth()["agent_statistics"].values() if row["account"] == name]
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
    count = SlowCount(account)
    for ticket in account.rows("tickets"):
        if not ticket["spam"] and not ticket["trashed_datetime"]:
            count.enter(ticket)
    return count.combined()


class SlowCount:
    """Goes through everything for every ticket; keys are agent, channel and month."""

    def __init__(self, account: Account) -> None:
        self.zone = account.zone
        self.messages = account.rows("messages")
        self.surveys = account.rows("satisfaction-surveys")
        self.waits: dict[Any, list[Fraction]] = {}
        self.resolutions: dict[Any, list[Fraction]] = {}
        self.scores: dict[Any, list[int]] = {}
        self.counts: dict[Any, dict[str, int]] = {}

    def enter(self, ticket) -> None:
        mine = [one for one in self.messages if one["ticket_id"] == ticket["id"] and one["public"]]
        mine.sort(key=lambda one: (one["created_datetime"], one["id"]))
        asked = [one["created_datetime"] for one in mine if not one["from_agent"]]
        answers = [one for one in mine if one["from_agent"]]
        began = None if ticket["from_agent"] or not asked else asked[0]
        owner = (ticket["assignee_user"] or {}).get("id")
        if began:
            self.first_response(ticket, began, answers)
        if ticket["status"] == "closed" and ticket["closed_datetime"]:
            self.closing(ticket, owner, began, answers)
        for one in answers:
            if not one["failed_datetime"]:
                key = (one["sender"]["id"], one["channel"], month_of(out(one), self.zone))
                add(self.counts, key, "messages-sent.messagesCount")
        for survey in self.surveys:
            if survey["ticket_id"] == ticket["id"]:
                self.survey(survey, (owner, ticket["channel"]))

    def first_response(self, ticket, began, answers) -> None:
        for one in answers:
            late_enough = one["created_datetime"] > began
            if late_enough and one["rule_id"] is None and one["via"] == "helpdesk":
                key = (one["sender"]["id"], ticket["channel"], month_of(out(one), self.zone))
                self.waits.setdefault(key, []).append(seconds(began, out(one)))
                return

    def closing(self, ticket, owner, began, answers) -> None:
        closed = ticket["closed_datetime"]
        key = (owner, ticket["channel"], month_of(closed, self.zone))
        add(self.counts, key, "tickets-closed.ticketCount")
        if len(answers) == 1:
            add(self.counts, key, "one-touch-tickets.ticketCount")
        if began and answers:
            self.resolutions.setdefault(key, []).append(seconds(began, closed))

    def survey(self, survey, whose) -> None:
        key = (*whose, month_of(survey["created_datetime"], self.zone))
        scores = self.scores.setdefault(key, [])
        if survey["score"]:
            scores.append(survey["score"])
        if survey["sent_datetime"]:
            add(self.counts, key, "sent")

    def combined(self) -> dict[Any, dict[str, Any]]:
        found: dict[Any, dict[str, Any]] = {}
        for name, durations in (
            ("first-response-time.medianFirstResponseTime", self.waits),
            ("resolution-time.medianResolutionTime", self.resolutions),
        ):
            for key, values in durations.items():
                found.setdefault(key, {})[name] = round(median(values))
        for key, values in self.scores.items():
            found.setdefault(key, {}).update(self.satisfaction(key, values))
        for key, row in self.counts.items():
            kept = {name: count for name, count in row.items() if name != "sent"}
            found.setdefault(key, {}).update(kept)
        return found

    def satisfaction(self, key, values) -> dict[str, Any]:
        row: dict[str, Any] = {"scoredSurveysCount": len(values)}
        sent = self.counts.get(key, {}).get("sent", 0)
        if values:
            row["averageSurveyScore"] = float(round(Fraction(sum(values), len(values)), 2))
        if sent:
            row["responseRate"] = float(round(Fraction(100 * len(values), sent), 2))
        return {f"satisfaction-surveys.{name}": value for name, value in row.items()}


def out(message) -> str:
    return message["sent_datetime"] or message["created_datetime"]


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
