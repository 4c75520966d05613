"""One helpdesk account: every change is entered in the intention and shown to the stand-in."""

from __future__ import annotations

import heapq
import random
from collections import Counter
from typing import TYPE_CHECKING

from sandbox.world import helpdesk_definitions as d
from sandbox.world.helpdesk_objects import DELETED, LIVE, MERGED, SECOND, Happening, Row, Survey
from sandbox.world.helpdesk_people import BOTS, Customer, User, customer, staff

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.world.helpdesk_cases import Case, Line

    Action = Callable[[int], object]
    Step = Callable[[Case, int], object]


class Office:
    """The account's book, and the queue of what is still to happen.

    Attributes:
        cases: Tickets by id, those gone too.
        customers: By id; `merged` tells who is whom since.
        happened: How often what.
    """

    def __init__(
        self, desk: Helpdesk, seed: str, start: int, size: int, agents: int | None = None
    ) -> None:
        self.desk = desk
        self.name = desk.domain
        self.start = start
        self.rng = random.Random(f"{seed}:{desk.domain}")  # noqa: S311 - reproducible, no secret
        self.users = {one.id: one for one in staff(desk.domain, desk.zone, start, size, agents)}
        self.workers = [one for one in self.users.values() if one.works]
        self.bot, self.helper = (self._named(name).id for name in BOTS)
        self.tags = {one.id: one for one in d.tags(start)}
        self.fixed: dict[str, list[d.Plain]] = {
            "custom_fields": d.custom_fields(start),
            "integrations": d.integrations(desk.domain, start),
            "teams": d.teams(start, [one.id for one in self.workers]),
        }
        self.customers: dict[int, Customer] = {}
        self.merged: dict[int, int] = {}
        self.cases: dict[int, Case] = {}
        self.lost_lines: dict[int, str] = {}
        self.happenings: list[Happening] = []
        self.happened: Counter[str] = Counter()
        self._homes: dict[int, Case] = {}
        self._queue: list[tuple[int, int, Action]] = []
        self._numbers: Counter[str] = Counter()
        self._settle_in()

    # What happens, in order of time

    def later(self, at: int, action: Action) -> None:
        """Plan something."""
        heapq.heappush(self._queue, (at, self.next("plan"), action))

    def later_in(self, case: Case, at: int, step: Step) -> None:
        """Plan something for a ticket, should it still be there by then."""
        self.later(at, lambda when: step(case, when) if case.state == LIVE else None)

    def live_until(self, until: int, floor: int = 0) -> None:
        """Do what was planned up to an instant, nothing of it before `floor`."""
        while self._queue and self._queue[0][0] <= until:
            at, _, action = heapq.heappop(self._queue)
            if at < floor:
                at, floor = floor, min(floor + SECOND + 3, until)
            action(at)
        self._count_tags()

    def next(self, kind: str) -> int:
        """A number that was not there before."""
        self._numbers[kind] += 1
        return self._numbers[kind]

    # Tickets

    def new_customer(self, at: int) -> Customer:
        """Somebody writes for the first time."""
        made = customer(self.rng, self.next("customer"), at)
        self.customers[made.id] = made
        self._show("customers", made.wire())
        self.note(at, "customer-created", "Customer", made.id, None)
        return made

    def open_case(self, case: Case) -> None:
        """A ticket is there."""
        self.cases[case.id] = case
        self.touch(case, case.at)
        data = {"status": "open", "channel": case.channel}
        self.note(case.at, "ticket-created", "Ticket", case.id, None, data)

    def say(self, case: Case, line: Line) -> None:
        """Somebody writes."""
        case.lines.append(line)
        self._homes[line.id] = case
        self._show("messages", line.wire(case.id))
        case.unread = not line.by_agent
        self.touch(case, line.at)
        user = line.author if line.by_agent else None
        data = {"ticket_id": case.id}
        self.note(line.at, "ticket-message-created", "TicketMessage", line.id, user, data)

    def deliver(self, line: Line) -> None:
        """A message's delivery is heard of; its ticket does not change by it."""
        home = self._homes.get(line.id)
        if home is not None:
            self._show("messages", line.wire(home.id))

    def assign(self, case: Case, at: int, agent: int | None) -> None:
        """A ticket goes to somebody, or to nobody."""
        case.assignee = agent
        case.assignments.append((at, agent))
        self.touch(case, at)
        kind = "ticket-unassigned" if agent is None else "ticket-assigned"
        self.note(at, kind, "Ticket", case.id, self.bot, {"assignee_user_id": agent})

    def close(self, case: Case, at: int, by: int | None) -> None:
        """A ticket is done, for now."""
        case.status, case.closed, case.snoozed = "closed", at, None
        case.closings.append((at, by))
        self.touch(case, at)
        self.note(at, "ticket-closed", "Ticket", case.id, by)

    def reopen(self, case: Case, at: int, by: int | None = None) -> None:
        """A ticket is not done after all."""
        if case.closed is not None:
            case.reopenings += 1
            case.reopened.append(at)
        case.status, case.closed, case.snoozed, case.opened = "open", None, None, at
        self.touch(case, at)
        self.note(at, "ticket-reopened", "Ticket", case.id, by)

    def snooze(self, case: Case, at: int, until: int) -> None:
        """A ticket sleeps: it says closed, but nobody closed it."""
        case.status, case.closed, case.snoozed = "closed", None, until
        self.touch(case, at)
        self.note(at, "ticket-snoozed", "Ticket", case.id, case.assignee)

    def trash(self, case: Case, at: int) -> None:
        """A ticket goes into the bin, where lists still show it."""
        case.trashed = at
        self.touch(case, at)
        self.note(at, "ticket-trashed", "Ticket", case.id, case.assignee)

    def restore(self, case: Case, at: int) -> None:
        """A ticket comes out of the bin."""
        case.trashed = None
        self.touch(case, at)
        self.note(at, "ticket-untrashed", "Ticket", case.id, case.assignee)

    def delete(self, case: Case, at: int) -> None:
        """A ticket is gone for good, and all it held."""
        case.state = DELETED
        for line in case.lines:
            self.lost_lines[line.id] = DELETED
            del self._homes[line.id]
            self.desk.remove("messages", line.id)
        if case.survey is not None:
            self.desk.remove("satisfaction_surveys", case.survey.id)
        self.desk.remove("tickets", case.id)
        self.note(at, "ticket-deleted", "Ticket", case.id, case.assignee)

    def merge(self, winner: Case, loser: Case, at: int) -> None:
        """All that was said in one ticket goes over to another, and the first one is gone."""
        loser.state = MERGED
        for line in loser.lines:
            winner.lines.append(line)
            self._homes[line.id] = winner
            self._show("messages", line.wire(winner.id))
        winner.lines.sort(key=lambda one: (one.at, one.id))
        loser.lines = []
        self.desk.remove("tickets", loser.id, winner.id)
        self.touch(winner, at)
        data = {"into_ticket_id": winner.id}
        self.note(at, "ticket-merged", "Ticket", loser.id, winner.assignee, data)

    def merge_customers(self, winner: Customer, loser: Customer, at: int) -> None:
        """Two customers turn out to be one."""
        self.merged[loser.id] = winner.id
        winner.updated = at
        for case in self.cases.values():
            if case.state == LIVE and case.speaks_of(loser.id):
                self._hand_over(case, winner.id, loser.id, at)
        del self.customers[loser.id]
        self.desk.remove("customers", loser.id, winner.id)
        self._show("customers", winner.wire())
        self.note(at, "customer-merged", "Customer", loser.id, None, {"into": winner.id})

    def ask(self, case: Case, survey: Survey) -> None:
        """A survey is prepared; also how its later fate is shown."""
        case.survey = survey
        self._show("satisfaction_surveys", survey.wire(case.id))

    def note(  # noqa: PLR0917 - an entry of the trail is a row
        self,
        at: int,
        kind: str,
        object_type: str,
        object_id: int,
        user: int | None,
        data: Row | None = None,
    ) -> None:
        """Enter something in the audit trail."""
        made = Happening(self.next("event"), at, kind, object_type, object_id, user, data or {})
        self.happenings.append(made)
        self.happened[kind] += 1
        self._show("events", made.wire())

    def touch(self, case: Case, at: int) -> None:
        """A ticket changed."""
        case.updated = max(case.updated, at)
        self._show("tickets", case.wire())

    def change_user(self, user: User) -> None:
        """Show what became of a user."""
        self._show("users", user.wire())

    def change_customer(self, one: Customer, at: int) -> None:
        """A customer is known better than before."""
        one.updated = at
        self._show("customers", one.wire())
        self.note(at, "customer-updated", "Customer", one.id, None)

    def working(self, at: int) -> list[User]:
        """Who is there to take tickets."""
        found = [one for one in self.workers if one.there(at)]
        return found or self.workers[:1]

    def _hand_over(self, case: Case, winner: int, loser: int, at: int) -> None:
        case.customer = winner if case.customer == loser else case.customer
        for line in case.lines:
            line.author = winner if line.author == loser else line.author
            line.reader = winner if line.reader == loser else line.reader
            self._show("messages", line.wire(case.id))
        self.touch(case, at)

    def _show(self, table: str, row: Row) -> None:
        self.desk.put(table, row)

    def _named(self, name: str) -> User:
        return next(one for one in self.users.values() if one.name == name)

    def _count_tags(self) -> None:
        live = (one for one in self.cases.values() if one.state == LIVE)
        used = Counter(tag for case in live for tag in case.tags)
        for tag in self.tags.values():
            if tag.usage != used[tag.id]:
                tag.usage = used[tag.id]
                self._show("tags", tag.wire())

    def _settle_in(self) -> None:
        for user in self.users.values():
            self._show("users", user.wire())
        for tag in self.tags.values():
            self._show("tags", tag.wire())
        for table, rows in self.fixed.items():
            for row in rows:
                self._show(table, row.wire())
        self.desk.created_datetime = self.start
        self.desk.settings = d.settings(self.desk.zone)
