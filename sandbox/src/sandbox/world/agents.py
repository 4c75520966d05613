"""The support team: who works there, and under which names HubSpot knows them.

People here answer customers under short names, so one agent owns tickets as several HubSpot
owners. The canonical name is what reports must show.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from sandbox.world.values import DAY_MS, canonical_instant, wire_instant

Shift = tuple[int, int]
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
TEAMS: dict[int, str] = {368: "Support", 3_000_000_369: "Escalations"}
"""HubSpot's teams; one id does not fit 32 bits."""
UNLISTED = "Sam Unlisted"
QUEUE = "Escalations"
DEACTIVATED_LATER = "Jo W"

_EARLY, _DAY, _LATE, _NIGHT = (6, 14), (9, 17), (14, 22), (22, 6)
SHIFTS: dict[str, dict[int, Shift]] = {
    "Nadia Okafor": dict.fromkeys((0, 1, 2, 3), _EARLY),
    "Tomas Lindqvist": dict.fromkeys((3, 4, 5), _NIGHT),
    "Priya Raman": dict.fromkeys((0, 1, 3, 4), _DAY),
    "Jonas Weber": dict.fromkeys((0, 1, 2, 3, 4), _LATE),
    "Elif Demir": dict.fromkeys((5, 6), _DAY),
}
"""Per agent and weekday (Monday 0) from and to which hour of the wall clock in America/New_York;
a shift that ends before it begins runs into the next day."""

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
        support, escalations = TEAMS
        return support if self.id < _FIRST_OWNER + 3 else escalations

    @property
    def further_teams(self) -> tuple[int, ...]:
        """The other team, for one owner in three."""
        return tuple(team for team in TEAMS if team != self.team and self.id % 3 == 0)

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
            shape["teams"] = [
                {"id": str(team), "name": TEAMS[team], "primary": team == self.team}
                for team in (self.team, *self.further_teams)
            ]
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


def on_shift(agent: str, weekday: int, hour: int) -> bool:
    """Whether an agent works at an hour of the week; a night belongs to the day it began."""
    today = SHIFTS.get(agent, {}).get(weekday)
    yesterday = SHIFTS.get(agent, {}).get((weekday - 1) % 7)
    return bool(
        (today and (today[0] <= hour < today[1] or (today[1] < today[0] <= hour)))
        or (yesterday and hour < yesterday[1] < yesterday[0])
    )


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
