"""Finding what changed: a fixed window of modified dates, walked by id."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.reads import SEARCH_PAGE

if TYPE_CHECKING:
    from collections.abc import Generator

    from tap_hubspot_support.bookmarks import Window
    from tap_hubspot_support.reads import Records

_EARLIEST = 1_000  # ms; a bound of epoch 0 has made HubSpot answer 500
_EMPTY_TRIES = 3


class Size(NamedTuple):
    """The highest id and the number of live records, as far as the search index knows."""

    top: int
    total: int


def size_of(records: Records) -> Size:
    """How many live records there are; one request."""
    page = records.search([], descending=True, limit=1)
    top = max((int(record.id) for record in page.results), default=0)
    return Size(top, page.total or 0)


def window_filters(modified: str, window: Window, last_id: int) -> list[dict[str, str]]:
    """Search filters of a window: lower end included, upper end not, ids above the last."""
    return [
        {"propertyName": modified, "operator": "GTE", "value": str(max(window.lo, _EARLIEST))},
        {"propertyName": modified, "operator": "LT", "value": str(window.hi)},
        {"propertyName": "hs_object_id", "operator": "GT", "value": str(last_id)},
    ]


class Found(NamedTuple):
    """Ids of one page in ascending order, and how many matched from there on."""

    ids: list[str]
    matches: int


def changed_ids(records: Records, window: Window) -> Generator[Found, None, None]:
    """Ids of a window's records in ascending order, a page at a time.

    Every request filters on ids above the last one instead of using an offset: that has no
    10,000-row ceiling, minds no number of rows in one millisecond, and does not shift when rows
    leave the window meanwhile.

    Raises:
        FatalAPIError: The search contradicts itself.
    """
    last, empty = window.last_id, 0
    while True:
        page = records.search(window_filters(records.object_type.modified, window, last))
        ids = [int(record.id) for record in page.results]
        _check_order(last, ids)
        matches = page.total or 0
        empty = 0 if ids else empty + 1
        if ids:
            last = ids[-1]
            yield Found([str(number) for number in ids], matches)
        if matches <= len(ids) and len(ids) < SEARCH_PAGE:
            return
        _check_empty(empty)


def _check_order(last: int, ids: list[int]) -> None:
    if any(a >= b for a, b in pairwise([last, *ids])):
        raise FatalAPIError(
            "HubSpot's search did not keep the order asked for, so records could be missed. "
            "Nothing was skipped: run again, and report it to HubSpot's support if it stays."
        )


def _check_empty(times: int) -> None:
    if times >= _EMPTY_TRIES:
        raise FatalAPIError(
            "HubSpot's search counts records that it does not return. "
            "Nothing was skipped: run again later."
        )
