"""Who works at the helpdesks and who writes to them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.agents import AGENTS, MANAGERS
from sandbox.world.helpdesk_objects import DAY, HOUR, Row, canonical, instants

if TYPE_CHECKING:
    import random

PATTERN = "getwrrk"
"""What the addresses of the company's own people contain, in whatever case."""

FIRST_USER, FIRST_CUSTOMER = 7101, 9_000_001
BOTS = ("Gorgias Bot", "Wynn AI")


@dataclass(eq=False)
class User:
    """Somebody, or some bot, with an account at a helpdesk.

    Attributes:
        leave: Spans of time (from, to) in which no work is given to them.
    """

    id: int
    name: str
    email: str
    role: str
    hired: int
    zone: str
    left: int | None = None
    works: bool = False
    leave: tuple[tuple[int, int], ...] = ()

    def there(self, at: int) -> bool:
        """Whether they are at work."""
        away = any(begin <= at < end for begin, end in self.leave)
        return not away and (self.left is None or at < self.left)

    @property
    def ours(self) -> bool:
        """Whether the monthly figures speak of them."""
        return PATTERN in self.email.casefold()

    @property
    def parts(self) -> tuple[str, str]:
        """First and last name."""
        first, _, last = self.name.partition(" ")
        return first, last

    @property
    def changed(self) -> int:
        """When the account was last changed."""
        return self.hired + 3 * DAY if self.left is None else self.left

    def wire(self) -> Row:
        """The stand-in's row."""
        first, last = self.parts
        return {
            "id": self.id,
            "active": self.left is None,
            "bio": None,
            "created_datetime": self.hired,
            "country": None,
            "deactivated_datetime": self.left,
            "email": self.email,
            "external_id": None,
            "firstname": first,
            "lastname": last,
            "name": self.name,
            "has_password": self.role != "bot",
            "has_2fa_enabled": False,
            "language": "en",
            "meta": {"sso": None, "profile_picture_url": None, "name_set_via": "user"},
            "role_name": self.role,
            "timezone": self.zone,
            "updated_datetime": self.changed,
            "client_id": None,
        }

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        first, last = self.parts
        return {
            "account": account,
            "id": self.id,
            "name": self.name,
            "firstname": first,
            "lastname": last,
            "email": self.email,
            "role_name": self.role,
            "active": self.left is None,
            "bio": None,
            "country": None,
            "language": "en",
            "timezone": self.zone,
            "external_id": None,
            **instants(created=self.hired, updated=self.changed, deactivated=self.left),
        }


@dataclass(eq=False)
class Customer:
    """Somebody who writes."""

    id: int
    name: str
    email: str | None
    at: int
    updated: int
    language: str = "en"
    note: str | None = None

    @property
    def parts(self) -> tuple[str, str]:
        """First and last name."""
        first, _, last = self.name.partition(" ")
        return first, last

    def wire(self) -> Row:
        """The stand-in's row."""
        first, last = self.parts
        return {
            "id": self.id,
            "external_id": None,
            "active": True,
            "email": self.email,
            "name": self.name,
            "firstname": first,
            "lastname": last,
            "language": self.language,
            "timezone": None,
            "channels": self._channels(),
            "created_datetime": self.at,
            "updated_datetime": self.updated,
            "meta": None,
            "data": None,
            "integrations": {},
            "note": self.note,
            "custom_fields": {},
            "external_data": {},
            "ecommerce_data": {},
        }

    def truth(self, account: str) -> Row:
        """The warehouse's row."""
        first, last = self.parts
        return {
            "account": account,
            "id": self.id,
            "external_id": None,
            "active": True,
            "email": self.email,
            "name": self.name,
            "firstname": first,
            "lastname": last,
            "language": self.language,
            "timezone": None,
            "note": self.note,
            "data": None,
            "meta": None,
            "created_datetime": canonical(self.at),
            "updated_datetime": canonical(self.updated),
        }

    def _channels(self) -> list[Row]:
        if self.email is None:
            return []
        return [
            {
                "id": 10 * self.id,
                "type": "email",
                "address": self.email,
                "preferred": True,
                "created_datetime": self.at,
                "updated_datetime": self.at,
                "deleted_datetime": None,
            }
        ]


def staff(domain: str, zone: str, start: int, size: int, agents: int | None = None) -> list[User]:
    """Everybody with an account at a helpdesk: agents, colleagues of the client, bots, leavers.

    Args:
        domain: The account; its own people have their addresses there.
        zone: The account's time zone.
        start: When the helpdesk was opened (epoch microseconds).
        size: How many in all, at least.
        agents: How many of the company's people work here; None for the usual team.
    """
    people = [*_team(agents), ("Zoë Yilmaz", True), ("Sam Unlisted", False)]
    made = []
    for number, (name, ours) in enumerate(people):
        host = f"{PATTERN}.example.com" if ours else f"{domain}.example.org"
        made.append(_user(number, name, host, start, zone))
        made[-1].works = made[-1].role == "agent"
    for number, one in enumerate(made):
        one.leave = tuple(
            (start + first * DAY, start + (first + 70) * DAY)
            for first in (60 + 40 * number, 420 + 25 * number)
        )
    if agents is None:
        made[4].left = start + 500 * DAY + 11
    made[1].email = made[1].email.replace(PATTERN, "GetWrrk")
    for name in BOTS:
        made.append(_user(len(made), name, "bots.example.net", start, zone, role="bot"))
    while len(made) < size:
        number = len(made)
        ours = number % 3 == 0
        host = f"{PATTERN}.example.com" if ours else f"{domain}.example.org"
        one = _user(number, f"Seasonal {number:03d}", host, start, zone, role="lite-agent")
        if number % 2:
            one.left = one.hired + 90 * DAY + number
        made.append(one)
    return made


def customer(rng: random.Random, number: int, at: int) -> Customer:
    """Make a customer; a few have no address at all."""
    name = f"{rng.choice(texts.FIRST_NAMES)} {rng.choice(texts.LAST_NAMES)}"
    email = None if number % 17 == 16 else f"buyer{number}@example.org"  # noqa: PLR2004
    return Customer(FIRST_CUSTOMER + 7 * number, name, email, at, at)


def _team(agents: int | None) -> list[tuple[str, bool]]:
    if agents is None:
        return [(aliases[-1], True) for aliases in {**AGENTS, **MANAGERS}.values()]
    return [(f"Agent {number:03d}", True) for number in range(max(2, agents - 1))]


def _user(number: int, name: str, host: str, start: int, zone: str, *, role: str = "agent") -> User:
    mailbox = name.casefold().replace(" ", ".").replace("ë", "e")
    hired = start - 30 * DAY + number * (HOUR + 17)
    if any(name in aliases for aliases in MANAGERS.values()):
        role = "admin"
    return User(FIRST_USER + number, name, f"{mailbox}@{host}", role, hired, zone)
