"""Each ticket with its messages and survey, as the definitions of the statistics need them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.gorgias.table import Row


@dataclass(frozen=True)
class Dossier:
    """A ticket that counts.

    Attributes:
        ticket: Its row.
        messages: Its messages, oldest first.
        survey: Its satisfaction survey, if any.
        owner: Whom closing and satisfaction are credited to.
        bots: The ids of users with role bot.
    """

    ticket: Row
    messages: list[Row]
    survey: Row | None
    owner: int | None
    bots: frozenset[int]

    @property
    def customer_messages(self) -> list[Row]:
        """What the customer wrote."""
        return [one for one in self.messages if one["public"] and not one["from_agent"]]

    @property
    def agent_messages(self) -> list[Row]:
        """What the customer was answered, by whom or whatever."""
        return [one for one in self.messages if one["public"] and one["from_agent"]]

    @property
    def first_question(self) -> int | None:
        """When the customer first wrote; None for tickets that an agent began."""
        asked = [] if self.ticket["from_agent"] else self.customer_messages
        return min((one["created_datetime"] for one in asked), default=None)

    def first_reply(self, *, bots: bool) -> Row | None:
        """The first answer written in the helpdesk, not by a rule; and not by a bot if so asked."""
        asked = self.first_question
        if asked is None:
            return None
        fitting = (
            one
            for one in self.agent_messages
            if one["created_datetime"] > asked
            and one["rule_id"] is None
            and one["via"] == "helpdesk"
            and (bots or one["sender_id"] not in self.bots)
        )
        return next(fitting, None)

    @property
    def closed(self) -> int | None:
        """When it was closed, for the last time so far."""
        at = self.ticket["closed_datetime"]
        return int(at) if self.ticket["status"] == "closed" and at is not None else None


def sending_time(message: Row) -> int:
    """When a message went out; when it was written as long as that is not known."""
    sent = message["sent_datetime"]
    return int(message["created_datetime"] if sent is None else sent)


def dossiers(desk: Helpdesk, behaviour: Behaviour) -> Iterator[Dossier]:
    """Every ticket that counts: neither spam nor trash."""
    bots = frozenset(one["id"] for one in desk.tables["users"].all() if one["role_name"] == "bot")
    closers = _closers(desk) if behaviour.attribution == "closed" else {}
    for ticket in _tickets(desk, behaviour):
        if ticket["spam"] or ticket["trashed_datetime"] is not None:
            continue
        surveys = desk.tables["satisfaction_surveys"].where("ticket_id", ticket["id"])
        owner = closers.get(ticket["id"], ticket["assignee_user_id"])
        messages = desk.tables["messages"].where("ticket_id", ticket["id"])
        yield Dossier(ticket, messages, surveys[0] if surveys else None, owner, bots)


def _tickets(desk: Helpdesk, behaviour: Behaviour) -> Iterator[Row]:
    yield from desk.tables["tickets"].all()
    if behaviour.stale_merges:
        yield from desk.merged_tickets


def _closers(desk: Helpdesk) -> dict[int, int]:
    closings = [one for one in desk.tables["events"].all() if one["type"] == "ticket-closed"]
    closings.sort(key=lambda one: one["created_datetime"])
    return {one["object_id"]: one["user_id"] for one in closings if one["user_id"] is not None}
