"""What the people who read support figures may choose: zones, schedule, names, and who counts."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Mapping
    from datetime import date
    from zoneinfo import ZoneInfo

Range = tuple[int, int]
"""From and to which minute of a day; an end beyond 1,440 lies in the following day."""

Week = tuple[tuple[Range, ...], ...]
"""The ranges that begin on each day, Monday first."""


def folded(name: str) -> str:
    """A name as names are compared: without outer blanks, and whatever its case."""
    return name.strip().casefold()


@dataclass(frozen=True)
class Schedule:
    """When the team works, on the wall of one zone.

    Attributes:
        weekend: Minutes from Monday 00:00, from (inside) and to (outside).
        early_minutes: How long before its beginning a shift counts.
        shifts: Everyone's who has none of their own.
        agents: Own shifts by folded name.
        holidays: Days on which nothing begins, with what they are called.
    """

    zone: ZoneInfo
    weekend: Range
    business_hours: Week
    early_minutes: int
    shifts: Week
    agents: Mapping[str, Week] = field(default_factory=dict)
    holidays: Mapping[date, str] = field(default_factory=dict)


@dataclass(frozen=True)
class Rules:
    """All of it; lists and the aliases' keys hold folded names.

    Attributes:
        reporting_zone: Whose days, weeks and months are counted.
        aliases: Agents' names by other names and addresses of theirs.
        deny: Managers: their conversations do not count.
        allow: If there are any, only their conversations count.
        keep_unassigned: Whether conversations of nobody count.
        spam_pipelines: HubSpot's pipelines that do not count.
        chat_pipelines: HubSpot's pipelines whose replies are given in the chat tool.
    """

    reporting_zone: ZoneInfo
    schedule: Schedule
    aliases: Mapping[str, str] = field(default_factory=dict)
    deny: frozenset[str] = frozenset()
    allow: frozenset[str] = frozenset()
    keep_unassigned: bool = True
    spam_pipelines: frozenset[str] = frozenset()
    chat_pipelines: frozenset[str] = frozenset()

    def agent(self, name: str, address: str | None = None) -> str:
        """The one name of whoever goes by this name, or has this address, or else the name."""
        known = (self.aliases.get(folded(key)) for key in (name, address) if key is not None)
        return next((found for found in known if found is not None), name)

    def is_manager(self, agent: str) -> bool:
        """Whether an agent is in no ranking."""
        return folded(agent) in self.deny
