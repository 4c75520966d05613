"""How many requests a run needs: the figures that decide, and those that are printed."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

SMALL = 1_000
"""Records that are listed in order: dividing ten pages among workers costs more than it saves."""

LIST_PAGE = 100
HISTORY_PAGE = 50
SEARCH_PAGE = 200
GENERAL, SEARCH, ASSOCIATIONS = "general", "search", "associations"


@dataclass(frozen=True)
class WalkSize:
    """What decides the requests of one walk.

    Attributes:
        records: Records to read: all of them, or those that changed.
        listed: Whether all are listed; otherwise they are found by search and read by id.
        page: Records per request: 100, or 50 with history.
        in_address: Whether a page of the list brings its values along.
        companions: Parents per association request, one entry per companion that makes them.
        bin_pages: Requests for a look through the recycle bin.
        known: Whether the account tells its number of records.
    """

    records: int
    listed: bool
    page: int = LIST_PAGE
    in_address: bool = True
    companions: tuple[int, ...] = ()
    bin_pages: int = 1
    known: bool = True


def walk_requests(size: WalkSize) -> Counter[str]:
    """Requests of one walk, per budget.

    >>> dict(walk_requests(WalkSize(500, listed=False)))
    {'general': 6, 'search': 3}
    """
    planned = _listing(size) if size.listed else _changes(size)
    for parents in size.companions:
        planned[ASSOCIATIONS] += pages(size.records, parents)
    return +planned


def pages(records: int, page: int) -> int:
    """Requests for so many records at so many a page.

    >>> pages(1_000_001, 100)
    10001
    """
    return -(-records // page)


def _listing(size: WalkSize) -> Counter[str]:
    # Without room for all names in the address, ids are listed and values read by batch.
    each = 1 if size.in_address else 2
    # The bin as it was before the list tells later which records left it meanwhile.
    looks = 2 if size.records else 1
    return Counter(
        {
            GENERAL: each * pages(size.records, size.page) + looks * size.bin_pages,
            SEARCH: 0 if size.known and size.records <= SMALL else 1,
        }
    )


def _changes(size: WalkSize) -> Counter[str]:
    return Counter(
        {
            GENERAL: pages(size.records, size.page) + size.bin_pages,
            SEARCH: max(1, pages(size.records, SEARCH_PAGE)),
        }
    )
