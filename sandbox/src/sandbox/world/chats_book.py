"""All chats there are, what is planned for them, and the licence that serves them."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.world.chats_agenda import Agenda
from sandbox.world.chats_wire import chat_shape, thread_shape

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from sandbox.livechat.organization import Organization
    from sandbox.world.chats_model import Chat, Thread

LETTERS = "ABCDEFGHIJKLMNOPQRSTUVWXYZ0123456789"
_ID_LENGTH = 10


class Book:
    """Keeps intention and licence in step: what happens is entered in both."""

    def __init__(self, organization: Organization) -> None:
        self.organization = organization
        self.chats: list[Chat] = []
        self._agenda = Agenda()
        self._ids: set[str] = set()
        self._touched: dict[str, Thread] = {}
        self._changed: dict[str, Chat] = {}

    @property
    def threads(self) -> list[Thread]:
        """Every thread that has begun, chat by chat."""
        return [thread for chat in self.chats for thread in chat.threads]

    def new_id(self, rng: random.Random) -> str:
        """An id for a chat or thread, never given before."""
        while True:
            made = "".join(rng.choices(LETTERS, k=_ID_LENGTH))
            if made not in self._ids:
                self._ids.add(made)
                return made

    def plan(self, at: int, thread: Thread, action: Callable[[], object]) -> None:
        """Let something happen to a thread at an instant (epoch microseconds)."""
        self._agenda.plan(at, partial(self._happen, thread, action))

    def plan_for(self, at: int, chat: Chat, action: Callable[[], object]) -> None:
        """Let something happen to a chat."""
        self._agenda.plan(at, partial(self._happen_to, chat, action))

    def begin(self, thread: Thread) -> None:
        """Let a thread begin when its time has come."""
        self.plan(thread.at, thread, partial(self._begin, thread))

    def live(self, until: int) -> int:
        """Let everything happen that is due, and show it; returns how much that was."""
        happened = self._agenda.live(until)
        for chat in self._changed.values():
            self.organization.put_chat(chat_shape(chat))
        for thread in self._touched.values():
            self.organization.put_thread(thread_shape(thread))
        self._changed.clear()
        self._touched.clear()
        return happened

    def _happen(self, thread: Thread, action: Callable[[], object]) -> None:
        action()
        self._touched[thread.id] = thread
        self._changed[thread.chat.id] = thread.chat

    def _happen_to(self, chat: Chat, action: Callable[[], object]) -> None:
        action()
        self._changed[chat.id] = chat

    def _begin(self, thread: Thread) -> None:
        chat = thread.chat
        if not chat.threads:
            self.chats.append(chat)
        else:
            thread.previous = chat.threads[-1]
            thread.previous.next = thread
            self._touched[thread.previous.id] = thread.previous
        chat.threads.append(thread)
