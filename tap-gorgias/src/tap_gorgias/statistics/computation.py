"""The figures computed from tickets, messages and surveys, by the vendor's own definitions."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field, replace
from decimal import Decimal
from statistics import median
from typing import TYPE_CHECKING, Any

from tap_gorgias.columns import exact, whole
from tap_gorgias.instants import instant, microseconds
from tap_gorgias.months import Month
from tap_gorgias.statistics.figures import Subject, Values, percent, seconds, two_places

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime, timedelta
    from zoneinfo import ZoneInfo

    from tap_gorgias.wire import Row

_MILLION = 1_000_000


@dataclass
class _Ticket:
    """What the figures need of a ticket."""

    channel: str
    assignee: int | None
    counts: bool
    by_agent: bool
    closed: datetime | None
    messages: int
    seen: int = 0
    asked: datetime | None = None
    replies: int = 0
    first: tuple[datetime, datetime, int] | None = None
    answer: tuple[datetime, datetime, int] | None = None
    sent: list[tuple[Subject, Month]] = field(default_factory=list)


class Computation:
    """Takes in raw objects, then tells each agent's figures.

    Tickets come first, in any order; messages of a ticket from its newest to its oldest; each
    object once. Spam and the trash count for nothing.

    Args:
        zone: The zone in which months are counted.
    """

    def __init__(self, zone: ZoneInfo) -> None:
        self._zone = zone
        self._tickets: dict[int, _Ticket] = {}
        self._numbers: dict[tuple[Subject, Month, str], int] = defaultdict(int)
        self._spans: dict[tuple[Subject, Month, str], list[timedelta]] = defaultdict(list)

    def knows(self, ticket: int) -> bool:
        """Whether a ticket was taken in."""
        return ticket in self._tickets

    def add_ticket(self, found: Row) -> None:
        """Take in a ticket as the API lists it."""
        number = whole(found.get("id"))
        if number is not None:
            self._tickets[number] = _Ticket(
                channel=str(found.get("channel")),
                assignee=whole((found.get("assignee_user") or {}).get("id")),
                counts=not found.get("spam") and not found.get("trashed_datetime"),
                by_agent=bool(found.get("from_agent")),
                closed=_at(found, "closed_datetime") if found.get("status") == "closed" else None,
                messages=whole(found.get("messages_count")) or 0,
            )

    def incomplete(self) -> set[int]:
        """Tickets that have more messages than were taken in."""
        return {id_ for id_, one in self._tickets.items() if one.seen < one.messages}

    def forget_messages(self, ticket: int) -> None:
        """Undo what messages of a ticket have told, so that all can be taken in again."""
        one = self._tickets[ticket]
        self._tickets[ticket] = replace(
            one, seen=0, asked=None, replies=0, first=None, answer=None, sent=[]
        )

    def add_message(self, found: Row) -> None:
        """Take in a message as the API lists it; notes are no messages."""
        ticket = self._tickets.get(whole(found.get("ticket_id")) or -1)
        created = _at(found, "created_datetime")
        if ticket is None or created is None:
            return
        ticket.seen += 1
        if not found.get("public"):
            return
        if not found.get("from_agent"):
            # Older than all so far: what was the first answer until now answers this one.
            ticket.asked, ticket.answer = created, ticket.first
            return
        self._add_reply(ticket, found, created)

    def add_survey(self, found: Row) -> None:
        """Take in a satisfaction survey as the API lists it."""
        ticket = self._tickets.get(whole(found.get("ticket_id")) or -1)
        made = _at(found, "created_datetime")
        if ticket is None or ticket.assignee is None or not ticket.counts or made is None:
            return
        subject, month = Subject(ticket.assignee, ticket.channel), self._month(made)
        score = whole(found.get("score"))
        if found.get("sent_datetime"):
            self._numbers[subject, month, "sent"] += 1
        if score is not None:
            self._numbers[subject, month, "scored"] += 1
            self._numbers[subject, month, "score"] += score

    def results(self) -> Iterator[tuple[Subject, Month, Values]]:
        """The figures of every agent, channel and month in which anything happened."""
        for ticket in self._tickets.values():
            self._settle(ticket)
        self._tickets.clear()
        for subject, month in sorted({key[:2] for key in (*self._numbers, *self._spans)}):
            yield subject, month, self._values(subject, month)

    def _add_reply(self, ticket: _Ticket, found: Row, created: datetime) -> None:
        sent, sender = _at(found, "sent_datetime") or created, _sender(found)
        ticket.replies += 1
        if found.get("rule_id") is None and found.get("via") == "helpdesk" and sender is not None:
            ticket.first = created, sent, sender
        if sender is not None and not found.get("failed_datetime"):
            subject = Subject(sender, str(found.get("channel")))
            ticket.sent.append((subject, self._month(sent)))

    def _settle(self, ticket: _Ticket) -> None:
        """Count what a ticket, now that all its messages are known, adds to its month."""
        if not ticket.counts:
            return
        for subject, month in ticket.sent:
            self._numbers[subject, month, "messages"] += 1
        if ticket.asked and ticket.answer and not ticket.by_agent:
            _, sent, sender = ticket.answer
            key = Subject(sender, ticket.channel), self._month(sent), "first response"
            self._spans[key].append(sent - ticket.asked)
        if ticket.closed and ticket.assignee is not None:
            self._settle_close(ticket, ticket.closed, ticket.assignee)

    def _settle_close(self, ticket: _Ticket, closed: datetime, assignee: int) -> None:
        subject, month = Subject(assignee, ticket.channel), self._month(closed)
        self._numbers[subject, month, "closed"] += 1
        self._numbers[subject, month, "one touch"] += ticket.replies == 1
        if ticket.asked and ticket.replies and not ticket.by_agent:
            self._spans[subject, month, "resolution"].append(closed - ticket.asked)

    def _values(self, subject: Subject, month: Month) -> Values:
        def number(name: str) -> int:
            return self._numbers.get((subject, month, name), 0)

        scored = number("scored")
        return {
            "first_response_median_seconds": self._median(subject, month, "first response"),
            "resolution_median_seconds": self._median(subject, month, "resolution"),
            "closed_tickets": number("closed"),
            "one_touch_tickets": number("one touch"),
            "one_touch_percent": percent(number("one touch"), number("closed")),
            "messages_sent": number("messages"),
            "csat_sent": number("sent"),
            "csat_scored": scored,
            "csat_response_rate": percent(scored, number("sent")),
            "csat_rating": two_places(Decimal(number("score")) / scored) if scored else None,
        }

    def _median(self, subject: Subject, month: Month, name: str) -> Decimal | None:
        spans = self._spans.get((subject, month, name))
        if not spans:
            return None
        return seconds(exact(median(Decimal(microseconds(span)) for span in spans) / _MILLION))

    def _month(self, moment: datetime) -> Month:
        return Month.of(moment.astimezone(self._zone).date())


def _at(found: Row, name: str) -> datetime | None:
    value: Any = found.get(name)
    try:
        return instant(value) if value else None
    except (TypeError, ValueError, AttributeError):
        return None


def _sender(found: Row) -> int | None:
    sender = found.get("sender")
    return whole(sender.get("id")) if isinstance(sender, dict) else None
