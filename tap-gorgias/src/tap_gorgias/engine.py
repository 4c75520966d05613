"""Accounts side by side: each is read by a thread of its own, one thread writes.

Rows of all accounts meet in one queue, so that a run takes as long as its slowest account. Only
the thread that takes from the queue touches streams, bookmarks and standard output.
"""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from tap_gorgias._endings import FAILURES
from tap_gorgias.client import AccountError
from tap_gorgias.readers.events import read_events, read_gone
from tap_gorgias.readers.places import reached
from tap_gorgias.readers.sorted import (
    read_customers,
    read_messages,
    read_surveys,
    read_tickets,
)
from tap_gorgias.readers.statistics import read_statistics
from tap_gorgias.readers.whole import (
    read_custom_fields,
    read_integrations,
    read_tags,
    read_teams,
    read_users,
)
from tap_gorgias.run import AccountRun, Batch

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

logger = logging.getLogger(__name__)

_GONE = "deletions"
_READERS: dict[str, Callable[[AccountRun], Iterator[Batch]]] = {
    "users": read_users,
    "teams": read_teams,
    "tags": read_tags,
    "custom_fields": read_custom_fields,
    "integrations": read_integrations,
    "customers": read_customers,
    "tickets": read_tickets,
    "messages": read_messages,
    "satisfaction_surveys": read_surveys,
    "events": read_events,
    _GONE: read_gone,
    "agent_statistics": read_statistics,
}
_WAKE_SECONDS = 0.2


@dataclass(frozen=True)
class Failure:
    """What could not be read, and why."""

    account: str
    stream: str
    reason: str


@dataclass(frozen=True)
class Item:
    """One account's batch."""

    account: str
    batch: Batch


@dataclass
class Engine:
    """Reads the selected streams of several accounts.

    Attributes:
        runs: The accounts.
        selected: Names of the streams wanted.
        limit: Most rows per stream and account.
        failures: What could not be read so far.
    """

    runs: list[AccountRun]
    selected: Collection[str]
    limit: int | None = None
    failures: list[Failure] = field(default_factory=list)

    def __post_init__(self) -> None:
        self._queue: queue.Queue[Item | None] = queue.Queue(maxsize=max(2, len(self.runs)))
        self._stopped = threading.Event()

    def batches(self, workers: int) -> Iterator[Item]:
        """All batches of all accounts, each account's in its order."""
        with ThreadPoolExecutor(workers, thread_name_prefix="account") as pool:
            futures = [pool.submit(self._work, run) for run in self.runs]
            try:
                yield from self._arriving(len(futures))
            finally:
                self.stop()
                for future in futures:
                    future.cancel()
        for future in futures:
            if not future.cancelled():
                future.result()

    def stop(self) -> None:
        """Let all accounts end soon: waits and writes in vain end at once."""
        self._stopped.set()
        for run in self.runs:
            run.client.close()

    def _arriving(self, working: int) -> Iterator[Item]:
        while working:
            item = self._queue.get()
            if item is None:
                working -= 1
            else:
                yield item

    def _work(self, run: AccountRun) -> None:
        try:
            self._read_all(run)
        finally:
            self._put(None)

    def _read_all(self, run: AccountRun) -> None:
        if run.account.problem:
            self._fail(run, "all", run.account.problem)
            return
        try:
            _ = run.details
            for name in self._names():
                self._read(run, name)
        except AccountError as nothing:
            self._fail(run, "all", str(nothing))
        except FAILURES as failure:
            self._fail(run, "all", str(failure))

    def _names(self) -> list[str]:
        names = [name for name in _READERS if name in self.selected]
        if self.limit is None and {"tickets", "customers"} & set(names):
            names.append(_GONE)
        return sorted(names, key=list(_READERS).index)

    def _read(self, run: AccountRun, name: str) -> None:
        try:
            for batch in self._limited(_READERS[name](run)):
                if self._stopped.is_set():
                    return
                if batch.stream in self.selected:
                    self._put(Item(run.account.client, batch))
        except AccountError:
            raise
        except FAILURES as failure:
            self._fail(run, name, str(failure))

    def _limited(self, batches: Iterator[Batch]) -> Iterator[Batch]:
        """Batches up to the limit; what a cut one would have remembered is not true."""
        left = self.limit
        for batch in batches:
            if left is None:
                yield batch
                continue
            if len(batch.rows) > left:
                yield _cut(batch, left)
                return
            left -= len(batch.rows)
            yield batch

    def _fail(self, run: AccountRun, stream: str, reason: str) -> None:
        if self._stopped.is_set():
            return
        logger.error("failed account=%s stream=%s reason=%s", run.account.client, stream, reason)
        self.failures.append(Failure(run.account.client, stream, reason))

    def _put(self, item: Item | None) -> None:
        while not self._stopped.is_set():
            try:
                self._queue.put(item, timeout=_WAKE_SECONDS)
            except queue.Full:
                continue
            return


def _cut(batch: Batch, left: int) -> Batch:
    """The first rows of a batch, and the place they lead to where the batch has one."""
    kept = batch.rows[:left]
    if not kept or "place" not in batch.remember:
        return Batch(batch.stream, kept)
    field_ = "updated_datetime" if "updated_datetime" in kept[-1] else "created_datetime"
    return Batch(batch.stream, kept, reached(kept, field_))
