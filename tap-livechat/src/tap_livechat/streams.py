"""The streams of the catalog: their schema, and how their rows are written."""

from __future__ import annotations

import time
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError
from singer_sdk.mapper import SameRecordTransform
from singer_sdk.streams import Stream

from tap_livechat.instants import moment_of

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

    from tap_livechat.tables import Table
    from tap_livechat.tap import TapLiveChat
    from tap_livechat.wire import Shape

_CHECKPOINT_SECONDS = 15.0
_OPEN = "open_threads"


class LiveChatStream(Stream):
    """One table; its bookmark changes only after the rows it covers are on standard output."""

    _tap: TapLiveChat

    def __init__(self, tap: TapLiveChat, table: Table) -> None:
        self.table = table
        super().__init__(tap, schema=table.schema, name=table.name)
        self.primary_keys = table.keys
        self.replication_key = table.replication_key
        self.selected_by_default = table.selected
        self.records_written = 0
        self._since_state, self._state_written = 0, time.monotonic()

    @property
    def is_sorted(self) -> bool:
        """Whether rows come in the order of the replication key: not from several windows."""
        return False

    @property
    def place(self) -> str | None:
        """Up to which creation every thread has been written; None on a first run.

        Raises:
            FatalSyncError: The state was not written by this tap.
        """
        found = self.stream_state.get("replication_key_value")
        return None if found is None else _instant_in_state(found)

    def get_records(self, context: Any) -> Iterable[dict[str, Any]]:  # noqa: ARG002
        """Rows one by one, as the framework's interface asks for."""
        yield from self._tap.rows_of(self)

    def begin(self) -> None:
        """Write the SCHEMA message."""
        self._write_schema_message()

    def write(self, rows: list[Shape], version: int | None = None) -> None:
        """Write rows; without a stream map all of them in one go."""
        if self._is_unmapped:
            self._tap.writer.write_records(
                self.name, self._wanted(rows), version=version, extracted=self._tap.now
            )
        else:
            for row in rows:
                self._write_record_message(row)
        self.records_written += len(rows)
        self._since_state += len(rows)

    @property
    def open_threads(self) -> dict[str, str]:
        """When threads that went on when they were last written were created, by id."""
        found = self.stream_state.get(_OPEN)
        known = found.items() if isinstance(found, dict) else ()
        return {str(id_): _instant_in_state(at) for id_, at in known}

    def remember(self, place: str | None, open_threads: Mapping[str, str]) -> None:
        """Note up to which creation every thread has been written, and which of them go on.

        The place never moves back.
        """
        if place is not None and (self.place is None or place > self.place):
            self.stream_state.update(replication_key="created_at", replication_key_value=place)
        if open_threads:
            self.stream_state[_OPEN] = dict(open_threads)
        else:
            self.stream_state.pop(_OPEN, None)

    def activate(self, version: int) -> None:
        """Say that rows of earlier versions are no longer there."""
        self._write_activate_version_message(version)

    def checkpoint(self, *, always: bool = False) -> None:
        """Write a STATE message when it is time for one."""
        waited = time.monotonic() - self._state_written
        due = self._since_state >= self.STATE_MSG_FREQUENCY or waited > _CHECKPOINT_SECONDS
        if always or due:
            self.state_manager.is_flushed = False
            self._write_state_message()
            self._since_state, self._state_written = 0, time.monotonic()

    def _wanted(self, rows: list[Shape]) -> list[Shape]:
        dropped = [n for n in self.schema["properties"] if not self._is_wanted(n)]
        if not dropped:
            return rows
        return [{n: v for n, v in row.items() if n not in dropped} for row in rows]

    def _is_wanted(self, column: str) -> bool:
        return column in self.table.keys or bool(self.mask.get(("properties", column), True))

    @property
    def _is_unmapped(self) -> bool:
        """Whether rows go out as they are: no stream map and no flattening changes them."""
        maps = self.stream_maps
        return (
            len(maps) == 1
            and type(maps[0]) is SameRecordTransform
            and not maps[0].flattening_enabled
        )


def _instant_in_state(found: object) -> str:
    at = moment_of(found)
    if at is None:
        raise FatalSyncError(
            "The state was not written by this tap, or was changed since. Give the last state that "
            "was kept, or none: then everything is loaded again."
        )
    return at
