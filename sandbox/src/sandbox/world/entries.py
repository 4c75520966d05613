"""One record of any object type as the world means it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.world.profiles import NO_PROFILE, Profile
from sandbox.world.values import DAY_MS, UNSET, Value

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    from sandbox.world.life import Move

LIVE, ARCHIVED, PURGED, MERGED = "live", "archived", "purged", "merged"
BIN_MS = 90 * DAY_MS


@dataclass(frozen=True)
class Change:
    """One version of a tracked property; `wire` is "" when it was cleared."""

    at: int
    wire: str
    source: str
    source_id: str | None = None


@dataclass
class Entry:
    """A record's intended state; instants are epoch milliseconds.

    Attributes:
        own: Values of this record alone; they go before those of the profile.
        profile: Values it shares with others.
        history: Versions of the tracked properties, oldest first.
        merged: Ids of the records that were merged into it.
        state: Live, archived, purged or merged away.
    """

    id: int
    created_at: int
    modified_at: int
    own: dict[str, Value]
    profile: Profile = NO_PROFILE
    history: dict[str, list[Change]] = field(default_factory=dict)
    merged: list[int] = field(default_factory=list)
    state: str = LIVE
    archived_at: int | None = None

    def value(self, name: str) -> Value:
        """What a property holds; `UNSET` for nothing."""
        return self.own.get(name) or self.profile.values.get(name) or UNSET

    def wire(self) -> dict[str, str]:
        """Every set property in wire text."""
        both = {**self.profile.wire, **{name: value.wire for name, value in self.own.items()}}
        return {name: wire for name, wire in both.items() if wire is not None}

    def settle(self, now: int) -> None:
        """Let the recycle bin forget the record when its 90 days are over by `now`."""
        if self.state == ARCHIVED and (self.archived_at or 0) + BIN_MS <= now:
            self.state = PURGED

    @property
    def gone(self) -> bool:
        """True when HubSpot no longer answers with the record."""
        return self.state in (PURGED, MERGED)

    def remember(
        self, values: Mapping[str, Value], at: int, source: str, tracked: Collection[str]
    ) -> None:
        """Take over new values, and the history of those that are tracked."""
        self.own.update(values)
        for name in tracked:
            if name in values:
                versions = self.history.setdefault(name, [])
                versions.append(Change(at, values[name].wire or "", source))


@dataclass
class Staged(Entry):
    """A record that goes through the stages of a pipeline.

    Attributes:
        moves: The stages it went through.
    """

    moves: list[Move] = field(default_factory=list)
