"""The tap: settings, streams, and what a run ends with."""

from __future__ import annotations

import sys
import time
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk import Tap
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError
from singer_sdk.helpers.capabilities import PluginCapabilities, TapCapabilities

from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client, UnreachableError
from tap_hubspot_support.columns import columns_of
from tap_hubspot_support.endings import FAILURES, told_by_exit_code
from tap_hubspot_support.files import catalog_file, state_file, unreadable
from tap_hubspot_support.messages import MessageWriter
from tap_hubspot_support.run import Run
from tap_hubspot_support.settings import SETTINGS_SCHEMA, Settings
from tap_hubspot_support.streams.history import TicketPropertyHistoryStream
from tap_hubspot_support.streams.owners import OwnerStream
from tap_hubspot_support.streams.pipelines import (
    TicketPipelineStageStream,
    TicketPipelineStream,
)
from tap_hubspot_support.streams.rejected_values import RejectedValueStream
from tap_hubspot_support.streams.tickets import TicketStream

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    import click
    from singer_sdk.helpers.capabilities import CapabilitiesEnum

    from tap_hubspot_support.streams.base import SupportStream

_ALWAYS_LOADED = ("hs_object_id", "createdate", "hs_lastmodifieddate")


class TapHubSpotSupport(Tap):
    """Singer tap for HubSpot's support data: tickets, owners, pipelines and their history."""

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
    message_writer_class = MessageWriter
    # How to wait, replaced by tests so that none of them sleeps.
    wait: ClassVar[Callable[[float], object] | None] = None
    clock: ClassVar[Callable[[], float]] = time.monotonic

    rejections: RejectedValueStream
    writer: MessageWriter

    def discover_streams(self) -> Sequence[SupportStream]:
        """All streams; ticket columns come from HubSpot's property definitions."""
        run = self._start_run()
        tickets = self._ticket_stream(run)
        self.rejections = RejectedValueStream(self, run, _table(RejectedValueStream.columns))
        return [
            tickets,
            TicketPropertyHistoryStream(self, run),
            OwnerStream(self, run, _table(OwnerStream.columns)),
            TicketPipelineStream(self, run, _table(TicketPipelineStream.columns)),
            TicketPipelineStageStream(self, run, _table(TicketPipelineStageStream.columns)),
            self.rejections,
        ]

    def run_discovery(self) -> str:
        """Print the catalog.

        Raises:
            FatalSyncError: Property definitions could not be read: a catalog without them
                would look complete and load nothing.
        """
        for stream in self.streams.values():
            if (failure := getattr(stream, "failure", None)) is not None:
                raise failure
        return super().run_discovery()

    def load_state(self, state: dict[str, Any]) -> None:
        """Take in the state; bookmarks that are null are none.

        Raises:
            ConfigValidationError: The bookmarks have no form that a state can have.
        """
        bookmarks = state.get("bookmarks") or {}
        known = bookmarks.values() if isinstance(bookmarks, dict) else [bookmarks]
        if not all(bookmark is None or isinstance(bookmark, dict) for bookmark in known):
            raise unreadable("--state", "this is no Singer state. Give the last one that was kept")
        super().load_state({"bookmarks": {n: b for n, b in bookmarks.items() if b}})

    def sync_all(self) -> None:  # type: ignore[misc]  # the framework stops at the first failure
        """Sync all selected streams; one that fails does not stop the others.

        Raises:
            FatalSyncError: Some streams failed, or the state is another account's.
            AbortedSyncPausedException: HubSpot asked to come back later.
        """
        started = time.monotonic()
        failed: list[str] = []
        self._reset_state_progress_markers()
        selected = [stream for stream in self.streams.values() if stream.selected]
        self._check_state(selected)
        try:
            failed += (stream.name for stream in selected if not self._sync(stream))
        finally:
            self._run.client.close()
            self._log_summary(failed, time.monotonic() - started)
        if failed:
            raise FatalSyncError(f"These streams failed, see above: {', '.join(failed)}.")

    @classmethod
    def invoke(cls, **kwargs: Any) -> None:
        """Run from the command line; the exit code tells how it ended."""
        with told_by_exit_code(cls.logger):
            state, catalog = (
                state_file(kwargs.pop("state", None)),
                catalog_file(kwargs.pop("catalog", None)),
            )
            super().invoke(**kwargs, state=state, catalog=catalog)

    @classmethod
    def cb_config(cls, ctx: click.Context, param: click.Option, value: tuple[str, ...]) -> Any:
        """Read the files given with `--config`."""
        with told_by_exit_code(cls.logger):
            try:
                return super().cb_config(ctx, param, value)
            except FileNotFoundError as missing:
                raise unreadable("--config", str(missing)) from None
            except (TypeError, ValueError):
                raise unreadable("--config", "this is no JSON object") from None

    @classmethod
    def cb_discover(cls, ctx: click.Context, param: click.Option, value: bool) -> None:  # noqa: FBT001
        """Answer `--discover`; ends as a run does."""
        with told_by_exit_code(cls.logger):
            super().cb_discover(ctx, param, value)

    @classmethod
    def cb_test(cls, ctx: click.Context, param: click.Option, value: str) -> None:
        """Answer `--test`; ends as a run does."""
        with told_by_exit_code(cls.logger):
            super().cb_test(ctx, param, value)

    def _start_run(self) -> Run:
        settings = Settings.of(self.config)
        wait, clock = type(self).wait, type(self).clock
        budgets = Budgets(settings.quota_share, clock=clock, wait=wait)
        client = Client(settings.api_base_url, settings.access_token, budgets, sleep=wait)
        self._run = Run(settings, client)
        self.writer = self.message_writer  # type: ignore[assignment]
        return self._run

    def _ticket_stream(self, run: Run) -> TicketStream:
        settings = run.settings
        allow = [*settings.allow, *_ALWAYS_LOADED] if settings.allow else []
        deny = [name for name in settings.deny if name not in _ALWAYS_LOADED]
        try:
            columns = columns_of(run.definitions("tickets"), allow, deny)
        except UnreachableError:
            raise
        except FAILURES as failure:
            # Owners and pipelines may still be readable: this stream fails in its turn.
            stream = TicketStream(self, run, [])
            stream.failure = failure
            return stream
        return TicketStream(self, run, columns)

    def _check_state(self, selected: Sequence[Any]) -> None:
        """Refuse an alien state: it would skip and flag the wrong rows."""
        for stream in selected:
            if not stream.bookmark.is_readable:
                raise FatalSyncError(
                    f"The state of the stream {stream.name} was not written by this tap, or was "
                    "changed since. Give the last state that was kept, or none: then everything "
                    "is loaded again."
                )
        for known in {stream.bookmark.portal_id for stream in selected} - {None}:
            if known != (present := self._run.portal_id):
                raise FatalSyncError(
                    f"The state is about the HubSpot account {known}, but the access token "
                    f"belongs to account {present}. Use a token of account {known}, or give "
                    f"account {present} a state and a target schema of its own."
                )

    def _sync(self, stream: Any) -> bool:
        try:
            stream.sync()
        except FAILURES as failure:
            self.logger.error("stream failed stream=%s reason=%s", stream.name, failure)  # noqa: TRY400
            return False
        stream.finalize_state_progress_markers()
        return True

    def _log_summary(self, failed: Sequence[str], seconds: float) -> None:
        counts = {n: getattr(s, "records_written", 0) for n, s in self.streams.items()}
        total = sum(counts.values())
        requests = self._run.client.budgets.requests
        self.logger.info(
            "run finished streams=%d failed=%d records=%d rejected_values=%d requests=%d "
            "requests_general=%d requests_search=%d requests_associations=%d seconds=%.1f "
            "records_per_second=%.0f per_stream=%s",
            len(counts),
            len(failed),
            total,
            self.rejections.counts.total(),
            requests.total(),
            requests["general"],
            requests["search"],
            requests["associations"],
            seconds,
            total / seconds if seconds else 0.0,
            ",".join(f"{name}:{count}" for name, count in counts.items()),
        )

    def _handle_termination(self, signum: int, frame: Any) -> None:  # noqa: ARG002
        """Write the state between two messages, then exit as a terminated program does."""

        def leave() -> None:
            self._state_writer.write_state(self.state)
            sys.exit(128 + signum)

        self.writer.when_idle(leave)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Validate without ever quoting a secret in an error."""
        try:
            return super()._validate_config(raise_errors=raise_errors)
        except ConfigValidationError as error:
            error.errors = [self._without_secret(text) for text in error.errors]
            raise

    def _without_secret(self, text: str) -> str:
        secret = self._config.get("access_token")
        return text.replace(str(secret), "(secret)") if secret else text


def _table(columns: dict[str, dict[str, Any]]) -> dict[str, Any]:
    return {"type": "object", "properties": dict(columns)}
