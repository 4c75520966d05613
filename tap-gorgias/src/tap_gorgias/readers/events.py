"""Events, the one list that Gorgias filters by time, and what they tell about vanished objects."""

from __future__ import annotations

import logging
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tap_gorgias.client import Call, RefusedError
from tap_gorgias.columns import moment, whole
from tap_gorgias.instants import instant, written
from tap_gorgias.paging import Listing, pages, rows
from tap_gorgias.readers.places import bookmark_of, ended, place_in, place_of, reached, unreadable
from tap_gorgias.readers.whole import tombstone
from tap_gorgias.run import AccountRun, Batch, Subjects, ids_of
from tap_gorgias.tables import CUSTOMERS, EVENTS, TICKETS
from tap_gorgias.wire import read_object

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_gorgias.readers.places import Place
    from tap_gorgias.wire import Row

logger = logging.getLogger(__name__)

_CREATED = "created_datetime"
_CHECKED = "gone_checked"
_MERGED, _NOT_FOUND, _GONE = 301, 404, 410
_IDS_AT_A_TIME = 100
_ENDINGS = ("merged", "deleted")


def read_events(run: AccountRun) -> Iterator[Batch]:
    """Events since the bookmark, oldest first, so that a run may end anywhere."""
    state, started = run.state(EVENTS.name), run.started
    bookmark, after = bookmark_of(state), place_of(state)
    since = bookmark - _overlap(run) if bookmark else run.settings.start
    noted = Subjects(max(checked_since(run), since) if since else checked_since(run))
    for page in pages(run.client, _listing(_later(since, after))):
        _note(noted, page.rows)
        found = [row for row in page.rows if _is_behind(row, after)]
        yield run.batch(EVENTS, found, reached(found, _CREATED))
    if after is None:
        run.subjects = noted
    yield Batch(EVENTS.name, [], ended(_CREATED, started))


def read_gone(run: AccountRun) -> Iterator[Batch]:
    """Tombstones of tickets and customers that were merged away or deleted.

    They are in no list any more, but events tell of them. Each ticket of a recent event is looked
    for, a hundred at a time, and customers whose events speak of an end one by one.
    """
    started, since = run.started, checked_since(run)
    # Without an earlier run nothing was loaded that could have vanished before this one.
    if since < started:
        try:
            subjects = _subjects(run, since)
        except RefusedError as refusal:
            # Until it is allowed the place is kept, so that nothing of it is passed over.
            logger.warning("merged and deleted tickets are not flagged: %s", refusal)
            return
        for table, gone in ((TICKETS, _gone_tickets), (CUSTOMERS, _gone_customers)):
            if table.name in run.states:
                yield Batch(table.name, [tombstone(run, id_) for id_ in gone(run, subjects)])
    for table in (TICKETS, CUSTOMERS):
        yield Batch(table.name, [], {_CHECKED: written(started)})


def checked_since(run: AccountRun) -> datetime:
    """From when on events have to be looked at for objects that are gone.

    Raises:
        FatalSyncError: The state was not written by this tap.
    """
    known = [
        text for table in (TICKETS, CUSTOMERS) if (text := run.state(table.name).get(_CHECKED))
    ]
    try:
        return min(map(instant, known)) - _overlap(run) if known else run.started
    except (TypeError, ValueError, AttributeError):
        raise unreadable() from None


def _subjects(run: AccountRun, since: datetime) -> Subjects:
    """What events since an instant were about: as their own stream met them, else read again."""
    if run.subjects is not None and run.subjects.since <= since:
        return run.subjects
    subjects = Subjects(since)
    for page in pages(run.client, _listing(since)):
        _note(subjects, page.rows)
    return subjects


def _gone_tickets(run: AccountRun, subjects: Subjects) -> Iterator[int]:
    wanted = sorted(subjects.ids.get("Ticket", ()))
    for first in range(0, len(wanted), _IDS_AT_A_TIME):
        asked = wanted[first : first + _IDS_AT_A_TIME]
        query = tuple(("ticket_ids", id_) for id_ in asked)
        found = ids_of(rows(run.client, Listing("looking for tickets", TICKETS.path, query)))
        yield from (id_ for id_ in asked if id_ not in found)


def _gone_customers(run: AccountRun, subjects: Subjects) -> Iterator[int]:
    return (id_ for id_ in sorted(subjects.ids.get("Customer", ())) if _is_gone(run, id_))


def _is_gone(run: AccountRun, id_: int) -> bool:
    call = Call("looking for a customer", f"{CUSTOMERS.path}/{id_}", read_object)
    try:
        run.client.read(call)
    except RefusedError as refusal:
        if refusal.status in (_MERGED, _NOT_FOUND, _GONE):
            return True
        raise
    return False


def _note(subjects: Subjects, found: Iterable[Row]) -> None:
    """Note the tickets and customers that events are about, or mention."""
    for row in found:
        text = moment(row.get(_CREATED))
        if text is None or instant(text) < subjects.since:
            continue
        kind = row.get("object_type")
        ends = any(word in str(row.get("type")) for word in _ENDINGS)
        if kind == "Ticket" or (kind == "Customer" and ends):
            for id_ in _mentioned(row, kind):
                subjects.add(kind, id_)


def _mentioned(row: Row, kind: str) -> Iterator[int]:
    """The object of an event, and others of its kind in the event's data."""
    data = row.get("data")
    named: list[Any] = [row.get("object_id")]
    for name, value in data.items() if isinstance(data, dict) else ():
        if kind.lower() in name and "id" in name:
            named += value if isinstance(value, list) else [value]
    return (number for value in named if (number := whole(value)) is not None)


def _is_behind(row: Row, after: Place | None) -> bool:
    place = place_in(row, _CREATED)
    return place is None or after is None or place > after


def _later(since: datetime | None, after: Place | None) -> datetime | None:
    return instant(after[0]) if after else since


def _listing(since: datetime | None) -> Listing:
    query: tuple[tuple[str, str | int], ...] = (("order_by", f"{_CREATED}:asc"),)
    if since is not None:
        query += (("created_datetime[gte]", since.isoformat()),)
    return Listing("listing events", EVENTS.path, query)


def _overlap(run: AccountRun) -> timedelta:
    return timedelta(seconds=run.settings.overlap_seconds)
