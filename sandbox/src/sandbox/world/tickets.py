"""One ticket as the world means it, and the values that follow from its life."""

from __future__ import annotations

import itertools
from typing import TYPE_CHECKING

from sandbox.world.entries import Change, Staged
from sandbox.world.values import (
    UNSET,
    Value,
    decimal,
    identifier,
    instant,
    text,
)

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world.agents import Owner
    from sandbox.world.life import Life, Move


Stay = tuple[int, "int | None"]
"""When a record came into a stage, and when it left it (None: it is still there)."""


class Ticket(Staged):
    """A ticket's intended state."""


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
    values |= stay_values(moves)
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


def stay_values(moves: list[Move]) -> dict[str, Value]:
    """What HubSpot generates per stage that a record went through."""
    stays: dict[str, list[Stay]] = {}
    for move, following in itertools.zip_longest(moves, moves[1:]):
        stays.setdefault(move.stage, []).append((move.at, following.at if following else None))
    values: dict[str, Value] = {}
    for stage, found in stays.items():
        values |= _stay_values(stage, found)
    return values


def _stay_values(stage: str, stays: list[Stay]) -> dict[str, Value]:
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
