"""Figures from the account's own tickets, messages and surveys: the last resort."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from tap_gorgias.columns import moment, whole
from tap_gorgias.instants import instant
from tap_gorgias.months import Month
from tap_gorgias.paging import PAGE_SIZE, Listing, rows
from tap_gorgias.readers.places import sortable
from tap_gorgias.statistics.computation import Computation
from tap_gorgias.statistics.figures import Answers, Figure, Subject, Values
from tap_gorgias.tables import MESSAGES, SURVEYS, TICKETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_gorgias.run import AccountRun
    from tap_gorgias.table import Table
    from tap_gorgias.wire import Row

_CREATED = "created_datetime"


class Raw:
    """Reads what the months need, once, and computes every figure from it.

    Args:
        run: The account.
        months: The months that will be asked for.
    """

    name = "raw"
    is_remote = False

    def __init__(self, run: AccountRun, months: list[Month]) -> None:
        self._run, self._months = run, months
        self._known: dict[Month, dict[Subject, Values]] | None = None

    def planned(self, figures: tuple[Figure, ...], months: list[Month]) -> int | None:  # noqa: ARG002
        """Unknown: a hundredth of the tickets, messages and surveys of the time."""
        return None

    def read(self, figure: Figure, month: Month) -> Answers:
        """One figure of a month."""
        if self._known is None:
            self._known = self._computed()
        answers: Answers = {}
        for subject, values in self._known.get(month, {}).items():
            answers[subject] = {name: values[name] for name in figure.columns}
        return answers

    def _computed(self) -> dict[Month, dict[Subject, Values]]:
        computation = Computation(self._run.zone)
        floor = _floor(self._run, self._months)
        old = self._take_tickets(computation, floor)
        for message in _back_to(self._run, MESSAGES, floor):
            if whole(message.get("ticket_id")) not in old:
                computation.add_message(message)
        # A merge moves messages that are older than the ticket they are in now.
        for ticket in sorted(old | computation.incomplete()):
            computation.forget_messages(ticket)
            for message in _of_ticket(self._run, ticket):
                computation.add_message(message)
        self._take_surveys(computation, floor)
        known: dict[Month, dict[Subject, Values]] = {}
        for subject, month, values in computation.results():
            known.setdefault(month, {})[subject] = values
        return known

    def _take_tickets(self, computation: Computation, floor: str) -> set[int]:
        """Take in the tickets that moved since; tells those that began before."""
        old = set()
        for ticket in _back_to(self._run, TICKETS, floor, "updated_datetime"):
            computation.add_ticket(ticket)
            if (moment(ticket.get(_CREATED)) or "") < floor:
                old.add(whole(ticket.get("id")) or 0)
        old.discard(0)
        return old

    def _take_surveys(self, computation: Computation, floor: str) -> None:
        found = list(map(_essence, _back_to(self._run, SURVEYS, floor)))
        strangers = {whole(row["ticket_id"]) or 0 for row in found}
        strangers = {id_ for id_ in strangers if not computation.knows(id_)}
        for ticket in tickets_by_id(self._run, strangers):
            computation.add_ticket(ticket)
        for row in found:
            computation.add_survey(row)


def unanswered(run: AccountRun, months: list[Month]) -> Counter[tuple[Subject, Month]]:
    """Surveys sent, per agent, channel and month, counted from the surveys themselves."""
    found = list(map(_essence, _back_to(run, SURVEYS, _floor(run, months))))
    sent = [row for row in found if row["sent_datetime"]]
    wanted = {whole(row["ticket_id"]) or 0 for row in sent}
    holders = {whole(ticket.get("id")): ticket for ticket in tickets_by_id(run, wanted)}
    counted: Counter[tuple[Subject, Month]] = Counter()
    for row in sent:
        subject = _holder(holders.get(whole(row["ticket_id"])))
        if subject is not None:
            day = instant(row[_CREATED]).astimezone(run.zone).date()
            counted[subject, Month.of(day)] += 1
    return counted


def tickets_by_id(run: AccountRun, ids: Iterable[int]) -> Iterator[Row]:
    """The tickets with these ids that there are, a hundred a request."""
    wanted = sorted(ids)
    for first in range(0, len(wanted), PAGE_SIZE):
        query = tuple(("ticket_ids", id_) for id_ in wanted[first : first + PAGE_SIZE])
        yield from rows(run.client, Listing("looking for tickets", TICKETS.path, query))


def _holder(ticket: Row | None) -> Subject | None:
    if ticket is None or ticket.get("spam") or ticket.get("trashed_datetime"):
        return None
    assignee = whole((ticket.get("assignee_user") or {}).get("id"))
    return None if assignee is None else Subject(assignee, str(ticket.get("channel")))


def _essence(survey: Row) -> Row:
    return {name: survey.get(name) for name in ("ticket_id", "score", "sent_datetime", _CREATED)}


def _back_to(run: AccountRun, table: Table, floor: str, field: str = _CREATED) -> Iterator[Row]:
    listing = Listing(f"listing {table.name}", table.path, (("order_by", f"{field}:desc"),))
    for row in rows(run.client, listing):
        text = moment(row.get(field))
        if text is None or sortable(text) < floor:
            return
        yield row


def _of_ticket(run: AccountRun, ticket: int) -> Iterator[Row]:
    query = (("ticket_id", ticket), ("order_by", f"{_CREATED}:desc"))
    return rows(run.client, Listing("listing messages of a ticket", MESSAGES.path, query))


def _floor(run: AccountRun, months: list[Month]) -> str:
    return sortable(min(months).start(run.zone).isoformat())
