"""What all makers of CRM records share: the books, the owners, plausible values, dice."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.books import Book, Ids
from sandbox.world.crm_oddities import ODDITIES
from sandbox.world.crm_properties import crm_properties
from sandbox.world.entries import Entry, Staged
from sandbox.world.profiles import Profile, ValueMaker
from sandbox.world.values import DAY_MS, Value, identifier, text

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.hubspot.portal import Portal
    from sandbox.world.agents import Owner
    from sandbox.world.entries import Change
    from sandbox.world.life import Move
    from sandbox.world.links import End, Links
    from sandbox.world.property import Property

PROFILES = 8
FILLED = 0.6
ACTIVITIES = ("calls", "emails", "meetings", "notes", "tasks")
_MADE_BY_LIFE = frozenset(
    {"dealstage", "pipeline", "hs_pipeline", "hs_pipeline_stage"}
    | {"hs_merged_object_ids", "hs_all_owner_ids", "email", "days_to_close"}
)
_FIRST_IDS = {
    "contacts": 501_000_000,
    "companies": 701_000_000,
    "deals": 18_000_000_000,
    "line_items": 28_902_000_000,
    "products": 2_100_000_000,
    "quotes": 33_000_000_000,
    "appointments": 420_000_000_000,
    "divisions": 19_400_000,
    "vehicles": 5_500_000,
    "installations": 9_007_199_254_740_993,  # an id that no double can hold
}
_FIRST_ACTIVITY = 71_000_000_000


class Office:
    """The CRM without its tickets.

    Attributes:
        books: A book per object type, the tickets' among them.
        links: The associations of everything.
        rng: The dice; replaced for every round.
        until: The instant (epoch ms) up to which lives are lived.
    """

    def __init__(
        self,
        portal: Portal,
        tickets: Book,
        links: Links,
        owners: Mapping[int, Owner],
        *,
        seed: int,
        start: int,
        until: int,
        extra: Mapping[str, tuple[Property, ...]],
    ) -> None:
        self.portal = portal
        self.links = links
        self.books: dict[str, Book] = {"tickets": tickets}
        self.owners = owners
        self.rng = random.Random(f"{seed}:crm")  # noqa: S311 - reproducible, no secret
        self.start, self.until = start, until
        self._extra = extra
        self._activity_ids = Ids(_FIRST_ACTIVITY)
        self._values = ValueMaker(self.rng, start, until)
        self._profiles: dict[str, list[Profile]] = {}

    def use(self, rng: random.Random, until: int) -> None:
        """Draw from another random stream and live until another instant from now on."""
        self.rng = self._values.rng = rng
        self.until = until

    def open_book(self, object_type: str, *extra: Property) -> Book:
        """Begin to keep an object type that the portal has."""
        shared = object_type in ACTIVITIES
        ids = self._activity_ids if shared else Ids(_FIRST_IDS[object_type])
        book = self.books[object_type] = Book(self.portal, object_type, self.links, ids)
        own = crm_properties(object_type, book.kind.created, book.kind.modified)
        properties = [*own, *extra, *self._extra.get(object_type, ())]
        for one in properties:
            book.define(one)
        self._profiles[object_type] = [self._profile(properties) for _ in range(PROFILES)]
        return book

    def add(
        self,
        object_type: str,
        at: int,
        own: dict[str, Value],
        *,
        moves: list[Move] | None = None,
        history: dict[str, list[Change]] | None = None,
    ) -> Entry:
        """Make a record created at `at` and enter it."""
        book = self.books[object_type]
        number = len(book.entries)
        oddities = ODDITIES.get(object_type, ())
        odd = oddities[number] if number < len(oddities) else {}
        past = {name: changes for name, changes in (history or {}).items() if name not in odd}
        record_id = book.next_id(self.rng.randint(1, 60))
        profile = self.rng.choice(self._profiles[object_type])
        modified = self._modified(at, moves or [])
        shared = (record_id, at, modified, {**own, **odd}, profile, past)
        entry = Entry(*shared) if moves is None else Staged(*shared, moves=moves)
        book.add(entry)
        return entry

    def owner_values(self) -> dict[str, Value]:
        """Somebody in charge, and what hangs on that; nobody in one case of ten."""
        if self.rng.random() < 0.1:  # noqa: PLR2004
            return {}
        owner = self.owners[self.rng.choice(list(self.owners))]
        return {
            "hubspot_owner_id": identifier(owner.id),
            "hubspot_team_id": identifier(owner.team),
            "hs_all_owner_ids": text(str(owner.id)),
            "hs_created_by_user_id": identifier(owner.user_id),
        }

    def value(self, object_type: str, name: str) -> Value:
        """Another plausible value for a property."""
        return self._values.make(self.books[object_type].properties[name])

    def any(self, object_type: str) -> int | None:
        """The id of a live record; None when there is none."""
        live = self.books[object_type].live if object_type in self.books else []
        return self.rng.choice(live) if live else None

    def ends(self, object_type: str, most: int) -> list[End]:
        """Up to so many live records of a type, each at most once."""
        live = self.books[object_type].live
        return [(object_type, one) for one in self.rng.sample(live, min(most, len(live)))]

    def instants(self, count: int) -> list[int]:
        """Ascending instants at which records were created within the year."""
        return sorted(self.rng.randrange(self.start, self.until) for _ in range(count))

    def words(self) -> Value:
        """A line of text."""
        return text(self.rng.choice(texts.SUBJECTS))

    def prose(self) -> Value:
        """Some lines of text."""
        return text(self.rng.choice(texts.CONTENTS))

    def chance(self, share: float) -> bool:
        """Throw the dice."""
        return self.rng.random() < share

    def _modified(self, at: int, moves: list[Move]) -> int:
        last = moves[-1].at if moves else at
        later = last + int(self.rng.expovariate(1 / (9 * DAY_MS)))
        return later if later <= self.until else last

    def _profile(self, properties: list[Property]) -> Profile:
        values = {
            one.name: self._values.make(one)
            for one in properties
            if not one.system and one.meaning != "integer" and one.name not in _MADE_BY_LIFE
            if self.chance(FILLED)
        }
        return Profile(values)
