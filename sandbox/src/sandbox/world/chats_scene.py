"""One conversation being written down: who does what, and when it is going to happen."""

from __future__ import annotations

import uuid
from functools import partial
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.chats_model import (
    ASKED,
    BOT,
    DAY_US,
    ENDED,
    HANDED,
    OTHER,
    PRECHAT,
    REPLIED,
    SECOND_US,
    Event,
    Json,
    Rating,
    Thread,
    User,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from sandbox.world.chats_book import Book
    from sandbox.world.chats_people import Staff

LATEST = 5 * DAY_US
"""Nothing changes a thread later than this after its beginning, as far as it is planned."""


class Scene:
    """A thread being planned.

    Attributes:
        at: Where the plan has come to (epoch microseconds).
        cast: Who takes part, in order of appearance.
        interlude: What else happens right before the end.
    """

    def __init__(self, book: Book, staff: Staff, rng: random.Random, thread: Thread) -> None:
        self.thread = thread
        self.staff = staff
        self.rng = rng
        self.at = thread.at
        self.cast: list[User] = list(thread.people)
        self.interlude: Callable[[Scene], None] | None = None
        self._book = book
        self._uuids = rng.random() < 0.3  # noqa: PLR2004

    @property
    def customer(self) -> User:
        """Who writes."""
        return self.thread.chat.customer

    @property
    def name(self) -> str:
        """What system messages call the customer."""
        return self.customer.name or "Visitor"

    def wait(self, low: float, high: float) -> None:
        """Let some seconds pass."""
        self.at += round(self.rng.uniform(low, high) * SECOND_US)

    def later(self, low: float, high: float) -> None:
        """Let some hours pass, but never so many that nobody would look at the thread again."""
        wanted = self.at + round(self.rng.uniform(low, high) * 3600 * SECOND_US)
        self.at = max(self.at + 1, min(wanted, self.thread.at + LATEST))

    def plan(self, action: Callable[[], object]) -> None:
        """Let something happen to the thread at the present place of the plan."""
        self._book.plan(self.at, self.thread, action)

    def enter(self, user: User) -> None:
        """Somebody becomes part of the conversation."""
        self.cast.append(user)
        self.plan(partial(self._enter, user))

    def _enter(self, user: User) -> None:
        self.thread.chat.users.setdefault(user.id, user)
        if user not in self.thread.people:
            self.thread.people.append(user)

    def add(self, event: Event) -> Event:
        """Something happens; the event is dated by the plan."""
        event.at = self.at
        if self._uuids:
            event.id = str(uuid.UUID(int=self.rng.getrandbits(128), version=4))
        self.plan(partial(self._append, event))
        return event

    def _append(self, event: Event) -> None:
        event.id = event.id or f"{self.thread.id}_{len(self.thread.events) + 1}"
        self.thread.events.append(event)

    # What people say

    def asks(self, content: str | None = None) -> Event:
        """The customer writes."""
        words = self.rng.choice(texts.CONTENTS) if content is None else content
        return self.says(self.customer, words, ASKED)

    def replies(self, user: User, content: str | None = None) -> Event:
        """An agent answers."""
        words = self.rng.choice(texts.SUBJECTS) if content is None else content
        return self.says(user, words, REPLIED)

    def says(self, user: User, words: str, role: str) -> Event:
        """A message that everybody sees."""
        return self.add(Event(0, "message", user, {"text": words}, role))

    def whispers(self, user: User) -> None:
        """A message among agents."""
        own = {"text": "Look at the last order, please."}
        self.add(Event(0, "message", user, own, visibility="agents"))

    def greets(self, user: User) -> None:
        """A welcome message: no answer to anybody."""
        properties: Json = {"lc2": {"welcome_message": True}}
        if self.rng.random() < 0.5:  # noqa: PLR2004
            properties = {"lc2": {"greeting_id": 11, "greeting_unique_id": "g-11"}}
        own = {"text": "Hi! How can I help? 👋"}
        self.add(Event(0, "message", user, own, properties=properties))

    def talks(self, user: User, turns: int) -> None:
        """Question and answer in turn."""
        quick = user.kind == BOT
        for _ in range(turns):
            self.wait(4, 90)
            self.asks()
            self.wait(0.6, 3) if quick else self.wait(8, 240)
            self.replies(user)

    # What the system writes

    def system(self, kind: str, role: str = OTHER, **variables: str) -> Event:
        """A system message."""
        words = " ".join([kind.replace("_", " "), *variables.values()])
        own: Json = {"system_message_type": kind, "text": words}
        if variables:
            own["text_vars"] = variables
        return self.add(Event(0, "system_message", None, own, role))

    def moves(self, initiator: User, targets: str) -> None:
        """The chat goes to another group or agent."""
        self.system("chat_transferred", HANDED, initiator=str(initiator.name), targets=targets)

    def queued(self) -> int:
        """The chat waits for somebody; returns since when."""
        since = self.at
        place = (self.rng.randrange(1, 9), self.rng.randrange(30, 600), since)
        self.plan(partial(setattr, self.thread, "queue", place))
        return since

    def served(self, since: int) -> None:
        """The chat has waited long enough, whatever for."""
        self.plan(partial(setattr, self.thread, "queue", None))
        waited = (self.at - since) // SECOND_US
        self.plan(partial(setattr, self.thread, "queues_duration", waited))

    def ends(self, kind: str, **variables: str) -> None:
        """The thread is closed."""
        if self.interlude is not None:
            self.interlude(self)
        self.system(kind, ENDED, **variables)
        self.stops()

    def stops(self) -> None:
        """The thread is over, without a word."""
        self.plan(self._stop)
        self.thread.chat.free_at = self.at

    def _stop(self) -> None:
        self.thread.active = False

    # Ratings

    def rated(self, score: int, *, silent: bool = False) -> None:
        """The customer rates; a silent rating leaves no message."""
        if not silent:
            self.system("rating.chat_rated", customer=self.name, score=("bad", "good")[score])
            self._history(Rating(self.at, "rated", score))
        self._property("rating", "score", score)

    def commented(self, comment: str) -> None:
        """The customer says why."""
        self.system("rating.chat_commented", customer=self.name, comment=comment)
        self._history(Rating(self.at, "commented", comment=comment))
        self._property("rating", "comment", comment)

    def cancelled(self) -> None:
        """The customer takes the rating back."""
        self.system("rating.chat_rating_canceled", customer=self.name)
        self._history(Rating(self.at, "canceled"))
        self.plan(partial(self.thread.properties.pop, "rating", None))

    def unstated(self) -> None:
        """The rating's property is lost; its messages stay."""
        self.plan(partial(self.thread.properties.pop, "rating", None))

    def _history(self, rating: Rating) -> None:
        self.plan(partial(self.thread.ratings.append, rating))

    def _property(self, namespace: str, name: str, value: object) -> None:
        self.plan(partial(self._set, namespace, name, value))

    def _set(self, namespace: str, name: str, value: object) -> None:
        self.thread.properties.setdefault(namespace, {})[name] = value

    def states(self, namespace: str, **values: object) -> None:
        """Properties of the thread."""
        for name, value in values.items():
            self._property(namespace, name, value)

    # Other things

    def tagged(self, tag: str) -> None:
        """Somebody tags the thread."""
        self.plan(partial(self._tag, tag))

    def _tag(self, tag: str) -> None:
        if tag not in self.thread.tags:
            self.thread.tags.append(tag)

    def summarised(self, words: str, status: str = "ok") -> None:
        """The vendor's AI sums the thread up."""
        self.plan(partial(setattr, self.thread, "summary", (status, words, self.at)))

    def deleted(self, event: Event) -> None:
        """Somebody deletes an event."""
        self.plan(partial(_delete, event))

    def prechat(self) -> None:
        """The customer fills the form before the chat."""
        fields: list[Json] = [
            {"type": "name", "id": "f1", "label": "Name", "answer": self.customer.name or ""},
            {"type": "email", "id": "f2", "label": "E-mail", "answer": self.customer.email or ""},
            {
                "type": "group_chooser",
                "id": "f3",
                "label": "Topic",
                "answer": {"id": self.rng.choice((0, "0")), "group_id": 3, "label": "Support"},
            },
            {
                "type": "checkbox",
                "id": "f4",
                "label": "Brands",
                "answers": [{"id": "1", "label": "B"}, {"id": "2", "label": "C"}],
            },
        ]
        self.filled("prechat", self.rng.choice((1001, "1001")), fields, PRECHAT)

    def filled(self, kind: str, form: object, fields: list[Json], role: str = OTHER) -> None:
        """The customer fills a form."""
        own: Json = {"form_id": form, "form_type": kind, "fields": fields}
        self.add(Event(0, "filled_form", self.customer, own, role))


def _delete(event: Event) -> None:
    event.deleted = True
