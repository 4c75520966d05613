"""The people who chat: mostly contacts of the CRM, sometimes visitors without a name."""

from __future__ import annotations

import uuid
from typing import TYPE_CHECKING

from sandbox.livechat.wire import instant_text, offset_text
from sandbox.world.chats_model import CUSTOMER, DAY_US, MINUTE_US, Chat, Customer

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from sandbox.hubspot.portal import Portal
    from sandbox.world.chats_book import Book
    from sandbox.world.chats_model import Json

PLACES = (
    ("AT", "Austria", "Wien", "Vienna", "Europe/Vienna", "48.20", "16.37"),
    ("CA", "Canada", "Nova Scotia", "Halifax", "America/Halifax", "44.65", "-63.57"),
    ("TR", "Türkiye", "İstanbul", "İstanbul", "Europe/Istanbul", "41.01", "28.95"),
)
NAMELESS_SHARE = 0.06
GROUPS = ([0], [0], [0], [3], [3], [7], [19], [3, 7])


class ChatCustomers:
    """Gives every customer one chat that lasts for ever.

    Args:
        portal: Where the contacts are.
        contacts: Returns their ids as they are now.
    """

    def __init__(self, portal: Portal, contacts: Callable[[], list[int]]) -> None:
        self._portal = portal
        self._contacts = contacts
        self._by_contact: dict[int, Chat] = {}
        self.chats: list[Chat] = []

    def chat_of(self, contact: int | None, book: Book, rng: random.Random, at: int) -> Chat:
        """The chat of a contact; None makes a visitor without a name."""
        if contact is not None and contact in self._by_contact:
            return self._by_contact[contact]
        customer = self._customer(contact, rng, at)
        chat = Chat(book.new_id(rng), customer, _properties(rng), list(rng.choice(GROUPS)))
        self.chats.append(chat)
        if contact is not None:
            self._by_contact[contact] = chat
        return chat

    def newcomer(self, rng: random.Random) -> int | None:
        """A contact that has never chatted; None when a nameless visitor comes instead."""
        if rng.random() < NAMELESS_SHARE:
            return None
        for _ in range(20):
            contact = rng.choice(self._contacts())
            if contact not in self._by_contact:
                return contact
        return None

    def _customer(self, contact: int | None, rng: random.Random, at: int) -> Customer:
        key = str(uuid.UUID(int=rng.getrandbits(128), version=4))
        customer = Customer(key, CUSTOMER, created_at=at - rng.randrange(1, 90 * DAY_US))
        customer.created_offset = rng.choice((None, None, None, 1))
        customer.visit = visit(rng, at)
        customer.ticket_contact = contact
        known = None if contact is None else self._portal.get("contacts", contact)
        if known is None:
            return customer
        names = (known.properties.get(name) or "" for name in ("firstname", "lastname"))
        customer.name = " ".join(names).strip()
        customer.email = known.properties.get("email")
        if rng.random() < 0.5:  # noqa: PLR2004
            customer.session_fields = [{"crm_id": str(contact)}, {"plan": "Größe L"}]
        if rng.random() < 0.3:  # noqa: PLR2004
            customer.extra = {"phone_number": "+1 902 555 0100", "followed": False, "carts": []}
        return customer


def visit(rng: random.Random, at: int) -> Json:
    """Where a customer came from, a minute before; one instant is written with an offset."""
    code, country, region, city, zone, latitude, longitude = rng.choice(PLACES)
    began = at - MINUTE_US
    return {
        "started_at": offset_text(began, 1) if began % 5 == 0 else instant_text(began),
        "ended_at": instant_text(at + 9 * MINUTE_US),
        "referrer": "",
        "ip": f"203.0.113.{rng.randrange(1, 255)}",
        "user_agent": "UA/1",
        "geolocation": {
            "latitude": latitude,
            "longitude": longitude,
            "country": country,
            "country_code": code,
            "region": region,
            "city": city,
            "timezone": zone,
        },
        "last_pages": [
            {"opened_at": instant_text(began), "url": "https://shop.example.com/", "title": "Shop"}
        ],
    }


def _properties(rng: random.Random) -> Json:
    return {
        "routing": {"continuous": rng.random() < 0.2},  # noqa: PLR2004
        "source": {"client_id": "c5e4f61e1a6c3b1521b541bc5c5a2ac5"},
    }
