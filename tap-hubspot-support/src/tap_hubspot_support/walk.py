"""Walking through a whole list: by page token, or by id ranges in parallel."""

from __future__ import annotations

import queue
import threading
import time
from typing import TYPE_CHECKING, Any, NamedTuple

from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.client import RefusedRequestError
from tap_hubspot_support.ranges import SeekRefusedError

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_support.ranges import IdRange, RangePlan
    from tap_hubspot_support.wire import Page


_STARVING_SECONDS = 0.02  # several times what writing a page takes


def pages_in_order(
    fetch: Callable[[str | None], Page[Any]], after: str | None = None
) -> Iterator[Page[Any]]:
    """All pages, following page tokens whatever they look like.

    Empty pages in the middle are passed over.

    Raises:
        FatalAPIError: A token came back, so the list would never end.
    """
    seen: set[str | None] = {after}
    while True:
        page = fetch_again_if_empty(fetch, after)
        yield page
        after = page.token
        if after is None:
            return
        if after in seen:
            raise FatalAPIError(
                "HubSpot repeated a page token, so the list would never end. "
                "Nothing was lost: run again, and report it to HubSpot's support if it stays."
            )
        seen.add(after)


def fetch_again_if_empty(fetch: Callable[[str | None], Page[Any]], after: str | None) -> Page[Any]:
    """A page; one that is empty although the list goes on is asked for once more.

    Such pages exist, but they may also be a passing fault that hides records.
    """
    page = fetch(after)
    if page.results or page.token is None:
        return page
    return fetch(after)


class RangePage(NamedTuple):
    """Records of one page that belong to a range, and the position after them."""

    part: IdRange
    records: list[Any]
    position: int


class _Failure(NamedTuple):
    error: BaseException


class ParallelWalk:
    """Reads the ranges of a plan with several threads; one thread iterates over the pages.

    Args:
        fetch: Reads one page from a page token (None for the first); called by many threads.
        plan: The ranges.
        workers: Most threads. Another one starts whenever the reader of the pages had to wait
            for one: over a fast line more threads would only fight for the interpreter.
    """

    def __init__(
        self, fetch: Callable[[str | None], Page[Any]], plan: RangePlan, workers: int
    ) -> None:
        self._fetch, self._plan, self._workers = fetch, plan, workers
        # Bounded: the slowest of reading and writing sets the pace, memory stays flat.
        self._pages: queue.Queue[RangePage | _Failure | None] = queue.Queue(2)
        self._stopped = threading.Event()

    def __iter__(self) -> Iterator[RangePage]:
        """Pages as they arrive; per range in order, between ranges in none.

        Raises:
            SeekRefusedError: The list does not honour ids as cursors.
        """
        started = finished = 0
        starving = True
        try:
            while finished < max(started, 1):
                if starving and started < self._workers:
                    self._start(started)
                    started += 1
                asked = time.monotonic()
                item = self._pages.get()
                starving = time.monotonic() - asked > _STARVING_SECONDS
                if item is None:
                    finished += 1
                elif isinstance(item, _Failure):
                    raise item.error
                else:
                    yield item
        finally:
            self._stopped.set()
            self._plan.stop()

    def _start(self, number: int) -> None:
        threading.Thread(target=self._work, name=f"range-{number}", daemon=True).start()

    def _work(self) -> None:
        try:
            while (part := self._plan.claim()) is not None:
                self._read_range(part)
        except BaseException as error:  # noqa: BLE001 - raised again in the iterating thread
            self._hand_over(_Failure(error))
        else:
            self._hand_over(None)

    def _read_range(self, part: IdRange) -> None:
        while not part.done and not self._stopped.is_set():
            page = self._fetch_at(part)
            following = _as_position(page.token)
            rows = [(int(record.id), record) for record in page.results]
            kept = self._plan.advance(part, rows, following)
            self._hand_over(RangePage(part, [record for _, record in kept], part.position))

    def _fetch_at(self, part: IdRange) -> Page[Any]:
        at_start = part.position == part.start
        try:
            after = str(part.position) if part.position > 0 else None
            return fetch_again_if_empty(self._fetch, after)
        except RefusedRequestError:
            if at_start and part.position > 0:
                raise SeekRefusedError from None
            raise

    def _hand_over(self, item: RangePage | _Failure | None) -> None:
        while not self._stopped.is_set():
            try:
                self._pages.put(item, timeout=0.5)
            except queue.Full:
                continue
            return


def _as_position(token: str | None) -> int | None:
    if token is None:
        return None
    if not (token.isascii() and token.isdigit()):
        raise SeekRefusedError
    return int(token)
