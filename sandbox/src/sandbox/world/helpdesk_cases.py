"""Tickets and their messages as the world means them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.world.helpdesk_objects import LIVE, Row, instants

if TYPE_CHECKING:
    from sandbox.world.helpdesk_objects import Survey

EXCERPT = 200


@dataclass(eq=False)
class Line:
    """A message: what was said, by whom, and what became of its delivery."""

    id: int
    at: int
    author: int
    text: str
    channel: str
    by_agent: bool
    public: bool = True
    via: str = "email"
    rule: int | None = None
    reader: int | None = None
    integration: int | None = None
    sent: int | None = None
    failed: int | None = None
    opened: int | None = None
    removed: int | None = None
    attachments: list[Row] | None = None
    addresses: tuple[str, str] = ("", "")

    @property
    def source(self) -> Row:
        """Where it came from and went to."""
        to, sender = self.addresses
        kind = self.channel if self.public else "internal-note"
        return {
            "type": kind,
            "to": [{"name": "", "address": to}] if to else [],
            "from": {"name": "", "address": sender} if sender else {},
            "extra": {},
        }

    @property
    def trouble(self) -> Row | None:
        """Why it could not be delivered."""
        return None if self.failed is None else {"error": "The mailbox does not exist."}

    def wire(self, ticket: int) -> Row:
        """The stand-in's row."""
        return {
            "id": self.id,
            "message_id": f"<{self.id}@mail.example.com>",
            "ticket_id": ticket,
            "external_id": None,
            "public": self.public,
            "channel": self.channel,
            "via": self.via,
            "source": self.source,
            "sender_id": self.author,
            "auth_customer_identity": None,
            "integration_id": self.integration,
            "intents": [],
            "rule_id": self.rule,
            "from_agent": self.by_agent,
            "receiver_id": self.reader,
            "subject": "",
            "body_text": self.text,
            "body_html": f"<div>{self.text}</div>",
            "stripped_text": self.text,
            "stripped_html": None,
            "stripped_signature": None,
            "headers": None,
            "attachments": self.attachments,
            "actions": None,
            "macros": [],
            "meta": None,
            "created_datetime": self.at,
            "processed_datetime": None,
            "sent_datetime": self.sent,
            "failed_datetime": self.failed,
            "deleted_datetime": self.removed,
            "opened_datetime": self.opened,
            "last_sending_error": self.trouble,
            "is_retriable": self.by_agent,
            "imported": False,
        }

    def truth(self, account: str, ticket: int) -> Row:
        """The warehouse's row."""
        return {
            "account": account,
            "id": self.id,
            "ticket_id": ticket,
            "message_id": f"<{self.id}@mail.example.com>",
            "external_id": None,
            "public": self.public,
            "channel": self.channel,
            "via": self.via,
            "source": self.source,
            "sender_id": self.author,
            "receiver_id": self.reader,
            "integration_id": self.integration,
            "rule_id": self.rule,
            "from_agent": self.by_agent,
            "subject": "",
            "body_text": self.text,
            "body_html": f"<div>{self.text}</div>",
            "stripped_text": self.text,
            "attachments": self.attachments,
            "is_retriable": self.by_agent,
            "imported": False,
            "last_sending_error": self.trouble,
            **instants(
                created=self.at,
                sent=self.sent,
                failed=self.failed,
                deleted=self.removed,
                opened=self.opened,
            ),
        }


@dataclass(eq=False)
class Case:
    """A ticket with everything that happened to it.

    Attributes:
        by_agent: Whether an agent began it.
        state: Live, or gone: merged into another one, or deleted.
        closings: Every closing: when, and by whom if by anybody.
        reopenings: How often it was opened again.
        reopened: When it was; the end of a snooze is none.
        assignments: Every assignment through the office: when, and to whom if to anybody.
    """

    id: int
    at: int
    channel: str
    customer: int
    subject: str
    via: str
    by_agent: bool
    integration: int | None
    language: str = "en"
    priority: str = "normal"
    status: str = "open"
    assignee: int | None = None
    team: int | None = None
    spam: bool = False
    unread: bool = True
    opened: int | None = None
    closed: int | None = None
    snoozed: int | None = None
    trashed: int | None = None
    updated: int = 0
    tags: list[int] = field(default_factory=list)
    fields: dict[int, str] = field(default_factory=dict)
    lines: list[Line] = field(default_factory=list)
    survey: Survey | None = None
    state: str = LIVE
    closings: list[tuple[int, int | None]] = field(default_factory=list)
    reopenings: int = 0
    reopened: list[int] = field(default_factory=list)
    assignments: list[tuple[int, int | None]] = field(default_factory=list)

    @property
    def received(self) -> int | None:
        """When the customer last wrote."""
        return max((one.at for one in self.lines if not one.by_agent), default=None)

    @property
    def last_said(self) -> int | None:
        """When anybody last wrote, notes among colleagues left out."""
        return max((one.at for one in self.lines if one.public), default=None)

    def speaks_of(self, customer: int) -> bool:
        """Whether a customer wrote in it, or was written to."""
        people = {self.customer}.union(*({one.author, one.reader} for one in self.lines))
        return customer in people

    @property
    def held_fields(self) -> Row:
        """Custom fields as the API writes them."""
        return {str(key): {"id": key, "value": value} for key, value in sorted(self.fields.items())}

    def wire(self) -> Row:
        """The stand-in's row."""
        return {
            "id": self.id,
            "external_id": None,
            "language": self.language,
            "status": self.status,
            "priority": self.priority,
            "channel": self.channel,
            "via": self.via,
            "from_agent": self.by_agent,
            "customer_id": self.customer,
            "assignee_user_id": self.assignee,
            "assignee_team_id": self.team,
            "subject": self.subject,
            "summary": None,
            "integration_ids": [] if self.integration is None else [self.integration],
            "meta": None,
            "tag_ids": sorted(self.tags),
            "is_unread": self.unread,
            "spam": self.spam,
            "created_datetime": self.at,
            "opened_datetime": self.opened,
            "last_received_message_datetime": self.received,
            "last_message_datetime": self.last_said,
            "updated_datetime": self.updated,
            "closed_datetime": self.closed,
            "snooze_datetime": self.snoozed,
            "trashed_datetime": self.trashed,
            "last_sent_message_not_delivered": any(one.failed for one in self.lines),
            "custom_fields": self.held_fields,
        }

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        said = sorted((one.at, one.id, one.text) for one in self.lines if one.public)
        return {
            "account": account,
            "id": self.id,
            "external_id": None,
            "language": self.language,
            "status": self.status,
            "priority": self.priority,
            "channel": self.channel,
            "via": self.via,
            "from_agent": self.by_agent,
            "customer_id": self.customer,
            "assignee_user_id": self.assignee,
            "assignee_team_id": self.team,
            "subject": self.subject,
            "excerpt": said[-1][2][:EXCERPT] if said else "",
            "tag_ids": sorted(self.tags),
            "messages_count": len(self.lines),
            "is_unread": self.unread,
            "spam": self.spam,
            "custom_fields": self.held_fields,
            **instants(
                created=self.at,
                opened=self.opened,
                last_received_message=self.received,
                last_message=self.last_said,
                updated=self.updated,
                closed=self.closed,
                snooze=self.snoozed,
                trashed=self.trashed,
            ),
        }
