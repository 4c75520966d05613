"""Reading every live record of a type, in parallel where the list allows it."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.ranges import RangePlan, SeekRefusedError
from tap_hubspot_support.walk import ParallelWalk, pages_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_support.changes import Size
    from tap_hubspot_support.reads import Records
    from tap_hubspot_support.wire import Page

logger = logging.getLogger(__name__)

Bounds = list[tuple[int, "int | None"]]


class Step(NamedTuple):
    """Some records, and the ranges that are left once they have been written.

    `left` is None while a kill would have to start the whole list over.
    """

    records: list[Any]
    left: Bounds | None


class FullWalk:
    """One pass over all live records.

    Args:
        records: Where to read from.
        size: What the search index knows about the number of records.
        workers: Threads; 1 reads in order.
        page: Records per request, if fewer than usual.
    """

    def __init__(
        self, records: Records, size: Size, *, workers: int, page: int | None = None
    ) -> None:
        self._records, self._size, self._workers, self._page = records, size, workers, page
        self._highest = 0
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
            plan.written(part, position)
            yield self._step(records, plan.remaining())
        self._ended_early = plan.ended_early

    def _in_order(self) -> Iterator[Step]:
        for page in pages_in_order(self._fetch):
            yield self._step(page.results, None)

    def _fetch(self, after: str | None) -> Page[Any]:
        return self._records.page(after, limit=self._page)

    def _step(self, records: list[Any], left: Bounds | None) -> Step:
        self._highest = max([self._highest, *(int(record.id) for record in records)])
        return Step(records, left)

    def _check_end(self, *, complete: bool) -> None:
        """A page without a token ends the list; make sure that it told the truth."""
        top = str(self._size.top)
        suspicious = self._ended_early or (complete and self._highest < self._size.top)
        # Asked for a record that was merged meanwhile, HubSpot may answer with its survivor.
        if suspicious and any(r.id == top for r in self._records.only_ids().read([top])):
            raise FatalAPIError(
                "HubSpot ended a list before a record that exists, so records could be missed. "
                "What was read is kept: run again, and report it to HubSpot's support if it stays."
            )
