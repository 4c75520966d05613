"""What happens to chats while the world is advanced: new ones, old ones, and late changes."""

from __future__ import annotations

from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.world.chats_extras import bad, changed_mind, late_tags, summary
from sandbox.world.chats_instants import Beginning, from_tickets
from sandbox.world.chats_people import ADMINISTRATOR, GROUPS, LEAVER, Tag
from sandbox.world.chats_scene import LATEST
from sandbox.world.clock import quiet_part

if TYPE_CHECKING:
    import random

    from sandbox.world.chats_book import Book
    from sandbox.world.chats_model import Thread
    from sandbox.world.chats_people import Staff
    from sandbox.world.chats_scene import Scene
    from sandbox.world.chats_writer import Writer
    from sandbox.world.population import Population

FEWEST_NEW, FEWEST_AGAIN, LATE_CHANGES = 2, 1, 4
NO_NUMBER = 1_000_000
STILL_OPEN_US = 60_000_000
"""The last new conversation of a round begins this shortly before its end."""

TAG_ADDED, AGENT_LEAVES, GROUP_RENAMED, TAG_REMOVED = 2, 3, 4, 5
REMOVED_TAG, ADDED_TAG = "Feature request", "added/by hand"
RENAMED_GROUP = 7
ANONYMISED_EVERY = 3


class ChatRound:
    """The chats' part of one advance."""

    def __init__(
        self,
        writer: Writer,
        book: Book,
        staff: Staff,
        population: Population,
        rng: random.Random,
    ) -> None:
        self._writer = writer
        self._book = book
        self._staff = staff
        self._population = population
        self._rng = rng

    def happen(self, number: int, start: int, duration: int, new: int) -> Counter[str]:
        """Plan what happens in (start, start + duration] ms, and say how often what does."""
        quiet = quiet_part(duration)
        low, high = (start + quiet) * 1000 + 1, (start + duration) * 1000
        happened = Counter(chat_new=0, chat_again=0, chat_late=0)
        for one in range(max(FEWEST_NEW, new)):
            earliest = low if one else max(low, high - STILL_OPEN_US)
            began = Beginning(self._rng.randrange(earliest, high))
            self._writer.write(self._rng, NO_NUMBER, began)
            happened["chat_new"] += 1
        happened["chat_new"] += self._from_tickets(start, start + duration, low)
        for _ in range(FEWEST_AGAIN + new // 4):
            happened["chat_again"] += self._again(self._rng.randrange(low, high))
        for _ in range(LATE_CHANGES):
            happened["chat_late"] += self._change_late(self._rng.randrange(low, high))
        if number % ANONYMISED_EVERY == 0:
            self._anonymise(self._rng.randrange(low, high))
        self._staff_changes(number, high)
        return happened

    def _from_tickets(self, start: int, until: int, low: int) -> int:
        """One in three of the round's live chat tickets came of a chat."""
        portal = self._population.ledger.portal
        found = from_tickets(self._population, portal, start + 1, until)[::3]
        for one in found:
            began = replace(one, at=max(one.at, low))
            self._writer.write(self._rng, NO_NUMBER, began)
        return len(found)

    def _again(self, at: int) -> int:
        chats = self._writer.recent(at)
        if not chats:
            return 0
        self._writer.write(self._rng, NO_NUMBER, Beginning(at), self._rng.choice(chats))
        return 1

    def _change_late(self, at: int) -> int:
        """Somebody rates, takes a rating back, tags or deletes, days after the end."""
        threads = [one for one in self._book.threads if _may_change(one, at)]
        if not threads:
            return 0
        scene = self._writer.scene(self._rng, self._rng.choice(threads), at)
        self._rng.choice((_rate, _rate, late_tags, summary, _delete))(scene)
        return 1

    def _anonymise(self, at: int) -> None:
        chats = self._writer.recent(at)
        if chats:
            self._writer.anonymise(self._rng.choice(chats), at)

    def _staff_changes(self, number: int, at: int) -> None:
        staff = self._staff
        account = staff.agents[ADMINISTRATOR]
        account.login_status = ("accepting chats", "not accepting chats")[number % 2]
        account.last_logout = at if number % 2 else account.last_logout
        if number == TAG_ADDED:
            staff.tags[ADDED_TAG] = Tag(ADDED_TAG, [0], ADMINISTRATOR, at, 1)
        if number == AGENT_LEAVES:
            del staff.agents[LEAVER]
            staff.gone[f"agents/{LEAVER}"] = "removed"
        if number == GROUP_RENAMED:
            staff.groups[RENAMED_GROUP].name = f"{GROUPS[RENAMED_GROUP][0]} & Refunds"
        if number == TAG_REMOVED:
            del staff.tags[REMOVED_TAG]
            staff.gone[f"tags/{REMOVED_TAG}"] = "removed"


def _may_change(thread: Thread, at: int) -> bool:
    closed = not thread.active and thread.changed_at < at
    return closed and not thread.restricted and at <= thread.at + LATEST


def _rate(scene: Scene) -> None:
    if "rating" in scene.thread.properties:
        scene.cancelled()
    else:
        (bad, changed_mind)[scene.at % 2](scene)


def _delete(scene: Scene) -> None:
    said = [one for one in scene.thread.events if one.type == "message" and not one.deleted]
    if said:
        scene.deleted(said[0])
