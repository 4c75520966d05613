"""The portal: everything a HubSpot account holds, with the changes that happen to it.

All instants are epoch milliseconds UTC. Object types are named by their plural path name
("tickets"). Every method may be called while a server serves the portal: `lock` is held by
each change and by each answer.
"""

from __future__ import annotations

import random
from typing import TYPE_CHECKING

from sandbox.hubspot.account import DEFAULT_TOKEN
from sandbox.hubspot.linked_account import LinkedAccount
from sandbox.hubspot.merging import merge_records
from sandbox.hubspot.record_text import RecordText
from sandbox.hubspot.records import Record, Version
from sandbox.hubspot.search_cache import IndexSearch
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Mapping, Sequence

    from sandbox.hubspot.associations import AssociationType
    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.call import Matcher
    from sandbox.hubspot.table import Table

__all__ = ["DEFAULT_TOKEN", "Portal", "Record", "Version"]

_FIRST_ID = 7_100_000_000


class Portal(LinkedAccount):
    """A HubSpot account in memory.

    Args:
        portal_id: The account's id (hub id).
        time_zone: IANA name; decides at which midnight the daily quota starts again.
        clock: Returns "now" as epoch milliseconds. Record instants are given by the caller;
            the clock decides what search can see, what left the bin, and the `Date` header.
        search_lag_ms: Lowest and highest delay until a change is visible in search, drawn
            anew for every change.
        seed: Makes ids and delays reproducible.
    """

    def __init__(
        self,
        portal_id: int,
        time_zone: str = "America/Halifax",
        *,
        clock: Callable[[], int],
        search_lag_ms: tuple[int, int] = (0, 0),
        seed: int = 0,
    ) -> None:
        super().__init__(portal_id, time_zone, clock=clock)
        self.search_lag_ms = search_lag_ms
        self._random = random.Random(seed)  # noqa: S311 - reproducible, not secret

    # The life of a record

    def create(
        self,
        object_type: str,
        properties: Mapping[str, str],
        *,
        at: int,
        record_id: int | None = None,
        history: Mapping[str, Sequence[Version]] | None = None,
    ) -> Record:
        """Create a record at an instant and return it.

        The system properties (`hs_object_id`, create and modified date) are set unless given.
        `history` is the newest-first past of single properties, for backfilled records; all
        others have one version at `at`.
        """
        with self.lock:
            table = self._checked(object_type, properties)
            chosen = record_id if record_id is not None else self.next_id(object_type)
            system = zip(table.kind.system, (str(chosen), *[instant_text(at)] * 2), strict=True)
            record = Record(chosen, {**dict(system), **properties}, at, at)
            record.history = {name: list(past) for name, past in (history or {}).items()}
            table.add(record)
            self._announce(table, record, at)
            return record

    def insert(self, object_type: str, record: Record) -> None:
        """Take in a record exactly as it is, archived or not, visible in search at once.

        Raises:
            ValueError: A property is not defined, or the id was used before.
        """
        with self.lock:
            table = self._checked(object_type, record.properties)
            table.add(record)
            if record.archived_at is None:
                table.index.announce(record, record.updated_at)

    def change(
        self,
        object_type: str,
        record_id: int,
        properties: Mapping[str, str | None],
        *,
        at: int,
        source_type: str = "CRM_UI",
        source_id: str | None = None,
    ) -> None:
        """Change properties (None clears) and move the modified date to `at`."""
        with self.lock:
            table = self._checked(object_type, properties)
            record = self.existing(table, record_id)
            for name, value in properties.items():
                record.remember(name, Version(value or "", at, source_type, source_id))
            record.replace({**properties, table.kind.modified: instant_text(at)})
            record.updated_at = at
            self._announce(table, record, at)

    def drift(self, object_type: str, record_id: int, properties: Mapping[str, str | None]) -> None:
        """Change calculated values: neither a timestamp nor a history entry tells of it."""
        with self.lock:
            table = self._checked(object_type, properties)
            record = self.existing(table, record_id)
            record.replace(dict(properties))
            self._announce(table, record, self.clock())

    def archive(self, object_type: str, record_id: int, *, at: int) -> None:
        """Move a record to the recycle bin; its modified date stays."""
        with self.lock:
            table = self.table(object_type)
            table.move(self.existing(table, record_id), at)

    def restore(self, object_type: str, record_id: int, *, at: int, touch: bool = False) -> None:
        """Take a record out of the bin; `touch` moves the modified date too."""
        with self.lock:
            table = self.table(object_type)
            record = self.existing(table, record_id)
            if touch:
                record.replace({table.kind.modified: instant_text(at)})
                record.updated_at = at
            table.move(record, None)
            self._announce(table, record, at)

    def purge(self, object_type: str, record_id: int) -> None:
        """Delete a record for good, with its associations."""
        with self.lock:
            table = self._tables[object_type]
            for far_type, far_id, _ in self.associations.everything_of(object_type, record_id):
                self.dissociate(object_type, record_id, far_type, far_id)
            table.drop(self.existing(table, record_id))

    def merge(
        self,
        object_type: str,
        winner: int,
        losers: Sequence[int],
        *,
        at: int,
        new_id: bool = True,
    ) -> Record:
        """Merge records into the winner and return the survivor.

        The survivor has the winner's properties, history and creation date, everybody's
        associations, and `hs_merged_object_ids`. With `new_id` it is a new record and the
        winner's old id vanishes like the losers'; GET by a vanished id answers the survivor.
        """
        with self.lock:
            return merge_records(self, object_type, winner, losers, at=at, new_id=new_id)

    # Reading

    def table(self, object_type: str) -> Table:
        """Return the records of a type, after expired ones left the bin.

        Raises:
            ValueError: The portal has no such type.
        """
        table = self.known(object_type)
        with self.lock:
            for record in table.expired(self.clock()):
                self.purge(object_type, record.id)
        return table

    def tables(self) -> list[Table]:
        """Return every type's records."""
        return [self.table(name) for name in self._tables]

    def get(self, object_type: str, record_id: int) -> Record | None:
        """Return a record, live or archived, following merges; None when there is none."""
        table = self.table(object_type)
        while record_id in table.survivors:
            record_id = table.survivors[record_id]
        return table.records.get(record_id)

    def associated(
        self, object_type: str, record_id: int, far_type: str
    ) -> list[tuple[int, list[AssociationType]]]:
        """Return (far id, types) of a record's companions, ascending; those in the bin have none.

        A companion the portal holds no record of still counts: a portal loaded from a file may
        know its tickets only.
        """
        near, far = self.table(object_type), self.table(far_type)
        return [
            (far_id, types)
            for far_id, types in self.associations.of((object_type, far_type), record_id)
            if not (near.is_archived(record_id) or far.is_archived(far_id))
        ]

    def versions(self, object_type: str, record: Record, name: str) -> list[Version]:
        """Return a property's history as an answer shows it, newest first.

        HubSpot answers calculated properties with one version that has the time of the read.
        """
        if name == self.known(object_type).kind.modified and name not in record.history:
            return [Version(record.properties.get(name, ""), record.updated_at, "CALCULATED")]
        definition = self.definitions[object_type].get(name, {})
        if definition.get("calculated") and name in record.properties:
            return [Version(record.properties[name], self.clock(), "CALCULATED")]
        return record.versions(name)

    def records(self, object_type: str, *, archived: bool = False) -> Iterator[Record]:
        """Return the live records, or those in the bin, in ascending id."""
        return self.table(object_type).walk(archived=archived)

    # Serving

    def texts(self, behaviour: Behaviour) -> RecordText:
        """Return what writes this portal's records as JSON."""
        return RecordText(self, behaviour)

    def matcher(self) -> Matcher:
        """Return what finds the records a search asks for."""
        return IndexSearch()

    # Inside

    def _checked(self, object_type: str, properties: Mapping[str, str | None]) -> Table:
        table = self.table(object_type)
        known = self.definitions[object_type]
        unknown = [name for name in properties if name not in known]
        if unknown:
            raise ValueError(
                f"{object_type} has no property {unknown[0]!r}. Call define_property first."
            )
        return table

    def existing(self, table: Table, record_id: int) -> Record:
        """Return a record of a table.

        Raises:
            ValueError: There is none.
        """
        record = table.records.get(record_id)
        if record is None:
            raise ValueError(f"{table.kind.name} has no record {record_id}.")
        return record

    def next_id(self, object_type: str) -> int:
        """Return an id for a new record: higher than all before, but not the very next."""
        table = self.known(object_type)
        gap = self._random.randint(1, 400)
        return max(table.fresh_id(gap), _FIRST_ID + gap)

    def _announce(self, table: Table, record: Record, at: int) -> None:
        if record.archived_at is None:
            table.index.announce(record, at + self._random.randint(*self.search_lag_ms))
