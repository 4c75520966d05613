"""Writes conversations: whose, in which group, after which plot."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING

from sandbox.world.chats_customers import visit
from sandbox.world.chats_extras import CLIENT, decorate, interludes, opened_ticket
from sandbox.world.chats_model import DAY_US, MINUTE_US, Thread
from sandbox.world.chats_plots import PLOTS, empty, unserved
from sandbox.world.chats_scene import LATEST, Scene

if TYPE_CHECKING:
    import random

    from sandbox.world.chats_book import Book
    from sandbox.world.chats_customers import ChatCustomers
    from sandbox.world.chats_instants import Beginning
    from sandbox.world.chats_model import Chat
    from sandbox.world.chats_people import Staff
    from sandbox.world.chats_plots import Plot

RESTRICTED = 2
REASON = "You can't access threads older than 12 months on the team plan"
AGAIN_SHARE = 0.3
UNGROUPED_SHARE, FIRST_UNGROUPED = 0.03, 30
ANONYMISED_SHARE, FIRST_ANONYMISED = 0.02, 31


class Writer:
    """Plans conversations into the book.

    Attributes:
        horizon: Conversations that began earlier (epoch microseconds) are not continued: their
            rows would change where nobody looks any more.
    """

    def __init__(self, book: Book, staff: Staff, customers: ChatCustomers) -> None:
        self._book = book
        self._staff = staff
        self._customers = customers
        self.horizon = 0

    def write(
        self, rng: random.Random, number: int, beginning: Beginning, chat: Chat | None = None
    ) -> Thread:
        """Plan one conversation.

        Args:
            rng: Where chance comes from.
            number: The year's first conversations are told apart by it: each has what others
                only have by chance.
            beginning: When it begins.
            chat: Whose it is; None lets chance decide.
        """
        chat = chat or self._chat(rng, beginning)
        thread = Thread(self._book.new_id(rng), chat, beginning.at, _groups(rng, chat, number))
        thread.properties = _routing(rng)
        thread.restricted = REASON if number < RESTRICTED else None
        chat.newest_at = thread.at
        self._book.begin(thread)
        scene = Scene(self._book, self._staff, rng, thread)
        self._arrive(scene)
        position = number - RESTRICTED
        scene.interlude = partial(interludes, number=position)
        plot = unserved if beginning.waiting else self._plot(rng, position)
        plot(scene)
        if plot is not empty:
            decorate(scene, position)
        if beginning.ticket_id is not None:
            self._open_ticket(scene, beginning)
        if rng.random() < ANONYMISED_SHARE or number == FIRST_ANONYMISED:
            self.anonymise(chat, thread.at + rng.randrange(DAY_US, LATEST))
        return thread

    def scene(self, rng: random.Random, thread: Thread, at: int) -> Scene:
        """A thread's plan to go on with at an instant."""
        scene = Scene(self._book, self._staff, rng, thread)
        scene.at = at
        return scene

    def recent(self, at: int) -> list[Chat]:
        """Chats that may be continued at an instant."""
        return [one for one in self._customers.chats if one.newest_at and self._is_free(one, at)]

    def anonymise(self, chat: Chat, at: int) -> None:
        """Let a customer's personal data go."""
        self._book.plan_for(at, chat, partial(_forget, chat))

    def _chat(self, rng: random.Random, beginning: Beginning) -> Chat:
        if beginning.contact is not None:
            chat = self._customers.chat_of(beginning.contact, self._book, rng, beginning.at)
            if self._is_free(chat, beginning.at):
                return chat
        free = [one for one in self._customers.chats[-200:] if self._is_free(one, beginning.at)]
        if beginning.contact is None and free and rng.random() < AGAIN_SHARE:
            return rng.choice(free)
        contact = self._customers.newcomer(rng)
        return self._customers.chat_of(contact, self._book, rng, beginning.at)

    def _is_free(self, chat: Chat, at: int) -> bool:
        unused = not chat.newest_at
        return unused or (chat.newest_at >= self.horizon and chat.free_at + MINUTE_US < at)

    def _arrive(self, scene: Scene) -> None:
        """The customer's page views tell what the thread and the customer look like now."""
        seen = visit(scene.rng, scene.at)
        if scene.rng.random() < 0.8:  # noqa: PLR2004
            place = {name: seen["geolocation"][name] for name in ("country_code", "city")}
            scene.thread.visit = {
                "ip": seen["ip"],
                "user_agent": seen["user_agent"],
                "geolocation": place,
            }
        scene.plan(partial(setattr, scene.thread.chat.customer, "visit", seen))

    def _plot(self, rng: random.Random, position: int) -> Plot:
        plots = list(PLOTS)
        if 0 <= position < len(plots):
            return plots[position]
        return rng.choices(plots, list(PLOTS.values()))[0]

    def _open_ticket(self, scene: Scene, beginning: Beginning) -> None:
        assert beginning.ticket_id is not None  # noqa: S101 - for the type checker
        scene.at = max(beginning.ticket_at * 1000 + 1_500_000, scene.thread.at)
        opened_ticket(scene, beginning.ticket_id)
        scene.plan(partial(setattr, scene.thread, "ticket_id", beginning.ticket_id))


def _groups(rng: random.Random, chat: Chat, number: int) -> list[int] | None:
    if rng.random() < UNGROUPED_SHARE or number == FIRST_UNGROUPED:
        return None
    return list(chat.group_ids)


def _routing(rng: random.Random) -> dict[str, dict[str, object]]:
    return {
        "routing": {
            "continuous": rng.random() < 0.2,  # noqa: PLR2004
            "idle": False,
            "unassigned": False,
            "pinned": False,
            "was_pinned": False,
            "start_url": "https://shop.example.com/",
            "referrer": "",
        },
        "source": {"client_id": CLIENT},
    }


def _forget(chat: Chat) -> None:
    customer = chat.customer
    customer.name = customer.email = customer.session_fields = customer.visit = None
    customer.extra = {}
