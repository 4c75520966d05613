"""What happens while the world is advanced: one round of events."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.agents import DEACTIVATED_LATER
from sandbox.world.clock import quiet_part
from sandbox.world.life import Move
from sandbox.world.pipelines import ENTERPRISE, Stage
from sandbox.world.properties import PRIORITIES, SOURCES
from sandbox.world.property import plain, stage_properties
from sandbox.world.tickets import stage_values
from sandbox.world.tracked import TRACKED
from sandbox.world.values import (
    UNSET,
    boolean,
    decimal,
    identifier,
    instant,
    instant_as_milliseconds,
    text,
)

if TYPE_CHECKING:
    import random
    from collections.abc import Callable, Iterator, Mapping

    from sandbox.world.population import Population
    from sandbox.world.tickets import Ticket
    from sandbox.world.values import Value

# Rounds (counted from 1) in which something rare happens.
OWNER_LEAVES, STAGE_ADDED, STAGE_REMOVED, OWNER_RETURNS, PIPELINE_RENAMED = 3, 4, 5, 6, 7
PROPERTY_EVERY = 2
EXTRA_TYPES = ("string", "number", "date", "datetime", "enumeration", "bool", "json")
CLEARABLE = ("hs_ticket_priority", "billing_notes", "api_amount", "hs_lastcontacted")
BURST = 5
NEW_STAGE = "70024"
REMOVED_STAGE = "70023"


FREQUENCIES = {
    "reopen": 2,
    "change_pipeline": 1,
    "reassign": 3,
    "flap": 1,
    "unassign": 1,
    "clear": 2,
    "burst": 1,
    "drift": 3,
    "archive": 2,
    "restore": 1,
    "purge": 1,
    "merge": 1,
    "associate": 3,
    "dissociate": 2,
}
"""How often each event happens in a round, whatever its length."""

ONCE = {
    OWNER_LEAVES: "owner_leaves",
    STAGE_ADDED: "add_stage",
    STAGE_REMOVED: "remove_stage",
    OWNER_RETURNS: "owner_returns",
    PIPELINE_RENAMED: "rename_pipeline",
}


class Round:
    """The events of one advance, drawn from one random stream and entered in order of time."""

    def __init__(self, population: Population, rng: random.Random, number: int) -> None:
        """`number` counts the rounds of a world from 1."""
        self._population = population
        self._ledger = population.ledger
        self._rng = rng
        self._number = number
        self._until = self._at = 0
        population.use(rng)

    def happen(self, start: int, duration: int, new_tickets: int) -> Counter[str]:
        """Let everything happen in (start, start + duration] ms and say how often what did."""
        quiet = quiet_part(duration)
        self._until = start + duration
        planned = list(self._planned(new_tickets))
        instants = sorted(
            start + 1 + quiet + self._rng.randrange(duration - quiet) for _ in planned
        )
        self._rng.shuffle(planned)
        for at, event in zip(instants, planned, strict=True):
            self._at = at
            getattr(self, f"_{event}")(at)
        return Counter(planned)

    def _planned(self, new_tickets: int) -> Iterator[str]:
        counts = {"create": new_tickets, "edit": max(6, 2 * new_tickets), **FREQUENCIES}
        counts["move"] = max(4, new_tickets)
        for event, count in counts.items():
            yield from [event] * count
        if self._number in ONCE:
            yield ONCE[self._number]
        if self._number % PROPERTY_EVERY == 0:
            yield "define_property"

    # The life of tickets

    def _create(self, at: int) -> None:
        population = self._population
        population.add_ticket(at, self._until, ticket_id=population.new_id())

    def _edit(self, at: int) -> None:
        values = {
            "subject": text(f"{self._rng.choice(texts.SUBJECTS)} (#{at % 1000})"),
            "source_type": text(self._rng.choice(SOURCES)),
            "hs_lastcontacted": instant_as_milliseconds(at) if at % 7 == 0 else instant(at),
        }
        self._change(self._any(), values, at)

    def _move(self, at: int) -> None:
        ticket = self._any()
        pipeline = self._population.pipelines[ticket.moves[-1].pipeline]
        stage = self._rng.choice([*pipeline.open_stages, pipeline.closed_stage])
        self._enter(ticket, Move(at, pipeline.id, stage.id, stage.closed))

    def _reopen(self, at: int) -> None:
        ticket = self._any(lambda one: one.moves[-1].closed)
        pipeline = self._population.pipelines[ticket.moves[-1].pipeline]
        self._enter(ticket, Move(at, pipeline.id, pipeline.open_stages[0].id, closed=False))

    def _change_pipeline(self, at: int) -> None:
        ticket = self._any(lambda one: one.moves[-1].pipeline != ENTERPRISE)
        stage = self._population.pipelines[ENTERPRISE].open_stages[0]
        self._enter(ticket, Move(at, ENTERPRISE, stage.id, closed=False))

    def _reassign(self, at: int) -> None:
        self._own(self._any(), at, self._population.biographer.new_owner(at))

    def _flap(self, at: int) -> None:
        """The owner changes twice within one millisecond; the second one stays."""
        ticket = self._any()
        for owner in self._rng.sample(sorted(self._population.owners), 2):
            self._own(ticket, at, owner)

    def _unassign(self, at: int) -> None:
        ticket = self._any(lambda one: one.value("hubspot_owner_id").truth is not None)
        self._change(ticket, {"hubspot_owner_id": UNSET, "hubspot_team_id": UNSET}, at)

    def _clear(self, at: int) -> None:
        name = self._rng.choice(CLEARABLE)
        ticket = self._any(lambda one: one.value(name).wire is not None)
        self._change(ticket, {name: UNSET}, at)

    def _burst(self, at: int) -> None:
        """A workflow changes several tickets in one millisecond."""
        for _ in range(BURST):
            priority = text(self._rng.choice(PRIORITIES))
            self._change(self._any(), {"hs_ticket_priority": priority}, at, "AUTOMATION_PLATFORM")

    def _drift(self, _at: int) -> None:
        values = {
            "hs_health_score": decimal(str(self._rng.randrange(100))),
            "hs_is_overdue": boolean(self._rng.random() < 0.5),  # noqa: PLR2004
            "hs_status_line": text(self._rng.choice(("late", "on time"))),
        }
        self._ledger.drift(self._any().id, values)

    def _archive(self, at: int) -> None:
        self._ledger.archive(self._any().id, at=at)

    def _restore(self, at: int) -> None:
        archived = self._ledger.archived(self._until)
        if archived:
            touch = self._rng.random() < 0.5  # noqa: PLR2004
            self._ledger.restore(self._rng.choice(archived), at=at, touch=touch)

    def _purge(self, _at: int) -> None:
        archived = self._ledger.archived(self._until)
        from_bin = archived and self._rng.random() < 0.3  # noqa: PLR2004
        self._ledger.purge(self._rng.choice(archived) if from_bin else self._any().id)

    def _merge(self, at: int) -> None:
        winner = self._any().id
        loser = self._any(lambda one: one.id != winner).id
        self._ledger.merge(winner, loser, at=at, new_id=self._rng.random() < 0.7)  # noqa: PLR2004

    def _associate(self, _at: int) -> None:
        customers = self._population.customers
        customers.link_contact(self._any().id, self._rng.choice(customers.contacts))

    def _dissociate(self, _at: int) -> None:
        customers = self._population.customers
        customers.unlink_some_contact(self._any().id)

    # The account

    def _define_property(self, at: int) -> None:
        """A new custom property; three tickets get a value at once."""
        kind = EXTRA_TYPES[self._number // PROPERTY_EVERY % len(EXTRA_TYPES)]
        one = plain(f"added_in_round_{self._number}", kind, custom=True)
        self._ledger.define(one)
        for _ in range(3):
            self._change(self._any(), {one.name: self._population.maker.make(one)}, at)

    def _owner_leaves(self, at: int) -> None:
        self._set_owner(at, archived=True)

    def _owner_returns(self, at: int) -> None:
        self._set_owner(at, archived=False)

    def _set_owner(self, at: int, *, archived: bool) -> None:
        everybody = self._population.owners.values()
        owner = next(one for one in everybody if one.name == DEACTIVATED_LATER)
        owner.archived, owner.updated_at = archived, at
        self._ledger.portal.set_owner(owner.definition())
        self._population.staff.publish()

    def _add_stage(self, at: int) -> None:
        pipeline = self._population.pipelines[ENTERPRISE]
        stage = Stage(NEW_STAGE, "Waiting on partner", len(pipeline.stages), False, at, at)  # noqa: FBT003
        pipeline.stages.append(stage)
        pipeline.updated_at = at
        for one in stage_properties(stage):
            self._ledger.define(one)
        self._population.publish_pipelines(self._ledger.portal)

    def _remove_stage(self, at: int) -> None:
        """The stage vanishes from the API; tickets that stand in it keep its id."""
        pipeline = self._population.pipelines[ENTERPRISE]
        next(stage for stage in pipeline.stages if stage.id == REMOVED_STAGE).deleted = True
        pipeline.updated_at = at
        self._population.publish_pipelines(self._ledger.portal)

    def _rename_pipeline(self, at: int) -> None:
        pipeline = self._population.pipelines[ENTERPRISE]
        pipeline.label, pipeline.updated_at = "Enterprise & VIP Tickets", at
        self._population.publish_pipelines(self._ledger.portal)

    # Inside

    def _any(self, wanted: Callable[[Ticket], bool] = lambda _: True) -> Ticket:
        """A live ticket, if possible one of the wanted kind; recent ones more often.

        One that was made in this round may have a life ahead of the present event: it is left.
        """
        live, found = self._ledger.live, None
        for _ in range(60):
            recent = self._rng.random() < 0.5  # noqa: PLR2004
            first = max(0, len(live) - 200) if recent else 0
            ticket = self._ledger.tickets[live[self._rng.randrange(first, len(live))]]
            if ticket.modified_at > self._at:
                continue
            if wanted(ticket):
                return ticket
            found = ticket
        if found is None:
            raise ValueError("No ticket is old enough for anything to happen to it.")
        return found

    def _enter(self, ticket: Ticket, move: Move) -> None:
        ticket.moves.append(move)
        values = stage_values(ticket.moves)
        if ticket.value("hs_pipeline").wire != move.pipeline:
            values["hs_pipeline"] = text(move.pipeline)
        self._change(ticket, values, move.at, "AUTOMATION_PLATFORM")

    def _own(self, ticket: Ticket, at: int, owner: int) -> None:
        team = self._population.owners[owner].team
        values = {
            "hubspot_owner_id": identifier(owner),
            "hubspot_team_id": identifier(team),
            "hubspot_owner_assigneddate": instant(at),
        }
        self._change(ticket, values, at)

    def _change(
        self, ticket: Ticket, values: Mapping[str, Value], at: int, source: str = "CRM_UI"
    ) -> None:
        """Change a ticket, but leave misfits: a log of rejected values cannot be unwritten."""
        kept = {name: value for name, value in values.items() if ticket.value(name).fits}
        unchanged = [n for n in kept if n not in TRACKED["tickets"] and kept[n] == ticket.value(n)]
        kept = {name: value for name, value in kept.items() if name not in unchanged}
        self._ledger.change(ticket.id, kept, at=at, source=source)
