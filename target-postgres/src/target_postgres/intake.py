"""From a RECORD line to a row: decode by the stream's own types, encode as one JSON array."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import MissingKeyPropertiesError

from target_postgres.batches import Rejection, StreamBatch, Tombstone
from target_postgres.column_types import JSONB, NUMERIC
from target_postgres.csv_rows import UnfitError, encode, json_text, without_lone_surrogates
from target_postgres.layout import DELETED_AT, METADATA
from target_postgres.record_values import as_text, comparable, value_of
from target_postgres.row_types import (
    NULL,
    UNNAMEABLE,
    Fields,
    decode_loose,
    decode_record,
    typed_decoder,
)

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from target_postgres.csv_rows import Value
    from target_postgres.layout import Layout

_astuple = msgspec.structs.astuple
_ABSENT = msgspec.Raw(b"")
#: Empty text is no instant, so such a record is no tombstone.
_NOT_DELETED = (b"null", b'""')


def _nothing() -> None:
    return


class Intake:
    """Reads one stream's records into its current batch.

    The usual record costs three calls into C: decode into a struct of the stream's types,
    take its values as a tuple, encode them as an array. Whatever does not fit those types
    goes through ``add_fields``, value by value.

    Args:
        layout: The stream's table.
        logger: Where to warn.
        validate: Answers why a decoded record is not valid, or None.
        write: Writes the current batch of every stream; called when something must be stored
            before what comes next.
    """

    def __init__(
        self,
        layout: Layout,
        logger: logging.Logger,
        validate: Callable[[Any], str | None] | None = None,
        write: Callable[[], None] = _nothing,
    ) -> None:
        self.layout = layout
        self.batch = StreamBatch(layout)
        self.stamp: tuple[str, int] = ("", 0)
        self._logger = logger
        self._validate = validate
        self._write = write
        self._swept: tuple[int, ...] = ()
        self._since_sweep: set[Any] = set()
        self._known = {column.source for column in layout.columns} | METADATA.keys()
        self._warned: set[str] = set()
        self._json_at = [i for i, each in enumerate(layout.columns) if each.type == JSONB]
        self._typed = validate is None and not any(
            UNNAMEABLE.search(column.source) for column in layout.columns
        )
        self._decode = self._decoder(strict=True)
        self._numeric_key = any(key.type == NUMERIC for key in layout.keys)
        self._unnumbered = 0

    def _decoder(self, *, strict: bool) -> Callable[[bytes], Any]:
        if not self._typed:
            return decode_loose
        return typed_decoder(self.layout, strict=strict)

    def take(self) -> StreamBatch:
        """Hand over the current batch and begin the next."""
        batch, self.batch = self.batch, StreamBatch(self.layout)
        return batch

    def add(self, line: bytes) -> None:
        """Read one RECORD message.

        Args:
            line: The message as the tap wrote it.

        Raises:
            MissingKeyPropertiesError: If the record does not carry its key.
        """
        if not self._typed:
            self._add_loosely(line)
            return
        try:
            message: Any = self._decode(line)
            values = _astuple(message.record)
            if self._json_at:
                values = self._with_json_text(values)
        except (msgspec.MsgspecError, UnicodeError):
            self._add_loosely(line)
            return
        if values[-1] is not None:
            self._add_loosely(line)
            return
        self._store((*values, message.time_extracted, message.version, *self.stamp))

    def _with_json_text(self, values: tuple[Any, ...]) -> tuple[Any, ...]:
        changed = list(values)
        for index in self._json_at:
            changed[index] = json_text(changed[index])
        return tuple(changed)

    def _store(self, values: tuple[Any, ...]) -> None:
        row = encode(values)
        batch = self.batch
        batch.received += 1
        batch.size += len(row)
        size = self.layout.key_size
        if not size:
            self._unnumbered += 1
            batch.rows[self._unnumbered] = row
            return
        key = self._key(values)
        batch.rows.pop(key, None)
        batch.rows[key] = row
        if batch.tombstones:
            batch.tombstones.pop(key, None)
        if batch.sweeps:
            self._since_sweep.add(tuple(comparable(values[index]) for index in self._swept))

    def _key(self, values: tuple[Any, ...]) -> Any:
        first = values[0]
        if self.layout.key_size == 1 and first.__class__ is not msgspec.Raw:
            return first
        keys = values[: self.layout.key_size]
        return tuple(map(comparable, keys)) if self._numeric_key else encode(keys)

    def _add_loosely(self, line: bytes) -> None:
        try:
            message = decode_loose(line)
            self.add_fields(message.record, message.time_extracted, message.version)
        except (msgspec.MsgspecError, UnicodeError):
            repaired = without_lone_surrogates(line)
            if repaired == line:
                self.reject("The record is not valid JSON.", _record_text(line))
            else:
                self._add_loosely(repaired)

    def add_fields(
        self, record: Fields, extracted_at: str | None = None, version: int | None = None
    ) -> None:
        """Take one record whose values may be of any JSON type.

        Args:
            record: JSON value by property.
            extracted_at: The message's ``time_extracted``.
            version: The message's table version.

        Raises:
            MissingKeyPropertiesError: If the record does not carry its key.
        """
        self._look_at_names(record)
        reason = self._refusal(record)
        if reason:
            self._reject_fields(reason, record, version)
            return
        try:
            if _is_tombstone(record):
                self._bury(record)
            else:
                self._store((*self._lenient(record), None, extracted_at, version, *self.stamp))
        except UnfitError as error:
            self._reject_fields(str(error), record, version)

    def _reject_fields(self, reason: str, record: Fields, version: int | None) -> None:
        key = encode([record.get(each.source) for each in self.layout.keys]).decode()
        self.reject(reason, encode(record).decode(), key, version)

    def _lenient(self, record: Fields) -> list[Value]:
        return [value_of(each, record.get(each.source)) for each in self.layout.columns]

    def _look_at_names(self, record: Fields) -> None:
        missing = [key.source for key in self.layout.keys if key.source not in record]
        if missing and (len(missing) == self.layout.key_size or not _is_tombstone(record)):
            raise MissingKeyPropertiesError(
                f"A record of stream '{self.layout.stream}' does not carry its key "
                f"{missing}: nothing says which row it is. Check the tap's key properties."
            )
        unknown = record.keys() - self._known - self._warned
        if unknown:
            self._warned |= unknown
            self._logger.warning(
                "stream=%s has properties that its SCHEMA message does not declare; "
                "they are not stored: %s",
                self.layout.stream,
                ", ".join(sorted(unknown)),
            )
            self._decode = self._decoder(strict=False)

    def _refusal(self, record: Fields) -> str | None:
        for key in self.layout.keys:
            if bytes(record.get(key.source, _ABSENT)) == b"null":
                return f"The key column {key.name} is null."
        if self._validate is not None:
            return self._validate(msgspec.json.decode(encode(record)))
        return None

    def _bury(self, record: Fields) -> None:
        carried = [i for i, key in enumerate(self.layout.keys) if key.source in record]
        values = {
            each.source: as_text(value_of(each, record[each.source]))
            for each in (*self.layout.columns, *self.layout.metadata.values())
            if each.source in record
        }
        key = {
            each.source: values.pop(each.source)
            for each in self.layout.keys
            if each.source in values
        }
        if 0 < len(carried) < self.layout.key_size:
            self._sweep(tuple(carried), Tombstone(key, values), record)
        elif key:
            at = self._key(tuple(value_of(each, record[each.source]) for each in self.layout.keys))
            earlier = self.batch.tombstones.get(at)
            changes = {**earlier.changes, **values} if earlier else values
            self.batch.tombstones[at] = Tombstone(key, changes)
        self.batch.received += 1

    def _sweep(self, carried: tuple[int, ...], tombstone: Tombstone, record: Fields) -> None:
        """Take a tombstone for several rows; rows that came before it are written first."""
        keys = [self.layout.keys[index] for index in carried]
        at = tuple(comparable(value_of(each, record[each.source])) for each in keys)
        if self._follows_rows(carried, at):
            self._write()
        if not self.batch.sweeps:
            self._swept, self._since_sweep = carried, set()
        self.batch.sweeps[at] = tombstone

    def _follows_rows(self, carried: tuple[int, ...], at: tuple[Any, ...]) -> bool:
        """Whether the batch holds rows that the tombstone might be about."""
        batch = self.batch
        if not batch.sweeps:
            return bool(batch.rows)
        return carried != self._swept or at in self._since_sweep

    def reject(
        self, reason: str, record: str, key: str | None = None, version: int | None = None
    ) -> None:
        """Put a record aside with its reason.

        Args:
            reason: One sentence.
            record: The record as JSON text.
            key: Its key as a JSON array, where it can be told.
            version: The table version it came with, if any.
        """
        self.batch.received += 1
        self.batch.size += len(record)
        self.batch.rejected.append(Rejection(reason, record.replace("\0", ""), key, version))


def _is_tombstone(record: Fields) -> bool:
    return bytes(record.get(DELETED_AT, NULL)) not in _NOT_DELETED


def _record_text(line: bytes) -> str:
    try:
        return bytes(decode_record(line).record).decode("utf-8", "replace")
    except (msgspec.MsgspecError, UnicodeError):
        return line.decode("utf-8", "replace")


def fields_of(record: Mapping[str, Any]) -> Fields:
    """Return a decoded record as JSON values, for records that stream maps made."""
    return {name: msgspec.Raw(encode(value)) for name, value in record.items()}
