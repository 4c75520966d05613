"""How RECORD lines of one stream are decoded: by the stream's own types where they fit."""

from __future__ import annotations

import re
from datetime import date, datetime, time
from typing import TYPE_CHECKING, Any

import msgspec

from target_postgres.column_types import (
    BIGINT,
    BOOLEAN,
    DATE,
    TEXT,
    TIME,
    TIMESTAMPTZ,
)
from target_postgres.layout import DELETED_AT

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_postgres.layout import Layout

NULL = msgspec.Raw(b"null")

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
UNNAMEABLE = re.compile(r'[\\"\x00-\x1f]')

Fields = dict[str, msgspec.Raw]


class Loose(msgspec.Struct):
    """A RECORD message whose record may hold anything."""

    record: Fields
    version: int | None = None
    time_extracted: str | None = None


class JustRecord(msgspec.Struct):
    """A message of which only the record matters."""

    record: msgspec.Raw = NULL


decode_loose = msgspec.json.Decoder(Loose).decode
decode_record = msgspec.json.Decoder(JustRecord).decode


def _field(index: int, kind: str, *, key: bool) -> tuple[Any, ...]:
    exact = _EXACT.get(kind, msgspec.Raw)
    if key:
        return f"f{index}", exact
    if exact is msgspec.Raw:
        return f"f{index}", exact, NULL
    return f"f{index}", exact | None, None


def typed_decoder(layout: Layout, *, strict: bool) -> Callable[[bytes], Any]:
    """Make the decoder of a stream's usual records.

    Args:
        layout: The stream's table.
        strict: Refuse records with properties that the schema does not declare.

    Returns:
        A function from a line to a message whose record has the values of the columns, in
        their order, then `_sdc_deleted_at`. It raises `msgspec.MsgspecError` for what does not
        fit.
    """
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
    message = msgspec.defstruct(
        "Message",
        [("record", row), ("version", int | None, None), ("time_extracted", datetime | None, None)],
        gc=False,
    )
    return msgspec.json.Decoder(message).decode
