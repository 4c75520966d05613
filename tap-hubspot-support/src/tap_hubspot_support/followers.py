"""Companion reads that run behind a walk while it goes on."""

from __future__ import annotations

import logging
from collections import deque
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.batches import Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence
    from concurrent.futures import Future

    from tap_hubspot_support.companions import Companion, Page
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.tables import TableRows

logger = logging.getLogger(__name__)

Failures = dict[str, "tuple[Companion, FatalAPIError]"]
_GROUPS_AHEAD = 4  # of a thousand parents each, so that some are read while others are written


@dataclass
class _Group:
    """Parents whose companions are read together, and what to remember once all are written."""

    jobs: deque[tuple[Companion, Future[list[TableRows]]]] = field(default_factory=deque)
    written: list[Callable[[], object]] = field(default_factory=list)

    @property
    def is_ready(self) -> bool:
        return all(job.done() for _, job in self.jobs)


class Followers:
    """The companions of one walk.

    Pages go out at once with what needs no request; their bookmark waits until the rows of all
    companions are written too. Groups of parents are read side by side and written in order.

    Args:
        run: The portal.
        companions: Who follows.
        failures: Where to note who could not be read.
        workers: Most requests of companions at a time.
        hurried: Read after every page instead of by groups: under a record limit the run may
            end after any page.
    """

    def __init__(
        self,
        run: Run,
        companions: Sequence[Companion],
        failures: Failures,
        *,
        workers: int,
        hurried: bool = False,
    ) -> None:
        self._run, self.failures = run, failures
        self._inline = [c for c in companions if not c.page_size]
        self._asking = [c for c in companions if c.page_size]
        self._with_records = any(c.properties or c.history for c in self._asking)
        self._parents = 1 if hurried else max((c.page_size for c in self._asking), default=0)
        self._pool = ThreadPoolExecutor(workers, "companion") if self._asking else None
        self._waiting: list[Page] = []
        self._commits: list[Callable[[], object]] = []
        self._groups: deque[_Group] = deque()

    def feed(
        self, page: Page, rows: list[TableRows], written: Callable[[], object]
    ) -> Iterator[Batch]:
        """Write a page's own rows; read its companions now or with the next pages."""
        rows = [*rows, *self._read_inline(page)]
        if not self._asking:
            yield Batch(rows, written)
            return
        if self._waiting and not self._fits(page):
            self._start_group()
        yield Batch(rows)
        if page.ids:
            self._waiting.append(page if self._with_records else replace(page, records=[]))
        self._commits.append(written)
        if sum(len(p.ids) for p in self._waiting) >= self._parents:
            self._start_group()
        yield from self._drain(_GROUPS_AHEAD)

    def _fits(self, page: Page) -> bool:
        """Whether a page can be read with those that wait, in one request of each companion."""
        together = sum(len(p.ids) for p in self._waiting) + len(page.ids)
        return together <= self._parents and _manner(self._waiting[0]) == _manner(page)

    def flush(self) -> Iterator[Batch]:
        """Everything that is still to be written."""
        if self._waiting or self._commits:
            self._start_group()
        yield from self._drain(0)

    def close(self) -> None:
        """Give up what was not read."""
        if self._pool is not None:
            self._pool.shutdown(wait=False, cancel_futures=True)

    def _read_inline(self, page: Page) -> list[TableRows]:
        return [rows for c in list(self._inline) for rows in self._result(c, page)]

    def _result(self, companion: Companion, page: Page) -> list[TableRows]:
        try:
            return companion.read(self._run, page)
        except FatalAPIError as error:
            self._drop(companion, error)
            return []

    def _start_group(self) -> None:
        group = _Group(written=self._commits)
        for companion in self._asking:
            for page in _regrouped(self._waiting, companion.page_size):
                assert self._pool is not None  # noqa: S101 - there is one when somebody asks
                job = self._pool.submit(self._result, companion, page)
                group.jobs.append((companion, job))
        self._groups.append(group)
        self._waiting, self._commits = [], []

    def _drain(self, ahead: int) -> Iterator[Batch]:
        while self._groups and (len(self._groups) > ahead or self._groups[0].is_ready):
            group = self._groups.popleft()
            while group.jobs:
                companion, job = group.jobs.popleft()
                rows = job.result()
                if companion.name not in self.failures:
                    yield Batch(rows)
            yield Batch([], _all_of(group.written))

    def _drop(self, companion: Companion, error: FatalAPIError) -> None:
        if companion.name not in self.failures:
            self.failures[companion.name] = (companion, error)
        self._inline = [c for c in self._inline if c is not companion]
        self._asking = [c for c in self._asking if c is not companion]


def _manner(page: Page) -> tuple[bool, bool, bool]:
    return page.deleted, page.whole, page.returned


def _regrouped(pages: Sequence[Page], size: int) -> Iterator[Page]:
    """The same parents in pages of at most `size`."""
    ids = [id_ for page in pages for id_ in page.ids]
    records: list[Any] = [record for page in pages for record in page.records]
    aligned = len(records) == len(ids)
    for start in range(0, len(ids), size):
        end = start + size
        yield replace(
            pages[0],
            ids=ids[start:end],
            records=records[start:end] if aligned else [],
        )


def _all_of(actions: Sequence[Callable[[], object]]) -> Callable[[], object]:
    def act() -> None:
        for action in actions:
            action()

    return act
