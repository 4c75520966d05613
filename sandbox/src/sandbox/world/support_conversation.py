"""One conversation of any of the three tools, as the support figures see it.

Instants are epoch microseconds, durations microseconds. None is what a source cannot tell, or what
did not happen.
"""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import NamedTuple

CUSTOMER, HUMAN, BOT = "customer", "human", "bot"
GOOD_FROM, BAD_UP_TO = 4, 2


class Message(NamedTuple):
    """What a customer wrote to the team, or the team to a customer.

    Attributes:
        order: Tells the earlier one of two by the same side and of the same instant.
        author: Who wrote it for the team, under the name of the reports.
    """

    at: int
    order: int
    kind: str
    author: str | None = None


class Turn(NamedTuple):
    """The customer writes, once or several times, until the team does."""

    asked: int
    reply: Message | None = None


@dataclass
class Conversation:
    """What a source means by one conversation.

    Attributes:
        id: Source and native key.
        shown_agent: Whose it is, as the source spells it; `agent` as reports do.
        messages: What counts for questions and their answers; None where the source keeps it back.
        closings: When it was closed while it was open; `reopenings` the other way round.
        written_by: `bot_only` and so on.
    """

    id: str
    source: str
    created: int
    agent: str | None = None
    shown_agent: str | None = None
    deleted: bool = False
    spam: bool = False
    messages: list[Message] | None = None
    customer_first: int | None = None
    first_response: int | None = None
    bot_response: int | None = None
    human_response: int | None = None
    first_responder: str | None = None
    closings: list[int] = field(default_factory=list)
    reopenings: list[int] = field(default_factory=list)
    first_resolved: int | None = None
    resolved: int | None = None
    reopen_count: int | None = None
    team_messages: int | None = None
    customer_messages: int | None = None
    handled: int | None = None
    transfers: int | None = None
    handed_over: bool | None = None
    contained: bool | None = None
    score: int | None = None
    rated: int | None = None
    written_by: str | None = None
    continues: str | None = None

    @property
    def csat(self) -> str | None:
        """Good, bad, or neither."""
        if self.score is None or BAD_UP_TO < self.score < GOOD_FROM:
            return None
        return "good" if self.score >= GOOD_FROM else "bad"

    @property
    def one_touch(self) -> bool | None:
        """Whether one message of the team was enough; None while it is open."""
        if self.resolved is None or self.team_messages is None:
            return None
        return self.team_messages == 1

    @property
    def full_resolution(self) -> int | None:
        """From its creation to its last closing."""
        return elapsed(self.created, self.resolved)

    @property
    def human_wait(self) -> int | None:
        """From the customer's first message to a person's answer."""
        return elapsed(self.customer_first, self.human_response)

    def answer_from(self, messages: list[Message]) -> None:
        """Take the first answers from the messages."""
        first = first_answer(messages, self.customer_first, (BOT, HUMAN))
        bot = first_answer(messages, self.customer_first, (BOT,))
        person = first_answer(messages, self.customer_first, (HUMAN,))
        self.first_response = first.at if first else None
        self.bot_response = bot.at if bot else None
        self.human_response = person.at if person else None
        self.first_responder = person.author if person else None


def elapsed(start: int | None, end: int | None) -> int | None:
    """From one instant to another; None if either is unknown, or the end lies before the start."""
    if start is None or end is None or end < start:
        return None
    return end - start


def in_order(messages: list[Message]) -> list[Message]:
    """By instant; of one instant the customer's come first."""
    return sorted(messages, key=lambda one: (one.at, one.kind != CUSTOMER, one.order))


def first_answer(
    messages: list[Message], since: int | None, kinds: tuple[str, ...]
) -> Message | None:
    """The team's first message of some kinds at or after an instant."""
    if since is None:
        return None
    later = (one for one in in_order(messages) if one.at >= since and one.kind in kinds)
    return next(later, None)


def turns(messages: list[Message]) -> list[Turn]:
    """The customer's questions with the answers to them; the last one may still wait."""
    found: list[Turn] = []
    asked: int | None = None
    for one in in_order(messages):
        if one.kind == CUSTOMER:
            asked = one.at if asked is None else asked
        elif asked is not None:
            found.append(Turn(asked, one))
            asked = None
    return found if asked is None else [*found, Turn(asked)]


def written_by(kinds: set[str]) -> str:
    """Which of the team wrote in a conversation."""
    if HUMAN in kinds:
        return "bot_then_human" if BOT in kinds else "human_only"
    return "bot_only" if BOT in kinds else "unanswered"


def handovers(agents: list[str | None]) -> int:
    """How often something went from one agent to another; being nobody's in between is no agent."""
    known = [one for one in agents if one is not None]
    return sum(before != after for before, after in itertools.pairwise(known))
