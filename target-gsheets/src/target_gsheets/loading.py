"""One run, seen from the messages: what is held, when it is written, when STATE may leave."""

from __future__ import annotations

import logging
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import ConfigValidationError, RecordsWithoutSchemaException

from target_gsheets.checkpoint import After
from target_gsheets.intake import Intake

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence

    from target_gsheets.batches import StreamBatch
    from target_gsheets.moments import Clock
    from target_gsheets.run import Run

    State = Mapping[str, Any]

_logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Limits:
    """When a batch is full: any of these."""

    rows: int
    size: int
    seconds: float


class Loading:
    """Collects records of all streams and writes them in common batches.

    A batch carries the last STATE message that came before its end; that state is emitted
    once the batch is applied and checked, and never earlier.

    Args:
        run: Writes batches.
        config: The target's settings.
        clock: How instants are shown.
        limits: When a batch is full.
        emit: Writes a STATE value to standard output.
        time_of: Monotonic seconds.
    """

    def __init__(
        self,
        run: Run,
        config: Mapping[str, Any],
        clock: Clock,
        limits: Limits,
        emit: Callable[[State], None],
        *,
        time_of: Callable[[], float] = time.monotonic,
    ) -> None:
        self.intakes: dict[str, Intake] = {}
        self._run, self._config, self._clock = run, config, clock
        self._limits, self._emit, self._time = limits, emit, time_of
        self._state: State | None = None
        self._emitted: State | None = None
        self._began = time_of()

    def open(self, stream: str, schema: Mapping[str, Any], keys: Sequence[str]) -> None:
        """Take a stream's records from now on; those of an earlier schema are written first.

        Raises:
            ConfigValidationError: Another stream has the same worksheet.
        """
        earlier = self.intakes.get(stream)
        if earlier is not None and not earlier.batch.empty:
            self.flush()
        intake = Intake(stream, schema, keys, self._config, self._clock)
        for other in self.intakes.values():
            same = other.layout.title.casefold() == intake.layout.title.casefold()
            if same and other.layout.stream != stream:
                raise ConfigValidationError(
                    f"Streams '{other.layout.stream}' and '{stream}' would both be written to "
                    f"worksheet '{intake.layout.title}'. Name another one in streams.",
                )
        self.intakes[stream] = intake
        self._run.begin(intake.layout)

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

    def add(self, stream: str, record: Mapping[str, Any], version: int | None) -> None:
        """Take one record; write the batch if that filled it."""
        intake = self.intake(stream)
        if intake.outgrown_by(record, version):
            self.flush()
            intake.grow(record, version)
        intake.add(record, version)
        held = sum(each.batch.size for each in self.intakes.values())
        rows = sum(each.batch.received for each in self.intakes.values())
        if rows >= self._limits.rows or held >= self._limits.size:
            self.flush()

    def remember(self, state: State) -> None:
        """Keep a STATE value until everything before it is applied."""
        self._state = state
        for intake in self.intakes.values():
            intake.cover()

    def activate(self, stream: str, version: int) -> None:
        """Remove rows of earlier versions, after this stream's rows so far."""
        intake = self.intake(stream)
        if intake.outgrown_by({}, version):
            self.flush()
            intake.grow({}, version)
        intake.batch.activate = version
        self.flush()

    def tick(self) -> None:
        """Look at the clock: write what has waited too long."""
        if self._time() - self._began >= self._limits.seconds:
            self.flush()

    def flush(self) -> None:
        """Write what is held, then let the state go that covers it.

        Rows without a key that came after that state go into a batch of their own: the checkpoint
        has to tell them from those that no tap sends again.
        """
        self._began = self._time()
        ahead = self._pending and any(each.ahead for each in self.intakes.values())
        if ahead and self._write([each.take_covered() for each in self.intakes.values()]):
            self._release()
        if self._write([each.take() for each in self.intakes.values()]) and not ahead:
            self._release()

    def _write(self, batches: Sequence[StreamBatch]) -> bool:
        filled = [each for each in batches if not each.empty]
        return bool(filled) and self._run.write(filled)

    @property
    def _pending(self) -> bool:
        """A state has come that is not emitted yet."""
        return self._state is not None and self._state != self._emitted

    def _release(self) -> None:
        if self._state is not None and self._pending:
            self._emit(self._state)
            self._emitted = self._state
            self._run.released()

    def finish(self, status: str, error: str = "", *, whole: bool = True) -> None:
        """Write the rest, emit the last state, close the run's row in Sync_Log.

        Args:
            status: How the run ended.
            error: Why, if it failed.
            whole: The input came to its own end.
        """
        self.flush()
        if self._run.complete(whole=whole):
            self._release()
        self._run.close(status, error, After.IS_DONE if whole else After.GIVES_UP)

    def abort(self, error: str) -> None:
        """Give up: no state leaves; the log says why, if that can still be written."""
        self._run.fail(error)
