"""A licence with very many threads that take no room: each is made when it is asked for."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from sandbox.livechat.organization import Chat, Organization, Thread
from sandbox.livechat.tokens import DEFAULT_TOKEN, Token
from sandbox.livechat.wire import instant_text

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.livechat.organization import Key, Shape

BULK_ACCOUNT = "00000000-0000-4000-8000-000000000001"
YEAR_US = 365 * 86_400 * 1_000_000
OWNER = "owner@bulk.example.com"
AGENTS = tuple(f"agent{number}@bulk.example.com" for number in range(5))
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
SECOND_US = 1_000_000
_DIGITS = "0123456789ABCDEFGHIJKLMNOPQRSTUVWXYZ"
_ID_LENGTH = 10


class BulkOrganization(Organization):
    """A licence with a year of threads at even distances, every one of another chat.

    Args:
        threads: How many.
        events: Events per thread; 3 at least.
        until: When the year ends, epoch seconds; None is the beginning of today.
    """

    def __init__(self, threads: int = 100_000, events: int = 10, until: int | None = None) -> None:
        super().__init__(lambda: time.time_ns() // 1_000_000)
        end = int(time.time()) // 86_400 * 86_400 if until is None else until
        self.size = threads
        self._events = max(3, events)
        self._start = end * SECOND_US - YEAR_US
        self._step = YEAR_US // max(1, threads)
        self.tokens = [Token(DEFAULT_TOKEN, BULK_ACCOUNT, OWNER)]
        self.agents = {one: _agent(one) for one in (OWNER, *AGENTS)}
        self.bots = {BOT: {"id": BOT, "name": "Wynn AI", "avatar_path": "", "owner": OWNER}}
        self.groups = {0: {"id": 0, "name": "General", "language_code": "en"}}
        self.chats = BulkChats(self)

    def walk(self, low: Key, high: Key, *, descending: bool) -> Iterator[Thread]:
        """Return the threads with low <= key <= high, made one after the other."""
        numbers = self._numbers(low, high)
        return map(self.made, reversed(numbers) if descending else numbers)

    def count(self, low: Key, high: Key) -> int:
        """Return how many threads there are with low <= key <= high."""
        return len(self._numbers(low, high))

    def thread(self, thread_id: str) -> Thread | None:
        """Return a thread by id."""
        number = number_of(thread_id)
        return self.made(number) if number is not None and number < self.size else None

    def chat(self, chat_id: str) -> Chat | None:
        """Return a chat by id."""
        number = number_of(chat_id)
        return _chat(number) if number is not None and number < self.size else None

    def made(self, number: int) -> Thread:
        """Return the thread with a running number, counted from 0."""
        at = self._start + number * self._step
        thread_id, agent = bulk_id("T", number), AGENTS[number % len(AGENTS)]
        events = [_event(thread_id, number, one, at) for one in range(self._events)]
        events[-1] = _end(thread_id, self._events, at)
        shape: Shape = {
            "id": thread_id,
            "active": False,
            "created_at": instant_text(at),
            "user_ids": [_customer_id(number), BOT, agent],
            "events": events,
            "properties": {"routing": {"continuous": False}, "rating": {"score": number % 2}},
            "access": {"group_ids": [0]},
            "queues_duration": number % 60,
        }
        return Thread(thread_id, bulk_id("C", number), at, shape, at + 600 * SECOND_US)

    def _numbers(self, low: Key, high: Key) -> range:
        first = max(0, -(-(low[0] - self._start) // self._step))
        last = min(self.size - 1, (high[0] - self._start) // self._step)
        if first < self.size and (self._start + first * self._step, bulk_id("T", first)) < low:
            first += 1
        if last >= 0 and (self._start + last * self._step, bulk_id("T", last)) > high:
            last -= 1
        return range(first, max(first, last + 1))


class BulkChats(dict[str, Chat]):
    """Stands where a licence has its chats."""

    def __init__(self, organization: BulkOrganization) -> None:
        super().__init__()
        self._organization = organization

    def __missing__(self, chat_id: str) -> Chat:
        found = self._organization.chat(chat_id)
        if found is None:
            raise KeyError(chat_id)
        return found


def bulk_id(letter: str, number: int) -> str:
    """Return an id of ten characters that sorts as its number does."""
    text = ""
    while number:
        number, rest = divmod(number, len(_DIGITS))
        text = _DIGITS[rest] + text
    return letter + text.rjust(_ID_LENGTH - 1, "0")


def number_of(text: str) -> int | None:
    """Return the number in an id; None for an id of another kind."""
    if len(text) != _ID_LENGTH or set(text) - set(_DIGITS):
        return None
    return int(text[1:], len(_DIGITS))


def _chat(number: int) -> Chat:
    customer = _customer_id(number)
    agent = AGENTS[number % len(AGENTS)]
    users: dict[str, Shape] = {
        customer: {
            "id": customer,
            "type": "customer",
            "name": f"Person {number}",
            "email": f"person{number}@example.org",
            "present": False,
            "statistics": {"chats_count": 1, "threads_count": 1},
        },
        BOT: {"id": BOT, "type": "agent", "name": "Wynn AI", "present": False, "visibility": "all"},
        agent: {
            "id": agent,
            "type": "agent",
            "name": agent.partition("@")[0],
            "email": agent,
            "present": False,
            "visibility": "all",
        },
    }
    return Chat(bulk_id("C", number), users, {}, [0], [bulk_id("T", number)])


def _customer_id(number: int) -> str:
    return f"00000000-0000-4000-8000-{number:012x}"


def _event(thread_id: str, number: int, position: int, at: int) -> Shape:
    authors = (_customer_id(number), BOT, _customer_id(number), AGENTS[number % len(AGENTS)])
    return {
        "id": f"{thread_id}_{position + 1}",
        "type": "message",
        "author_id": authors[position % len(authors)],
        "created_at": instant_text(at + position * 7 * SECOND_US),
        "visibility": "all",
        "text": "Where is my parcel? It should have been here days ago.",
    }


def _end(thread_id: str, events: int, at: int) -> Shape:
    return {
        "id": f"{thread_id}_{events}",
        "type": "system_message",
        "system_message_type": "routing.archived_inactive",
        "text": "Archived after 30 minutes",
        "text_vars": {"duration": "30"},
        "created_at": instant_text(at + 600 * SECOND_US),
        "visibility": "all",
    }


def _agent(email: str) -> dict[str, Any]:
    return {
        "id": email,
        "account_id": BULK_ACCOUNT,
        "name": email.partition("@")[0],
        "role": "owner" if email == OWNER else "normal",
        "login_status": "accepting chats",
        "avatar_path": "",
        "suspended": False,
        "groups": [{"id": 0, "priority": "normal"}],
    }
