"""`POST /api/stats/{name}`: the legacy statistics, with their own names and shapes."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.exchange import Reply
from sandbox.gorgias.call import json_reply
from sandbox.gorgias.errors import ApiError, invalid
from sandbox.gorgias.instants import SECOND, microseconds, moment, padded
from sandbox.gorgias.statistics import contributions as made
from sandbox.gorgias.statistics import measures as m
from sandbox.gorgias.statistics.periods import absolute_period
from sandbox.gorgias.statistics.reporting_api import refuse

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import tzinfo

    from sandbox.gorgias.call import Call
    from sandbox.gorgias.statistics.contributions import Contribution, Ledger
    from sandbox.gorgias.statistics.periods import Period

LISTS = ("agents", "channels", "integrations", "tags")
CSV = b"text/csv"


@dataclass(frozen=True)
class Question:
    """A checked question: the period and who or what it is narrowed to."""

    call: Call
    ledger: Ledger
    period: Period
    narrow: dict[str, set[Any]]

    def parts(self, kind: Any, period: Period | None = None) -> list[Contribution]:
        """The contributions of a kind within a period, by default the one asked for."""
        found = self.ledger.within(kind, self.call.behaviour, period or self.period)
        return [one for one in found if self._admits(one)]

    def _admits(self, one: Contribution) -> bool:
        held: dict[str, set[Any]] = {
            "agents": {one.agent},
            "channels": {one.channel},
            "integrations": set(one.ticket["integration_ids"]),
            "tags": set(one.ticket["tag_ids"]),
        }
        return all(held[name] & wanted for name, wanted in self.narrow.items())


@dataclass(frozen=True)
class Figure:
    """One number: what it is called inside a list, its type, and how it is had."""

    name: str
    type: str
    value: Callable[[Question, Period], m.Number | None]
    more_is_better: bool | None = None


def statistic(call: Call, ledger: Ledger) -> Reply:
    """Answer a question in the shape that its name has."""
    name = call.parameters["name"]
    if name not in SHAPES:
        raise ApiError(400, f"Statistic {name} does not exist.")
    call.require("statistics:read")
    refuse(call, "legacy")
    question = _read(call, ledger)
    data = SHAPES[name](question)
    label = name.replace("-", " ").capitalize()
    body = {"data": {"data": data, "label": label, "legend": None}, "meta": _meta(question)}
    return json_reply(body, records=1)


def download(call: Call, ledger: Ledger) -> Reply:
    """Answer as CSV; which columns the vendor writes is not known."""
    question = _read(call, ledger)
    name = call.parameters["name"]
    if name not in SHAPES:
        raise ApiError(400, f"Statistic {name} does not exist.")
    data = SHAPES[name](question)
    figures = data if isinstance(data, list) else [data]
    lines = ["name,value", *(f"{one.get('name')},{one.get('value')}" for one in figures)]
    return Reply(200, "\r\n".join(lines).encode() + b"\r\n", CSV)


def _count(kind: Any) -> Callable[[Question, Period], m.Number | None]:
    return lambda question, period: len(question.parts(kind, period))


def _of(kind: Any, measure: Any) -> Callable[[Question, Period], m.Number | None]:
    return lambda question, period: measure(question.parts(kind, period))


def _one_touch_percent(question: Question, period: Period) -> m.Number | None:
    closed = len(question.parts(made.closings, period))
    return round(100 * len(question.parts(made.one_touches, period)) / closed) if closed else 0


def _survey_percent(question: Question, period: Period) -> m.Number | None:
    rate = m.response_rate(question.parts(made.legacy_surveys, period))
    return 0 if rate is None else round(rate)


FIGURES = {
    "total-tickets-created": Figure("total_new_tickets", "number", _count(made.creations), False),  # noqa: FBT003
    "total-tickets-closed": Figure("total_closed_tickets", "number", _count(made.closings)),
    "total-tickets-replied": Figure(
        "total_replied_tickets", "number", _count(made.replied_tickets)
    ),
    "total-messages-sent": Figure("total_messages_sent", "number", _count(made.sent_messages)),
    "total-messages-received": Figure(
        "total_messages_received", "number", _count(made.received_messages)
    ),
    "median-first-response-time": Figure(
        "median_first_response_time", "duration", _of(made.first_responses, m.median_seconds)
    ),
    "median-resolution-time": Figure(
        "median_resolution_time", "duration", _of(made.resolutions, m.median_seconds)
    ),
    "total-one-touch-tickets": Figure("total_one_touch_tickets", "percent", _one_touch_percent),
}
_SURVEY_FIGURES = (
    Figure(
        "total_sent",
        "number",
        lambda question, period: m.sent_surveys(question.parts(made.legacy_surveys, period)) or 0,
    ),
    Figure("response_rate", "percent", _survey_percent),
    Figure("average_rating", "number", _of(made.legacy_surveys, m.mean)),
)


def _scalar(figure: Figure, question: Question) -> dict[str, Any]:
    value = figure.value(question, question.period)
    before = figure.value(question, question.period.before)
    shape = {
        "name": figure.name,
        "type": figure.type,
        "value": value,
        "delta": _delta(before, value),
    }
    if figure.more_is_better is not None:
        shape["more_is_better"] = figure.more_is_better
    return shape


def _delta(before: m.Number | None, now: m.Number | None) -> int:
    """The change in percent; from nothing to something is a hundred."""
    if not before:
        return 100 if now else 0
    return round(100 * ((now or 0) - before) / before)


def _overview(question: Question) -> list[dict[str, Any]]:
    return [_scalar(figure, question) for figure in FIGURES.values()]


def _satisfaction(question: Question) -> list[dict[str, Any]]:
    scores = [one.amount for one in question.parts(made.legacy_surveys) if one.amount]
    spread = {str(score): scores.count(score) for score in range(1, 6)}
    distribution = {"name": "response_distribution", "type": "distribution", "value": spread}
    return [*(_scalar(figure, question) for figure in _SURVEY_FIGURES), distribution]


def _per_agent(question: Question) -> dict[str, Any]:
    totals: dict[int | None, int] = {}
    for one in question.parts(made.closings):
        totals[one.agent] = totals.get(one.agent, 0) + 1
    lines = [
        [{"value": _name(question, agent)}, {"value": total}]
        for agent, total in sorted(totals.items(), key=lambda one: (-one[1], str(one[0])))
    ]
    return {"lines": lines}


def _per_agent_and_day(question: Question) -> dict[str, Any]:
    parts = question.parts(made.closings)
    days = _days(question)
    agents = sorted({one.agent for one in parts}, key=str)
    lines = [
        {
            "name": _name(question, agent),
            "data": _daily([one for one in parts if one.agent == agent], days),
        }
        for agent in agents
    ]
    return {"axes": {"x": days}, "lines": lines}


def _volume(question: Question) -> dict[str, Any]:
    days = _days(question)
    kinds = {"Created": made.creations, "Replied": made.replied_tickets, "Closed": made.closings}
    lines = [
        {"name": name, "data": _daily(question.parts(kind), days)} for name, kind in kinds.items()
    ]
    return {"axes": {"x": days}, "lines": lines}


def _days(question: Question) -> list[int]:
    """Epoch seconds at which the period's days begin, counted from its start."""
    return [at // SECOND for at in range(question.period.start, question.period.end, _DAY)]


def _daily(parts: list[Contribution], days: list[int]) -> list[int]:
    first = days[0] * SECOND
    counted = [0] * len(days)
    for one in parts:
        counted[(one.at - first) // _DAY] += 1
    return counted


def _name(question: Question, agent: int | None) -> str | None:
    row = None if agent is None else question.call.desk.tables["users"].get(agent)
    return row["name"] if row else None


_DAY = 86_400 * SECOND
SHAPES: dict[str, Callable[[Question], Any]] = {
    "overview": _overview,
    "satisfaction-surveys": _satisfaction,
    "tickets-closed-per-agent": _per_agent,
    "tickets-closed-per-agent-per-day": _per_agent_and_day,
    "support-volume": _volume,
    **{
        name: lambda question, name=name: _scalar(FIGURES[name], question)  # type: ignore[misc]
        for name in (
            "total-tickets-closed",
            "total-one-touch-tickets",
            "total-tickets-replied",
            "total-messages-sent",
            "median-first-response-time",
            "median-resolution-time",
        )
    },
}
"""The names that exist, and the shape of each."""


def _read(call: Call, ledger: Ledger) -> Question:
    filters = call.json().get("filters")
    given = filters.get("period") if isinstance(filters, dict) else None
    if not isinstance(filters, dict) or not isinstance(given, dict):
        raise invalid("filters.period", "Missing data for required field.")
    ends = [given.get("start_datetime"), given.get("end_datetime")]
    if not all(isinstance(one, str) for one in ends):
        raise invalid("filters.period", "Missing data for required field.")
    period = absolute_period(str(ends[0]), str(ends[1]), call.behaviour.legacy_maximum_days)
    narrow = {name: _wanted(filters, name) for name in LISTS if filters.get(name)}
    return Question(call, ledger, period, narrow)


def _wanted(filters: dict[str, Any], name: str) -> set[Any]:
    values = filters[name]
    if not isinstance(values, list):
        raise invalid(f"filters.{name}", "Not a valid list.")
    if name == "channels":
        return {str(one) for one in values}
    if not all(isinstance(one, int) for one in values):
        raise invalid(f"filters.{name}", "Not a valid integer.")
    return set(values)


def _meta(question: Question) -> dict[str, str]:
    given = question.call.json()["filters"]["period"]
    place = _offset(given["start_datetime"])
    before = question.period.before
    return {
        "start_datetime": given["start_datetime"],
        "end_datetime": given["end_datetime"],
        "previous_start_datetime": _text(before.start, place),
        "previous_end_datetime": _text(before.end - SECOND, place),
    }


def _offset(text: str) -> tzinfo:
    found = datetime.fromisoformat(padded(text)).tzinfo
    return found or ZoneInfo("UTC")


def _text(at: int, place: tzinfo) -> str:
    local = moment(at // SECOND * SECOND).astimezone(place)
    assert microseconds(local) <= at  # noqa: S101 - whole seconds never lie later
    return local.isoformat()
