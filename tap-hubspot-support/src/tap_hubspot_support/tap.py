"""The tap: settings, streams, and what a run ends with."""

from __future__ import annotations

import sys
import threading
import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import (
    AbortedSyncPausedException,
    ConfigValidationError,
    FatalSyncError,
)
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_hubspot_support._environment import numbers_in
from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client
from tap_hubspot_support.conduct import Conductor
from tap_hubspot_support.discovery import Found, explore, recognise, schemas_of
from tap_hubspot_support.explorer.command import ExploringTap
from tap_hubspot_support.log_file import kept_log
from tap_hubspot_support.output import Output
from tap_hubspot_support.refusals import refusals
from tap_hubspot_support.run import Run
from tap_hubspot_support.schema_cache import SchemaCache
from tap_hubspot_support.settings import SETTINGS_SCHEMA, Settings, secrets_of
from tap_hubspot_support.summary import log_plan, log_summary, spent
from tap_hubspot_support.table_stream import TableStream
from tap_hubspot_support.walks import Portal, tables_of, work_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_hubspot_support.conduct import Outcome


class TapHubSpotSupport(ExploringTap):
    """Singer tap for HubSpot: every CRM object with links, deletions and past values."""

    name = "tap-hubspot-support"
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
    dynamic_catalog = True
    # How to wait, replaced by tests so that none of them sleeps.
    wait: ClassVar[Callable[[float], object] | None] = None
    clock: ClassVar[Callable[[], float]] = time.monotonic

    runs: Sequence[Run] = ()
    portals: list[Portal]
    output: Output | None = None

    def discover_streams(self) -> Sequence[TableStream]:
        """All streams; the columns of records come from HubSpot's property definitions.

        With a catalog its columns count, and no definition is read.
        """
        runs = self.start_runs()
        cache = self._schema_cache([run.settings for run in runs])
        schemas = schemas_of(self.input_catalog) if self.input_catalog else None
        if schemas is None and cache is not None:
            schemas = cache.load()

        def look(run: Run) -> Found:
            return explore(run) if schemas is None else recognise(run, schemas)

        with ThreadPoolExecutor(len(runs), "portal") as pool:
            self.portals = [Portal(r, f) for r, f in zip(runs, pool.map(look, runs), strict=True)]
        tables = tables_of(self.portals, schemas)
        if schemas is None and cache and not any(portal.failures for portal in self.portals):
            cache.store({table.name: table.schema for table in tables})
        return [TableStream(self, table) for table in tables]

    def run_discovery(self) -> str:
        """Print the catalog.

        Raises:
            FatalSyncError: Property definitions could not be read: a catalog without them
                would look complete and load nothing.
        """
        for portal in self.portals if self.streams else ():
            for failure in portal.failures:
                if not portal.run.settings.many_portals:
                    raise failure
                self.logger.error("portal left out of the catalog: %s", portal.told(failure))
        return super().run_discovery()

    def sync_all(self) -> None:  # type: ignore[misc]  # the framework stops at the first failure
        """Sync all selected streams; one that fails does not stop the others.

        Raises:
            FatalSyncError: Some streams failed, or the state is another account's.
            AbortedSyncPausedException: HubSpot asked to come back later.
        """
        self._reset_state_progress_markers()
        selected = [stream for stream in self.streams.values() if stream.selected]
        with kept_log(self.config.get("log_folder")):
            try:
                self.sync_tables(selected)  # type: ignore[arg-type]
            finally:
                self._close()

    def sync_tables(self, streams: Sequence[TableStream]) -> None:
        """Sync some tables of all portals.

        Raises:
            FatalSyncError: Some failed, or the state is another account's.
            AbortedSyncPausedException: HubSpot asked to come back later.
        """
        started = time.monotonic()
        self.output = self._open_output()
        work = work_of(self.portals, streams, self.output)
        conductor = Conductor(self.output, work.walks, work.failed)
        planned = spent(self.portals)
        try:
            planned += conductor.prepare()
            log_plan(planned)
            conductor.run()
        finally:
            for stream in streams:
                stream.finish()
            log_summary(
                streams,
                spent(self.portals),
                planned,
                failed=len(conductor.outcome.failed),
                rejected=self.output.rejections.total(),
                seconds=time.monotonic() - started,
            )
        self.output.checkpoint()
        self._end(streams, conductor.outcome)

    def start_runs(self) -> list[Run]:
        """One run per portal, before anything was read."""
        wait, clock = type(self).wait, type(self).clock
        all_settings = Settings.of_portals(self.config)
        gate = threading.BoundedSemaphore(all_settings[0].max_concurrency)
        runs: list[Run] = []
        self.runs = runs
        for settings in all_settings:
            budgets = Budgets(settings.quota_share, clock=clock, wait=wait)
            client = Client(
                settings.api_base_url, settings.access_token, budgets, gate=gate, sleep=wait
            )
            runs.append(Run(settings, client))
        return runs

    def _schema_cache(self, settings: Sequence[Settings]) -> SchemaCache | None:
        path = self.config.get("schema_cache")
        return SchemaCache(path, self.config["schema_cache_hours"], settings) if path else None

    def _open_output(self) -> Output:
        return Output(
            self.streams,  # type: ignore[arg-type]
            self.state,  # type: ignore[arg-type]
            self._state_writer.write_state,
            many_portals=self.portals[0].run.settings.many_portals,
        )

    def _end(self, streams: Sequence[TableStream], outcome: Outcome) -> None:
        lost = [portal for portal in self.portals if portal.failure is not None]
        paused = [p.failure for p in lost if isinstance(p.failure, AbortedSyncPausedException)]
        broken = [portal for portal in lost if portal.failure not in paused]
        if broken and broken[0].run.settings.many_portals:
            names = ", ".join(portal.name for portal in broken)
            raise FatalSyncError(f"These portals failed, see above: {names}.")
        tables = {table for _, table in outcome.failed}
        tables |= {stream.name for stream in streams} if broken else set()
        if tables:
            raise FatalSyncError(f"These streams failed, see above: {', '.join(sorted(tables))}.")
        if paused or outcome.paused:
            raise outcome.paused or paused[0]

    def _close(self) -> None:
        for run in self.runs:
            run.client.close()

    def _handle_termination(self, signum: int, frame: Any) -> None:  # noqa: ARG002
        """Write the state between two messages, then exit as a terminated program does."""

        def leave() -> None:
            self._state_writer.write_state(self.state)
            self._close()  # else the threads that read would wait their waits out
            sys.exit(128 + signum)

        if self.output is not None:
            # Never given back: nothing may be written after this state.
            self.output.lock.acquire()
        self.writer.when_idle(leave)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Validate without ever quoting a secret in an error."""
        self._config.update(numbers_in(self._config, self.config_jsonschema))
        try:
            errors = super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            error.errors = [self._without_secrets(text) for text in error.errors]
            raise
        if wrong := refusals(self._config):
            if raise_errors:
                raise ConfigValidationError("Config validation failed", errors=wrong)
            errors = [*errors, *wrong]
        return errors

    def _without_secrets(self, text: str) -> str:
        for secret in secrets_of(self._config):
            text = text.replace(secret, "(secret)")
        return text
