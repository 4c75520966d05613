"""One run against one spreadsheet: its batches, its row in Sync_Log, its end."""

from __future__ import annotations

import logging
from dataclasses import replace
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from target_gsheets.batches import Counts, StreamBatch
from target_gsheets.book import Book
from target_gsheets.checkpoint import After
from target_gsheets.commit import Committer
from target_gsheets.errors import BusyError
from target_gsheets.intake import marks_of
from target_gsheets.mending import Mending
from target_gsheets.moments import serial
from target_gsheets.replays import Replays
from target_gsheets.rows import Rules
from target_gsheets.staging import Staging, swap
from target_gsheets.sync_log import RunRecord, log_batch
from target_gsheets.writer import Write, Writer

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_gsheets.client import Sheets
    from target_gsheets.edits import Edit
    from target_gsheets.layout import Layout
    from target_gsheets.moments import Clock

_logger = logging.getLogger(__name__)
_DAY = 86_400


class Run:
    """Writes a run's batches and tells of it.

    Args:
        sheets: The service.
        run: The run's id.
        config: The target's settings.
        clock: How instants are shown.
    """

    def __init__(self, sheets: Sheets, run: str, config: Mapping[str, Any], clock: Clock) -> None:
        self._sheets, self._config, self._clock = sheets, config, clock
        self._committer = Committer(sheets, run, config["lease_seconds"])
        self._mending = Mending()
        self._book = Book(sheets, self._committer)
        self._writer = Writer(self._book, self._committer, self._mending, self._rules, clock.zone)
        self._replays = Replays()
        self._staging = Staging(run)
        self._record = RunRecord(run, sheets.now(), str(config["load_method"]))
        self._layouts: dict[str, Layout] = {}
        self._closed = False

    def begin(self, layout: Layout) -> None:
        """Note a stream; the first one has the spreadsheet looked at.

        Raises:
            SheetsError: The spreadsheet cannot be used; the text says what to do.
            BusyError: Another run is at work on it.
        """
        if not self._layouts:
            self._start()
        self._layouts[layout.stream] = layout
        self._staging.note(layout)
        self._record.titles[layout.stream] = layout.title
        self._record.counts.setdefault(layout.stream, Counts())
        _logger.info(
            "stream=%s worksheet=%s load_method=%s", layout.stream, layout.title, layout.method
        )

    def _start(self) -> None:
        workbook = self._book.workbook
        self._record.started = self._sheets.now()
        self._replays.expect(workbook.checkpoint)
        self._book.waste = self._staging.leftovers(workbook)
        _logger.info(
            "run=%s started, load_method=%s, %d worksheets, %d of 10,000,000 cells in use",
            self._record.run,
            self._record.mode,
            len(workbook.worksheets),
            workbook.cells,
        )

    def _rules(self, layout: Layout, version: int | None) -> Rules:
        oldest = None
        if layout.retention is not None and layout.retention_days:
            begin = self._sheets.now() - layout.retention_days * _DAY
            oldest = serial(datetime.fromtimestamp(begin, self._clock.zone))
        now = datetime.fromtimestamp(int(self._sheets.now()), timezone.utc).isoformat()
        flags = self._config["soft_delete_flags"]
        return Rules(
            oldest=oldest,
            remove_dead=self._config["deleted_rows"] == "remove",
            marks=marks_of(layout.columns, flags, now, self._clock, version),
        )

    def _log(self, counts: Mapping[str, Counts]) -> StreamBatch:
        counts = {self._staging.own(stream): each for stream, each in counts.items()}
        return log_batch(self._record.with_more(counts), self._sheets.now(), self._clock)

    def write(self, batches: list[StreamBatch]) -> bool:
        """Write a batch.

        Returns:
            Whether all records received so far are in the sheet.
        """
        batches = self._replays.sift(batches)
        if batches:
            self._apply(Write(self._staging.divert(batches), self._log, self._replays))
        return not self._replays.holding and not self._staging.layouts

    def _apply(self, write: Write) -> None:
        before = self._record.total()
        written = self._writer.write(write)
        counts = {self._staging.own(stream): each for stream, each in written.items()}
        self._record.add(counts)
        self._report(counts, before.received)

    def _report(self, counts: Mapping[str, Counts], before: int) -> None:
        total = before
        for stream, each in counts.items():
            total += each.received
            _logger.info(
                "stream=%s uploaded: %s; total records so far %d", stream, each.text(), total
            )

    def complete(self, *, whole: bool) -> bool:
        """Write what was held back, and put staged rows in place.

        Args:
            whole: The input came to its own end; otherwise rows may be missing, and worksheets
                that are overwritten keep those they have.

        Returns:
            Whether all records received are in the sheet.
        """
        batches = self._replays.give_up()
        if batches:
            self._apply(Write(self._staging.divert(batches), self._log, self._replays))
        if self._staging.layouts and not whole:
            titles = ", ".join(each.title for each in self._staging.layouts.values())
            _logger.warning("the input is not whole: these keep the rows they had: %s", titles)
            return False
        if self._staging.layouts:
            self._writer.write(self._overwriting())
        return True

    def _overwriting(self) -> Write:
        layouts = dict(self._staging.layouts)

        def swaps() -> list[Edit]:
            made = []
            for layout in layouts.values():
                aside = self._staging.aside(layout)
                staged = self._book.workbook.of_stream(aside.stream, aside.title)
                made += swap(layout, self._book.placement(layout), staged)
            return made

        batches = [StreamBatch(replace(each, retention=None)) for each in layouts.values()]
        layouts = {each.layout.stream: each.layout for each in batches}
        return Write(batches, self._log, self._replays, extra=swaps)

    def released(self) -> None:
        """Note that the state which covers everything written has left."""
        self._replays.released()

    def close(self, status: str, error: str, after: After) -> None:
        """Write the run's last row to Sync_Log, drop the copies, let other runs in."""
        total = self._record.total()
        untouched = [s for s, each in self._record.counts.items() if not each.received]
        self._record.status = "No data" if status == "Success" and not total.received else status
        self._record.error = error
        if not self._layouts:
            self._start()
        batches = [
            StreamBatch(self._layouts[stream])
            for stream in untouched
            if stream not in self._staging.layouts
        ]
        counts = self._writer.write(Write(batches, self._log, self._replays, after=after))
        self._record.add(counts)
        self._closed = True
        self._tell(untouched)

    def _tell(self, untouched: list[str]) -> None:
        for stream in untouched:
            _logger.info("stream=%s no data", stream)
        for stream, counts in self._record.counts.items():
            _logger.info("stream=%s processed: %s", stream, counts.text())
        total = self._record.total()
        _logger.info(
            "run=%s status=%s records=%d seconds=%.1f reads=%d writes=%d",
            self._record.run,
            self._record.status,
            total.received,
            self._sheets.now() - self._record.started,
            self._sheets.reads,
            self._sheets.writes,
        )

    def fail(self, error: str) -> None:
        """Say in Sync_Log that the run failed and why, if the sheet can still be written."""
        if self._closed:
            return
        if self._mending.unfinished:
            _logger.warning("the failure is not in Sync_Log: the next run has rows to put right")
            return
        self._record.status, self._record.error = "Failed", error
        try:
            self._book.forget()
            if not self._layouts:
                self._start()
            self._writer.write(Write([], self._log, self._replays, after=After.GIVES_UP))
        except BusyError:
            _logger.warning("the failure is not in Sync_Log: another run holds the spreadsheet")
        except FatalSyncError:
            _logger.warning("the failure could not be written to Sync_Log")
