"""The tap: settings, streams, and what a run ends with."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_gorgias._command_line import CommandLineTap
from tap_gorgias._environment import numbers_in
from tap_gorgias._server_clock import ServerClock
from tap_gorgias.bucket import Bucket
from tap_gorgias.client import Client, Patience
from tap_gorgias.engine import Engine
from tap_gorgias.instants import written
from tap_gorgias.run import AccountRun
from tap_gorgias.settings import Settings, accounts_in
from tap_gorgias.settings_schema import SETTINGS_SCHEMA
from tap_gorgias.streams import GorgiasStream
from tap_gorgias.tables import TABLES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_gorgias.accounts import Account
    from tap_gorgias.engine import Item

_KEY_BUCKET, _OAUTH_BUCKET = 40, 80
_SECRETS = ("authorization", "api_key")


class TapGorgias(CommandLineTap):
    """Singer tap for Gorgias: support data and monthly figures per agent, of many accounts."""

    name = "tap-gorgias"
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

    def discover_streams(self) -> Sequence[GorgiasStream]:
        """All streams; their columns are the same for every account, so nothing is asked."""
        self._clients: list[Client] = []
        self._engine: Engine | None = None
        return [GorgiasStream(self, table) for table in TABLES]

    @property
    def now(self) -> str:
        """The present as records carry it, by the accounts' clocks."""
        clocks = [client.clock for client in self._clients] or [ServerClock()]
        return written(max(clock.now() for clock in clocks))

    def sync_all(self) -> None:  # type: ignore[misc]  # the framework reads stream by stream
        """Sync all selected streams of all accounts; what fails does not stop the others.

        Raises:
            FatalSyncError: Something could not be read.
        """
        self._reset_state_progress_markers()
        selected = [s for s in self.streams.values() if s.selected]
        self._sync([s for s in selected if isinstance(s, GorgiasStream)])

    def run_sync_dry_run(  # type: ignore[misc]  # as above
        self, dry_run_record_limit: int | None = 1, streams: Iterable[Any] | None = None
    ) -> bool:
        """Read a few records per stream and account.

        Raises:
            FatalSyncError: Something could not be read.
        """
        chosen = list(streams) if streams is not None else list(self.streams.values())
        self._sync(chosen, dry_run_record_limit)
        return True

    def items(self, streams: Sequence[GorgiasStream], limit: int | None = None) -> Iterator[Item]:
        """Batches of streams from all accounts.

        Raises:
            FatalSyncError: Something could not be read; everything else was.
        """
        settings = Settings.of(self.config)
        if limit is not None:
            settings = settings.with_limit(limit)
        runs = [self._run(settings, account, streams) for account in accounts_in(self.config)]
        self._clients = [run.client for run in runs]
        names = [stream.name for stream in streams]
        self._engine = Engine(runs, names, settings.limit)
        yield from self._engine.batches(min(len(runs), settings.max_concurrency))
        if failures := self._engine.failures:
            places = sorted({f"{one.account} ({one.stream})" for one in failures})
            raise FatalSyncError(f"Not everything could be read, see above: {', '.join(places)}.")

    def _sync(self, streams: Sequence[GorgiasStream], limit: int | None = None) -> None:
        started = time.monotonic()
        by_name = {stream.name: stream for stream in streams}
        announced = False
        try:
            for item in self.items(streams, limit):
                if not announced:
                    _announce(streams)
                announced = True
                by_name[item.batch.stream].write(item.account, item.batch)
        finally:
            if self._engine is not None:
                self._finish(streams, time.monotonic() - started)

    def _finish(self, streams: Sequence[GorgiasStream], seconds: float) -> None:
        for stream in streams:
            stream.finalize_state_progress_markers()
        self._state_writer.write_state(self.state)
        self._log_summary(streams, seconds)

    def _run(
        self, settings: Settings, account: Account, streams: Sequence[GorgiasStream]
    ) -> AccountRun:
        wait, clock = type(self).wait, type(self).clock
        bucket = Bucket(
            _OAUTH_BUCKET if account.is_oauth else _KEY_BUCKET,
            settings.quota_interval_seconds,
            share=settings.quota_share,
            clock=clock,
            wait=wait,
        )
        patience = Patience(
            settings.max_retries, settings.base_wait, settings.max_wait, sleep=wait, clock=clock
        )
        states = {stream.name: stream.states.get(account.client, {}) for stream in streams}
        return AccountRun(settings, account, Client(account, bucket, patience), states)

    def _log_summary(self, streams: Sequence[GorgiasStream], seconds: float) -> None:
        total = sum(stream.records_written for stream in streams)
        requests = [(c.account.client, c.bucket.requests) for c in self._clients]
        failures = self._engine.failures if self._engine else []
        self.logger.info(
            "run finished accounts=%d streams=%d failed=%d records=%d requests=%d seconds=%.1f "
            "records_per_second=%.0f per_stream=%s per_account_requests=%s",
            len(requests),
            len(streams),
            len(failures),
            total,
            sum(count for _, count in requests),
            seconds,
            total / seconds if seconds else 0.0,
            ",".join(f"{stream.name}:{stream.records_written}" for stream in streams),
            ",".join(f"{client}:{count}" for client, count in requests),
        )

    def _handle_termination(self, signum: int, frame: Any) -> None:  # noqa: ARG002
        """Write the state between two messages, then exit as a terminated program does."""

        def leave() -> None:
            if self._engine is not None:
                self._engine.stop()
            self._state_writer.write_state(self.state)
            sys.exit(128 + signum)

        self.writer.when_idle(leave)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Validate without ever quoting a secret in an error."""
        self._config.update(numbers_in(self._config, SETTINGS_SCHEMA))
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            error.errors = [self._without_secrets(text) for text in error.errors]
            raise

    def _without_secrets(self, text: str) -> str:
        entries = self._config.get("accounts")
        for entry in entries if isinstance(entries, list) else []:
            for name in _SECRETS if isinstance(entry, dict) else ():
                if entry.get(name):
                    text = text.replace(str(entry[name]), "(secret)")
        return text


def _announce(streams: Sequence[GorgiasStream]) -> None:
    for stream in streams:
        stream.begin()
