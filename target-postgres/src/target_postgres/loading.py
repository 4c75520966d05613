"""One run, seen from the messages: what is held, when it is written, when STATE may leave."""

from __future__ import annotations

import logging
import time
from concurrent.futures import Future, ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError, RecordsWithoutSchemaException

from target_postgres.batches import Batch, Counts
from target_postgres.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    from target_postgres.layout import Layout
    from target_postgres.writer import Results, Writer

    State = Mapping[str, Any]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """When a batch is full: any of these."""

    rows: int
    size: int
    seconds: float


class Loading:
    """Collects records and writes them in batches, one of which may be under way meanwhile.

    A batch holds what all streams received since the last one, is one transaction, and
    carries the last STATE message that came before its end. That state is emitted after the
    commit and never earlier; batches are written in order by one thread.

    Args:
        writer: The database.
        limits: When a batch is full.
        emit: Writes a STATE value to standard output; None keeps it back (dry run).
        clock: Monotonic seconds.
    """

    def __init__(
        self,
        writer: Writer,
        limits: Limits,
        emit: Callable[[State], None] | None,
        clock: Callable[[], float] = time.monotonic,
    ) -> None:
        self.intakes: dict[str, Intake] = {}
        self.totals: dict[str, Counts] = {}
        self._writer = writer
        self._limits = limits
        self._emit = emit
        self._clock = clock
        self._state: State | None = None
        self._emitted: State | None = None
        self._number = 0
        self._began = self._started = clock()
        self._pool = ThreadPoolExecutor(1, thread_name_prefix="postgres")
        self._under_way: tuple[Future[Results], State | None] | None = None

    def open(self, wanted: Layout, validate: Callable[[Any], str | None] | None = None) -> Intake:
        """Make a stream's table ready and take its records from now on.

        Rows read under an earlier schema are stored first, so that none of them can
        overwrite a later one.

        Args:
            wanted: The table its SCHEMA message asks for.
            validate: Answers why a decoded record is not valid, or None.

        Returns:
            The stream's intake.
        """
        earlier = self.intakes.get(wanted.stream)
        if earlier is not None and not earlier.batch.empty:
            self.flush()
        self._collect()
        layout = self._writer.prepare(wanted)
        intake = Intake(layout, _logger, validate, self.flush)
        intake.stamp = _stamp()
        self.intakes[wanted.stream] = intake
        self.totals.setdefault(wanted.stream, Counts())
        return intake

    def intake(self, stream: str) -> Intake:
        """Return a stream's intake.

        Raises:
            RecordsWithoutSchemaException: If no SCHEMA message came for it.
        """
        try:
            return self.intakes[stream]
        except KeyError:
            raise RecordsWithoutSchemaException(
                f"A message for stream '{stream}' came before its SCHEMA message. "
                "The tap must describe a stream before sending its records.",
            ) from None

    def remember(self, state: State) -> None:
        """Keep a STATE value until everything before it is committed."""
        self._state = state

    def activate(self, stream: str, version: int) -> None:
        """Remove rows of earlier versions, after this stream's rows so far."""
        intake = self.intake(stream)
        intake.batch.activate = version
        self.flush()

    def after(self, intake: Intake) -> None:
        """Write the batch if the stream's record just read filled it."""
        if intake.batch.received >= self._limits.rows or intake.batch.size >= self._limits.size:
            self.flush()

    def tick(self) -> None:
        """Look at the clock: stamp the next records, write what has waited too long."""
        stamp = _stamp()
        held = 0
        for intake in self.intakes.values():
            intake.stamp = stamp
            held += intake.batch.size
        if held >= self._limits.size or self._clock() - self._began >= self._limits.seconds:
            self.flush()
        if self._under_way is not None and self._under_way[0].done():
            self._collect()

    def flush(self) -> None:
        """Hand what is held to the writing thread, once it has finished the batch before."""
        streams = [each.take() for each in self.intakes.values() if not each.batch.empty]
        self._began = self._clock()
        if not streams:
            return
        self._collect()
        self._number += 1
        batch = Batch(self._number, streams, self._state)
        self._under_way = self._pool.submit(self._writer.write, batch), self._state

    def _collect(self) -> None:
        if self._under_way is None:
            return
        future, state = self._under_way
        self._under_way = None
        for stream, counts in future.result().items():
            self.totals[stream].add(counts)
        self._release(state)

    def _release(self, state: State | None) -> None:
        if self._emit is not None and state is not None and state != self._emitted:
            self._emit(state)
            self._emitted = state

    def finish(self, status: str = "success") -> None:
        """Write the rest, emit the last state, close the run.

        Args:
            status: How the run ended, for the log.
        """
        self.flush()
        self._collect()
        self._writer.finish(list(self.totals), status, self._state)
        self._pool.shutdown()
        self._release(self._state)
        self._report(status)

    def _report(self, status: str) -> None:
        for stream, counts in self.totals.items():
            _logger.info("stream=%s %s", stream, _summary(counts))
            if counts.rejected:
                _logger.warning(
                    "stream=%s %d records could not be stored; table _rejected has them "
                    "with the reasons",
                    stream,
                    counts.rejected,
                )
        received = sum(counts.received for counts in self.totals.values())
        seconds = max(self._clock() - self._started, 1e-3)
        _logger.info(
            "run status=%s records=%d seconds=%.1f records_per_second=%.0f",
            status,
            received,
            seconds,
            received / seconds,
        )

    def abort(self) -> None:
        """Give up: nothing more is written or emitted, the log says the run failed."""
        self._pool.shutdown(wait=True, cancel_futures=True)
        try:
            self._writer.finish(list(self.totals), "failed", None)
        except FatalSyncError:
            _logger.warning("the run's failure could not be written to _sync_log")


def _stamp() -> tuple[str, int]:
    now = datetime.now(timezone.utc)
    return now.isoformat(), int(now.timestamp() * 1000)


def _summary(counts: Counts) -> str:
    return (
        f"received={counts.received} inserted={counts.inserted} updated={counts.updated} "
        f"deleted={counts.deleted} rejected={counts.rejected}"
    )
