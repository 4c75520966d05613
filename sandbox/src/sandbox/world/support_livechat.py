"""LiveChat's threads as conversations: what everybody's events were meant to be."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.chats_model import ASKED, HANDED, PRECHAT, REPLIED
from sandbox.world.chats_truth import ended_at
from sandbox.world.support_conversation import (
    BOT,
    CUSTOMER,
    HUMAN,
    Conversation,
    Message,
    elapsed,
    written_by,
)

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from sandbox.world.chats_model import Event, Thread
    from sandbox.world.support_rules import Rules

SOURCE = "livechat"
TRANSFER = "chat_transferred"
SCORES = (1, 5)
"""Bad and good on the scale of five."""


def livechat_conversations(threads: Iterable[Thread], rules: Rules) -> Iterator[Conversation]:
    """Every thread that has begun; of one whose events are kept back little is known."""
    for thread in threads:
        made = Conversation(f"{SOURCE}:{thread.id}", SOURCE, thread.at)
        made.closings = _closings(thread)
        _rate(made, thread)
        if not thread.restricted:
            _read(made, thread, rules)
        yield made


def origins(threads: Iterable[Thread]) -> dict[int, str]:
    """The conversation that a ticket came of, by the ticket's id; the first one, if there are more.

    A thread that keeps its events back does not tell.
    """
    found: dict[int, str] = {}
    for thread in sorted(threads, key=lambda one: (one.at, one.id)):
        if thread.ticket_id is not None and not thread.restricted:
            found.setdefault(thread.ticket_id, f"{SOURCE}:{thread.id}")
    return found


def _read(made: Conversation, thread: Thread, rules: Rules) -> None:
    said = list(_said(thread, rules))
    people = [one for one in said if one.kind == HUMAN]
    made.messages = [*said, *_form(thread, said)]
    made.customer_first = _customer_first(thread, said)
    made.answer_from(said)
    made.first_resolved = made.resolved = ended_at(thread)
    made.team_messages = sum(one.kind != CUSTOMER for one in said)
    made.customer_messages = len(said) - made.team_messages
    made.handled = elapsed(people[0].at, made.resolved) if people else None
    made.transfers = sum(_kind(event) == TRANSFER for event in thread.events)
    made.written_by = written_by({one.kind for one in said})
    _hand_over(made, thread, people)
    _belong(made, thread, rules)


def _said(thread: Thread, rules: Rules) -> Iterator[Message]:
    """What was said and not taken back, in the thread's own order."""
    for order, event in enumerate(thread.events):
        if event.deleted:
            continue
        if event.role == ASKED:
            yield Message(event.at, order, CUSTOMER)
        if event.role == REPLIED and event.author is not None:
            name = event.author.name or event.author.id
            agent = rules.agent(name, event.author.email)
            yield Message(event.at, order, event.author.kind, agent)


def _form(thread: Thread, said: list[Message]) -> list[Message]:
    """The form before the chat as a question, if the customer asked nothing else."""
    asked = _forms(thread)
    wrote = any(one.kind == CUSTOMER for one in said)
    return [Message(asked[0], -1, CUSTOMER)] if asked and not wrote else []


def _customer_first(thread: Thread, said: list[Message]) -> int | None:
    asked = [one.at for one in said if one.kind == CUSTOMER] or _forms(thread)
    return next(iter(asked), None)


def _forms(thread: Thread) -> list[int]:
    return [one.at for one in thread.events if one.role == PRECHAT and not one.deleted]


def _hand_over(made: Conversation, thread: Thread, people: list[Message]) -> None:
    """A bot's conversation went to people, or was to; what one without a bot cannot."""
    bot = any(user.kind == BOT for user in thread.people)
    handed = any(event.role == HANDED for event in thread.events)
    over = bot and (handed or bool(people))
    answered = any(one.kind == BOT for one in made.messages or ())
    made.handed_over = over and bool(people)
    made.contained = answered and not over


def _belong(made: Conversation, thread: Thread, rules: Rules) -> None:
    """It is the last person's who answered."""
    authors = [
        event.author
        for event in thread.events
        if event.role == REPLIED
        and not event.deleted
        and event.author is not None
        and event.author.kind == HUMAN
    ]
    if authors:
        made.shown_agent = authors[-1].name or authors[-1].id
        made.agent = rules.agent(made.shown_agent, authors[-1].email)


def _closings(thread: Thread) -> list[int]:
    """One that is over, though nothing tells since when, waits for nobody: it counts as closed."""
    ended = ended_at(thread)
    if ended is not None:
        return [ended]
    return [] if thread.active else [thread.at]


def _rate(made: Conversation, thread: Thread) -> None:
    """The rating as it stands: a later one replaces it, one that was taken back is none."""
    standing = None
    for one in () if thread.restricted else thread.ratings:
        if one.event == "rated":
            standing = one
        elif one.event == "canceled":
            standing = None
    score = thread.properties.get("rating", {}).get("score", standing and standing.score)
    made.score = None if score is None else SCORES[score]
    made.rated = standing.at if standing else None


def _kind(event: Event) -> str | None:
    kind: str | None = event.own.get("system_message_type")
    return kind
