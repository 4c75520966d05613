"""The Reports API: sums and averages per day, as far as its answers are documented."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

from sandbox.livechat.report_numbers import AGENT_ZERO, Conversation, average
from sandbox.livechat.report_range import ReportRange, read_range

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.livechat.call import Call

    Days = dict[str, list[Conversation]]
    Numbers = Callable[[list[Conversation]], dict[str, Any]]


def _conversations(call: Call, asked: ReportRange) -> list[Conversation]:
    bots = call.organization.bots
    threads = call.organization.walk((asked.low, ""), (asked.high, "\U0010ffff"), descending=False)
    found = (
        Conversation(one, call.organization.chats[one.chat_id], bots)
        for one in threads
        if call.sees(one)
    )
    return [one for one in found if asked.takes(one)]


def _by_bucket(call: Call) -> Days:
    """Return the conversations of every bucket of the range, empty ones too."""
    asked = read_range(call)
    days: Days = {name: [] for name in asked.buckets()}
    for one in _conversations(call, asked):
        days.setdefault(asked.bucket(one.at), []).append(one)
    return days


def _report(name: str, numbers: Numbers) -> Callable[[Call], dict[str, Any]]:
    def report(call: Call) -> dict[str, Any]:
        days = _by_bucket(call)
        records = {day: numbers(found) if found else {} for day, found in days.items()}
        return {"name": name, "total": sum(map(len, days.values())), "records": records}

    return report


def _total(found: list[Conversation]) -> dict[str, Any]:
    continuous = sum(one.continuous for one in found)
    return {"total": len(found)} | ({"continuous": continuous} if continuous else {})


def _mean_of(name: str, values: Callable[[Conversation], Iterable[float]]) -> Numbers:
    def numbers(found: list[Conversation]) -> dict[str, Any]:
        measured = [value for one in found for value in values(one)]
        return {"count": len(measured), name: average(measured)} if measured else {}

    return numbers


def _durations(found: list[Conversation]) -> dict[str, Any]:
    measured = [one.duration for one in found if one.duration is not None]
    if not measured:
        return {}
    mean = round(average(measured))
    return {"count": len(measured), "duration": mean, "agents_chatting_duration": mean}


def _ratings(found: list[Conversation]) -> dict[str, Any]:
    counted = Counter(one.rating for one in found if one.rating)
    return {"chats": len(found), **counted}


def _tags(found: list[Conversation]) -> dict[str, Any]:
    return dict(Counter(tag for one in found for tag in one.tags))


def _groups(found: list[Conversation]) -> dict[str, Any]:
    return dict(Counter(str(group) for one in found for group in one.group_ids))


def ranking(call: Call) -> dict[str, Any]:
    """Return good and bad ratings per agent; there is no distribution."""
    records: dict[str, Counter[str]] = {}
    for one in _conversations(call, read_range(call)):
        if one.rating and one.rated_agent:
            records.setdefault(one.rated_agent, Counter())[one.rating] += 1
    return {
        "name": "ranking-report",
        "total": len(records),
        "records": {agent: _rank(counted) for agent, counted in records.items()},
    }


def _rank(counted: Counter[str]) -> dict[str, Any]:
    total = counted["good"] + counted["bad"]
    score = round(counted["good"] / total, 4)
    return {"total": total, "good": counted["good"], "bad": counted["bad"], "score": score}


def tag_usage(call: Call) -> dict[str, Any]:
    """Return how often each tag was used."""
    found = _conversations(call, read_range(call))
    return {"name": "tags-usage-report", "records": _tags(found)}


def performance(call: Call) -> dict[str, Any]:
    """Return figures per agent; the summary's response time is weighted by chats."""
    agents: dict[str, list[Conversation]] = {}
    for one in _conversations(call, read_range(call)):
        for agent in one.answering(bots=call.behaviour.bots_in_reports):
            agents.setdefault(agent, []).append(one)
    records = {name: _performance(name, found) for name, found in sorted(agents.items())}
    return {"name": "performance-report", "records": records, "summary": _summary(records)}


def _performance(agent: str, found: list[Conversation]) -> dict[str, Any]:
    first = [t for one in found if one.first_agent == agent for t in one.first_response]
    ratings = Counter(one.rating for one in found if one.rated_agent == agent)
    return AGENT_ZERO | {
        "chats_count": len(found),
        "chats_rated_good": ratings["good"],
        "chats_rated_bad": ratings["bad"],
        "first_response_chats_count": len(first),
        "first_response_time": average(first),
        "chatting_time": sum(round(one.duration or 0) for one in found),
    }


def _summary(records: dict[str, dict[str, Any]]) -> dict[str, Any]:
    summary = {name: sum(one[name] for one in records.values()) for name in AGENT_ZERO}
    weighted = sum(
        one["first_response_time"] * one["first_response_chats_count"] for one in records.values()
    )
    count = summary["first_response_chats_count"]
    return summary | {"first_response_time": round(weighted / count, 2) if count else 0}


REPORTS: dict[str, Callable[[Call], dict[str, Any]]] = {
    "chats/total_chats": _report("total-chats-report", _total),
    "chats/duration": _report("duration-report", _durations),
    "chats/first_response_time": _report(
        "first-response-time-report",
        _mean_of("first_response_time", lambda one: one.first_response),
    ),
    "chats/response_time": _report(
        "response-time-report", _mean_of("response_time", lambda one: one.responses)
    ),
    "chats/ratings": _report("ratings-report", _ratings),
    "chats/tags": _report("tags-report", _tags),
    "chats/groups": _report("groups-report", _groups),
    "chats/ranking": ranking,
    "tags/chat_usage": tag_usage,
    "agents/performance": performance,
}
"""The reports there are, by resource and method."""
