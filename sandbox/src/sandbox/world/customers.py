"""The people and companies who write, and how tickets hang on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.crm_properties import LIFECYCLE
from sandbox.world.links import Label
from sandbox.world.values import DAY_MS, MINUTE_MS, identifier, text

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from sandbox.world.entries import Entry
    from sandbox.world.office import Office
    from sandbox.world.tickets import Ticket
    from sandbox.world.values import Value

LABELS = (Label(37, 38, "Reseller"), Label(41, 42, "Decision maker"))
"""The account's own labels between tickets and contacts."""
FORMER = Label(53, 54, "Former employer")
PARENT = Label(13, 14, "Child Company", "HUBSPOT_DEFINED", "Parent Company")

FEWEST_CONTACTS = 1_040
CROWDS = (130, 260, 610)  # more associations than one page of any endpoint holds
COMPANY_CROWD = 1_030


@dataclass(frozen=True)
class Company:
    """A customer's employer."""

    id: int
    name: str


class Customers:
    """Everybody who writes; links tickets to them."""

    def __init__(self, rng: random.Random, office: Office, tickets: int) -> None:
        self.rng = rng
        self._office = office
        self._links = office.links
        self._companies = office.open_book("companies")
        self._contacts = office.open_book("contacts")
        self._names: dict[int, str] = {}
        count = max(FEWEST_CONTACTS, tickets // 3)
        for number in range(max(12, count // 40)):
            self.add_company(office.start - DAY_MS + number * MINUTE_MS)
        for number in range(count):
            self.add_contact(office.start - DAY_MS + number * 977)
        self._relate_companies()

    @property
    def contacts(self) -> list[int]:
        """The ids of all contacts who are not archived or gone."""
        return self._contacts.live

    @property
    def companies(self) -> list[Company]:
        """All companies that are not archived or gone."""
        return [Company(one, self._names.get(one, "")) for one in self._companies.live]

    def company_values(self) -> tuple[Company | None, dict[str, Value]]:
        """A company for a new ticket, or none, and what the ticket says of it."""
        if self.rng.random() < 0.3:  # noqa: PLR2004
            return None, {}
        company = self.rng.choice(self._companies.live)
        return Company(company, self._names.get(company, "")), {
            "hs_primary_company_id": identifier(company)
        }

    def link(self, ticket: Ticket, company: Company | None) -> None:
        """Associate a new ticket with one to three contacts, and its company twice labelled."""
        for contact in self.rng.sample(self.contacts, self.rng.choice((1, 1, 1, 2, 3))):
            self.link_contact(ticket.id, contact)
        if company is not None:
            self._links.link_primary(("tickets", ticket.id), ("companies", company.id))

    def link_crowds(self, tickets: Iterable[Ticket]) -> None:
        """Give the first tickets, and a company, more contacts than fit on a page."""
        for size, ticket in zip(CROWDS, tickets, strict=False):
            for contact in self.contacts[:size]:
                self.link_contact(ticket.id, contact)
        employer = ("companies", self._companies.live[0])
        for contact in self.contacts[:COMPANY_CROWD]:
            self._links.link(("contacts", contact), employer)

    def link_contact(self, ticket: int, contact: int) -> None:
        """Associate a ticket with a contact, one in nine with a label of the account's own."""
        near, far = ("tickets", ticket), ("contacts", contact)
        self._links.link(near, far)
        if contact % 9 == 0:
            self._links.link(near, far, LABELS[contact % len(LABELS)])

    def unlink_some_contact(self, ticket: int) -> None:
        """Remove every association of a ticket with one of its contacts, if it has any."""
        contacts = sorted(far for far, _ in self._links.of(("tickets", ticket), "contacts"))
        if contacts:
            self._links.unlink(("tickets", ticket), self.rng.choice(contacts))

    def add_company(self, at: int) -> Entry:
        """A new company."""
        office, number = self._office, len(self._companies.entries)
        name = f"{texts.COMPANIES[number % len(texts.COMPANIES)]} {number}"
        own = {
            "name": text(name),
            "domain": text(f"c{number}.example.com"),
            "lifecyclestage": text(office.rng.choice(LIFECYCLE)),
            **office.owner_values(),
        }
        company = office.add("companies", at, own)
        self._names[company.id] = name
        return company

    def add_contact(self, at: int) -> Entry:
        """A new contact, with an employer and sometimes a former one."""
        office, number = self._office, len(self._contacts.entries)
        rng, companies = office.rng, self._companies.live
        employer = companies[number % len(companies)]
        own = {
            "firstname": text(rng.choice(texts.FIRST_NAMES)),
            "lastname": text(rng.choice(texts.LAST_NAMES)),
            "email": text(f"person{number}@example.org"),
            "phone": text(f"+1 902 555 {number % 10_000:04d}"),
            "lifecyclestage": text(rng.choice(LIFECYCLE)),
            "associatedcompanyid": identifier(employer),
            **office.owner_values(),
        }
        contact = office.add("contacts", at, own)
        end = ("contacts", contact.id)
        self._links.link_primary(end, ("companies", employer))
        if number % 11 == 0:
            self._links.link(end, ("companies", companies[(number + 1) % len(companies)]))
            self._links.link(end, ("companies", companies[(number + 1) % len(companies)]), FORMER)
        return contact

    def _relate_companies(self) -> None:
        """Some companies are daughters of the first one."""
        live = self._companies.live
        for daughter in live[1::5]:
            self._links.link(("companies", live[0]), ("companies", daughter))
            self._links.link(("companies", live[0]), ("companies", daughter), PARENT)
