"""Spreadsheets on disk: a snapshot of each, and the changes made since.

A change is in the file before it is answered, so nothing answered is lost when the process is
killed; a change whose line was cut by that never happened. (It is not forced onto the disk: a
power cut is another matter.)
"""

from __future__ import annotations

import contextlib
import os
import zlib
from typing import TYPE_CHECKING, Any, BinaryIO

import msgspec

from sandbox.sheets.model import Spreadsheet  # noqa: TC001 - msgspec reads it when it runs

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_COMPACT_BYTES = 64_000_000
_COMPACT_AT_START = 1_000_000


class Change(msgspec.Struct, omit_defaults=True):
    """What is needed to carry a change out again; its body follows it in the file.

    Attributes:
        operation: Its name.
        caller: Who made it.
        now: Unix seconds.
        seed: Makes the ids that it chose.
        arguments: What the request said beside its body.
        switches: The behaviour that held for it, where that was not the default.
        size: Bytes of the body.
        check: Checksum of the body.
    """

    operation: str
    caller: str
    now: float
    seed: int
    arguments: dict[str, Any] = {}
    switches: dict[str, Any] = {}
    size: int = 0
    check: int = 0


class Saved(msgspec.Struct):
    """A snapshot, and the generation of changes that go on from it."""

    generation: int
    book: Spreadsheet


class BookFile:
    """One spreadsheet's files."""

    def __init__(self, directory: Path, book_id: str) -> None:
        self._directory = directory
        self._id = book_id
        self._generation = 0
        self._changes: BinaryIO | None = None
        self._bytes = 0

    @property
    def _snapshot(self) -> Path:
        return self._directory / f"{self._id}.snapshot"

    def _changes_path(self, generation: int) -> Path:
        return self._directory / f"{self._id}.{generation}.changes"

    def create(self, book: Spreadsheet) -> None:
        """Write the first snapshot."""
        self._write_snapshot(book)

    def load(self) -> tuple[Spreadsheet, list[tuple[Change, bytes]]]:
        """Return the snapshot and the changes since; a torn last one is cut off."""
        saved = msgspec.msgpack.decode(self._snapshot.read_bytes(), type=Saved)
        self._generation = saved.generation
        path = self._changes_path(saved.generation)
        content = path.read_bytes() if path.exists() else b""
        changes, end = [], 0
        for change, body, after in _read(content):
            changes.append((change, body))
            end = after
        if end < len(content):
            os.truncate(path, end)
        for old in self._directory.glob(f"{self._id}.*.changes"):
            if old != path:  # left behind by a kill right after a snapshot
                old.unlink()
        self._bytes = end
        return saved.book, changes

    def append(self, change: Change, body: bytes) -> None:
        """Write a change down."""
        change.size, change.check = len(body), zlib.crc32(body)
        record = msgspec.json.encode(change) + b"\n" + body + b"\n"
        if self._changes is None:
            self._changes = self._changes_path(self._generation).open("ab")
        try:
            self._changes.write(record)
            self._changes.flush()
        except OSError:
            self._take_back()
            raise
        self._bytes += len(record)

    def _take_back(self) -> None:
        """Cut off what was written of a change that could not be written whole."""
        with contextlib.suppress(OSError):
            self.close()
        os.truncate(self._changes_path(self._generation), self._bytes)

    def compact(self, book: Spreadsheet, *, at_start: bool = False) -> None:
        """Write a new snapshot when there are many changes."""
        if self._bytes > (_COMPACT_AT_START if at_start else _COMPACT_BYTES):
            self._write_snapshot(book)

    def _write_snapshot(self, book: Spreadsheet) -> None:
        """Write a snapshot beside the old one, then put it in its place; begin new changes."""
        self.close()
        old = self._changes_path(self._generation)
        self._generation += 1
        fresh = self._snapshot.with_suffix(".fresh")
        fresh.write_bytes(msgspec.msgpack.encode(Saved(self._generation, book)))
        fresh.replace(self._snapshot)
        old.unlink(missing_ok=True)
        self._bytes = 0

    def delete(self) -> None:
        """Remove the spreadsheet."""
        self.close()
        self._snapshot.unlink(missing_ok=True)
        self._changes_path(self._generation).unlink(missing_ok=True)

    def close(self) -> None:
        """Close what is open."""
        if self._changes is not None:
            changes, self._changes = self._changes, None
            changes.close()


def _read(content: bytes) -> Iterator[tuple[Change, bytes, int]]:
    """Yield each whole change, its body, and where it ends."""
    position = 0
    while (line_end := content.find(b"\n", position)) >= 0:
        try:
            change = msgspec.json.decode(content[position:line_end], type=Change)
        except msgspec.DecodeError:
            return
        start, end = line_end + 1, line_end + 1 + change.size
        body = content[start:end]
        if content[end : end + 1] != b"\n" or zlib.crc32(body) != change.check:
            return
        position = end + 1
        yield change, body, position
