"""HubSpot's tickets as conversations: their moves, owners, first reply and e-mails."""

from __future__ import annotations

from collections import defaultdict
from datetime import datetime
from typing import TYPE_CHECKING

from sandbox.world.entries import LIVE
from sandbox.world.support_conversation import (
    CUSTOMER,
    HUMAN,
    Conversation,
    Message,
    handovers,
)
from sandbox.world.support_rules import folded
from sandbox.world.values import milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.world.agents import Owner
    from sandbox.world.entries import Entry
    from sandbox.world.life import Move
    from sandbox.world.population import Population
    from sandbox.world.support_rules import Rules
    from sandbox.world.tickets import Ticket

SOURCE = "hubspot"
SIDES = {"INCOMING_EMAIL": CUSTOMER, "EMAIL": HUMAN}
"""Who wrote an e-mail, by its direction; a forwarded one is neither's."""


def hubspot_conversations(
    population: Population, rules: Rules, now: int, origins: dict[int, str]
) -> Iterator[Conversation]:
    """Every ticket that the account still has, live or in the bin.

    Args:
        population: The account.
        rules: Names, and which pipelines are what.
        now: Epoch milliseconds.
        origins: The conversation that a ticket came of, by the ticket's id.
    """
    reader = _Reader(population, rules)
    for ticket in population.ledger.rows(now):
        if not ticket.gone:
            yield reader.read(ticket, origins.get(ticket.id))


class _Reader:
    def __init__(self, population: Population, rules: Rules) -> None:
        self._population = population
        self._rules = rules
        self._owners = {str(key): owner for key, owner in population.owners.items()}
        self._emails = population.office.books["emails"].entries
        self._mail: dict[int, list[int]] = defaultdict(list)
        for near, far, _ in population.links.everything():
            if near[0] == "tickets" and far[0] == "emails" and far[1] not in self._mail[near[1]]:
                self._mail[near[1]].append(far[1])

    def read(self, ticket: Ticket, origin: str | None) -> Conversation:
        """One ticket."""
        owner = ticket.value("hubspot_owner_id").truth
        shown, agent = self._names(None if owner is None else str(owner))
        messages = list(self._messages(ticket))
        made = Conversation(
            f"{SOURCE}:{ticket.id}",
            SOURCE,
            _microseconds(ticket.created_at),
            agent,
            shown,
            deleted=ticket.state != LIVE,
            spam=self._pipeline(ticket) in self._rules.spam_pipelines,
            messages=messages,
            team_messages=sum(one.kind == HUMAN for one in messages),
            customer_messages=sum(one.kind == CUSTOMER for one in messages),
            transfers=self._transfers(ticket),
            continues=origin,
        )
        self._answer(made, ticket)
        _close(made, ticket)
        return made

    def _answer(self, made: Conversation, ticket: Ticket) -> None:
        """The first reply, where HubSpot's own is one; a chat's is given in the chat tool."""
        made.customer_first = made.created
        replied = _instant(ticket, "first_agent_reply_date")
        chat = self._pipeline(ticket) in self._rules.chat_pipelines
        if not chat and replied is not None and replied > made.created:
            made.first_response = made.human_response = replied
            made.first_responder = made.agent

    def _pipeline(self, ticket: Ticket) -> str:
        return folded(self._population.pipelines[ticket.moves[-1].pipeline].label)

    def _messages(self, ticket: Ticket) -> Iterator[Message]:
        """The e-mails of the ticket; one that cannot be dated is none."""
        for key in self._mail.get(ticket.id, ()):
            email = self._emails[key]
            side = SIDES.get(email.value("hs_email_direction").truth)
            at = _instant(email, "hs_timestamp")
            if email.state == LIVE and side is not None and at is not None:
                yield Message(at, key, side, self._author(email) if side == HUMAN else None)

    def _author(self, email: Entry) -> str | None:
        owner = email.value("hubspot_owner_id").truth
        return self._names(None if owner is None else str(owner))[1]

    def _transfers(self, ticket: Ticket) -> int:
        """Of several owners within one millisecond the last one counts."""
        versions = ticket.history.get("hubspot_owner_id", [])
        lasting = {change.at: change.wire or None for change in versions}
        return handovers([self._names(owner)[1] for owner in lasting.values()])

    def _names(self, owner_id: str | None) -> tuple[str | None, str | None]:
        """An owner's name as HubSpot shows it, and as reports do."""
        if owner_id is None:
            return None, None
        owner = self._owners.get(owner_id)
        shown = owner_name(owner) if owner else owner_id
        return shown, self._rules.agent(shown, owner.email if owner else None)


def owner_name(owner: Owner) -> str:
    """First and last name, else the address, else the id."""
    return " ".join(filter(None, owner.first_and_last)) or owner.email or str(owner.id)


def openings(moves: Iterable[Move]) -> tuple[list[int], list[int]]:
    """When a ticket was closed while open, and opened while closed (epoch milliseconds).

    Of several moves within one millisecond the last one counts.
    """
    closings: list[int] = []
    reopenings: list[int] = []
    closed = False
    for move in {move.at: move for move in moves}.values():
        if move.closed != closed:
            (closings if move.closed else reopenings).append(move.at)
        closed = move.closed
    return closings, reopenings


def _close(made: Conversation, ticket: Ticket) -> None:
    closings, reopenings = openings(ticket.moves)
    made.closings = [_microseconds(at) for at in closings]
    made.reopenings = [_microseconds(at) for at in reopenings]
    made.first_resolved = next(iter(made.closings), None)
    made.reopen_count = len(made.reopenings)
    made.resolved = _instant(ticket, "closed_date") if ticket.moves[-1].closed else None


def _instant(entry: Entry, name: str) -> int | None:
    canonical = entry.value(name).truth
    if canonical is None:
        return None
    return _microseconds(milliseconds(datetime.fromisoformat(canonical.replace("Z", "+00:00"))))


def _microseconds(at: int) -> int:
    return at * 1000
