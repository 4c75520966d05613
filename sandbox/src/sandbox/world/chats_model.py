"""A chat, its threads and what happens in them, as the world means it.

Instants are epoch microseconds here: the chat tool counts them.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Any

Json = dict[str, Any]

CUSTOMER, HUMAN, BOT = "customer", "human", "bot"
SECOND_US = 1_000_000
MINUTE_US = 60 * SECOND_US
HOUR_US = 60 * MINUTE_US
DAY_US = 24 * HOUR_US

# What an event is to the metrics.
ASKED, REPLIED, PRECHAT, HANDED, ENDED, OTHER = (
    "asked",
    "replied",
    "prechat",
    "handed",
    "ended",
    "other",
)


@dataclass
class User:
    """Somebody in a chat.

    Attributes:
        kind: `customer`, `human` or `bot`.
        canonical: The team's name for an agent, whatever the display name.
        visibility: `agents` for a supervisor who only watches.
    """

    id: str
    kind: str
    name: str | None = None
    email: str | None = None
    avatar: str | None = None
    canonical: str | None = None
    visibility: str | None = "all"


@dataclass
class Customer(User):
    """Somebody who writes to the company.

    Attributes:
        created_offset: Hours of the offset its creation is written with; None is UTC.
        ticket_contact: Its HubSpot contact, if it has one.
        extra: Further keys as the vendor has them.
    """

    created_at: int = 0
    created_offset: int | None = None
    ticket_contact: int | None = None
    session_fields: list[Json] | None = None
    visit: Json | None = None
    extra: Json = field(default_factory=dict)


@dataclass
class Event:
    """Something in a thread.

    Attributes:
        own: The keys of its type alone, as the vendor has them.
        role: What it is to the metrics.
    """

    at: int
    type: str
    author: User | None = None
    own: Json = field(default_factory=dict)
    role: str = OTHER
    visibility: str | None = "all"
    properties: Json | None = None
    custom_id: str | None = None
    deleted: bool = False
    id: str | None = None
    stranger: str | None = None

    @property
    def author_id(self) -> str | None:
        """Who made it; `stranger` is somebody the chat does not know."""
        return self.stranger or (self.author.id if self.author else None)


@dataclass
class Rating:
    """One step of a rating: `rated` (with a score), `commented` or `canceled`."""

    at: int
    event: str
    score: int | None = None
    comment: str | None = None


@dataclass
class Thread:
    """One conversation."""

    id: str
    chat: Chat
    at: int
    group_ids: list[int] | None
    active: bool = True
    people: list[User] = field(default_factory=list)
    events: list[Event] = field(default_factory=list)
    tags: list[str] = field(default_factory=list)
    properties: Json = field(default_factory=dict)
    queue: tuple[int, int, int] | None = None
    queues_duration: int | None = None
    restricted: str | None = None
    summary: tuple[str, str, int] | None = None
    visit: Json | None = None
    previous: Thread | None = None
    next: Thread | None = None
    ratings: list[Rating] = field(default_factory=list)
    ticket_id: int | None = None

    @property
    def changed_at(self) -> int:
        """When something last happened in it."""
        return max([self.at, *(event.at for event in self.events)])


@dataclass
class Chat:
    """Everything between one customer and the company.

    Attributes:
        free_at: When its last thread will be over.
    """

    id: str
    customer: Customer
    properties: Json
    group_ids: list[int]
    users: dict[str, User] = field(default_factory=dict)
    threads: list[Thread] = field(default_factory=list)
    free_at: int = 0
    newest_at: int = 0

    @property
    def statistics(self) -> Json:
        """What the vendor counts for a customer."""
        threads = len(self.threads)
        return {
            "chats_count": 1,
            "threads_count": threads,
            "visits_count": threads + 2,
            "page_views_count": 3 * threads + 1,
            "greetings_shown_count": 1,
            "greetings_accepted_count": 0,
            "tickets_count": sum(one.ticket_id is not None for one in self.threads),
        }
