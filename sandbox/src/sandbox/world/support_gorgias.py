"""Gorgias' tickets as conversations: what was said in them, and what was done with them."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.helpdesk_objects import LIVE
from sandbox.world.support_conversation import (
    BOT,
    CUSTOMER,
    HUMAN,
    Conversation,
    Message,
    handovers,
    in_order,
    written_by,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.world.helpdesk_cases import Case, Line
    from sandbox.world.helpdesk_office import Office
    from sandbox.world.support_rules import Rules

SOURCE = "gorgias"
OWN_WAY = "helpdesk"
"""How a message went that was written in the helpdesk itself."""


def gorgias_conversations(office: Office, rules: Rules) -> Iterator[Conversation]:
    """Every ticket of an account that is still there, in the trash or not."""
    for case in office.cases.values():
        if case.state == LIVE:
            yield _Reader(office, rules, case).read()


class _Reader:
    def __init__(self, office: Office, rules: Rules, case: Case) -> None:
        self._office = office
        self._rules = rules
        self._case = case
        self._public = [line for line in case.lines if line.public and _arrived(line)]

    def read(self) -> Conversation:
        case = self._case
        made = Conversation(
            f"{SOURCE}:{self._office.name}/{case.id}",
            SOURCE,
            case.at,
            self._agent(case.assignee),
            self._shown(case.assignee),
            deleted=case.trashed is not None,
            spam=case.spam,
            team_messages=sum(line.by_agent for line in self._public),
            customer_messages=sum(not line.by_agent for line in self._public),
            transfers=handovers([self._agent(agent) for _, agent in case.assignments]),
        )
        self._answer(made)
        self._close(made)
        self._tell_bots(made)
        made.score = case.survey.score if case.survey else None
        made.rated = case.survey.scored if case.survey else None
        return made

    def _answer(self, made: Conversation) -> None:
        messages = in_order([self._message(one) for one in self._public if _counts(one)])
        asked = [one.at for one in messages if one.kind == CUSTOMER]
        made.messages = messages
        made.customer_first = None if self._case.by_agent else next(iter(asked), None)
        made.answer_from(messages)

    def _close(self, made: Conversation) -> None:
        case = self._case
        made.closings, made.reopenings = openings([at for at, _ in case.closings], case.reopened)
        made.first_resolved = next(iter(made.closings), None)
        made.resolved = case.closed
        made.reopen_count = len(made.reopenings)

    def _tell_bots(self, made: Conversation) -> None:
        """A person who wrote from an outside mailbox wrote all the same; a rule is nobody."""
        bots = [went_out(one) for one in self._public if self._is_bot(one) and _counts(one)]
        people = [went_out(one) for one in self._public if self._is_person(one)]
        wrote = {kind for kind, found in ((BOT, bots), (HUMAN, people)) if found}
        made.written_by = written_by(wrote)
        made.handed_over = bool(bots) and any(at >= min(bots) for at in people)
        made.contained = bool(bots) and not people and self._case.closed is not None

    def _message(self, line: Line) -> Message:
        if not line.by_agent:
            return Message(went_out(line), line.id, CUSTOMER)
        kind = BOT if self._is_bot(line) else HUMAN
        return Message(went_out(line), line.id, kind, self._agent(line.author))

    def _is_bot(self, line: Line) -> bool:
        return line.by_agent and self._office.users[line.author].role == "bot"

    def _is_person(self, line: Line) -> bool:
        return line.by_agent and line.rule is None and not self._is_bot(line)

    def _agent(self, user: int | None) -> str | None:
        if user is None:
            return None
        found = self._office.users[user]
        return self._rules.agent(found.name, found.email)

    def _shown(self, user: int | None) -> str | None:
        return None if user is None else self._office.users[user].name


def openings(closed: list[int], reopened: list[int]) -> tuple[list[int], list[int]]:
    """When a ticket was closed while open, and opened while closed."""
    closings: list[int] = []
    reopenings: list[int] = []
    is_open = True
    steps = [(at, True) for at in reopened] + [(at, False) for at in closed]
    for at, opens in sorted(steps):
        if opens != is_open:
            (reopenings if opens else closings).append(at)
        is_open = opens
    return closings, reopenings


def went_out(line: Line) -> int:
    """When a message was sent, or written as long as nothing is known of that."""
    return line.at if line.sent is None else line.sent


def _arrived(line: Line) -> bool:
    """Whether a message reached anybody: one that could not be delivered did not."""
    return not line.by_agent or line.failed is None


def _counts(line: Line) -> bool:
    """Whether a public message asks, or answers: rules and outside mailboxes answer nobody."""
    return not line.by_agent or (line.rule is None and line.via == OWN_WAY)
