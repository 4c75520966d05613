"""The book that keeps portal and intention in step: every change is entered in both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.hubspot.portal import Version
from sandbox.world.tickets import ARCHIVED, LIVE, MERGED, PURGED, Ticket
from sandbox.world.values import identifier, instant, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.hubspot.portal import Portal
    from sandbox.world.properties import Property
    from sandbox.world.tickets import Change
    from sandbox.world.values import Value

TICKETS = "tickets"
FIRST_ID = 7_100_000_000


class Ledger:
    """All tickets there ever were, by id, and the portal that serves them."""

    def __init__(self, portal: Portal) -> None:
        self.portal = portal
        self.tickets: dict[int, Ticket] = {}
        self.properties: dict[str, Property] = {}
        self.live: list[int] = []
        self.last_id = FIRST_ID

    def define(self, one: Property) -> None:
        """Define a ticket property."""
        self.properties[one.name] = one
        self.portal.define_property(TICKETS, one.definition())

    def add(self, ticket: Ticket) -> None:
        """Enter a ticket with its whole past."""
        created = {
            "hs_object_id": identifier(ticket.id),
            "createdate": instant(ticket.created_at),
            "hs_lastmodifieddate": instant(ticket.created_at),
        }
        ticket.own.update(created)
        self.tickets[ticket.id] = ticket
        self.live.append(ticket.id)
        self.last_id = max(self.last_id, ticket.id)
        self.portal.create(
            TICKETS,
            ticket.wire(),
            at=ticket.created_at,
            record_id=ticket.id,
            history={name: _versions(past) for name, past in ticket.history.items()},
        )
        if ticket.modified_at > ticket.created_at:
            last = {"hs_lastactivitydate": instant(ticket.modified_at)}
            self.change(ticket.id, last, at=ticket.modified_at)

    def change(
        self, ticket_id: int, values: Mapping[str, Value], *, at: int, source: str = "CRM_UI"
    ) -> None:
        """Change properties; the modified date moves."""
        ticket = self.tickets[ticket_id]
        wire = {name: value.wire for name, value in values.items()}
        self.portal.change(TICKETS, ticket_id, wire, at=at, source_type=source)
        ticket.remember(values, at, source)
        self._touch(ticket, at)

    def drift(self, ticket_id: int, values: Mapping[str, Value]) -> None:
        """Change calculated properties; nothing tells of it."""
        wire = {name: value.wire for name, value in values.items()}
        self.portal.drift(TICKETS, ticket_id, wire)
        self.tickets[ticket_id].own.update(values)

    def archive(self, ticket_id: int, *, at: int) -> None:
        """Move a live ticket into the recycle bin."""
        self.portal.archive(TICKETS, ticket_id, at=at)
        self.live.remove(ticket_id)
        ticket = self.tickets[ticket_id]
        ticket.state, ticket.archived_at = ARCHIVED, at

    def restore(self, ticket_id: int, *, at: int, touch: bool) -> None:
        """Take a ticket out of the bin, with or without a new modified date."""
        self.portal.restore(TICKETS, ticket_id, at=at, touch=touch)
        self.live.append(ticket_id)
        ticket = self.tickets[ticket_id]
        ticket.state, ticket.archived_at = LIVE, None
        if touch:
            self._touch(ticket, at)

    def purge(self, ticket_id: int) -> None:
        """Delete a ticket for good, live or archived."""
        self.portal.purge(TICKETS, ticket_id)
        self._end(self.tickets[ticket_id], PURGED)

    def merge(self, winner_id: int, loser_id: int, *, at: int, new_id: bool) -> int:
        """Merge two live tickets and return the survivor's id."""
        record = self.portal.merge(TICKETS, winner_id, [loser_id], at=at, new_id=new_id)
        winner, loser = self.tickets[winner_id], self.tickets[loser_id]
        gone = [loser, winner] if new_id else [loser]
        merged = list(dict.fromkeys([*winner.merged, *loser.merged, *(one.id for one in gone)]))
        survivor = self._reborn(winner, record.id) if new_id else winner
        for one in gone:
            self._end(one, MERGED)
        survivor.merged = merged
        survivor.own["hs_merged_object_ids"] = text(";".join(map(str, merged)))
        self._touch(survivor, at)
        return survivor.id

    def forget(self, ticket_id: int) -> None:
        """Strike a ticket that no sync can ever have seen."""
        del self.tickets[ticket_id]

    def archived(self, now: int) -> list[int]:
        """The ids in the recycle bin at `now`, ascending."""
        for ticket in self.tickets.values():
            ticket.settle(now)
        return sorted(key for key, ticket in self.tickets.items() if ticket.state == ARCHIVED)

    def next_id(self, gap: int) -> int:
        """An id `gap` above the highest one."""
        return self.last_id + gap

    def rows(self, now: int) -> Iterator[Ticket]:
        """Every ticket ever seen, in ascending id, as of `now`."""
        for key in sorted(self.tickets):
            ticket = self.tickets[key]
            ticket.settle(now)
            yield ticket

    def _touch(self, ticket: Ticket, at: int) -> None:
        ticket.modified_at = at
        ticket.own["hs_lastmodifieddate"] = instant(at)

    def _reborn(self, winner: Ticket, new_id: int) -> Ticket:
        own = {**winner.own, "hs_object_id": identifier(new_id)}
        history = {name: list(past) for name, past in winner.history.items()}
        survivor = replace(winner, id=new_id, own=own, history=history, moves=[*winner.moves])
        self.tickets[new_id] = survivor
        self.live.append(new_id)
        self.last_id = max(self.last_id, new_id)
        return survivor

    def _end(self, ticket: Ticket, state: str) -> None:
        if ticket.state == LIVE:
            self.live.remove(ticket.id)
        ticket.state = state


def _versions(past: list[Change]) -> list[Version]:
    """The portal keeps histories newest first."""
    return [
        Version(change.wire, change.at, change.source, change.source_id)
        for change in reversed(past)
    ]
