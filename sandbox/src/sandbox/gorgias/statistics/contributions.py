"""What each ticket adds to each statistic: when, how much, and for whom."""

from __future__ import annotations

from bisect import bisect_left
from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.instants import SECOND
from sandbox.gorgias.statistics.dossiers import dossiers, sending_time

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.gorgias.statistics.dossiers import Dossier
    from sandbox.gorgias.statistics.periods import Period
    from sandbox.gorgias.table import Row

    Kind = Callable[[Dossier, Behaviour], Iterator["Contribution"]]


@dataclass(frozen=True, slots=True)
class Contribution:
    """One ticket's or message's part in a statistic.

    Attributes:
        at: The instant (microseconds) that puts it into a period.
        amount: Seconds, a score, or nothing for what is only counted.
        agent: Whom it is credited to.
        channel: The ticket's channel, for messages the message's own.
        ticket: The ticket's row, for further filters.
        label: What else it may be grouped by.
    """

    at: int
    amount: float | None
    agent: int | None
    channel: str
    ticket: Row
    label: Any = None


def first_responses(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """First customer message to first reply, at the reply."""
    yield from _first_response(one, bots=behaviour.bot_replies)


def human_first_responses(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """The same without bots."""
    yield from _first_response(one, bots=False)


def resolutions(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """First customer message to last closing, of answered tickets."""
    asked, closed = one.first_question, one.closed
    if asked is None or closed is None or not one.agent_messages:
        return
    at = closed if behaviour.resolution_period == "closed" else one.ticket["created_datetime"]
    yield _of_ticket(one, at, (closed - asked) / SECOND)


def closings(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Tickets that are closed, at their last closing."""
    if one.closed is not None:
        yield _of_ticket(one, one.closed)


def one_touches(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """Tickets closed with a single answer."""
    if len(one.agent_messages) == 1:
        yield from closings(one, behaviour)


def zero_touches(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """Tickets closed without an answer."""
    if not one.agent_messages:
        yield from closings(one, behaviour)


def sent_messages(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """Answers of agents and rules, at their sending, for their senders."""
    for message in one.agent_messages:
        if message["failed_datetime"] is None or behaviour.failed_messages:
            yield _of_message(one, message, sending_time(message))


def received_messages(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """What customers wrote."""
    for message in one.customer_messages:
        yield _of_message(one, message, message["created_datetime"])


def responses(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Every answer that follows a customer's message, with the time it took."""
    public = [message for message in one.messages if message["public"]]
    for before, message in pairwise(public):
        if message["from_agent"] and not before["from_agent"] and message["rule_id"] is None:
            at = sending_time(message)
            yield _of_message(one, message, at, (at - before["created_datetime"]) / SECOND)


def surveys(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """Surveys by the period of the new API; the label tells whether it was sent."""
    yield from _survey(one, behaviour.survey_period)


def legacy_surveys(one: Dossier, behaviour: Behaviour) -> Iterator[Contribution]:
    """Surveys by the period of the legacy API."""
    yield from _survey(one, behaviour.legacy_survey_period)


def creations(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Tickets at their creation; the amount is their number of messages."""
    yield _of_ticket(one, one.ticket["created_datetime"], len(one.messages))


def open_tickets(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Tickets that are open now, at their creation."""
    if one.ticket["status"] == "open":
        yield _of_ticket(one, one.ticket["created_datetime"])


def replied_tickets(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Tickets with an answer, at their creation."""
    if one.agent_messages:
        yield _of_ticket(one, one.ticket["created_datetime"])


def tag_uses(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Each tag of each ticket."""
    for tag_id in one.ticket["tag_ids"]:
        yield _of_ticket(one, one.ticket["created_datetime"], label=tag_id)


def field_values(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Each custom field of each ticket: its id and value."""
    for held in one.ticket["custom_fields"].values():
        label = (str(held["id"]), held["value"])
        yield _of_ticket(one, one.ticket["created_datetime"], label=label)


def rule_answers(one: Dossier, _: Behaviour) -> Iterator[Contribution]:
    """Answers given by rules."""
    for message in one.agent_messages:
        if message["rule_id"] is not None:
            yield _of_message(one, message, sending_time(message), label="rule")


class Ledger:
    """The contributions of one account, made again whenever its objects have changed."""

    def __init__(self, desk: Helpdesk) -> None:
        self._desk = desk
        self._made: dict[str, tuple[object, list[Contribution]]] = {}

    def within(self, kind: Kind, behaviour: Behaviour, period: Period) -> list[Contribution]:
        """The contributions of a kind within a period, ascending in time."""
        parts = self._all(kind, behaviour)
        begin = bisect_left(parts, period.start, key=lambda one: one.at)
        return parts[begin : bisect_left(parts, period.end, key=lambda one: one.at)]

    def _all(self, kind: Kind, behaviour: Behaviour) -> list[Contribution]:
        state = (
            self._desk.revision(),
            behaviour.attribution,
            behaviour.resolution_period,
            behaviour.survey_period,
            behaviour.legacy_survey_period,
            behaviour.bot_replies,
            behaviour.failed_messages,
            behaviour.stale_merges,
        )
        known = self._made.get(kind.__name__)
        if known is None or known[0] != state:
            found = [
                part for one in dossiers(self._desk, behaviour) for part in kind(one, behaviour)
            ]
            found.sort(key=lambda one: one.at)
            known = self._made[kind.__name__] = (state, found)
        return known[1]


def _first_response(one: Dossier, *, bots: bool) -> Iterator[Contribution]:
    reply = one.first_reply(bots=bots)
    if reply is not None and one.first_question is not None:
        at = sending_time(reply)
        waited = (at - one.first_question) / SECOND
        yield Contribution(at, waited, reply["sender_id"], one.ticket["channel"], one.ticket)


def _survey(one: Dossier, period: str) -> Iterator[Contribution]:
    survey = one.survey
    if survey is not None and survey[f"{period}_datetime"] is not None:
        sent = survey["sent_datetime"] is not None
        yield _of_ticket(one, survey[f"{period}_datetime"], survey["score"], label=sent)


def _of_ticket(
    one: Dossier, at: int, amount: float | None = None, label: Any = None
) -> Contribution:
    return Contribution(at, amount, one.owner, one.ticket["channel"], one.ticket, label)


def _of_message(
    one: Dossier, message: Row, at: int, amount: float | None = None, label: Any = None
) -> Contribution:
    return Contribution(at, amount, message["sender_id"], message["channel"], one.ticket, label)
