"""What agents, and everybody together, did in a day, week or month of the reporting zone."""

from __future__ import annotations

from dataclasses import dataclass, field
from fractions import Fraction
from typing import TYPE_CHECKING, Any

from sandbox.world.support_conversation import BOT, turns
from sandbox.world.support_time import exact_seconds, period_start, seconds

if TYPE_CHECKING:
    from collections.abc import Callable, Hashable, Iterable, Iterator

    from sandbox.world.support_conversation import Conversation, Turn
    from sandbox.world.support_rules import Rules

    Named = Callable[[str | None, bool], Hashable | None]

Row = dict[str, Any]
EVERYBODY = "everybody"


@dataclass
class _Bucket:
    """What belongs to one name, source and period, by what put it there."""

    created: list[Conversation] = field(default_factory=list)
    resolved: list[Conversation] = field(default_factory=list)
    answered: list[Conversation] = field(default_factory=list)
    rated: list[Conversation] = field(default_factory=list)
    turns: list[Turn] = field(default_factory=list)


def agent_periods(
    counted: Iterable[Conversation], rules: Rules, period: str, bots: frozenset[str]
) -> dict[tuple[str, str, str], Row]:
    """By agent, source and the period's first day; managers and bots are left out.

    Args:
        counted: The conversations that count.
        rules: Who is a manager, and whose days are counted.
        period: `day`, `week` or `month`.
        bots: The names of bots.
    """

    def person(name: str | None, is_bot: bool) -> str | None:  # noqa: FBT001 - see `Named`
        left_out = name is None or is_bot or name in bots or rules.is_manager(name)
        return None if left_out else name

    return _figures(counted, rules, period, person)


def support_periods(
    counted: Iterable[Conversation], rules: Rules, period: str
) -> dict[tuple[str, str], Row]:
    """By source and the period's first day, over everybody: managers, bots and nobody, too."""
    found = _figures(counted, rules, period, lambda _name, _is_bot: EVERYBODY)
    return {(source, start): row for (_, source, start), row in found.items()}


def _figures(
    counted: Iterable[Conversation], rules: Rules, period: str, named: Named
) -> dict[Any, Row]:
    buckets: dict[tuple[Any, str, str], _Bucket] = {}
    for one in counted:
        for name, is_bot, at, part, thing in _entries(one):
            who = named(name, is_bot)
            if who is not None and at is not None:
                key = (who, one.source, period_start(at, period, rules.reporting_zone))
                getattr(buckets.setdefault(key, _Bucket()), part).append(thing)
    return {key: _row(bucket) for key, bucket in buckets.items()}


def _entries(one: Conversation) -> Iterator[tuple[str | None, bool, int | None, str, Any]]:
    """What there is to count of a conversation: whose, whether a bot's, when, as what."""
    yield one.agent, False, one.created, "created", one
    yield one.agent, False, one.resolved, "resolved", one
    yield one.first_responder, False, one.human_response, "answered", one
    if one.score is not None:
        yield one.agent, False, one.rated, "rated", one
    for turn in turns(one.messages or []):
        if turn.reply is not None:
            yield turn.reply.author, turn.reply.kind == BOT, turn.reply.at, "turns", turn


def _row(bucket: _Bucket) -> Row:
    full = [one.full_resolution for one in bucket.resolved]
    first = [one.human_wait for one in bucket.answered]
    waits = [turn.reply.at - turn.asked for turn in bucket.turns if turn.reply]
    return {
        "conversations_created": len(bucket.created),
        "conversations_resolved": len(bucket.resolved),
        "one_touch_count": _sum(one.one_touch for one in bucket.resolved),
        **_averages("full_resolution", full),
        "reopened_count": _sum(_reopened(one) for one in bucket.created),
        "first_responses": len(bucket.answered),
        **_averages("first_response", first),
        "responses": len(bucket.turns),
        **_averages("response", waits),
        "handle_seconds": seconds(_sum(one.handled for one in bucket.created)),
        "transfers": _sum(one.transfers for one in bucket.created),
        **_satisfaction(bucket.rated),
    }


def _reopened(one: Conversation) -> bool | None:
    return None if one.reopen_count is None else one.reopen_count > 0


def _sum(values: Iterable[int | None]) -> int | None:
    """The sum of those that are known; None where none is."""
    known = [int(value) for value in values if value is not None]
    return sum(known) if known else None


def _averages(name: str, durations: Iterable[int | None]) -> Row:
    known = sorted(value for value in durations if value is not None)
    row: Row = {f"{name}_median_seconds": None, f"{name}_average_seconds": None}
    if known:
        middle = Fraction(known[(len(known) - 1) // 2] + known[len(known) // 2], 2)
        row[f"{name}_median_seconds"] = exact_seconds(middle)
        row[f"{name}_average_seconds"] = exact_seconds(Fraction(sum(known), len(known)))
    return row


def _satisfaction(rated: list[Conversation]) -> Row:
    good, bad = (sum(one.csat == kind for one in rated) for kind in ("good", "bad"))
    scores = [one.score for one in rated if one.score is not None]
    return {
        "csat_good": good,
        "csat_bad": bad,
        "csat_scored": len(scores),
        "csat_score_sum": _sum(scores),
        "csat_percent": Fraction(100 * good, good + bad) if good + bad else None,
        "csat_average": Fraction(sum(scores), len(scores)) if scores else None,
    }
