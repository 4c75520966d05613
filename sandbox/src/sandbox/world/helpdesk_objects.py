"""What stands on a helpdesk's desks as the world means it: surveys and events.

Each object has two separate renderings: `wire`, the raw row the stand-in is given, and `truth`,
the row a complete warehouse holds. Neither is made from the other. Instants are epoch microseconds.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import Any

Row = dict[str, Any]
EPOCH = datetime(1970, 1, 1, tzinfo=timezone.utc)
SECOND = 1_000_000
MINUTE, HOUR, DAY = 60 * SECOND, 3600 * SECOND, 86_400 * SECOND
LIVE, MERGED, DELETED = "live", "merged", "deleted"


def canonical(at: int | None) -> str | None:
    """`YYYY-MM-DDTHH:MM:SS.ffffffZ` of epoch microseconds."""
    if at is None:
        return None
    return (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def instants(**given: int | None) -> Row:
    """Canonical instants under their column names."""
    return {f"{name}_datetime": canonical(at) for name, at in given.items()}


@dataclass(eq=False)
class Survey:
    """A question how satisfied the customer was; the answer comes late or never."""

    id: int
    customer: int
    at: int
    due: int
    sent: int | None = None
    scored: int | None = None
    score: int | None = None
    comment: str | None = None

    def wire(self, ticket: int) -> Row:
        """The stand-in's row."""
        return {
            "id": self.id,
            "ticket_id": ticket,
            "customer_id": self.customer,
            "score": self.score,
            "body_text": self.comment,
            "created_datetime": self.at,
            "should_send_datetime": self.due,
            "sent_datetime": self.sent,
            "scored_datetime": self.scored,
            "meta": None,
        }

    def truth(self, account: str, ticket: int) -> Row:
        """The warehouse's row."""
        return {
            "account": account,
            "id": self.id,
            "ticket_id": ticket,
            "customer_id": self.customer,
            "score": self.score,
            "body_text": self.comment,
            "meta": None,
            **instants(created=self.at, should_send=self.due, sent=self.sent, scored=self.scored),
        }


@dataclass(eq=False)
class Happening:
    """An entry of the account's audit trail."""

    id: int
    at: int
    type: str
    object_type: str
    object_id: int
    user: int | None
    data: Row

    @property
    def context(self) -> str:
        """A UUID made from the number."""
        return f"00000000-0000-4000-8000-{self.id:012d}"

    def wire(self) -> Row:
        """The stand-in's row."""
        return {
            "id": self.id,
            "context": self.context,
            "type": self.type,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "user_id": self.user,
            "data": self.data,
            "created_datetime": self.at,
        }

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        return {
            "account": account,
            "id": self.id,
            "context": self.context,
            "type": self.type,
            "object_type": self.object_type,
            "object_id": self.object_id,
            "user_id": self.user,
            "data": self.data,
            **instants(created=self.at),
        }
