"""Tell Singer messages apart at the least cost, and pass them on."""

from __future__ import annotations

import json
import re
import sys
from collections import Counter
from decimal import Decimal
from typing import IO, TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalSyncError
from singer_sdk.io_base import GenericSingerReader

from target_postgres.csv_rows import without_lone_surrogates
from target_postgres.reader import InputCutError, line_groups

if TYPE_CHECKING:
    from collections.abc import Callable

    from target_postgres.intake import Intake
    from target_postgres.loading import Loading

    Callbacks = dict[str, Callable[[dict[str, Any]], None]]

#: What may stand before the record of a RECORD message without changing what it is.
_HEAD = re.compile(rb'\{\s*"type"\s*:\s*"RECORD"\s*,\s*"stream"\s*:\s*("[^"\\]*")\s*,\s*')
_HEAD_LIMIT = 300
_MOST_HEADS = 1_000


_TYPE = re.compile(r"[A-Z_]{1,40}")
_ABSENT = msgspec.Raw()


class _Envelope(msgspec.Struct):
    """A message's outside; a record within stays as it was written."""

    type: str
    stream: str | None = None
    record: msgspec.Raw = _ABSENT


_decode_envelope = msgspec.json.Decoder(_Envelope).decode


def _record_envelope(line: bytes) -> _Envelope | None:
    # Reading the whole line would trip over what only one value of the record has wrong.
    try:
        envelope = _decode_envelope(without_lone_surrogates(line))
    except (msgspec.MsgspecError, UnicodeError):
        return None
    return envelope if envelope.type == "RECORD" else None


class MessageReader(GenericSingerReader[bytes]):
    """Reads messages and sends records straight to their stream's intake.

    The bytes before ``"record"`` are the same for all records of a stream; once read
    properly, they are recognised by one dictionary look-up.

    Args:
        start: Gives the place where records go, when reading begins.

    Attributes:
        mapped: Stream maps or flattening are on: every record goes through the SDK.
        stop: Set to end reading after the lines at hand.
        failure: Why the input ended early, if it did.
    """

    def __init__(self, start: Callable[[], Loading]) -> None:
        super().__init__()
        self._start = start
        self.mapped = False
        self.stop = False
        self.failure: InputCutError | None = None
        self._heads: dict[bytes, Intake] = {}

    @property
    def default_input(self) -> IO[bytes]:
        """Standard input, as bytes."""
        return sys.stdin.buffer

    def deserialize_json(self, line: bytes) -> dict[str, Any]:
        """Decode one message.

        Raises:
            FatalSyncError: If the line is not a JSON object.
        """
        try:
            return msgspec.json.decode(line, type=dict[str, Any])
        except (msgspec.MsgspecError, UnicodeError):
            raise FatalSyncError(
                "The input has a line that is not a Singer message. Something other than "
                "the tap's messages went to its standard output, or the line is damaged.",
            ) from None

    def process_lines(self, file_input: IO[Any] | None, callbacks: Callbacks) -> Counter[str]:
        """Read all messages.

        Args:
            file_input: Text or bytes; None reads standard input.
            callbacks: What to do with each message that is not an ordinary record.

        Returns:
            How many messages of each type there were.
        """
        counts: Counter[str] = Counter()
        self._loading = self._start()
        try:
            self._read(file_input, callbacks, counts)
        except InputCutError as error:
            self.failure = error
        except BaseException:
            self._loading.abort()
            raise
        return counts

    def _read(self, file_input: IO[Any] | None, callbacks: Callbacks, counts: Counter[str]) -> None:
        for lines in line_groups(file_input):
            if self.stop:
                break
            self._loading.tick()
            self._group(lines, callbacks, counts)

    def _group(self, lines: list[bytes], callbacks: Callbacks, counts: Counter[str]) -> None:
        heads, after = self._heads, self._loading.after
        for line in lines:
            at = line.find(b'"record"', 0, _HEAD_LIMIT)
            intake = heads.get(line[:at]) if at > 0 else None
            if intake is not None:
                intake.add(line)
                after(intake)
                counts["RECORD"] += 1
            elif line.strip():
                counts[self._message(line, at, callbacks)] += 1

    def _message(self, line: bytes, at: int, callbacks: Callbacks) -> str:
        head = _HEAD.fullmatch(line[: max(at, 0)])
        if head is not None and not self.mapped:
            self._first_record(line, line[:at], msgspec.json.decode(head[1], type=str))
            return "RECORD"
        envelope = _record_envelope(line)
        if envelope is not None:
            self._odd_record(line, envelope, callbacks)
            return "RECORD"
        message = self.deserialize_json(line)
        kind = message.get("type")
        if not isinstance(kind, str) or kind not in callbacks:
            raise _unknown_type(kind)
        callbacks[kind](message)
        if kind == "SCHEMA":
            self._heads.clear()
        return kind

    def _first_record(self, line: bytes, head: bytes, stream: str) -> None:
        intake = self._loading.intake(stream)
        if len(self._heads) < _MOST_HEADS:
            self._heads[head] = intake
        intake.add(line)
        self._loading.after(intake)

    def _odd_record(self, line: bytes, envelope: _Envelope, callbacks: Callbacks) -> None:
        if self.mapped:
            callbacks["RECORD"](self._exact(line))
            return
        known = {"stream": envelope.stream, "record": bytes(envelope.record)}
        required({"type": "RECORD", **{name: part for name, part in known.items() if part}}, *known)
        intake = self._loading.intake(envelope.stream or "")
        intake.add(line)
        self._loading.after(intake)

    def _exact(self, line: bytes) -> dict[str, Any]:
        """Decode again with exact decimals: stream maps see the value, not a float."""
        whole = without_lone_surrogates(line)
        return json.loads(whole, parse_float=Decimal)  # type: ignore[no-any-return]


def _unknown_type(kind: object) -> FatalSyncError:
    # Whatever went to the tap's output may hold anything: only what looks like a type is told.
    told = f" {kind}" if isinstance(kind, str) and _TYPE.fullmatch(kind) else ""
    return FatalSyncError(
        f"The input has a message of unknown type{told}. Singer knows SCHEMA, RECORD, STATE "
        "and ACTIVATE_VERSION.",
    )


def required(message: dict[str, Any], *names: str) -> None:
    """Insist on parts of a message.

    Raises:
        FatalSyncError: Naming the missing parts, never the message's content.
    """
    missing = [name for name in names if name not in message]
    if missing:
        raise FatalSyncError(
            f"A {message.get('type')} message lacks {', '.join(missing)}. "
            "Check the tap's output against the Singer specification.",
        )
