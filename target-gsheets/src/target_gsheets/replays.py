"""Rows without a key that a killed run had written already are not written twice.

The checkpoint tells, per stream without key, how many rows were written since the last state
that left, and a digest of them. If the run did not end properly and the next one begins with
exactly these rows, they are a repetition. Until that is known, its rows are held back.
"""

from __future__ import annotations

import hashlib
import logging
from typing import TYPE_CHECKING

from target_gsheets.batches import Row, StreamBatch
from target_gsheets.checkpoint import Applied

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from target_gsheets.checkpoint import Checkpoint

_logger = logging.getLogger(__name__)
_NOTHING = Applied(0, "")


class Replays:
    """Tells repetitions from new rows."""

    def __init__(self) -> None:
        self._expected: dict[str, Applied] = {}
        self._held: dict[str, StreamBatch] = {}
        self._applied: dict[str, Applied] = {}

    def expect(self, checkpoint: Checkpoint | None) -> None:
        """Take note of what the last run left, if it did not end properly."""
        if checkpoint is not None and checkpoint.mark.open:
            self._expected = dict(checkpoint.mark.applied)

    @property
    def holding(self) -> bool:
        """Rows are held back."""
        return bool(self._held)

    def sift(self, batches: Sequence[StreamBatch]) -> list[StreamBatch]:
        """Return what can be written now; the rest is held."""
        ready = []
        for batch in batches:
            stream = batch.layout.stream
            if stream not in self._expected or batch.layout.keyed:
                ready.append(batch)
                continue
            held = _joined(self._held.pop(stream, None), batch)
            if len(held.rows) < self._expected[stream].rows:
                self._held[stream] = held
            else:
                ready.append(self._without_repetition(held))
        return ready

    def _without_repetition(self, batch: StreamBatch) -> StreamBatch:
        stream = batch.layout.stream
        expected = self._expected.pop(stream)
        rows = list(batch.rows.items())
        first, rest = rows[: expected.rows], rows[expected.rows :]
        if _digest("", (row for _, row in first)) != expected.digest:
            return batch
        _logger.info(
            "stream=%s the first %d records were written by the interrupted run already",
            stream,
            expected.rows,
        )
        self._applied[stream] = expected
        return StreamBatch(
            batch.layout, dict(rest), batch.received, batch.refused, activate=batch.activate
        )

    def give_up(self) -> list[StreamBatch]:
        """Return what is held: the input has ended, so it was no repetition."""
        held = list(self._held.values())
        self._held, self._expected = {}, {}
        return held

    def applied_with(self, batches: Sequence[StreamBatch]) -> dict[str, Applied]:
        """Return what the checkpoint of a batch has to tell."""
        applied = {**self._expected, **self._applied}
        for batch in batches:
            if not batch.layout.keyed and batch.rows:
                before = applied.get(batch.layout.stream, _NOTHING)
                digest = _digest(before.digest, batch.rows.values())
                applied[batch.layout.stream] = Applied(before.rows + len(batch.rows), digest)
        return applied

    def note(self, applied: dict[str, Applied]) -> None:
        """Take note that a batch with this checkpoint was applied."""
        self._applied = applied

    def released(self) -> None:
        """Note that the state which covers everything written has left."""
        self._applied = {}


def _joined(held: StreamBatch | None, batch: StreamBatch) -> StreamBatch:
    if held is None:
        return batch
    return StreamBatch(
        batch.layout,
        {**held.rows, **batch.rows},
        held.received + batch.received,
        held.refused + batch.refused,
        activate=batch.activate,
    )


def _digest(begin: str, rows: Iterable[Row]) -> str:
    running = begin
    for row in rows:
        cells = b"\0".join(each or b"" for each in row.cells)
        running = hashlib.sha256(running.encode() + cells).hexdigest()
    return running
