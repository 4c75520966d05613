"""A LiveChat licence: its chats, its people, its settings. Everything is in the v3.6 shape."""

from __future__ import annotations

import threading
from bisect import bisect_left, bisect_right, insort
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sandbox.livechat.tokens import Token

Shape = dict[str, Any]
Key = tuple[int, str]
"""When a thread was created (epoch microseconds), and its id: the order of the archive."""

ADMINISTRATORS = ("owner", "viceowner", "administrator")


@dataclass
class Chat:
    """A chat without its threads: one customer's whole time with the company."""

    id: str
    users: dict[str, Shape] = field(default_factory=dict)
    properties: Shape | None = None
    group_ids: list[int] | None = None
    thread_ids: list[str] = field(default_factory=list)


@dataclass
class Thread:
    """A conversation, with everything a reply may show of it.

    Attributes:
        shape: What the API sends, all optional keys that apply included.
        active_at: When something last happened in it, epoch microseconds.
    """

    id: str
    chat_id: str
    created_at: int
    shape: Shape
    active_at: int = 0

    @property
    def key(self) -> Key:
        """Its place in the archive."""
        return self.created_at, self.id

    @property
    def group_ids(self) -> list[int]:
        """Groups that may see it; none stands for everybody."""
        access: Shape = self.shape.get("access") or {}
        return list(access.get("group_ids") or [0])


class Organization:
    """A licence with its archive.

    Args:
        clock: Epoch milliseconds of the vendor's "now".
        lock: Guards everything; None makes one.
    """

    def __init__(
        self, clock: Callable[[], int], lock: AbstractContextManager[Any] | None = None
    ) -> None:
        self.clock = clock
        self.lock = lock or threading.RLock()
        self.agents: dict[str, Shape] = {}
        self.bots: dict[str, Shape] = {}
        self.groups: dict[int, Shape] = {}
        self.tags: dict[str, Shape] = {}
        self.tokens: list[Token] = []
        self.chats: dict[str, Chat] = {}
        self._threads: dict[str, Thread] = {}
        self._keys: list[Key] = []

    def put_chat(self, chat: Chat) -> None:
        """Enter a chat, or replace what is known of it."""
        self.chats[chat.id] = chat

    def put_thread(self, thread: Thread) -> None:
        """Enter a thread of a known chat, or replace it; its creation cannot move."""
        if thread.id not in self._threads:
            insort(self._keys, thread.key)
            ids = self.chats[thread.chat_id].thread_ids
            if thread.id not in ids:
                ids.append(thread.id)
        self._threads[thread.id] = thread

    def remove_thread(self, thread_id: str) -> None:
        """Take a thread out of the archive, as when a customer's data is deleted."""
        gone = self._threads.pop(thread_id)
        self._keys.remove(gone.key)
        self.chats[gone.chat_id].thread_ids.remove(thread_id)

    def thread(self, thread_id: str) -> Thread | None:
        """Return a thread by id."""
        return self._threads.get(thread_id)

    def chat(self, chat_id: str) -> Chat | None:
        """Return a chat by id."""
        return self.chats.get(chat_id)

    def walk(self, low: Key, high: Key, *, descending: bool) -> Iterator[Thread]:
        """Return the threads with low <= key <= high in the order of the archive."""
        first, end = bisect_left(self._keys, low), bisect_right(self._keys, high)
        keys = self._keys[first:end]
        for _, thread_id in reversed(keys) if descending else keys:
            yield self._threads[thread_id]

    def count(self, low: Key, high: Key) -> int:
        """Return how many threads there are with low <= key <= high."""
        return bisect_right(self._keys, high) - bisect_left(self._keys, low)

    def role(self, agent_id: str) -> str:
        """Return an agent's role; unknown agents are normal ones."""
        return str(self.agents.get(agent_id, {}).get("role", "normal"))

    def is_administrator(self, token: Token) -> bool:
        """Tell whether a token has an administrator's rights."""
        return self.role(token.agent_id) in ADMINISTRATORS

    def groups_of(self, token: Token) -> set[int]:
        """Return the groups a token's agent is in; everybody is in group 0."""
        groups = self.agents.get(token.agent_id, {}).get("groups") or []
        return {0} | {group["id"] for group in groups}
