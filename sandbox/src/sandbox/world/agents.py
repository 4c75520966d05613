"""The support team: who works there, and under which names HubSpot knows them.

People here answer customers under short names, so one agent owns tickets as several HubSpot
owners. The canonical name is what reports must show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.world.values import DAY_MS, canonical_instant, wire_instant

Shift = tuple[str, str]
_FIRST_OWNER = 41_001
_FIRST_USER = 9_001
# One owner's id does not fit 32 bits, as on young accounts.
_LARGE_IDS = {"Elif D": 2_900_000_117}

AGENTS: dict[str, tuple[str, ...]] = {
    "Nadia Okafor": ("Nadia", "Nadia O", "Nadia Okafor"),
    "Tomas Lindqvist": ("Tom", "Tom L", "Tomas L"),
    "Priya Raman": ("Pri", "Priya R"),
    "Jonas Weber": ("Jonas", "Jo W"),
    "Elif Demir": ("Elif", "Elif D"),
}
MANAGERS: dict[str, tuple[str, ...]] = {"Morgan Vale": ("Morgan",)}
UNLISTED = "Sam Unlisted"
QUEUE = "Escalations"
DEACTIVATED_LATER = "Jo W"

SHIFTS: dict[str, dict[str, Shift]] = {
    "Nadia Okafor": dict.fromkeys(("monday", "tuesday", "wednesday"), ("06:00", "14:00")),
    "Tomas Lindqvist": dict.fromkeys(("thursday", "friday"), ("22:00", "06:00")),
    "Priya Raman": dict.fromkeys(("monday", "thursday", "friday"), ("09:00", "17:00")),
    "Jonas Weber": dict.fromkeys(("tuesday", "wednesday"), ("14:00", "22:00")),
    "Elif Demir": dict.fromkeys(("saturday", "sunday"), ("08:00", "18:00")),
}
"""Per agent and weekday, wall time in America/New_York; a shift may end on the next day."""

CANONICAL: dict[str, str] = {
    alias: name for name, aliases in {**AGENTS, **MANAGERS}.items() for alias in aliases
}


@dataclass
class Owner:
    """A HubSpot owner; instants are epoch milliseconds."""

    id: int
    name: str
    kind: str
    email: str | None
    user_id: int
    created_at: int
    updated_at: int
    archived: bool = False

    @property
    def team(self) -> int:
        """The team's id: the first three aliases form one team, all others the second."""
        return 368 if self.id < _FIRST_OWNER + 3 else 3_000_000_369

    @property
    def first_and_last(self) -> tuple[str, str]:
        """The names HubSpot shows; none for a deactivated user."""
        first, _, last = ("" if self.archived else self.name).partition(" ")
        return first, last

    def definition(self) -> dict[str, Any]:
        """The owner in the API's shape."""
        first, last = self.first_and_last
        person = self.kind == "PERSON"
        shape: dict[str, Any] = {
            "id": str(self.id),
            "email": self.email,
            "type": self.kind,
            "firstName": first,
            "lastName": last,
            "userId": self.user_id if person and not self.archived else None,
            "userIdIncludingInactive": self.user_id if person else None,
            "createdAt": wire_instant(self.created_at),
            "updatedAt": wire_instant(self.updated_at),
            "archived": self.archived,
        }
        if person and not self.archived:
            shape["teams"] = [{"id": str(self.team), "name": "Support", "primary": True}]
        return shape

    def truth(self, portal_id: int) -> dict[str, Any]:
        """The warehouse row of stream `owner`."""
        first, last = self.first_and_last
        active_user = self.user_id if self.kind == "PERSON" and not self.archived else None
        return {
            "owner_id": self.id,
            "id": self.id,
            "portal_id": portal_id,
            "type": self.kind,
            "email": self.email,
            "first_name": first,
            "last_name": last,
            "active_user_id": active_user,
            "is_active": not self.archived,
            "created_at": canonical_instant(self.created_at),
            "updated_at": canonical_instant(self.updated_at),
        }


def owners(start: int) -> dict[int, Owner]:
    """Everybody who may own a ticket, hired well before `start` (epoch ms)."""
    people = [alias for aliases in AGENTS.values() for alias in aliases]
    people += [alias for aliases in MANAGERS.values() for alias in aliases]
    made = [_person(name, number, start) for number, name in enumerate([*people, UNLISTED])]
    former = _person("Former Colleague", len(made), start)
    former.archived, former.updated_at = True, start + 40 * DAY_MS + 17
    queue = _person(QUEUE, len(made) + 1, start)
    queue.kind, queue.email = "QUEUE", None
    return {owner.id: owner for owner in [*made, former, queue]}


def _person(name: str, number: int, start: int) -> Owner:
    mailbox = name.lower().replace(" ", ".")
    hired = start - (400 + 7 * number) * DAY_MS + number * 1013
    return Owner(
        id=_LARGE_IDS.get(name, _FIRST_OWNER + number),
        name=name,
        kind="PERSON",
        email=f"{mailbox}@support.example.com",
        user_id=_FIRST_USER + number,
        created_at=hired,
        updated_at=hired + 3 * DAY_MS,
    )
