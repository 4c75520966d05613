"""What differs between the world's HubSpot accounts, beside everything that happens in them."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.world.properties import AREAS
from sandbox.world.property import Property, plain

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.hubspot.portal import Portal


@dataclass(frozen=True)
class Flavour:
    """How an account is set up.

    Attributes:
        token: What opens it.
        areas: The parts of the business that have custom properties on tickets.
        extra: Properties that only this account has, by object type.
        own_objects: Its custom objects' type ids: divisions, and what stands in them.
        thing: The name of the latter.
        has_appointments: Whether appointments are switched on.
    """

    portal_id: int
    time_zone: str
    token: str
    currency: str
    region: str
    areas: tuple[str, ...] = AREAS
    extra: Mapping[str, tuple[Property, ...]] = field(default_factory=dict)
    own_objects: tuple[str, str] = ("2-28111222", "2-28111333")
    thing: str = "installations"
    has_appointments: bool = True

    def set_up(self, portal: Portal) -> None:
        """Give an account its particulars."""
        portal.tokens = {self.token: portal.tokens[DEFAULT_TOKEN]}
        portal.company_currency = self.currency
        portal.data_hosting_location = self.region
        if self.region != "na1":
            portal.ui_domain = f"app-{self.region}.hubspot.com"
        if not self.has_appointments:
            portal.enabled.discard("appointments")


FIRST = Flavour(4242, "America/Halifax", DEFAULT_TOKEN, "CAD", "na1")
SECOND = Flavour(
    4343,
    "Europe/Berlin",
    "pat-eu1-sandbox-0001",
    "EUR",
    "eu1",
    areas=tuple(area for area in AREAS if area not in ("hardware", "training", "warranty")),
    extra={
        "tickets": (
            plain("eu_ticket_class", "enumeration", options=("A", "B", "C"), custom=True),
            plain("eu_sla_hours", "number", custom=True),
        ),
        "contacts": (plain("gdpr_consent", "bool", custom=True),),
        "companies": (plain("vat_number", "string", custom=True),),
        "deals": (plain("signed_on", "date", custom=True),),
    },
    own_objects=("2-31000001", "2-31000002"),
    thing="vehicles",
    has_appointments=False,
)
