"""Where reading of a list begins, and what is remembered on the way."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from tap_gorgias.columns import moment, whole
from tap_gorgias.instants import instant, written

if TYPE_CHECKING:
    from datetime import datetime

    from tap_gorgias.run import AccountRun, State
    from tap_gorgias.wire import Row

Place = tuple[str, int]
"""A row's place in its list: the instant it is sorted by, and its id."""


@dataclass(frozen=True)
class Beginning:
    """How one run reads a list.

    Attributes:
        since: Rows sorted before this instant are left out; None for all.
        after: In an ascending read, rows up to this place were written by earlier runs.
        ascending: From the oldest row on, so that a run can end anywhere.
    """

    since: datetime | None
    after: Place | None
    ascending: bool


def bookmark_of(state: State) -> datetime | None:
    """The instant up to which a stream was read completely.

    Raises:
        FatalSyncError: The state was not written by this tap.
    """
    try:
        text = state.get("replication_key_value")
        return instant(text) if text else None
    except (TypeError, ValueError, AttributeError):
        raise unreadable() from None


def place_of(state: State) -> Place | None:
    """The place that an unfinished read has come to.

    Raises:
        FatalSyncError: The state was not written by this tap.
    """
    place = state.get("place")
    if place is None:
        return None
    try:
        text, number = place
        return sortable(text), int(number)
    except (TypeError, ValueError, AttributeError):
        raise unreadable() from None


def unreadable() -> FatalSyncError:
    """The error about a state that this tap did not write."""
    return FatalSyncError(
        "The state was not written by this tap, or was changed since. Give the last state that "
        "was kept, or none: then everything is loaded again."
    )


def beginning(run: AccountRun, state: State, *, lookback: timedelta) -> Beginning:
    """Decide how a list without a filter by time is read.

    A first read of everything goes from the oldest row on and keeps its place; what changes
    meanwhile moves to the end and is met there. Later reads go from the newest row back to the
    bookmark. An unfinished first read is ended from the newest row back to its place. Only a
    run with a record limit has to come on from its place again and again, so it skips what
    lies before it.
    """
    bookmark, place = bookmark_of(state), place_of(state)
    since = bookmark - lookback if bookmark else run.settings.start
    if run.settings.limit is not None:
        return Beginning(since, place, ascending=True)
    if bookmark is None and place is not None:
        overlap = timedelta(seconds=run.settings.overlap_seconds)
        reached = instant(place[0]) - overlap
        return Beginning(max(reached, since) if since else reached, None, ascending=False)
    return Beginning(since, None, ascending=since is None)


def place_in(row: Row, field: str) -> Place | None:
    """The place of a row in a list sorted by one of its instants; None where it has none."""
    text, number = moment(row.get(field)), whole(row.get("id"))
    return None if text is None or number is None else (sortable(text), number)


def sortable(text: str) -> str:
    """An instant with six digits of its second, so that texts sort as instants do."""
    return instant(text).strftime("%Y-%m-%dT%H:%M:%S.%fZ")


def ended(key: str, moment_: datetime) -> State:
    """What to remember after a complete read that began at an instant."""
    return {"replication_key": key, "replication_key_value": written(moment_), "place": None}


def reached(found: list[Row], field: str) -> dict[str, Any]:
    """What to remember of an unfinished ascending read, after these rows."""
    places = [place for row in found if (place := place_in(row, field))]
    return {"place": list(places[-1])} if places else {}
