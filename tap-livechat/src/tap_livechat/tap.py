"""The tap: settings, streams, and what a run ends with."""

from __future__ import annotations

import sys
import time
from itertools import chain
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_livechat._command_line import CommandLineTap
from tap_livechat._endings import FAILURES
from tap_livechat._environment import numbers_in
from tap_livechat._throttle import SlidingWindow
from tap_livechat.client import MINUTE, Client, UnreachableError
from tap_livechat.instants import days_before, instant, written
from tap_livechat.reports import daily_rows
from tap_livechat.run import Run
from tap_livechat.settings import SETTINGS_SCHEMA, Settings
from tap_livechat.streams import LiveChatStream
from tap_livechat.tables import DAILY_REPORTS, OF_THREADS, TABLES
from tap_livechat.threads import Entry, rows_by_stream

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_livechat.wire import Shape

_REPORT_DAYS = 365
_OF_THREADS = {table.name for table in OF_THREADS}


class TapLiveChat(CommandLineTap):
    """Singer tap for LiveChat: archived chats with everything in them, and who works there."""

    name = "tap-livechat"
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS_SCHEMA
    capabilities: ClassVar[list[CapabilitiesEnum]] = [
        TapCapabilities.CATALOG,
        TapCapabilities.STATE,
        TapCapabilities.DISCOVER,
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
    ]
    # How to wait, replaced by tests so that none of them sleeps.
    wait: ClassVar[Callable[[float], object] | None] = None
    clock: ClassVar[Callable[[], float]] = time.monotonic

    def discover_streams(self) -> Sequence[LiveChatStream]:
        """All streams; their columns are the same for every licence, so nothing is asked."""
        self._run: Run | None = None
        return [LiveChatStream(self, table) for table in TABLES]

    @property
    def run(self) -> Run:
        """The run, begun when first needed."""
        if self._run is None:
            settings = Settings.of(self.config)
            wait, clock = type(self).wait, type(self).clock
            window = SlidingWindow(settings.requests_per_minute, MINUTE, clock=clock, wait=wait)
            client = Client(
                settings.api_base_url,
                settings.api_version,
                settings.credential,
                window,
                sleep=wait,
            )
            self._run = Run(settings, client)
        return self._run

    @property
    def now(self) -> str:
        """When records are extracted."""
        return written(self.run.client.now)

    def sync_all(self) -> None:  # type: ignore[misc]  # the framework reads stream by stream
        """Sync all selected streams; one that fails does not stop the others.

        Raises:
            FatalSyncError: Some streams failed.
        """
        started = time.monotonic()
        self._reset_state_progress_markers()
        chosen = [stream for stream in self.streams.values() if stream.selected]
        streams = [stream for stream in chosen if isinstance(stream, LiveChatStream)]
        failed: list[str] = []
        try:
            failed += self._sync_threads([s for s in streams if s.name in _OF_THREADS])
            for stream in streams:
                if stream.name not in _OF_THREADS:
                    failed += self._attempt([stream], lambda s=stream: self._sync_list(s))  # type: ignore[misc]
        finally:
            self.run.client.close()
            self._log_summary(streams, failed, time.monotonic() - started)
        if failed:
            raise FatalSyncError(f"These streams failed, see above: {', '.join(failed)}.")

    def rows_of(self, stream: LiveChatStream) -> Iterator[Shape]:
        """The rows of one stream, for a caller that does not want a whole sync."""
        if stream.name in _OF_THREADS:
            for page in self.run.pages(self.run.since(stream.place)):
                entries = [Entry(chat, self.run.authors) for chat in page.chats]
                yield from rows_by_stream(entries)[stream.name]
        elif stream.table is DAILY_REPORTS:
            yield from self._report_rows()
        else:
            yield from self.run.licence.rows(stream.name)

    def _sync_threads(self, streams: Sequence[LiveChatStream]) -> list[str]:
        return self._attempt(streams, lambda: self._read_archive(streams)) if streams else []

    def _attempt(
        self, streams: Sequence[LiveChatStream], action: Callable[[], object]
    ) -> list[str]:
        """Do something for streams; returns the names of those that failed."""
        names = [stream.name for stream in streams]
        try:
            action()
        except UnreachableError:
            raise
        except FAILURES as failure:
            self.logger.error("failed streams=%s reason=%s", ",".join(names), failure)  # noqa: TRY400
            return names
        finally:
            for stream in streams:
                stream.finalize_state_progress_markers()
            if streams:
                streams[-1].checkpoint(always=True)
        return []

    def _read_archive(self, streams: Sequence[LiveChatStream]) -> None:
        """One reading of the archive for all tables that are made from threads."""
        run = self.run
        places = [stream.place for stream in streams]
        since = run.since(None if None in places else min(p for p in places if p))
        for stream in streams:
            stream.begin()
            run.seen.awaited.update(stream.open_threads)
        left = run.settings.limit
        for page in chain(run.pages(since), run.left_open(since) if left is None else ()):
            chats = page.chats if left is None else page.chats[:left]
            self._write_page(streams, [Entry(chat, run.authors) for chat in chats])
            if left is None:
                _remember(streams, run.seen.place(page.complete), run.seen.awaited | run.seen.open)
            else:
                left -= len(chats)
                if left <= 0:
                    return
        if left is None:
            _remember(streams, run.seen.last, run.seen.open)
        run.tell(since)

    def _write_page(self, streams: Sequence[LiveChatStream], entries: list[Entry]) -> None:
        rows = rows_by_stream(entries)
        for entry, row in zip(entries, rows["chats"], strict=True):
            self.run.seen.note(entry, row["created_at"])
        for stream in streams:
            stream.write(rows[stream.name])
            stream.checkpoint()

    def _sync_list(self, stream: LiveChatStream) -> None:
        """Read a small list whole; what is no longer in it is gone."""
        rows = self.run.settings.limit
        stream.begin()
        found = list(self.rows_of(stream))
        if stream.table is DAILY_REPORTS or rows is not None:
            stream.write(found[:rows])
            return
        version = int(time.time() * 1000)
        stream.write(found, version)
        stream.activate(version)

    def _report_rows(self) -> list[Shape]:
        last = self.run.seen.last
        until = instant(last) if last else self.run.client.now
        since = self.run.settings.start or days_before(until, _REPORT_DAYS)
        return daily_rows(self.run.client, since, until)

    def _log_summary(
        self, streams: Sequence[LiveChatStream], failed: Sequence[str], seconds: float
    ) -> None:
        total = sum(stream.records_written for stream in streams)
        bill = self.run.client.bill
        self.logger.info(
            "run finished streams=%d failed=%d records=%d threads=%d requests_planned=%d "
            "requests=%d requests_billed=%d dollars=%s seconds=%.1f records_per_second=%.0f "
            "per_stream=%s",
            len(streams),
            len(failed),
            total,
            self.run.seen.threads,
            bill.planned,
            bill.requests,
            bill.billed,
            bill.dollars,
            seconds,
            total / seconds if seconds else 0.0,
            ",".join(f"{stream.name}:{stream.records_written}" for stream in streams),
        )

    def _handle_termination(self, signum: int, frame: Any) -> None:  # noqa: ARG002
        """Write the state between two messages, then exit as a terminated program does."""

        def leave() -> None:
            self._state_writer.write_state(self.state)
            if self._run is not None:
                self._run.client.close()  # else the archive's threads would wait their waits out
            sys.exit(128 + signum)

        self.writer.when_idle(leave)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Validate without ever quoting a secret in an error."""
        self._config.update(numbers_in(self._config, SETTINGS_SCHEMA))
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            error.errors = [self._without_secret(text) for text in error.errors]
            raise

    def _without_secret(self, text: str) -> str:
        secret = self._config.get("access_token")
        return text.replace(str(secret), "(secret)") if secret else text


def _remember(
    streams: Sequence[LiveChatStream], place: str | None, open_threads: Mapping[str, str]
) -> None:
    for stream in streams:
        stream.remember(place, open_threads)
