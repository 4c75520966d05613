"""From a RECORD line to a row: decode by the stream's own types, encode as one JSON array."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from decimal import Decimal, InvalidOperation
from typing import TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import MissingKeyPropertiesError

from target_postgres.batches import Rejection, StreamBatch, Tombstone
from target_postgres.column_types import (
    BIGINT,
    BOOLEAN,
    DATE,
    JSONB,
    NUMERIC,
    TEXT,
    TIME,
    TIMESTAMPTZ,
)
from target_postgres.csv_rows import UnfitError, encode, json_text, lenient, without_lone_surrogates
from target_postgres.layout import DELETED_AT, METADATA

if TYPE_CHECKING:
    import logging
    from collections.abc import Callable, Mapping

    from target_postgres.csv_rows import Value
    from target_postgres.layout import Column, Layout

_astuple = msgspec.structs.astuple
_NULL = msgspec.Raw(b"null")
#: Empty text is no instant, so such a record is no tombstone.
_NOT_DELETED = (b"null", b'""')

#: Python types that both check a JSON value and write it back exactly. Numbers stay as
#: they were written, so that no digit is lost in a float.
_EXACT: dict[str, Any] = {
    TEXT: str,
    TIMESTAMPTZ: datetime,
    DATE: date,
    TIME: time,
    BIGINT: int,
    BOOLEAN: bool,
}

#: Characters that msgspec takes in no field name.
_UNNAMEABLE = re.compile(r'[\\"\x00-\x1f]')

Fields = dict[str, msgspec.Raw]


class _Loose(msgspec.Struct):
    """A RECORD message whose record may hold anything."""

    record: Fields
    version: int | None = None
    time_extracted: str | None = None


class _JustRecord(msgspec.Struct):
    record: msgspec.Raw = _NULL


_decode_loose = msgspec.json.Decoder(_Loose).decode
_decode_record = msgspec.json.Decoder(_JustRecord).decode


def _field(index: int, kind: str, *, key: bool) -> tuple[Any, ...]:
    exact = _EXACT.get(kind, msgspec.Raw)
    if key:
        return f"f{index}", exact
    if exact is msgspec.Raw:
        return f"f{index}", exact, _NULL
    return f"f{index}", exact | None, None


def _message_type(layout: Layout, *, strict: bool) -> type[msgspec.Struct]:
    columns = layout.columns
    fields = [
        _field(index, column.type, key=index < layout.key_size)
        for index, column in enumerate(columns)
    ]
    renames = {f"f{index}": column.source for index, column in enumerate(columns)}
    row = msgspec.defstruct(
        "Row",
        [*fields, ("deleted_at", str | None, None)],
        rename={**renames, "deleted_at": DELETED_AT},
        forbid_unknown_fields=strict,
        gc=False,
    )
    return msgspec.defstruct(
        "Message",
        [("record", row), ("version", int | None, None), ("time_extracted", datetime | None, None)],
        gc=False,
    )


class Intake:
    """Reads one stream's records into its current batch.

    The usual record costs three calls into C: decode into a struct of the stream's types,
    take its values as a tuple, encode them as an array. Whatever does not fit those types
    goes through ``add_fields``, value by value.
    """

    def __init__(
        self,
        layout: Layout,
        logger: logging.Logger,
        validate: Callable[[Any], str | None] | None = None,
    ) -> None:
        self.layout = layout
        self.batch = StreamBatch(layout)
        self.stamp: tuple[str, int] = ("", 0)
        self._logger = logger
        self._validate = validate
        self._known = {column.source for column in layout.columns} | METADATA.keys()
        self._warned: set[str] = set()
        self._json_at = [i for i, each in enumerate(layout.columns) if each.type == JSONB]
        self._typed = validate is None and not any(
            _UNNAMEABLE.search(column.source) for column in layout.columns
        )
        self._decode = self._decoder(strict=True)
        self._numeric_key = any(key.type == NUMERIC for key in layout.keys)
        self._unnumbered = 0

    def _decoder(self, *, strict: bool) -> Callable[[bytes], Any]:
        if not self._typed:
            return _decode_loose
        return msgspec.json.Decoder(_message_type(self.layout, strict=strict)).decode

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

    def _key(self, values: tuple[Any, ...]) -> Any:
        first = values[0]
        if self.layout.key_size == 1 and first.__class__ is not msgspec.Raw:
            return first
        keys = values[: self.layout.key_size]
        return tuple(map(_comparable, keys)) if self._numeric_key else encode(keys)

    def _add_loosely(self, line: bytes) -> None:
        try:
            message = _decode_loose(line)
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
            if bytes(record.get(DELETED_AT, _NULL)) not in _NOT_DELETED:
                self._bury(record)
            else:
                self._store((*self._lenient(record), None, extracted_at, version, *self.stamp))
        except UnfitError as error:
            self._reject_fields(str(error), record, version)

    def _reject_fields(self, reason: str, record: Fields, version: int | None) -> None:
        key = encode([record[each.source] for each in self.layout.keys]).decode()
        self.reject(reason, encode(record).decode(), key, version)

    def _lenient(self, record: Fields) -> list[Value]:
        return [_value(each, record.get(each.source)) for each in self.layout.columns]

    def _look_at_names(self, record: Fields) -> None:
        missing = [key.source for key in self.layout.keys if key.source not in record]
        if missing:
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
            if bytes(record[key.source]) == b"null":
                return f"The key column {key.name} is null."
        if self._validate is not None:
            return self._validate(msgspec.json.decode(encode(record)))
        return None

    def _bury(self, record: Fields) -> None:
        values = {
            each.source: _text(_value(each, record[each.source]))
            for each in (*self.layout.columns, *self.layout.metadata.values())
            if each.source in record
        }
        key = tuple(values.pop(each.source) for each in self.layout.keys)
        if not key:
            self.batch.received += 1
            return
        at = self._key(tuple(_value(key, record[key.source]) for key in self.layout.keys))
        earlier = self.batch.tombstones.get(at)
        changes = {**earlier.changes, **values} if earlier else values
        self.batch.received += 1
        self.batch.tombstones[at] = Tombstone(key, changes)

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


def _comparable(value: Value) -> Value | Decimal | bytes:
    # 5 and 5.0 are one key to PostgreSQL.
    if not isinstance(value, msgspec.Raw):
        return value
    try:
        number = Decimal(bytes(value).strip(b'"').decode())
    except (InvalidOperation, UnicodeError):
        return bytes(value)
    return number if number.is_finite() else bytes(value)


def _value(column: Column, raw: msgspec.Raw | None) -> Value:
    try:
        return lenient(raw, column.type)
    except UnfitError as error:
        raise UnfitError(f"Column {column.name}: {error}.") from None


def _text(value: Value) -> str | None:
    if value is None:
        return None
    if isinstance(value, msgspec.Raw):
        return bytes(value).decode().strip('"')
    if isinstance(value, (datetime, date, time)):
        return value.isoformat()
    if isinstance(value, bool):
        return "true" if value else "false"
    return str(value).replace("\0", "")


def _record_text(line: bytes) -> str:
    try:
        return bytes(_decode_record(line).record).decode("utf-8", "replace")
    except (msgspec.MsgspecError, UnicodeError):
        return line.decode("utf-8", "replace")


def fields_of(record: Mapping[str, Any]) -> Fields:
    """Return a decoded record as JSON values, for records that stream maps made."""
    return {name: msgspec.Raw(encode(value)) for name, value in record.items()}
