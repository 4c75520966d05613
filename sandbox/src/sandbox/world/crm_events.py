"""What happens to everything but tickets while the world is advanced: one round of events."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.world.clock import quiet_part
from sandbox.world.crm_arrivals import Arrivals
from sandbox.world.crm_link_events import LinkEvents
from sandbox.world.crm_properties import LIFECYCLE, REGIONS
from sandbox.world.entries import Entry, Staged
from sandbox.world.property import plain
from sandbox.world.values import UNSET, identifier, text

if TYPE_CHECKING:
    import random
    from collections.abc import Iterator, Mapping

    from sandbox.world.books import Book
    from sandbox.world.population import Population
    from sandbox.world.values import Value

FREQUENCIES = {
    "create_contact": 2,
    "create_company": 1,
    "create_deal": 2,
    "create_line_item": 1,
    "create_product": 1,
    "create_quote": 1,
    "create_activity": 5,
    "create_appointment": 1,
    "create_own_object": 1,
    "edit": 14,
    "clear": 3,
    "reassign": 3,
    "enter_lifecycle": 2,
    "move_deal": 4,
    "change_amount": 2,
    "move_appointment": 2,
    "move_division": 1,
    "drift": 6,
    "archive": 5,
    "restore": 3,
    "purge": 3,
    "merge_contact": 1,
    "merge_company": 1,
    "merge_deal": 1,
    **dict.fromkeys(("link", "unlink"), 5),
    **dict.fromkeys(("label", "unlabel"), 3),
    "move_line_item": 1,
}
"""How often each event happens in a round, whatever its length."""
ROLE_RENAMED, STAGE_ADDED, STAGE_REMOVED = 2, 4, 5
ONCE = {ROLE_RENAMED: "rename_role", STAGE_ADDED: "add_stage", STAGE_REMOVED: "remove_stage"}
PROPERTY_EVERY = 3
EXTRA_TYPES = ("number", "json", "datetime", "string")
FEWEST_LEFT = 8


class CrmRound(Arrivals):
    """The events of one advance, drawn from one random stream and entered in order of time."""

    def __init__(self, population: Population, rng: random.Random, number: int) -> None:
        """`number` counts the rounds of a world from 1."""
        super().__init__(population, rng)
        self._number = number
        self._at = 0
        self._links = LinkEvents(population.office, population.fieldwork.own_links)
        self._turns: Counter[str] = Counter()

    def happen(self, start: int, duration: int) -> Counter[str]:
        """Let everything happen in (start, start + duration] ms and say how often what did."""
        quiet = quiet_part(duration)
        self._office.use(self._rng, start + duration)
        planned = list(self._planned())
        instants = sorted(
            start + 1 + quiet + self._rng.randrange(duration - quiet) for _ in planned
        )
        self._rng.shuffle(planned)
        for at, event in zip(instants, planned, strict=True):
            self._at = at
            getattr(self, f"_{event}")(at)
        return Counter(f"crm_{event}" for event in planned)

    def _planned(self) -> Iterator[str]:
        for event, count in FREQUENCIES.items():
            yield from [event] * count
        if self._number in ONCE:
            yield ONCE[self._number]
        if self._number % PROPERTY_EVERY == 0:
            yield "define_property"

    # Records change

    def _edit(self, at: int) -> None:
        book = self._any_book()
        entry = self._any(book)
        names = [
            one.name
            for one in book.properties.values()
            if not (one.system or one.calculated or one.name in book.tracked)
            and one.meaning != "integer"
            and one.name not in ("pipeline", "hs_pipeline", "hs_merged_object_ids", "email")
        ]
        chosen = self._rng.sample(names, 2)
        kind = book.object_type
        self._change(book, entry, {name: self._office.value(kind, name) for name in chosen}, at)

    def _clear(self, at: int) -> None:
        book = self._any_book()
        entry = self._any(book)
        names = [
            name
            for name in sorted(entry.wire())
            if not (book.properties[name].system or book.properties[name].calculated)
            and name not in (*book.tracked, "hs_pipeline", "hs_email_direction")
        ]
        if names:
            self._change(book, entry, {self._rng.choice(names): UNSET}, at)

    def _reassign(self, at: int) -> None:
        book = self._books[self._rng.choice(("contacts", "companies", "deals"))]
        owner = self._rng.choice(list(self._population.owners.values()))
        taken = self._office.chance(0.2)
        values = {
            "hubspot_owner_id": UNSET if taken else identifier(owner.id),
            "hubspot_team_id": UNSET if taken else identifier(owner.team),
        }
        self._change(book, self._any(book), values, at)

    def _enter_lifecycle(self, at: int) -> None:
        book = self._books[self._rng.choice(("contacts", "companies"))]
        values = {"lifecyclestage": text(self._rng.choice(LIFECYCLE))}
        if book.object_type == "contacts":
            known = self._office.chance(0.7)
            status = self._office.value("contacts", "hs_lead_status") if known else UNSET
            values["hs_lead_status"] = status
        self._change(book, self._any(book), values, at)

    def _move_deal(self, at: int) -> None:
        self._population.sales.enter(self._any_staged("deals"), at)

    def _change_amount(self, at: int) -> None:
        deal = self._any(self._books["deals"])
        values = {"amount": self._population.sales.amount()}
        self._change(self._books["deals"], deal, values, at)

    def _move_appointment(self, at: int) -> None:
        kind = "appointments"
        if kind in self._books:
            self._population.fieldwork.enter(kind, self._any_staged(kind), at)

    def _move_division(self, at: int) -> None:
        book = self._books["divisions"]
        self._population.fieldwork.enter("divisions", self._any_staged("divisions"), at)
        region = {"region": text(self._rng.choice(REGIONS))}
        self._change(book, self._any(book), region, at)

    def _drift(self, _at: int) -> None:
        """Calculated values become others; nothing tells of it."""
        books = [book for book in self._books.values() if _drifting(book)]
        book = self._rng.choice(books)
        name = self._rng.choice(_drifting(book))
        book.drift(self._any(book).id, {name: self._office.value(book.object_type, name)})

    # Records go

    def _archive(self, at: int) -> None:
        book = self._next_book("archive")
        if len(book.live) > FEWEST_LEFT:
            book.archive(self._any(book).id, at=at)

    def _restore(self, at: int) -> None:
        full = [book for book in self._books.values() if book.archived(at)]
        if full:
            book = self._rng.choice(full)
            touch = self._office.chance(0.5)
            book.restore(self._rng.choice(book.archived(at)), at=at, touch=touch)

    def _purge(self, at: int) -> None:
        book = self._next_book("purge")
        archived = book.archived(at)
        if archived and self._office.chance(0.5):
            book.purge(self._rng.choice(archived))
        elif len(book.live) > FEWEST_LEFT:
            book.purge(self._any(book).id)

    def _merge_contact(self, at: int) -> None:
        self._merge("contacts", at, new_id=self._office.chance(0.5))

    def _merge_company(self, at: int) -> None:
        self._merge("companies", at, new_id=self._office.chance(0.5))

    def _merge_deal(self, at: int) -> None:
        """Merged deals are always a new one."""
        self._merge("deals", at, new_id=True)

    def _merge(self, object_type: str, at: int, *, new_id: bool) -> None:
        book = self._books[object_type]
        winner, loser = self._any(book).id, self._any(book).id
        if winner != loser and len(book.live) > FEWEST_LEFT:
            book.merge(winner, loser, at=at, new_id=new_id)

    # Associations

    def _link(self, _at: int) -> None:
        self._links.link()

    def _unlink(self, _at: int) -> None:
        self._links.unlink()

    def _label(self, _at: int) -> None:
        self._links.label()

    def _unlabel(self, _at: int) -> None:
        self._links.unlabel()

    def _move_line_item(self, _at: int) -> None:
        self._links.move_line_item()

    # The account

    def _define_property(self, at: int) -> None:
        """A new custom property; two records get a value at once."""
        book = self._any_book()
        kind = EXTRA_TYPES[self._number // PROPERTY_EVERY % len(EXTRA_TYPES)]
        one = plain(f"crm_added_in_round_{self._number}", kind, custom=True)
        book.define(one)
        for _ in range(2):
            value = self._office.value(book.object_type, one.name)
            self._change(book, self._any(book), {one.name: value}, at)

    # Inside

    def _any_book(self) -> Book:
        return self._rng.choice(list(self._books.values()))

    def _next_book(self, event: str) -> Book:
        """The object types take turns, so that something is lost of each of them."""
        books, count = list(self._books.values()), FREQUENCIES[event]
        self._turns[event] += 1
        return books[(self._number * count + self._turns[event]) % len(books)]

    def _any(self, book: Book) -> Entry:
        """A live record whose own past does not reach beyond the present event."""
        for _ in range(60):
            entry = book.entries[self._rng.choice(book.live)]
            if entry.modified_at <= self._at:
                return entry
        raise ValueError(f"No record of {book.object_type} is old enough to change.")

    def _any_staged(self, object_type: str) -> Staged:
        entry = self._any(self._books[object_type])
        if not isinstance(entry, Staged):
            raise TypeError(f"{object_type} have no stages.")
        return entry

    def _change(self, book: Book, entry: Entry, values: Mapping[str, Value], at: int) -> None:
        """Change a record, but leave misfits: a log of rejected values cannot be unwritten."""
        kept = {name: value for name, value in values.items() if entry.value(name).fits}
        book.change(entry.id, kept, at=at)


def _drifting(book: Book) -> list[str]:
    """The calculated properties that do not follow from a record's stages."""
    return [
        one.name
        for one in book.properties.values()
        if one.calculated and not one.name.startswith(("hs_v2_", "hs_is_closed", "hs_deal_stage"))
    ]
