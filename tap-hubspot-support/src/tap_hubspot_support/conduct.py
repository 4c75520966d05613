"""Running the walks of all portals side by side."""

from __future__ import annotations

import logging
import queue
import threading
from collections import Counter
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, Protocol

from singer_sdk.exceptions import AbortedSyncPausedException

from tap_hubspot_support._endings import FAILURES
from tap_hubspot_support.batches import nothing

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from tap_hubspot_support.batches import Batch
    from tap_hubspot_support.bookmarks import Bookmark
    from tap_hubspot_support.output import Output
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.tables import TableRows

logger = logging.getLogger(__name__)

SIDE_BY_SIDE = 8
"""Walks at a time, shared by the portals; each holds a few pages in memory."""


class Walk(Protocol):
    """What reads one thing of one portal and writes one or several tables.

    Attributes:
        run: The portal.
        bookmark: Its memory.
        limit: Most rows of this run; None for all.
        keeps_place: Whether a later run can go on where this one stopped.
    """

    run: Run
    bookmark: Bookmark
    limit: int | None
    keeps_place: bool

    @property
    def name(self) -> str:
        """What its bookmark is kept under."""

    @property
    def tables(self) -> tuple[str, ...]:
        """The tables it feeds."""

    @property
    def version(self) -> int:
        """The table version of what is being written."""

    @property
    def feeders(self) -> Mapping[str, tuple[str, ...]]:
        """The tables each of its parts feeds, where a later pass marks what is gone."""

    @property
    def lost(self) -> Mapping[str, Exception]:
        """Tables that could not be written although the walk went on, and why."""

    def prepare(self) -> Counter[str]:
        """Requests it takes, per budget."""

    def batches(self) -> Iterator[Batch]:
        """What it writes, in order."""


@dataclass
class Outcome:
    """How the walks ended.

    Attributes:
        planned: Requests foreseen, per budget.
        failed: Names of the tables that were not read whole, by portal.
        paused: Why some had to stop until later.
    """

    planned: Counter[str] = field(default_factory=Counter)
    failed: list[tuple[Run, str]] = field(default_factory=list)
    paused: AbortedSyncPausedException | None = None


class Conductor:
    """Prepares and runs walks, several at a time; an error of one does not stop the others.

    Args:
        output: The writer.
        walks: All walks of all portals.
        failed: Tables that cannot be read, and why.
    """

    def __init__(
        self,
        output: Output,
        walks: Sequence[Walk],
        failed: Sequence[tuple[Run, str, Exception]] = (),
    ) -> None:
        self._output, self._walks = output, walks
        self._lock = threading.Lock()
        self._stopped = threading.Event()
        self._ends: queue.Queue[BaseException | None] = queue.Queue()
        self.outcome = Outcome()
        for run, table, failure in failed:
            self._fail(run, [table], failure)

    def prepare(self) -> Counter[str]:
        """Let all walks decide what they will do; returns the requests that takes."""
        with ThreadPoolExecutor(SIDE_BY_SIDE) as pool:
            planned = list(pool.map(self._prepare, self._walks))
        ready = [
            (plan, walk)
            for plan, walk in zip(planned, self._walks, strict=True)
            if plan is not None
        ]
        # The largest first: what is left at the end should not be one of them.
        ready.sort(key=lambda pair: -sum(pair[0].values()))
        self._walks = [walk for _, walk in ready]
        self.outcome.planned = sum((plan for plan, _ in ready), Counter())
        return self.outcome.planned

    def run(self) -> Outcome:
        """Run all walks to their end.

        Raises:
            BaseException: What no walk is meant to raise, such as a broken pipe.
        """
        lanes = self._lanes()
        for number, lane in enumerate(lanes):
            threading.Thread(
                target=self._follow, args=(lane,), name=f"walk-{number}", daemon=True
            ).start()
        try:
            for _ in lanes:
                if (error := self._ends.get()) is not None:
                    raise error
        finally:
            self._stopped.set()
        return self.outcome

    def _lanes(self) -> list[queue.SimpleQueue[Walk]]:
        """One queue per thread to come; portals do not wait for each other's limits."""
        by_portal: dict[int, queue.SimpleQueue[Walk]] = {}
        counts: Counter[int] = Counter()
        for walk in self._walks:
            by_portal.setdefault(id(walk.run), queue.SimpleQueue()).put(walk)
            counts[id(walk.run)] += 1
        share = max(2, SIDE_BY_SIDE // max(1, len(by_portal)))
        return [lane for key, lane in by_portal.items() for _ in range(min(share, counts[key]))]

    def _prepare(self, walk: Walk) -> Counter[str] | None:
        try:
            return walk.prepare()
        except AbortedSyncPausedException as stop:
            self._pause(stop)
        except FAILURES as failure:
            self._fail(walk.run, walk.tables, failure)
        return None

    def _follow(self, lane: queue.SimpleQueue[Walk]) -> None:
        try:
            while not self._stopped.is_set():
                try:
                    walk = lane.get_nowait()
                except queue.Empty:
                    break
                self._walk(walk)
        except BaseException as error:  # noqa: BLE001 - raised again in the waiting thread
            self._ends.put(error)
        else:
            self._ends.put(None)

    def _walk(self, walk: Walk) -> None:
        try:
            for batch in _limited(walk):
                if self._stopped.is_set():
                    return
                self._output.write(walk.run, batch, walk.version, walk.name)
        except AbortedSyncPausedException as stop:
            self._pause(stop)
        except FAILURES as failure:
            self._fail(walk.run, walk.tables, failure)
        for table, reason in walk.lost.items():
            self._fail(walk.run, [table], reason)
        self._output.checkpoint()

    def _pause(self, stop: AbortedSyncPausedException) -> None:
        with self._lock:
            self.outcome.paused = self.outcome.paused or stop

    def _fail(self, run: Run, tables: Sequence[str], failure: Exception) -> None:
        portal = f" portal={run.settings.name}" if run.settings.many_portals else ""
        for table in tables:
            logger.error("stream failed stream=%s%s reason=%s", table, portal, failure)
        with self._lock:
            self.outcome.failed += [(run, table) for table in tables]


def _limited(walk: Walk) -> Iterator[Batch]:
    """The batches up to a walk's record limit.

    It ends where the bookmark has moved, so that the next run goes on from there. The first
    page of a walk that keeps its place is never cut: every run would begin and end with it.
    """
    left, is_first = walk.limit, walk.keeps_place
    for batch in walk.batches():
        if left is None:
            yield batch
            continue
        rows = _own_rows(walk, batch)
        if rows > left and not is_first:
            yield replace(_cut(batch, left), written=nothing)
            return
        yield batch
        left -= rows
        is_first = is_first and batch.written is nothing
        if left <= 0 and (batch.written is not nothing or not walk.keeps_place):
            return


def _own_rows(walk: Walk, batch: Batch) -> int:
    return sum(len(rows.rows) for rows in batch.rows if rows.table == walk.tables[0])


def _cut(batch: Batch, most: int) -> Batch:
    def cut(rows: TableRows) -> TableRows:
        return replace(rows, rows=rows.rows[:most])

    return replace(batch, rows=[cut(rows) for rows in batch.rows[:1]])
