"""The database side of a run: one connection, one transaction per batch, bounded retries."""

from __future__ import annotations

import logging
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any, Protocol, TypeVar

import psycopg
from singer_sdk.exceptions import FatalSyncError

from target_postgres.batches import Counts
from target_postgres.connection import begin, waits
from target_postgres.evolution import ensure_schema, evolve, read_columns, settled
from target_postgres.store import StreamStore, store_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_postgres.batches import Batch
    from target_postgres.connection import Connection, Connector
    from target_postgres.layout import Layout
    from target_postgres.ledger import Ledger

T = TypeVar("T")
Results = dict[str, Counts]
_logger = logging.getLogger(__name__)

#: The transaction may succeed if it is run again, on a new connection if need be.
_PASSING = (
    psycopg.OperationalError,
    psycopg.InterfaceError,
    psycopg.errors.SerializationFailure,
    psycopg.errors.DeadlockDetected,
)
#: Operational errors by class, but no repetition mends them. psycopg's classes of these are
#: siblings: catching the general one does not catch the others.
_LIMITS = (psycopg.errors.ProgramLimitExceeded, psycopg.errors.TooManyColumns)


class Writer(Protocol):
    """What the loading loop needs of a database."""

    def prepare(self, wanted: Layout) -> Layout:
        """Make the table ready; answer with the columns to write."""

    def write(self, batch: Batch) -> Results:
        """Store a batch for good."""

    def finish(self, streams: Sequence[str], status: str, state: Mapping[str, Any] | None) -> None:
        """Close the run."""


class PostgresWriter:
    """Writes for real.

    Args:
        connector: Opens connections.
        ledger: This run's rows in ``_sync_log`` and ``_rejected``.
        started_at: Epoch milliseconds of the run's start.
        hard: Delete rows instead of marking them.
        flags: Boolean columns that a soft delete sets true.
    """

    def __init__(
        self,
        connector: Connector,
        ledger: Ledger,
        *,
        started_at: int,
        hard: bool,
        flags: Sequence[str],
    ) -> None:
        self._connector = connector
        self._ledger = ledger
        self._started_at = started_at
        self._hard = hard
        self._flags = flags
        self._connection: Connection | None = None

    def prepare(self, wanted: Layout) -> Layout:
        """Create or extend the table and open its row in the log."""
        return self._transact(lambda connection: self._prepare(connection, wanted))

    def _prepare(self, connection: Connection, wanted: Layout) -> Layout:
        ensure_schema(connection, wanted.schema)
        self._ledger.create(connection)
        layout = evolve(connection, wanted)
        self._ledger.start(connection, wanted.stream)
        return layout

    def write(self, batch: Batch) -> Results:
        """Store a batch in one transaction, exactly once within this run.

        When the connection breaks during the commit nobody knows whether it happened. The
        log's batch number, written by the same transaction, then tells.

        Args:
            batch: Rows of any number of streams.

        Returns:
            Counts by stream.
        """
        repeated = False

        def work(connection: Connection) -> Results:
            nonlocal repeated
            if repeated and self._ledger.last_batch(connection) >= batch.number:
                return {}
            repeated = True
            return self._write(connection, batch)

        return self._transact(work)

    def _write(self, connection: Connection, batch: Batch) -> Results:
        results: Results = {}
        now = datetime.now(timezone.utc).isoformat()
        for index, part in enumerate(batch.streams):
            stage = f"_sdc_stage_{index}"
            store = StreamStore(connection, part.layout, stage, now, self._started_at)
            counts = store_stream(store, part, self._flags, hard=self._hard)
            self._ledger.reject(connection, part.layout.stream, store.rejected)
            self._ledger.progress(connection, part.layout.stream, batch.number, counts, batch.state)
            results.setdefault(part.layout.stream, Counts()).add(counts)
        return results

    def finish(self, streams: Sequence[str], status: str, state: Mapping[str, Any] | None) -> None:
        """Write how the run ended and close the connection."""

        def work(connection: Connection) -> None:
            for stream in streams:
                self._ledger.finish(connection, stream, status, state)

        if streams:
            self._transact(work)
        self._drop()

    def _transact(self, work: Callable[[Connection], T]) -> T:
        for pause in waits(self._connector.patience):
            try:
                return self._once(work)
            except _PASSING as error:  # noqa: PERF203
                self._drop()
                _logger.warning(
                    "transaction failed (%s), again in %.1f s", error.sqlstate or "lost", pause
                )
                self._connector.sleep(pause)
        try:
            return self._once(work)
        except _PASSING as error:
            # What still follows, the log's last word, need not be waited for again.
            self._connector.patience = 0
            raise _fatal(error, self._connector.place) from None

    def _once(self, work: Callable[[Connection], T]) -> T:
        if self._connection is None:
            self._connection = self._connector.connect()
        try:
            with self._connection.transaction():
                begin(self._connection)
                return work(self._connection)
        except _LIMITS as error:
            raise _fatal(error, self._connector.place) from None
        except _PASSING:
            raise
        except psycopg.Error as error:
            raise _fatal(error, self._connector.place) from None

    def _drop(self) -> None:
        if self._connection is not None:
            self._connection.close()
            self._connection = None


_USUAL_ADVICE = (
    "Check the role's rights and that nobody changed the tables meanwhile, then run again."
)
_ADVICE: dict[type[psycopg.Error], str] = {
    psycopg.errors.TooManyColumns: (
        "A PostgreSQL table has room for 1,600 columns, counting those it once had: leave "
        "properties out of the selection in the tap, then run again."
    ),
}


def _fatal(error: psycopg.Error, place: str) -> FatalSyncError:
    # The server's own text may quote values of the record, so only names are passed on.
    diagnostics = error.diag
    known = {
        "sqlstate": error.sqlstate,
        "schema": diagnostics.schema_name,
        "table": diagnostics.table_name,
        "column": diagnostics.column_name,
        "constraint": diagnostics.constraint_name,
    }
    details = ", ".join(f"{name}={value}" for name, value in known.items() if value)
    return FatalSyncError(
        f"PostgreSQL at {place} stopped the load with {type(error).__name__} ({details}). "
        "Nothing of the current batch was stored and its state was not emitted. "
        f"{_ADVICE.get(type(error), _USUAL_ADVICE)}",
    )


class DryWriter:
    """Looks at the database and writes nothing.

    Args:
        connector: Opens connections.
    """

    def __init__(self, connector: Connector) -> None:
        self._connector = connector

    def prepare(self, wanted: Layout) -> Layout:
        """Answer with the columns a real run would write."""
        with self._connector.connect() as connection:
            existing = read_columns(connection, wanted)
        missing = [each for each in wanted.every if each.name not in existing]
        _logger.info(
            "dry run: stream=%s table=%s columns to add=%d",
            wanted.stream,
            wanted.table,
            len(missing),
        )
        return settled(wanted, existing)

    def write(self, batch: Batch) -> Results:
        """Count what a real run would receive and already refuses."""
        return {
            part.layout.stream: Counts(received=part.received, rejected=len(part.rejected))
            for part in batch.streams
        }

    def finish(self, streams: Sequence[str], status: str, state: Mapping[str, Any] | None) -> None:
        """Do nothing."""
