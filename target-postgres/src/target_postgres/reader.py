"""Standard input as lines of bytes, in large pieces and without waiting forever."""

from __future__ import annotations

import io
import os
import select
import sys
from typing import IO, TYPE_CHECKING, Any

import msgspec
from singer_sdk.exceptions import FatalSyncError

if TYPE_CHECKING:
    from collections.abc import Iterator

_PIECE = 1 << 20
_LINES_AT_ONCE = 500
#: How often a silent input lets the caller look at its clock and its stop flag.
_TICK_SECONDS = 0.2


class InputCutError(FatalSyncError):
    """The tap stopped within a line."""


def _descriptor(source: IO[Any]) -> int | None:
    try:
        return source.fileno()
    except (io.UnsupportedOperation, AttributeError, ValueError):
        return None


def _ready(descriptor: int) -> bool:
    return bool(select.select([descriptor], [], [], _TICK_SECONDS)[0])


def _from_descriptor(descriptor: int) -> Iterator[list[bytes]]:
    begun: list[bytes] = []
    while True:
        if not _ready(descriptor):
            yield []
            continue
        piece = os.read(descriptor, _PIECE)
        if not piece:
            break
        if b"\n" not in piece:
            begun.append(piece)
            continue
        *lines, rest = (b"".join(begun) + piece).split(b"\n")
        begun = [rest]
        yield lines
    yield _last(b"".join(begun))


def _last(line: bytes) -> list[bytes]:
    if not line.strip():
        return []
    try:
        msgspec.json.decode(line, type=msgspec.Raw)
    except msgspec.DecodeError:
        raise InputCutError(
            "The input ended in the middle of a message: the tap was stopped or failed. "
            "Everything before it was kept; run again to continue from the last state.",
        ) from None
    return [line]


def _from_lines(source: IO[Any]) -> Iterator[list[bytes]]:
    lines: list[bytes] = []
    for text in source:
        lines.append(text.encode() if isinstance(text, str) else text)
        if len(lines) == _LINES_AT_ONCE:
            yield lines
            lines = []
    last = lines.pop() if lines else b""
    yield lines
    yield [last] if last.endswith(b"\n") else _last(last)


def line_groups(source: IO[Any] | None) -> Iterator[list[bytes]]:
    """Read messages, many at a time.

    Args:
        source: A text or byte stream; None reads standard input.

    Yields:
        Groups of lines, with or without their newline; an empty one when nothing came for
        a moment.

    Raises:
        InputCutError: While iterating, if the input ends within a message.
    """
    stream = sys.stdin if source is None else source
    descriptor = _descriptor(stream)
    if descriptor is None:
        return _from_lines(stream)
    return _from_descriptor(descriptor)
