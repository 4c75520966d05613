"""From a stream's records to rows of cells."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import MissingKeyPropertiesError

from target_gsheets.batches import Row, StreamBatch
from target_gsheets.cells import EMPTY, cell, key_text
from target_gsheets.kinds import DATETIME, INTEGER
from target_gsheets.layout import DELETED_AT, OVERWRITE, TABLE_VERSION, UPSERT, wanted_layout
from target_gsheets.rows import day_number

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence

    from target_gsheets.batches import Key, Part
    from target_gsheets.layout import Column
    from target_gsheets.moments import Clock

_logger = logging.getLogger(__name__)
_LONGEST_KEY = 10_000
_TRUE = b'{"userEnteredValue":{"boolValue":true}}'


class Intake:
    """Reads one stream's records into its current batch.

    Args:
        stream: Stream name.
        schema: Its schema.
        keys: Its key properties.
        config: The target's settings.
        clock: How instants are shown.

    Attributes:
        layout: The worksheet asked for; it grows by technical columns when they are needed.
        batch: What was received since the last one was taken.
    """

    def __init__(
        self,
        stream: str,
        schema: Mapping[str, Any],
        keys: Sequence[str],
        config: Mapping[str, Any],
        clock: Clock,
    ) -> None:
        self._given = stream, schema, tuple(keys)
        self._config, self._clock = config, clock
        self._versioned = False
        self._deletes = self._marks and DELETED_AT in schema["properties"]
        self._warned: set[str] = set()
        self._known = {*schema["properties"], *keys}
        self._number = self._covered = 0
        self._lay_out()
        if not keys and self.layout.method == UPSERT:
            _logger.warning(
                "stream=%s has no key, so every run adds its records again. Set load_method to "
                "overwrite for it in streams, name its key in stream_maps as __key_properties__, "
                "or set load_method to append if that is meant.",
                stream,
            )

    @property
    def _marks(self) -> bool:
        return bool(self._config["deleted_rows"] == "mark")

    def _lay_out(self) -> None:
        stream, schema, keys = self._given
        self.layout = wanted_layout(
            stream, schema, keys, self._config, versioned=self._versioned, deletes=self._deletes
        )
        self.batch = StreamBatch(self.layout)
        self._arrived: dict[Key, int] = {}
        self._sweeps: dict[Part, int] = {}

    def outgrown_by(self, record: Mapping[str, Any], version: int | None) -> bool:
        """Tell whether a record needs a technical column that the layout does not have."""
        dead = self._marks and not self._deletes and bool(record.get(DELETED_AT))
        return dead or (version is not None and not self._versioned and self._obeys_versions)

    @property
    def _obeys_versions(self) -> bool:
        return bool(self._config["activate_version"])

    def grow(self, record: Mapping[str, Any], version: int | None) -> None:
        """Add the technical columns that a record needs; the batch must have been taken."""
        self._deletes = self._deletes or (self._marks and bool(record.get(DELETED_AT)))
        if version is not None and self._obeys_versions:
            self._versioned = True
            self._deletes = self._deletes or (self._marks and bool(self.layout.keys))
        self._lay_out()

    def take(self) -> StreamBatch:
        """Hand over the current batch and begin the next."""
        batch, self.batch = self.batch, StreamBatch(self.layout)
        arrived, self._arrived = self._arrived, {}
        sweeps, self._sweeps = self._sweeps, {}
        if sweeps:
            _bury_swept(batch, arrived, sweeps)
        return batch

    def cover(self) -> None:
        """Note that a state has come: it covers the records so far."""
        self._covered = self._number

    @property
    def ahead(self) -> bool:
        """There are rows without a key that the last state does not cover."""
        appends = not self.layout.keyed and self.layout.method != OVERWRITE
        return appends and bool(self.batch.rows) and self._number > self._covered

    def take_covered(self) -> StreamBatch:
        """Hand over the batch without the rows that are ahead of the last state."""
        if not self.ahead:
            return self.take()
        batch = self.take()
        late = {number: row for number, row in batch.rows.items() if number > self._covered}
        batch.rows = {number: row for number, row in batch.rows.items() if number not in late}
        self.batch.rows = late
        self.batch.received = len(late)
        self.batch.size = sum(row.size for row in late.values())
        batch.received -= len(late)
        self.batch.activate, batch.activate = batch.activate, None
        return batch

    def add(self, record: Mapping[str, Any], version: int | None = None) -> None:
        """Take one record.

        Raises:
            MissingKeyPropertiesError: It does not carry its key.
        """
        self._look_at_names(record)
        dead = bool(record.get(DELETED_AT))
        self.batch.received += 1
        if dead and self.layout.keyed and any(key not in record for key in self._given[2]):
            self._sweep(record)
            return
        key = self._key(record)
        if key is None or (dead and not self.layout.keyed):
            self.batch.refused += key is None
            return
        row = self._tombstone(key, record) if dead else self._row(key, record, version)
        self._store(row)

    def _store(self, row: Row) -> None:
        self.batch.size += row.size
        if not self.layout.keyed:
            self._number += 1
            self.batch.rows[self._number] = row
            return
        if len(row.key) > 1:
            self._number += 1
            self._arrived[row.key] = self._number
        earlier = self.batch.rows.pop(row.key, None)
        if row.dead and earlier is not None:
            row = _buried(earlier, row)
        self.batch.rows[row.key] = row

    def _row(self, key: tuple[str, ...], record: Mapping[str, Any], version: int | None) -> Row:
        clock = self._clock
        cells = tuple(
            cell(self._value(each, record, version), each.kind, clock)
            if not (each.key and self.layout.keyed)
            else cell(key_text(record[each.source]), each.kind, clock)
            for each in self.layout.columns
        )
        at = self.layout.retention
        day = (
            day_number(_dated(record.get(self.layout.columns[at].source)), clock.zone)
            if at is not None
            else None
        )
        return Row(key, cells, day, version=version)

    def _value(self, column: Column, record: Mapping[str, Any], version: int | None) -> Any:
        return version if column.source == TABLE_VERSION else record.get(column.source)

    def _sweep(self, record: Mapping[str, Any]) -> None:
        """Take a tombstone that stands for all rows with a part of the key."""
        names = [self.layout.columns[at].source for at in self.layout.keys]
        part = tuple(
            (place, key_text(record[name])) for place, name in enumerate(names) if name in record
        )
        row = self._tombstone((), record)
        self._number += 1
        self._sweeps[part] = self._number
        self.batch.sweeps[part] = row.cells
        self.batch.size += row.size

    def _tombstone(self, key: tuple[str, ...], record: Mapping[str, Any]) -> Row:
        flags = self._config["soft_delete_flags"]
        cells: list[bytes | None] = []
        for column in self.layout.columns:
            if column.key and column.source not in record:
                cells.append(None)
            elif column.key:
                cells.append(cell(key_text(record[column.source]), column.kind, self._clock))
            elif column.source in flags:
                cells.append(_TRUE)
            elif column.source in record:
                cells.append(cell(record[column.source], column.kind, self._clock))
            else:
                cells.append(None)
        return Row(key, tuple(cells), dead=True)

    def _key(self, record: Mapping[str, Any]) -> tuple[str, ...] | None:
        """Return the key's text, None if nothing in it tells a row from others."""
        if not self.layout.keyed:
            return ()
        key = tuple(key_text(record[self.layout.columns[at].source]) for at in self.layout.keys)
        if any(key) and all(len(part) <= _LONGEST_KEY for part in key):
            return key
        self._warn("key", "has records with an empty or endless key, which are left out")
        return None

    def _look_at_names(self, record: Mapping[str, Any]) -> None:
        stream, _, keys = self._given
        missing = [key for key in keys if key not in record]
        partly = record.get(DELETED_AT) and len(missing) < len(keys)
        if missing and not partly:
            raise MissingKeyPropertiesError(
                f"A record of stream '{stream}' does not carry its key {missing}: nothing says "
                "which row it is. Check the tap's key properties.",
            )
        unknown = [name for name in record if name not in self._known and name[:5] != "_sdc_"]
        if unknown:
            names = ", ".join(sorted(unknown))
            self._warn(names, f"has properties that its schema does not declare: {names}")

    def _warn(self, once: str, text: str) -> None:
        if once not in self._warned:
            self._warned.add(once)
            _logger.warning("stream=%s %s", self.layout.stream, text)


def _dated(value: Any) -> Any:
    # A number here is an epoch, never a serial number.
    return str(value) if isinstance(value, (int, float)) and not isinstance(value, bool) else value


def _buried(earlier: Row, tombstone: Row) -> Row:
    """Lay a tombstone's cells over those of the same batch; a new row stays one to be added."""
    cells = tuple(
        old if new is None else new for old, new in zip(earlier.cells, tombstone.cells, strict=True)
    )
    return Row(earlier.key, cells, earlier.day, dead=True, version=earlier.version)


def _bury_swept(batch: StreamBatch, arrived: Mapping[Key, int], sweeps: Mapping[Part, int]) -> None:
    """Rows of a batch that came before a sweep are deleted by it as those of the sheet are."""
    patterns = {tuple(place for place, _ in part) for part in sweeps}
    for key, row in batch.rows.items():
        for places in patterns:
            part = tuple((place, key[place]) for place in places)
            if sweeps.get(part, 0) > arrived[key]:
                batch.rows[key] = _buried(row, Row(key, batch.sweeps[part], dead=True))


def marks_of(
    columns: Sequence[Column],
    flags: Sequence[str],
    moment: str,
    clock: Clock,
    version: int | None,
) -> dict[int, bytes]:
    """Return the cells that mark a row as deleted, by layout index."""
    marks: dict[int, bytes] = {}
    for at, column in enumerate(columns):
        if column.source == DELETED_AT:
            marks[at] = cell(moment, DATETIME, clock)
        elif column.source in flags:
            marks[at] = _TRUE
        elif column.source == TABLE_VERSION:
            marks[at] = cell(version, INTEGER, clock) if version is not None else EMPTY
    return marks
