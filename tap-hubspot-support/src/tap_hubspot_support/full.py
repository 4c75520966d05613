"""Reading every live record of a type, in parallel where the list allows it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.changes import Size, size_of
from tap_hubspot_support.plan import SMALL
from tap_hubspot_support.ranges import RangePlan, SeekRefusedError
from tap_hubspot_support.walk import ParallelWalk, pages_in_order

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_support.ranges import IdRange
    from tap_hubspot_support.reads import Records
    from tap_hubspot_support.wire import Page

logger = logging.getLogger(__name__)

Bounds = list[tuple[int, "int | None"]]


class Step(NamedTuple):
    """Some records, and what to call once they are written.

    `written` returns the ranges that are then left, or None while a kill would have to start
    the whole list over. Calls have to come in the order of the steps.
    """

    records: list[Any]
    written: Callable[[], Bounds | None]


class FullWalk:
    """One pass over all live records.

    Args:
        records: Where to read from.
        count: How many there are as the account counts them; None if it does not tell.
        workers: Threads; 1 reads in order.
        page: Records per request, if fewer than usual.
    """

    def __init__(
        self, records: Records, count: int | None, *, workers: int, page: int | None = None
    ) -> None:
        self._records, self._workers, self._page = records, workers, page
        # A few pages are read faster than they are divided.
        small = count is not None and count <= SMALL
        self._size = Size(0, count or 0) if small else size_of(records)
        self._workers = 1 if small else workers
        self._highest = self._listed = 0
        self._ended_early = False

    def steps(self, bounds: Bounds | None) -> Iterator[Step]:
        """All records once each, or those of the ranges left over from an earlier run.

        Raises:
            FatalAPIError: The list ended before a record that exists.
        """
        plan = RangePlan(bounds or [(0, None)], top=self._size.top, total=self._size.total)
        try:
            yield from self._parallel(plan)
        except SeekRefusedError:
            logger.warning("page tokens are not record ids: reading the list in order instead")
            self._ended_early = False
            yield from self._in_order()
        self._check_end(complete=bounds is None)

    def _parallel(self, plan: RangePlan) -> Iterator[Step]:
        for part, records, position in ParallelWalk(self._fetch, plan, self._workers):
            yield self._step(records, _noting(plan, part, position))
        self._ended_early = plan.ended_early

    def _in_order(self) -> Iterator[Step]:
        for page in pages_in_order(self._fetch):
            yield self._step(page.results, lambda: None)

    def _fetch(self, after: str | None) -> Page[Any]:
        return self._records.page(after, limit=self._page)

    def _step(self, records: list[Any], written: Callable[[], Bounds | None]) -> Step:
        self._highest = max([self._highest, *(int(record.id) for record in records)])
        self._listed += len(records)
        return Step(records, written)

    def _check_end(self, *, complete: bool) -> None:
        """A page without a token ends the list; make sure that it told the truth."""
        size = self._size
        if not size.top and complete and self._listed < size.total:
            size = size_of(self._records)
        suspicious = self._ended_early or (complete and self._highest < size.top)
        # Asked for a record that was merged meanwhile, HubSpot may answer with its survivor.
        top = str(size.top)
        if suspicious and any(r.id == top for r in self._records.only_ids().read([top])):
            raise FatalAPIError(
                "HubSpot ended a list before a record that exists, so records could be missed. "
                "What was read is kept: run again, and report it to HubSpot's support if it stays."
            )


def _noting(plan: RangePlan, part: IdRange, position: int) -> Callable[[], Bounds]:
    def written() -> Bounds:
        plan.written(part, position)
        return plan.remaining()

    return written
