"""The target as Singer and Meltano see it."""

from __future__ import annotations

import json
import os
import sys
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar

from singer_sdk.exceptions import FatalSyncError, SyncError
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.target_base import Target

from target_postgres._environment import numbers_in
from target_postgres.connection import Connector, connection_parameters
from target_postgres.intake import fields_of
from target_postgres.layout import wanted_layout
from target_postgres.ledger import Ledger
from target_postgres.loading import Limits, Loading
from target_postgres.messages import MessageReader, required
from target_postgres.settings import SETTINGS
from target_postgres.validation import validator
from target_postgres.writer import DryWriter, PostgresWriter

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from types import FrameType

    from target_postgres.writer import Writer

#: Shells report a process ended by a signal as 128 plus its number.
_SIGNALLED = 128


class TargetPostgres(Target):
    """Singer target for PostgreSQL and Neon that keeps every instant, every row and every view."""

    name = "target-postgres"
    package_name = "target-postgres"
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS.to_dict()
    capabilities: ClassVar[list[Any]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        PluginCapabilities.ACTIVATE_VERSION,
        TargetCapabilities.VALIDATE_RECORDS,
        TargetCapabilities.SOFT_DELETE,
        TargetCapabilities.HARD_DELETE,
    ]

    def __init__(self, *, config: Any = None, parse_env_config: bool = False, **rest: Any) -> None:
        self.messages = MessageReader(lambda: self.loading)
        self._signal: int | None = None
        super().__init__(
            config=config,
            parse_env_config=parse_env_config or not config,
            message_reader=self.messages,
            **rest,
        )
        self.max_parallelism = 1
        self.messages.mapped = bool(
            self.config.get("stream_maps") or self.config.get("flattening_enabled")
        )

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        """Validate, numbers from the environment included."""
        self._config.update(numbers_in(self._config, self.config_jsonschema))
        return super()._validate_config(raise_errors=raise_errors)

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add the SDK's settings, except those this target cannot keep."""
        super().append_builtin_config(config_jsonschema)
        for name in ("load_method", "process_activate_version_messages"):
            config_jsonschema["properties"].pop(name, None)

    @classmethod
    def invoke(cls, **options: Any) -> None:
        """Run from the command line; what ends a run is told in words, without a traceback."""
        try:
            super().invoke(**options)
        except SyncError as error:
            cls.logger.error("%s", error)  # noqa: TRY400
            sys.exit(1)

    @cached_property
    def loading(self) -> Loading:
        """The run: made when the first message needs it."""
        config = self.config
        limits = Limits(
            rows=config["batch_size_rows"],
            size=config["batch_size_bytes"],
            seconds=config["batch_max_age_seconds"],
        )
        return Loading(self._writer(), limits, None if config["dry_run"] else _emit)

    def _writer(self) -> Writer:
        config = self.config
        connector = Connector(
            connection_parameters(config, os.environ), config["connect_patience_seconds"]
        )
        if config["dry_run"]:
            return DryWriter(connector)
        return PostgresWriter(
            connector,
            Ledger(config["default_target_schema"], uuid.uuid4().hex),
            started_at=self.initialized_at,
            hard=config["hard_delete"],
            flags=config["soft_delete_flags"],
        )

    def process_endofpipe(self) -> None:
        """Store what is left and end the run, saying by the exit code how it went.

        Raises:
            InputCutError: If the input ended within a message; what came before is kept.
            SystemExit: If a signal ended the run, with 128 plus its number.
        """
        failure = self.messages.failure
        status = "failed" if failure else "interrupted" if self._signal else "success"
        try:
            self.loading.finish(status)
        except BaseException:
            self.loading.abort()
            raise
        if failure is not None:
            raise failure
        if self._signal is not None:
            self.logger.warning("stopped by signal %d, all that was read is stored", self._signal)
            sys.exit(_SIGNALLED + self._signal)

    def _handle_termination(self, signum: int, frame: FrameType | None) -> None:  # noqa: ARG002
        # Nothing is drained here: the signal may have come in the middle of a batch. The
        # reading loop sees the flag, and the ordinary end of the run does the rest.
        if self._signal is not None:
            os._exit(_SIGNALLED + signum)
        self._signal = signum
        self.messages.stop = True

    def _process_schema_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "stream", "schema")
        if not isinstance(message_dict["schema"].get("properties"), dict):
            raise FatalSyncError(
                f"The SCHEMA message of stream '{message_dict['stream']}' has no properties. "
                "Check the tap's catalog.",
            )
        stream = message_dict["stream"]
        if self._seen.get(stream) == message_dict:
            return
        self._seen[stream] = message_dict
        schema, keys = message_dict["schema"], message_dict.get("key_properties") or []
        bookmarks = message_dict.get("bookmark_properties") or []
        if not self.messages.mapped:
            self._open(stream, schema, keys, bookmarks)
            return
        self.mapper.register_raw_stream_schema(stream, schema, keys)
        for mapped in self.mapper.stream_maps[stream]:
            keys = mapped.transformed_key_properties or []
            self._open(mapped.stream_alias, mapped.transformed_schema, keys, bookmarks)

    @cached_property
    def _seen(self) -> dict[str, dict[str, Any]]:
        return {}

    def _open(
        self,
        stream: str,
        schema: Mapping[str, Any],
        keys: Sequence[str],
        bookmarks: Sequence[str],
    ) -> None:
        config = self.config
        properties = schema["properties"]
        layout = wanted_layout(
            stream,
            schema,
            keys,
            config=config,
            bookmark_properties=[name for name in bookmarks if name in properties],
        )
        self.loading.open(layout, validator(schema) if config["validate_records"] else None)

    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        """Send one record through the stream maps; only called when some are configured."""
        required(message_dict, "stream", "record")
        stream = message_dict["stream"]
        if stream not in self.mapper.stream_maps:
            self.loading.intake(stream)
        for mapped in self.mapper.stream_maps[stream]:
            record = mapped.transform(dict(message_dict["record"]))
            if record is None:
                continue
            intake = self.loading.intake(mapped.stream_alias)
            intake.add_fields(
                fields_of(record), message_dict.get("time_extracted"), message_dict.get("version")
            )
            self.loading.after(intake)

    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "value")
        self.loading.remember(message_dict["value"])

    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "stream", "version")
        if not self.config["activate_version"]:
            return
        stream = message_dict["stream"]
        aliases = [stream]
        if self.messages.mapped:
            aliases = [mapped.stream_alias for mapped in self.mapper.stream_maps[stream]]
        for alias in aliases:
            self.loading.activate(alias, message_dict["version"])

    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:  # noqa: ARG002
        raise FatalSyncError(
            "The tap sends BATCH messages, which this target does not read. Remove "
            "batch_config from the tap's settings so that it sends RECORD messages.",
        )


def _emit(state: Mapping[str, Any]) -> None:
    sys.stdout.write(json.dumps(state) + "\n")
    sys.stdout.flush()
