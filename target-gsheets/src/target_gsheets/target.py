"""The target as Singer and Meltano see it."""

from __future__ import annotations

import os
import sys
import uuid
from functools import cached_property
from typing import TYPE_CHECKING, Any, ClassVar
from zoneinfo import ZoneInfo, ZoneInfoNotFoundError

from singer_sdk.exceptions import ConfigValidationError, FatalSyncError, MappingError, SyncError
from singer_sdk.helpers.capabilities import PluginCapabilities, TargetCapabilities
from singer_sdk.target_base import Target

from target_gsheets.cells import json_text
from target_gsheets.client import Sheets
from target_gsheets.credentials import account_info, credentials, spreadsheet_id
from target_gsheets.loading import Limits, Loading
from target_gsheets.messages import MessageReader, required
from target_gsheets.moments import Clock
from target_gsheets.reading import READING, read_out, reading_options
from target_gsheets.run import Run
from target_gsheets.settings import SETTINGS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from types import FrameType

    import click

#: Shells report a process ended by a signal as 128 plus its number.
_SIGNALLED = 128
_RETENTION_VARIABLE = "DATA_RETENTION_DAYS"


def connect(config: Mapping[str, Any]) -> Sheets:
    """Return the service that the settings name; nothing is sent yet.

    Raises:
        ConfigValidationError: The spreadsheet or the service account is missing or unusable.
    """
    place = spreadsheet_id(config, os.environ)
    info = account_info(config, os.environ)
    base = config.get("api_base_url") or ""
    return Sheets(
        credentials(info, local=bool(base)),
        place,
        info["client_email"],
        base=base,
        timeout=config.get("request_timeout_seconds", 200),
        patience=config.get("patience_seconds", 600),
    )


class TargetGSheets(Target):
    """Singer target for Google Sheets that loses, doubles and misplaces no row."""

    name = "target-gsheets"
    package_name = "target-gsheets"
    config_jsonschema: ClassVar[dict[str, Any]] = SETTINGS.to_dict()
    capabilities: ClassVar[list[Any]] = [
        PluginCapabilities.ABOUT,
        PluginCapabilities.STREAM_MAPS,
        PluginCapabilities.FLATTENING,
        PluginCapabilities.STRUCTURED_LOGGING,
        PluginCapabilities.ACTIVATE_VERSION,
        TargetCapabilities.SOFT_DELETE,
        TargetCapabilities.HARD_DELETE,
    ]

    def __init__(self, *, config: Any = None, parse_env_config: bool = False, **rest: Any) -> None:
        self.messages = MessageReader()
        self.messages.before = self._before
        self.messages.failed = self._failed
        self._signal: int | None = None
        super().__init__(
            config=config,
            parse_env_config=parse_env_config or not config,
            message_reader=self.messages,
            **rest,
        )
        # Google counts requests, and the batches of all streams are one request anyway.
        self.max_parallelism = 1

    @classmethod
    def append_builtin_config(cls, config_jsonschema: dict[str, Any]) -> None:
        """Add the SDK's settings, except those this target cannot keep."""
        super().append_builtin_config(config_jsonschema)
        config_jsonschema["properties"].pop("process_activate_version_messages", None)

    @classmethod
    def get_singer_command(cls) -> click.Command:
        """Return the command, with the options that read instead of write."""
        command = super().get_singer_command()
        command.params.extend(reading_options())
        return command

    @classmethod
    def invoke(cls, **options: Any) -> None:
        """Run from the command line; what ends a run is told in words, without a traceback."""
        reading = {name: options.pop(name) for name in READING if name in options}
        try:
            if reading.get("read") is not None or reading.get("test"):
                given = options["config"]
                target = cls(config=given.config, parse_env_config=given.parse_env)
                read_out(connect(target.settings), reading)
                return
            super().invoke(**options)
        except ConfigValidationError as error:
            for text in error.errors or [str(error)]:
                cls.logger.error("%s", text)  # noqa: TRY400
            sys.exit(1)
        except (SyncError, MappingError) as error:
            cls.logger.error("%s", error)  # noqa: TRY400
            sys.exit(1)

    def _validate_config(self, *, raise_errors: bool = True) -> list[str]:
        # The SDK's message shows a value of the wrong type, and this one is a secret.
        given = self._config.get("credentials_json")
        if isinstance(given, dict):
            self._config["credentials_json"] = json_text(given)
        elif given is not None and not isinstance(given, str):
            raise ConfigValidationError(
                "credentials_json is neither text nor an object. Set it to the content of the "
                "service account's JSON key.",
            )
        return super()._validate_config(raise_errors=raise_errors)

    @cached_property
    def loading(self) -> Loading:
        """The run: made when the first message needs it."""
        config = self.settings
        clock = Clock(_zone(config["timezone"]), as_text=config["timestamps"] == "text")
        limits = Limits(
            rows=config["batch_size_rows"],
            size=config["batch_size_bytes"],
            seconds=config["batch_max_age_seconds"],
        )
        run = Run(connect(config), uuid.uuid4().hex[:12], config, clock)
        return Loading(run, config, clock, limits, _emit)

    @property
    def settings(self) -> dict[str, Any]:
        """The settings, with what the older variables say where nothing else is set."""
        config = dict(self.config)
        days = os.environ.get(_RETENTION_VARIABLE)
        if days is not None and "retention_days" not in self._given:
            config["retention_days"] = _days(days)
        return config

    @cached_property
    def _given(self) -> set[str]:
        named = {name for name in os.environ if name.startswith("TARGET_GSHEETS_")}
        given = {name.removeprefix("TARGET_GSHEETS_").lower() for name in named}
        return given | set(getattr(self, "_raw_config", None) or {})

    def _before(self) -> None:
        self.loading.tick()

    def _failed(self, error: BaseException) -> None:
        """Say in Sync_Log why the run failed, if it can still be written."""
        if isinstance(error, SystemExit):
            return
        known = isinstance(error, SyncError)
        self._give_up(str(error) if known else f"Unexpected {type(error).__name__}; see the log.")

    def _give_up(self, reason: str) -> None:
        if "loading" in self.__dict__:
            self.loading.abort(reason)

    def process_endofpipe(self) -> None:
        """Write what is left and end the run, saying by the exit code how it went.

        Raises:
            InputCutError: If the input ended within a message; what came before is kept.
            SystemExit: If a signal ended the run, with 128 plus its number.
        """
        failure = self.messages.failure
        status = "Failed" if failure else "Interrupted" if self._signal else "Success"
        try:
            self.loading.finish(status, str(failure) if failure else "", whole=status == "Success")
        except BaseException as error:
            self._failed(error)
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
        keys = message_dict.get("key_properties") or []
        self.mapper.register_raw_stream_schema(stream, message_dict["schema"], keys)
        for mapped in self.mapper.stream_maps[stream]:
            mapped_keys = mapped.transformed_key_properties or []
            self.loading.open(mapped.stream_alias, mapped.transformed_schema, mapped_keys)

    @cached_property
    def _seen(self) -> dict[str, dict[str, Any]]:
        return {}

    def _process_record_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "stream", "record")
        stream = message_dict["stream"]
        if stream not in self.mapper.stream_maps:
            self.loading.intake(stream)
        for mapped in self.mapper.stream_maps[stream]:
            record = mapped.transform(dict(message_dict["record"]))
            if record is not None:
                self.loading.add(mapped.stream_alias, record, message_dict.get("version"))

    def _process_state_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "value")
        self.loading.remember(message_dict["value"])

    def _process_activate_version_message(self, message_dict: dict[str, Any]) -> None:
        required(message_dict, "stream", "version")
        if not self.config["activate_version"]:
            return
        stream, version = message_dict["stream"], message_dict["version"]
        if not isinstance(version, int):
            raise FatalSyncError(
                f"An ACTIVATE_VERSION message of stream '{stream}' has no integer as version. "
                "Check the tap's output against the Singer specification.",
            )
        if stream not in self.mapper.stream_maps:
            self.loading.intake(stream)
        for mapped in self.mapper.stream_maps[stream]:
            self.loading.activate(mapped.stream_alias, version)

    def _process_batch_message(self, message_dict: dict[str, Any]) -> None:  # noqa: ARG002
        raise FatalSyncError(
            "The tap sends BATCH messages, which this target does not read. Remove "
            "batch_config from the tap's settings so that it sends RECORD messages.",
        )


def _zone(name: str) -> ZoneInfo:
    try:
        return ZoneInfo(name)
    except (ZoneInfoNotFoundError, ValueError):
        raise ConfigValidationError(
            f"There is no time zone '{name}'. Set timezone to an IANA name such as "
            "America/Halifax or UTC.",
        ) from None


def _days(text: str) -> int:
    if not text.isdigit():
        raise ConfigValidationError(
            f"{_RETENTION_VARIABLE} has to be a whole number of days, 0 to keep everything.",
        )
    return int(text)


def _emit(state: Mapping[str, Any]) -> None:
    sys.stdout.write(json_text(state) + "\n")
    sys.stdout.flush()
