"""Fills a portal with the company and its year of tickets, and makes new tickets later on."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sandbox.world import oddities, texts
from sandbox.world.activities import Activities
from sandbox.world.agents import owners
from sandbox.world.customers import Customers
from sandbox.world.fieldwork import Fieldwork
from sandbox.world.flavours import FIRST
from sandbox.world.instants import creation_instants
from sandbox.world.ledger import Ledger
from sandbox.world.life import Biographer
from sandbox.world.links import Links
from sandbox.world.office import Office
from sandbox.world.pipelines import pipelines
from sandbox.world.profiles import ValueMaker, profiles
from sandbox.world.properties import SOURCES, area_properties, fixed_properties
from sandbox.world.property import stage_properties
from sandbox.world.rota import Rota
from sandbox.world.sales import Sales
from sandbox.world.staff import Staff
from sandbox.world.tickets import Ticket, life_history, life_values
from sandbox.world.values import DAY_MS, HOUR_MS, Value, decimal, identifier, text

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal
    from sandbox.world.flavours import Flavour
    from sandbox.world.pipelines import Pipeline
    from sandbox.world.property import Property

YEAR_MS = 365 * DAY_MS
LARGE_ID = 2**53 + 1  # the first whole number that a double cannot hold
LARGE_ID_SHARE = 0.01
ARCHIVED_SHARE = 0.02
MERGES_PER_TICKET = 1 / 400
BIN_PAST = 80 * DAY_MS


class Population:
    """Everybody and everything in the portal.

    Attributes:
        portal: The account.
        ledger: The tickets, in the portal and in intention.
        links: The associations of everything.
        office: The books of everything.
        owners: HubSpot's owners by id.
        pipelines: Ticket pipelines by id.
    """

    def __init__(
        self, portal: Portal, seed: int, tickets: int, until: int, flavour: Flavour = FIRST
    ) -> None:
        start = until - YEAR_MS
        self.portal = portal
        self._rng = random.Random(f"{seed}:population")  # noqa: S311 - reproducible, no secret
        self.links = Links(portal)
        self.ledger = Ledger(portal, self.links)
        self.owners = owners(start)
        self.pipelines = pipelines(start)
        self._flavour = flavour
        self._describe(portal)
        self.office = Office(
            portal,
            self.ledger,
            self.links,
            self.owners,
            seed=seed,
            start=start,
            until=until,
            extra=flavour.extra,
        )
        self.customers = Customers(self._rng, self.office, tickets)
        self.maker = ValueMaker(self._rng, start, until)
        self._profiles = profiles(self._rng, start, until, self._custom_properties())
        self.biographer = Biographer(self._rng, self.pipelines, Rota(self.owners))
        self._live_a_year(tickets, start, until)
        self.sales = Sales(self.office, tickets)
        self.activities = Activities(self.office, tickets)
        self.fieldwork = Fieldwork(self.office, tickets, flavour)

    def all_pipelines(self) -> dict[str, dict[str, Pipeline]]:
        """The pipelines of every staged object type."""
        return {
            "tickets": self.pipelines,
            "deals": self.sales.pipelines,
            **self.fieldwork.pipelines,
        }

    def publish_pipelines(self, portal: Portal) -> None:
        """Show the pipelines as they are now."""
        shape = [pipeline.definition() for pipeline in self.pipelines.values()]
        portal.set_pipelines("tickets", shape)

    def use(self, rng: random.Random) -> None:
        """Draw from another random stream from now on."""
        self._rng = self.customers.rng = self.maker.rng = self.biographer.rng = rng

    def add_ticket(
        self, created: int, until: int, *, ticket_id: int, odd: dict[str, Value] | None = None
    ) -> Ticket:
        """Make a ticket created at `created` and let it live until `until`."""
        life = self.biographer.plan(created, until)
        company, about_company = self.customers.company_values()
        own = self._words(created, ticket_id) | self._escalation(created)
        own |= life_values(life, self.owners)
        own |= about_company
        own |= odd or {}
        profile = self._rng.choice(self._profiles)
        ticket = Ticket(ticket_id, created, life.last, own, profile, moves=life.moves)
        ticket.history = life_history(life)
        self.ledger.add(ticket)
        self.customers.link(ticket, company)
        return ticket

    def _describe(self, portal: Portal) -> None:
        self.staff = Staff(portal, self.owners)
        for owner in self.owners.values():
            portal.set_owner(owner.definition())
        self.publish_pipelines(portal)
        extra = self._flavour.extra.get("tickets", ())
        for one in (*fixed_properties(self._flavour.areas), *extra):
            self.ledger.define(one)
        for pipeline in self.pipelines.values():
            for stage in pipeline.stages:
                for one in stage_properties(stage):
                    self.ledger.define(one)

    def _custom_properties(self) -> list[Property]:
        """The account's own ticket properties that follow no rule."""
        areas = [one for area in self._flavour.areas for one in area_properties(area)]
        return [*areas, *self._flavour.extra.get("tickets", ())]

    def _live_a_year(self, tickets: int, start: int, until: int) -> None:
        created = creation_instants(self._rng, tickets, start, until)
        first_large = tickets - max(2, int(tickets * LARGE_ID_SHARE))
        made = []
        for position, (at, number) in enumerate(
            zip(created, oddities.numbered(tickets), strict=True)
        ):
            ticket_id = LARGE_ID if position == first_large else self.new_id()
            odd = None if number is None else oddities.oddity(number, at)
            made.append(self.add_ticket(at, until, ticket_id=ticket_id, odd=odd))
        self.customers.link_crowds(made)
        self._clear_up(made, until)

    def _clear_up(self, made: list[Ticket], until: int) -> None:
        """Archive and merge some of the year's tickets."""
        rng, ledger = self._rng, self.ledger
        for ticket in rng.sample(made, max(2, int(len(made) * ARCHIVED_SHARE))):
            at = rng.randrange(max(ticket.modified_at, until - BIN_PAST), until + 1)
            ledger.archive(ticket.id, at=at)
        for _ in range(max(1, int(len(made) * MERGES_PER_TICKET))):
            winner, loser = rng.sample(ledger.live, 2)
            touched = max(ledger.tickets[one].modified_at for one in (winner, loser))
            at = max(touched, until - rng.randrange(HOUR_MS))
            ledger.merge(winner, loser, at=at, new_id=True)
            ledger.forget(winner)
            ledger.forget(loser)

    def new_id(self) -> int:
        """An id for the next ticket."""
        return self.ledger.next_id(self._rng.randint(1, 400))

    def _escalation(self, created: int) -> dict[str, Value]:
        """A second owner, in a property of the account's own, on one ticket in seven."""
        owners = list(self.owners)
        if created % 7:
            return {}
        return {"escalation_owner": identifier(owners[created % len(owners)])}

    def _words(self, created: int, ticket_id: int) -> dict[str, Value]:
        rng = self._rng
        return {
            "subject": text(rng.choice(texts.SUBJECTS)),
            "content": text(rng.choice(texts.CONTENTS)),
            "source_type": text(rng.choice(SOURCES)),
            "hs_created_by_user_id": identifier(9001 + created % 12),
            "hs_unique_creation_key": text(f"{ticket_id:x}-{created:x}"),
            "hs_number_of_associated_companies": decimal("1"),
            "hs_days_open": decimal(str(created % 90)),
        }
