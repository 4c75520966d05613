"""What the vendor's reports read out of a conversation."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.livechat.wire import parse_instant

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator

    from sandbox.livechat.organization import Chat, Shape, Thread

REPLIES = ("message", "file", "rich_message")
CLOSING = (
    "manual_archived_",
    "archived_customer_",
    "system_archived",
    "routing.archived_",
    "customer_banned",
)
AGENT_ZERO = dict.fromkeys(
    (
        "chats_count",
        "chats_rated_good",
        "chats_rated_bad",
        "first_response_chats_count",
        "first_response_time",
        "chatting_time",
        "logged_in_time",
        "accepting_chats_time",
        "not_accepting_chats_time",
    ),
    0,
)


def average(values: list[float]) -> float:
    """Return a mean with two decimals; 0 of nothing."""
    return round(sum(values) / len(values), 2) if values else 0


class Conversation:
    """A thread as the reports see it."""

    def __init__(self, thread: Thread, chat: Chat, bots: Collection[str]) -> None:
        self._thread = thread
        self._bots = bots
        self._customers = {key for key, one in chat.users.items() if one["type"] == "customer"}
        agents = {key for key, one in chat.users.items() if one["type"] == "agent"}
        self.agents = [one for one in thread.shape.get("user_ids") or [] if one in agents]
        self.at = thread.created_at
        self.tags: list[str] = thread.shape.get("tags") or []
        self.group_ids = thread.group_ids

    @property
    def continuous(self) -> bool:
        """Whether nobody needed to be online."""
        return bool(self._properties("routing").get("continuous"))

    @property
    def rating(self) -> str | None:
        """`good` or `bad`."""
        score = self._properties("rating").get("score")
        return self._rating_told() if score is None else ("bad", "good")[score]

    def _rating_told(self) -> str | None:
        """What the messages say, where the property says nothing."""
        told: str | None = None
        for event in self._thread.shape.get("events") or []:
            if event.get("system_message_type") == "rating.chat_rated":
                told = event["text_vars"]["score"]
            if event.get("system_message_type") == "rating.chat_rating_canceled":
                told = None
        return told

    @property
    def rated_agent(self) -> str | None:
        """The last person who answered."""
        people = self.answering(bots=False)
        return people[-1] if people else None

    @property
    def first_agent(self) -> str | None:
        """Who answered first."""
        answering = self.answering(bots=True)
        return answering[0] if answering else None

    @property
    def duration(self) -> float | None:
        """Seconds from the beginning to the closing message; None while open."""
        events = self._thread.shape.get("events") or []
        ends = [one for one in events if str(one.get("system_message_type")).startswith(CLOSING)]
        last = (ends or events[-1:])[:1]
        if self._thread.shape["active"] or not last:
            return None
        return (_at(last[0]) - self.at) / 1_000_000

    @property
    def first_response(self) -> list[float]:
        """Seconds until somebody answered first; none when nobody did."""
        return list(self._responses())[:1]

    @property
    def responses(self) -> list[float]:
        """Seconds of all answers."""
        return list(self._responses())

    def answering(self, *, bots: bool) -> list[str]:
        """Return those who answered, in the order of their first words, the last one last."""
        authors = [one["author_id"] for one in self._replies() if one["author_id"] in self.agents]
        return [one for one in dict.fromkeys(authors) if bots or one not in self._bots]

    def _responses(self) -> Iterator[float]:
        waiting = None
        for event in self._replies():
            if event["author_id"] in self._customers:
                waiting = _at(event) if waiting is None else waiting
            elif waiting is not None and event["author_id"] in self.agents:
                yield (_at(event) - waiting) / 1_000_000
                waiting = None

    def _replies(self) -> Iterator[Shape]:
        for event in self._thread.shape.get("events") or []:
            greeting = "lc2" in (event.get("properties") or {})
            shown = event["type"] in REPLIES and event.get("visibility") == "all"
            if shown and not greeting and not event.get("deleted"):
                yield event

    def _properties(self, namespace: str) -> dict[str, Any]:
        return (self._thread.shape.get("properties") or {}).get(namespace) or {}


def _at(event: Shape) -> int:
    return parse_instant(event["created_at"]) or 0
