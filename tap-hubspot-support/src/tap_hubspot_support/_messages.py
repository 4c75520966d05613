"""Singer messages to stdout: one write per page of records, never cut by a signal."""

from __future__ import annotations

import decimal
import logging
import sys
from collections import Counter
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec
from singer_sdk.singerlib.encoding import GenericSingerWriter
from singer_sdk.singerlib.encoding.simple import Message

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

logger = logging.getLogger(__name__)

_TOLD_EVERY = 10_000  # records of a stream


class RecordLine(msgspec.Struct, tag_field="type", tag="RECORD", omit_defaults=True):
    """A RECORD message around a row of any form."""

    stream: str
    record: Any
    version: int | None = None
    time_extracted: str | None = None


def _encode_other(value: Any) -> Any:
    return value.isoformat() if hasattr(value, "isoformat") else str(value)


_encoder = msgspec.json.Encoder(enc_hook=_encode_other, decimal_format="number")


def plain(row: Any) -> dict[str, Any]:
    """A row as a dictionary under its column names, decimals kept as they are."""
    data = msgspec.to_builtins(row, builtin_types=(decimal.Decimal,))
    return dict(data)


class MessageWriter(GenericSingerWriter[bytes, Message]):
    """Writes messages to stdout (or another output) as JSON lines.

    A termination signal that arrives in the middle of a write is kept until the write is done:
    half a line followed by a STATE message would be worse than either.
    """

    def __init__(self, output: BinaryIO | None = None) -> None:
        super().__init__()
        self._output = output
        self._writing = False
        self._deferred: Callable[[], None] | None = None
        self._totals: Counter[str] = Counter()

    def serialize_message(self, message: Message) -> bytes:
        """One message as a JSON line."""
        return _encoder.encode(message.to_dict()) + b"\n"

    def write_message(self, message: Message) -> None:
        """Write one message."""
        self._write(self.serialize_message(message))

    def write_records(
        self, stream: str, rows: Iterable[Any], *, extracted: str, version: int | None = None
    ) -> None:
        """Write a page of records of one stream in one go."""
        lines = [RecordLine(stream, row, version, extracted) for row in rows]
        if lines:
            self._write(_encoder.encode_lines(lines))
            self._tell(stream, len(lines))

    def when_idle(self, action: Callable[[], None]) -> None:
        """Do something between two writes: now, or as soon as the current one has ended."""
        if self._writing:
            self._deferred = action
        else:
            action()

    def _tell(self, stream: str, count: int) -> None:
        before = self._totals[stream]
        self._totals[stream] = total = before + count
        if total // _TOLD_EVERY > before // _TOLD_EVERY:
            logger.info("progress stream=%s records=%d", stream, total)

    def _write(self, data: bytes) -> None:
        self._writing = True
        try:
            output = self._output or sys.stdout.buffer
            left = memoryview(data)
            while left:
                # Unbuffered, as PYTHONUNBUFFERED has it, a signal leaves a write half done.
                left = left[output.write(left) :]
            output.flush()
        finally:
            self._writing = False
        if self._deferred:
            action, self._deferred = self._deferred, None
            action()
