"""Lists that Gorgias sorts by an instant but cannot filter: tickets, customers, messages, surveys.

Cursors hold a row's place, not a page number, so rows that come or go meanwhile shift nothing. They
are not kept between runs; the instants are.
"""

from __future__ import annotations

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
    from tap_gorgias.tables import Table
    from tap_gorgias.wire import Row

_UPDATED, _CREATED = "updated_datetime", "created_datetime"


def read_tickets(run: AccountRun) -> Iterator[Batch]:
    """Tickets changed since the bookmark; those in the trash come with them, flagged."""
    state, started = run.state(TICKETS.name), run.started
    start = beginning(run, state, lookback=_overlap(run))
    noted = ChangedTickets(start.since) if start.since and not start.ascending else None
    for found in _read(run, TICKETS, _UPDATED, start):
        if noted:
            noted.created |= _creations(found)
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
    for found in _read(run, table, _CREATED, start):
        yield run.batch(table, found, _on_the_way(found, _CREATED, start))
    bookmark = bookmark_of(state)
    if bookmark is not None:
        # Before the look-back began, only a change of its ticket tells of a row's change.
        for ticket in _older_changed(run, bookmark - _overlap(run), bookmark - lookback):
            yield from _of_ticket(run, table, ticket)
    yield Batch(table.name, [], ended(_CREATED, started))


def _of_ticket(run: AccountRun, table: Table, ticket: int) -> Iterator[Batch]:
    query = (("ticket_id", ticket), ("order_by", f"{_CREATED}:asc"))
    for page in pages(run.client, Listing(f"listing {table.name} of a ticket", table.path, query)):
        yield run.batch(table, page.rows)


def _older_changed(run: AccountRun, since: datetime, before: datetime) -> list[int]:
    changed = _changed_since(run, since)
    limit = sortable(before.isoformat())
    return sorted(id_ for id_, created in changed.created.items() if created < limit)


def _changed_since(run: AccountRun, since: datetime) -> ChangedTickets:
    """Tickets changed since an instant: as their own stream met them, else listed again."""
    if run.changed is None or run.changed.since > since:
        changed = ChangedTickets(since)
        for found in _descending(run, TICKETS, _UPDATED, since):
            changed.created |= _creations(found)
        run.changed = changed
    return run.changed


def _creations(found: Iterable[Row]) -> dict[int, str]:
    numbers = ((whole(row.get("id")), created_of(row)) for row in found)
    return {n: sortable(made) if made else "" for n, made in numbers if n is not None}


def _on_the_way(found: list[Row], field: str, start: Beginning) -> State:
    return reached(place_in(found[-1], field)) if start.ascending and found else {}


def _read(run: AccountRun, table: Table, field: str, start: Beginning) -> Iterator[list[Row]]:
    if start.ascending:
        return _ascending(run, table, field, start)
    if start.since is None:
        raise ValueError("A descending read has to end somewhere.")
    return _descending(run, table, field, start.since)


def _ascending(run: AccountRun, table: Table, field: str, start: Beginning) -> Iterator[list[Row]]:
    """Pages of rows after the place, from the oldest on."""
    floor = sortable(start.since.isoformat()) if start.since else ""
    last: Place = ("", -1)
    for page in pages(run.client, _listing(table, f"{field}:asc")):
        wanted = []
        for row in page.rows:
            place = place_in(row, field)
            last = _checked(last, place, table, ascending=True)
            if place[0] >= floor and (start.after is None or place > start.after):
                wanted.append(row)
        if wanted:
            yield wanted


def _descending(run: AccountRun, table: Table, field: str, since: datetime) -> Iterator[list[Row]]:
    """Pages of rows from the newest one back to an instant, which is included."""
    floor, last = sortable(since.isoformat()), None
    for page in pages(run.client, _listing(table, f"{field}:desc")):
        places = [place_in(row, field) for row in page.rows]
        for place in places:
            last = _checked(last, place, table, ascending=False) if last else place
        wanted = [row for row, place in zip(page.rows, places, strict=True) if place[0] >= floor]
        if wanted:
            yield wanted
        if len(wanted) < len(page.rows):
            return


def _checked(last: Place, place: Place, table: Table, *, ascending: bool) -> Place:
    """The place, once its instant is known to follow the one before."""
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
