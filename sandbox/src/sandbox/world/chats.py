"""The company's chats: a year of them, and what happens when the world is advanced."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

from sandbox.livechat.organization import Organization
from sandbox.world.chats_book import Book
from sandbox.world.chats_customers import ChatCustomers
from sandbox.world.chats_instants import beginnings
from sandbox.world.chats_metrics import thread_metrics
from sandbox.world.chats_model import DAY_US
from sandbox.world.chats_people import OWNER, staff
from sandbox.world.chats_round import ChatRound
from sandbox.world.chats_tokens import tokens
from sandbox.world.chats_truth import chat_truth, storable
from sandbox.world.chats_wire import publish_staff
from sandbox.world.chats_writer import Writer
from sandbox.world.population import YEAR_MS
from sandbox.world.values import DAY_MS

if TYPE_CHECKING:
    from collections import Counter

    from sandbox.world.chats_model import Thread
    from sandbox.world.company import World

FEWEST_THREADS = 60
TICKETS_PER_THREAD = 9
FOLLOWING_US = 4 * DAY_US
"""A conversation continues one that began at most so long ago, once the year is over."""


class ChatPart:
    """The chat tool of a world.

    Args:
        world: The company.
        threads: How many conversations its year had; None is one per nine tickets, 60 at least.

    Attributes:
        organization: The licence, for the stand-in to serve.
    """

    def __init__(self, world: World, threads: int | None = None) -> None:
        self.count = threads or max(FEWEST_THREADS, world.tickets // TICKETS_PER_THREAD)
        until = world.clock.base
        self.organization = Organization(world.clock, world.portal.lock)
        self._staff = staff((until - YEAR_MS) * 1000)
        self.organization.tokens = tokens(self._staff.agents[OWNER].account_id)
        self._book = Book(self.organization)
        self._population = world.population
        company = world.population
        customers = ChatCustomers(world.portal, lambda: company.customers.contacts)
        self._writer = Writer(self._book, self._staff, customers)
        self._rounds = 0
        rng = random.Random(f"livechat:{world.seed}:year")  # noqa: S311 - reproducible, no secret
        year = beginnings(rng, self.count, world.population, world.portal, until)
        for number, beginning in enumerate(year):
            self._writer.write(rng, number, beginning)
        self._book.live(until * 1000)
        publish_staff(self.organization, self._staff)

    @property
    def threads(self) -> list[Thread]:
        """Every conversation that has begun, in intention, chat by chat."""
        return self._book.threads

    def advance(self, start: int, duration: int, rng: random.Random) -> Counter[str]:
        """Live from `start` for `duration` (milliseconds); says how often what happened."""
        self._rounds += 1
        self._writer.horizon = start * 1000 - FOLLOWING_US
        new = round(self.count / 365 * duration / DAY_MS)
        chats = ChatRound(self._writer, self._book, self._staff, self._population, rng)
        happened = chats.happen(self._rounds, start, duration, new)
        happened["chat_event"] = self._book.live((start + duration) * 1000)
        publish_staff(self.organization, self._staff)
        return happened

    def truth(self, _now: int) -> dict[str, Any]:
        """What a warehouse must hold, by stream; only an advance changes it."""
        whole: dict[str, Any] = storable(chat_truth(self._book.chats, self._staff))
        return whole

    def metrics_truth(self) -> dict[str, dict[str, Any]]:
        """The measures of every thread that can be read, by thread id."""
        readable = (one for one in self._book.threads if not one.restricted)
        return {thread.id: thread_metrics(thread) for thread in readable}
