"""Rows held for one transaction."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping

    from target_postgres.layout import Layout


@dataclass(slots=True)
class Rejection:
    """A record that could not be stored, as it goes to ``_rejected``."""

    reason: str
    record: str
    key: str | None = None
    version: int | None = None


@dataclass(slots=True)
class Tombstone:
    """A record that only marks existing rows as deleted.

    Attributes:
        key: Key values by property. With some of the key alone, all rows that have them are
            meant: the links of one parent, for instance.
        changes: Values by property of the other columns it carries.
    """

    key: dict[str, str | None]
    changes: dict[str, str | None]


@dataclass(slots=True)
class StreamBatch:
    """What one stream received since the last batch.

    Attributes:
        layout: The table, as it was when the rows were read.
        rows: JSON arrays by key (by running number without a key), last one wins.
        tombstones: By the same key; applied after the rows.
        sweeps: Tombstones with some of the key alone, by that; applied before the rows, and
            no row of this batch came before its sweep.
        rejected: Records refused before they reached the server.
        received: Records read, repeated keys and refused ones included.
        size: Bytes held.
        activate: The table version to activate after the rows, if any.
    """

    layout: Layout
    rows: dict[Any, bytes] = field(default_factory=dict)
    tombstones: dict[Any, Tombstone] = field(default_factory=dict)
    sweeps: dict[Any, Tombstone] = field(default_factory=dict)
    rejected: list[Rejection] = field(default_factory=list)
    received: int = 0
    size: int = 0
    activate: int | None = None

    @property
    def empty(self) -> bool:
        """Nothing to write."""
        return not self.received and self.activate is None


@dataclass(slots=True)
class Batch:
    """Everything one transaction writes.

    Attributes:
        number: Counts the batches of this run from 1; a repeated batch keeps its number.
        streams: What each stream received.
        state: The last STATE value that covers these rows, None if none came yet.
    """

    number: int
    streams: list[StreamBatch]
    state: Mapping[str, Any] | None = None


@dataclass(slots=True)
class Counts:
    """What became of a stream's records."""

    received: int = 0
    inserted: int = 0
    updated: int = 0
    deleted: int = 0
    rejected: int = 0

    def add(self, other: Counts) -> None:
        """Add another batch's counts."""
        self.received += other.received
        self.inserted += other.inserted
        self.updated += other.updated
        self.deleted += other.deleted
        self.rejected += other.rejected
