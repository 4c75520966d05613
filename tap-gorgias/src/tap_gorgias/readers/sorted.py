"""Lists that Gorgias sorts by an instant but cannot filter: tickets, customers, messages, surveys.

Cursors hold a row's place, not a page number, so rows that come or go meanwhile shift nothing. They
are not kept between runs; the instants are.
"""

from __future__ import annotations

from collections import Counter
from datetime import timedelta
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalSyncError

from tap_gorgias.columns import whole
from tap_gorgias.paging import Listing, pages
from tap_gorgias.readers.places import (
    Beginning,
    beginning,
    bookmark_of,
    ended,
    place_in,
    reached,
    sortable,
)
from tap_gorgias.run import AccountRun, Batch, ChangedTickets, created_of
from tap_gorgias.tables import CUSTOMERS, MESSAGES, SURVEYS, TICKETS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import datetime

    from tap_gorgias.readers.places import Place
    from tap_gorgias.run import State
    from tap_gorgias.table import Table
    from tap_gorgias.wire import Row

_UPDATED, _CREATED = "updated_datetime", "created_datetime"


def read_tickets(run: AccountRun) -> Iterator[Batch]:
    """Tickets changed since the bookmark; those in the trash come with them, flagged."""
    state, started = run.state(TICKETS.name), run.started
    start = beginning(run, state, lookback=_overlap(run))
    noted = ChangedTickets(start.since) if start.since and not start.ascending else None
    for found in _read(run, TICKETS, _UPDATED, start):
        if noted:
            noted.tickets |= _creations(found)
        yield run.batch(TICKETS, found, _on_the_way(found, _UPDATED, start))
    run.changed = noted
    yield Batch(TICKETS.name, [], ended(_UPDATED, started))


def read_customers(run: AccountRun) -> Iterator[Batch]:
    """Customers changed since the bookmark."""
    state, started = run.state(CUSTOMERS.name), run.started
    start = beginning(run, state, lookback=_overlap(run))
    for found in _read(run, CUSTOMERS, _UPDATED, start):
        yield run.batch(CUSTOMERS, found, _on_the_way(found, _UPDATED, start))
    yield Batch(CUSTOMERS.name, [], ended(_UPDATED, started))


def read_messages(run: AccountRun) -> Iterator[Batch]:
    """Messages of the look-back, and all of older tickets that have changed."""
    yield from _read_created(run, MESSAGES, run.settings.lookback_days)


def read_surveys(run: AccountRun) -> Iterator[Batch]:
    """Surveys of the look-back, and those of older tickets that have changed."""
    yield from _read_created(run, SURVEYS, run.settings.survey_lookback_days)


def _read_created(run: AccountRun, table: Table, days: float) -> Iterator[Batch]:
    """Rows that only their creation sorts, although they change later without a trace."""
    state, started = run.state(table.name), run.started
    lookback = max(timedelta(days=days), _overlap(run))
    start = beginning(run, state, lookback=lookback)
    bookmark = bookmark_of(state)
    changed = _changed_since(run, bookmark - _overlap(run)).tickets if bookmark else {}
    seen: Counter[int] = Counter()
    for found in _read(run, table, _CREATED, start):
        numbers = (whole(row.get("ticket_id")) or 0 for row in found)
        seen.update(number for number in numbers if number in changed)
        yield run.batch(table, found, _on_the_way(found, _CREATED, start))
    if bookmark is not None:
        before = sortable((bookmark - lookback).isoformat())
        for ticket in _to_read_again(table, changed, before, seen):
            yield from _of_ticket(run, table, ticket)
    yield Batch(table.name, [], ended(_CREATED, started))


def _to_read_again(
    table: Table, changed: dict[int, tuple[str, int]], before: str, seen: Counter[int]
) -> list[int]:
    """Changed tickets with rows older than the look-back.

    Only the change of its ticket tells that such a row has changed. Most of these tickets are
    older themselves; into a younger one a merge may have moved messages, which its count tells.
    """
    return sorted(
        id_
        for id_, (created, messages) in changed.items()
        if created < before or (table is MESSAGES and messages > seen[id_])
    )


def _of_ticket(run: AccountRun, table: Table, ticket: int) -> Iterator[Batch]:
    query = (("ticket_id", ticket), ("order_by", f"{_CREATED}:asc"))
    for page in pages(run.client, Listing(f"listing {table.name} of a ticket", table.path, query)):
        yield run.batch(table, page.rows)


def _changed_since(run: AccountRun, since: datetime) -> ChangedTickets:
    """Tickets changed since an instant: as their own stream met them, else listed again."""
    if run.changed is None or run.changed.since > since:
        changed = ChangedTickets(since)
        for found in _descending(run, TICKETS, _UPDATED, since):
            changed.tickets |= _creations(found)
        run.changed = changed
    return run.changed


def _creations(found: Iterable[Row]) -> dict[int, tuple[str, int]]:
    noted = {}
    for row in found:
        made, number = created_of(row), whole(row.get("id"))
        if number is not None:
            count = whole(row.get("messages_count")) or 0
            noted[number] = sortable(made) if made else "", count
    return noted


def _on_the_way(found: list[Row], field: str, start: Beginning) -> State:
    return reached(found, field) if start.ascending else {}


def _read(run: AccountRun, table: Table, field: str, start: Beginning) -> Iterator[list[Row]]:
    if start.ascending:
        return _ascending(run, table, field, start)
    if start.since is None:
        raise ValueError("A descending read has to end somewhere.")
    return _descending(run, table, field, start.since)


def _ascending(run: AccountRun, table: Table, field: str, start: Beginning) -> Iterator[list[Row]]:
    """Pages of rows after the place, from the oldest on; those without an instant every time."""
    floor = sortable(start.since.isoformat()) if start.since else ""
    last: Place | None = None
    for page in pages(run.client, _listing(table, f"{field}:asc")):
        wanted = []
        for row in page.rows:
            place = place_in(row, field)
            last = _checked(last, place, table, ascending=True)
            is_new = place is None or start.after is None or place > start.after
            if is_new and (place is None or place[0] >= floor):
                wanted.append(row)
        if wanted:
            yield wanted


def _descending(run: AccountRun, table: Table, field: str, since: datetime) -> Iterator[list[Row]]:
    """Pages of rows from the newest one back to an instant, which is included."""
    floor, last = sortable(since.isoformat()), None
    for page in pages(run.client, _listing(table, f"{field}:desc")):
        wanted = []
        for row in page.rows:
            place = place_in(row, field)
            last = _checked(last, place, table, ascending=False)
            if place is None or place[0] >= floor:
                wanted.append(row)
        if wanted:
            yield wanted
        if len(wanted) < len(page.rows):
            return


def _checked(
    last: Place | None, place: Place | None, table: Table, *, ascending: bool
) -> Place | None:
    """The place, once its instant is known to follow the one before."""
    if last is None or place is None:
        return place or last
    if place[0] != last[0] and (place[0] > last[0]) is not ascending:
        raise FatalSyncError(
            f"listing {table.name}: the rows come in another order than asked for, so the end of "
            "what is new cannot be told. Run again; if it stays so, open an issue."
        )
    return place


def _listing(table: Table, order: str) -> Listing:
    return Listing(f"listing {table.name}", table.path, (*table.query, ("order_by", order)))


def _overlap(run: AccountRun) -> timedelta:
    return timedelta(seconds=run.settings.overlap_seconds)
