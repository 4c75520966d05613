"""The people and companies who write, and how tickets hang on them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.values import DAY_MS, MINUTE_MS, identifier

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

    from sandbox.hubspot.portal import Portal
    from sandbox.world.tickets import Ticket
    from sandbox.world.values import Value

TICKET_CONTACT, CONTACT_TICKET = 16, 15
TICKET_COMPANY, COMPANY_TICKET = 339, 340
TICKET_PRIMARY_COMPANY, PRIMARY_COMPANY_TICKET = 26, 25
CONTACT_COMPANY, COMPANY_CONTACT = 279, 280
LABELS = ((37, 38, "Reseller"), (41, 42, "Decision maker"))
"""The account's own association labels: type id, reverse type id, label."""

FEWEST_CONTACTS = 620
CROWDS = (130, 260, 610)  # more associations than one page of any endpoint holds
FIRST_CONTACT, FIRST_COMPANY = 501_000_001, 701_000_001


@dataclass(frozen=True)
class Company:
    """A customer's employer."""

    id: int
    name: str


class Customers:
    """Everybody who writes; links tickets to them in the portal."""

    def __init__(self, rng: random.Random, portal: Portal, tickets: int, start: int) -> None:
        self.rng = rng
        self._portal = portal
        self._start = start
        for name in ("phone", "jobtitle"):
            portal.define_property("contacts", {"name": name, "type": "string"})
        count = max(FEWEST_CONTACTS, tickets // 3)
        self.companies = [self._company(number) for number in range(max(8, count // 40))]
        self.contacts = [self._contact(number) for number in range(count)]

    def company_values(self) -> tuple[Company | None, dict[str, Value]]:
        """A company for a new ticket, or none, and what the ticket says of it."""
        if self.rng.random() < 0.3:  # noqa: PLR2004
            return None, {}
        company = self.rng.choice(self.companies)
        return company, {"hs_primary_company_id": identifier(company.id)}

    def link(self, ticket: Ticket, company: Company | None) -> None:
        """Associate a new ticket with one to three contacts, and its company twice labelled."""
        for contact in self.rng.sample(self.contacts, self.rng.choice((1, 1, 1, 2, 3))):
            self.link_contact(ticket.id, contact)
        if company is not None:
            self._link_company(ticket.id, company)

    def link_crowds(self, tickets: Iterable[Ticket]) -> None:
        """Give the first tickets more contacts than fit on a page."""
        for size, ticket in zip(CROWDS, tickets, strict=False):
            for contact in self.contacts[:size]:
                self.link_contact(ticket.id, contact)

    def link_contact(self, ticket: int, contact: int) -> None:
        """Associate a ticket with a contact, one in nine with a label of the account's own."""
        self._associate(ticket, "contacts", contact, TICKET_CONTACT, CONTACT_TICKET)
        if contact % 9 == 0:
            kind, reverse, label = LABELS[contact % len(LABELS)]
            self._portal.associate(
                "tickets",
                ticket,
                "contacts",
                contact,
                type_id=kind,
                category="USER_DEFINED",
                label=label,
                reverse_type_id=reverse,
            )

    def unlink_some_contact(self, ticket: int) -> None:
        """Remove every association of a ticket with one of its contacts, if it has any."""
        linked = self._portal.associations.everything_of("tickets", ticket)
        contacts = sorted(far_id for far_type, far_id, _ in linked if far_type == "contacts")
        if contacts:
            self._portal.dissociate("tickets", ticket, "contacts", self.rng.choice(contacts))

    def _link_company(self, ticket: int, company: Company) -> None:
        self._associate(ticket, "companies", company.id, TICKET_COMPANY, COMPANY_TICKET)
        self._portal.associate(
            "tickets",
            ticket,
            "companies",
            company.id,
            type_id=TICKET_PRIMARY_COMPANY,
            label="Primary",
            reverse_type_id=PRIMARY_COMPANY_TICKET,
        )

    def _associate(self, ticket: int, far: str, far_id: int, kind: int, reverse: int) -> None:
        self._portal.associate(
            "tickets", ticket, far, far_id, type_id=kind, reverse_type_id=reverse
        )

    def _company(self, number: int) -> Company:
        name = texts.COMPANIES[number % len(texts.COMPANIES)]
        company = Company(FIRST_COMPANY + 3 * number, f"{name} {number}")
        properties = {"name": company.name, "domain": f"c{number}.example.com"}
        at = self._start - DAY_MS + number * MINUTE_MS
        self._portal.create("companies", properties, at=at, record_id=company.id)
        return company

    def _contact(self, number: int) -> int:
        rng = self.rng
        first, last = rng.choice(texts.FIRST_NAMES), rng.choice(texts.LAST_NAMES)
        properties = {
            "firstname": first,
            "lastname": last,
            "email": f"person{number}@example.org",
            "phone": f"+1 902 555 {number % 10_000:04d}",
        }
        contact = FIRST_CONTACT + 7 * number
        at = self._start - DAY_MS + number * 977
        self._portal.create("contacts", properties, at=at, record_id=contact)
        company = self.companies[number % len(self.companies)]
        self._portal.associate(
            "contacts",
            contact,
            "companies",
            company.id,
            type_id=CONTACT_COMPANY,
            reverse_type_id=COMPANY_CONTACT,
        )
        return contact
