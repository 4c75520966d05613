"""One ticket as the world means it, and the values that follow from its life."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.world.values import (
    DAY_MS,
    UNSET,
    Value,
    decimal,
    identifier,
    instant,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.world.agents import Owner
    from sandbox.world.life import Life, Move
    from sandbox.world.profiles import Profile

TRACKED = ("hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id")
"""The properties whose history the warehouse keeps by default."""

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
class Ticket:
    """A ticket's intended state.

    Attributes:
        own: Values of this ticket alone; they go before those of the profile.
        history: Versions of the tracked properties, oldest first.
        moves: The stages it went through.
        merged: Ids of the tickets that were merged into it.
    """

    id: int
    created_at: int
    modified_at: int
    profile: Profile
    own: dict[str, Value]
    moves: list[Move]
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
        """Let the recycle bin forget the ticket when its 90 days are over by `now`."""
        if self.state == ARCHIVED and (self.archived_at or 0) + BIN_MS <= now:
            self.state = PURGED

    @property
    def gone(self) -> bool:
        """True when HubSpot no longer answers with the ticket."""
        return self.state in (PURGED, MERGED)

    def remember(self, values: Mapping[str, Value], at: int, source: str) -> None:
        """Take over new values and their history."""
        self.own.update(values)
        for name in TRACKED:
            if name in values:
                versions = self.history.setdefault(name, [])
                versions.append(Change(at, values[name].wire or "", source))


def life_values(life: Life, owners: Mapping[int, Owner]) -> dict[str, Value]:
    """Everything on a ticket that follows from its life."""
    last = life.moves[-1]
    values = {"hs_pipeline": text(last.pipeline), **stage_values(life.moves)}
    values |= reply_values(life.moves[0].at, life.reply)
    values |= owner_values(life.owners, owners)
    return values


def stage_values(moves: list[Move]) -> dict[str, Value]:
    """The stage, what HubSpot generates per stage, and the closing."""
    values = {"hs_pipeline_stage": text(moves[-1].stage)}
    for stage in dict.fromkeys(move.stage for move in moves):
        values |= _stay_values(stage, list(_stays(stage, moves)))
    created, last = moves[0].at, moves[-1]
    if last.closed:
        values["closed_date"] = instant(last.at)
        values["time_to_close"] = decimal(str(last.at - created))
    else:
        values |= {"closed_date": UNSET, "time_to_close": UNSET}
    reopened = _reopened_at(moves)
    if reopened:
        values["hs_ticket_reopened_at"] = instant(reopened)
    return values


def reply_values(created: int, reply: int | None) -> dict[str, Value]:
    """The first answer of an agent."""
    if reply is None:
        return {}
    seconds = (reply - created) // 1000
    return {
        "first_agent_reply_date": instant(reply),
        "hs_first_agent_message_sent_at": instant(reply),
        "time_to_first_agent_reply": decimal(str(reply - created)),
        "hs_seconds_to_first_response": decimal(str(seconds)),
    }


def owner_values(
    entries: list[tuple[int, int | None]], owners: Mapping[int, Owner]
) -> dict[str, Value]:
    """The owner and what hangs on it; an owner taken away leaves the list of all owners."""
    everyone = list(dict.fromkeys(owner for _, owner in entries if owner is not None))
    if not everyone:
        return {}
    at, present = entries[-1]
    users = ";".join(str(owners[owner].user_id) for owner in everyone)
    return {
        "hubspot_owner_id": UNSET if present is None else identifier(present),
        "hubspot_team_id": UNSET if present is None else identifier(owners[present].team),
        "hubspot_owner_assigneddate": instant(at),
        "hs_all_owner_ids": text(";".join(map(str, everyone))),
        "hs_user_ids_of_all_owners": text(users),
        "hs_updated_by_user_id": identifier(owners[everyone[-1]].user_id),
    }


def life_history(life: Life) -> dict[str, list[Change]]:
    """The versions of the tracked properties, oldest first."""
    pipelines: list[Change] = []
    for move in life.moves:
        if not pipelines or pipelines[-1].wire != move.pipeline:
            pipelines.append(Change(move.at, move.pipeline, _source(move)))
    history = {
        "hs_pipeline": pipelines,
        "hs_pipeline_stage": [Change(m.at, m.stage, _source(m), "bot-7") for m in life.moves],
    }
    if life.owners:
        history["hubspot_owner_id"] = [
            Change(at, "" if owner is None else str(owner), "CRM_UI", f"userId:{9000 + at % 7}")
            for at, owner in life.owners
        ]
    return history


def _source(move: Move) -> str:
    return "AUTOMATION_PLATFORM" if move.at % 3 else "CONVERSATIONS"


def _stays(stage: str, moves: list[Move]) -> Iterator[tuple[int, int | None]]:
    """When the ticket came into a stage, and when it left it (None: it is still there)."""
    for number, move in enumerate(moves):
        if move.stage == stage:
            yield move.at, moves[number + 1].at if number + 1 < len(moves) else None


def _stay_values(stage: str, stays: list[tuple[int, int | None]]) -> dict[str, Value]:
    entered, left = stays[-1]
    spent = sum(out - at for at, out in stays if out is not None)
    values = {
        f"hs_v2_date_entered_{stage}": instant(entered),
        f"hs_v2_cumulative_time_in_{stage}": decimal(str(spent)),
        f"hs_v2_date_exited_{stage}": UNSET if left is None else instant(left),
    }
    if left is not None:
        values[f"hs_v2_latest_time_in_{stage}"] = decimal(str(left - entered))
    return values


def _reopened_at(moves: list[Move]) -> int | None:
    pairs = itertools.pairwise(moves)
    return next((after.at for before, after in pairs if before.closed and not after.closed), None)
