"""The book that keeps portal and intention in step: every change is entered in both."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from sandbox.hubspot.portal import Version
from sandbox.world.entries import ARCHIVED, LIVE, MERGED, PURGED, Change, Entry, Staged
from sandbox.world.tracked import TRACKED
from sandbox.world.values import identifier, instant, text

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.hubspot.portal import Portal
    from sandbox.world.links import Links
    from sandbox.world.property import Property
    from sandbox.world.values import Value


class Ids:
    """A source of ids that grow and leave gaps; several books may share one."""

    def __init__(self, first: int) -> None:
        self.last = first

    def next(self, gap: int) -> int:
        """An id `gap` above the highest one."""
        return self.last + gap

    def use(self, number: int) -> None:
        """Take notice of an id in use."""
        self.last = max(self.last, number)


class Book:
    """All records there ever were of one object type, by id, and the portal that serves them.

    Attributes:
        entries: Every record, gone ones too.
        live: Ids of the live ones, in the order of their coming.
        properties: The property definitions by name.
        activity: The property that tells of a record's last activity, where there is one.
    """

    def __init__(
        self,
        portal: Portal,
        object_type: str,
        links: Links,
        ids: Ids,
        *,
        activity: str | None = None,
    ) -> None:
        self.portal = portal
        self.object_type = object_type
        self.kind = portal.known(object_type).kind
        self.tracked = TRACKED.get(object_type, ())
        self.entries: dict[int, Entry] = {}
        self.properties: dict[str, Property] = {}
        self.live: list[int] = []
        self.ids = ids
        self.activity = activity
        self._links = links

    def define(self, one: Property) -> None:
        """Define a property."""
        self.properties[one.name] = one
        self.portal.define_property(self.object_type, one.definition(self.kind.singular))

    def add(self, entry: Entry) -> None:
        """Enter a record with its whole past."""
        entry.own |= {
            "hs_object_id": identifier(entry.id),
            self.kind.created: instant(entry.created_at),
            self.kind.modified: instant(entry.created_at),
        }
        for name in self.tracked:
            present = entry.value(name).wire
            if present is not None and name not in entry.history:
                entry.history[name] = [Change(entry.created_at, present, "CRM_UI")]
        self._enter(entry)
        self.portal.create(
            self.object_type,
            entry.wire(),
            at=entry.created_at,
            record_id=entry.id,
            history={name: _versions(past) for name, past in entry.history.items()},
        )
        if entry.modified_at > entry.created_at:
            last = {self.activity: instant(entry.modified_at)} if self.activity else {}
            self.change(entry.id, last, at=entry.modified_at)

    def change(
        self, record_id: int, values: Mapping[str, Value], *, at: int, source: str = "CRM_UI"
    ) -> None:
        """Change properties; the modified date moves."""
        entry = self.entries[record_id]
        wire = {name: value.wire for name, value in values.items()}
        self.portal.change(self.object_type, record_id, wire, at=at, source_type=source)
        entry.remember(values, at, source, self.tracked)
        self._touch(entry, at)

    def drift(self, record_id: int, values: Mapping[str, Value]) -> None:
        """Change calculated properties; nothing tells of it."""
        wire = {name: value.wire for name, value in values.items()}
        self.portal.drift(self.object_type, record_id, wire)
        self.entries[record_id].own.update(values)

    def archive(self, record_id: int, *, at: int) -> None:
        """Move a live record into the recycle bin."""
        self.portal.archive(self.object_type, record_id, at=at)
        self.live.remove(record_id)
        entry = self.entries[record_id]
        entry.state, entry.archived_at = ARCHIVED, at

    def restore(self, record_id: int, *, at: int, touch: bool) -> None:
        """Take a record out of the bin, with or without a new modified date."""
        self.portal.restore(self.object_type, record_id, at=at, touch=touch)
        self.live.append(record_id)
        entry = self.entries[record_id]
        entry.state, entry.archived_at = LIVE, None
        if touch:
            self._touch(entry, at)

    def purge(self, record_id: int) -> None:
        """Delete a record for good, live or archived."""
        self.portal.purge(self.object_type, record_id)
        self._links.drop(self.object_type, record_id)
        self._end(self.entries[record_id], PURGED)

    def merge(self, winner_id: int, loser_id: int, *, at: int, new_id: bool) -> int:
        """Merge two live records and return the survivor's id."""
        record = self.portal.merge(self.object_type, winner_id, [loser_id], at=at, new_id=new_id)
        winner, loser = self.entries[winner_id], self.entries[loser_id]
        gone = [loser, winner] if new_id else [loser]
        merged = list(dict.fromkeys([*winner.merged, *loser.merged, *(one.id for one in gone)]))
        survivor = self._reborn(winner, record.id) if new_id else winner
        for one in gone:
            self._links.hand_over(self.object_type, one.id, survivor.id)
            self._end(one, MERGED)
        survivor.merged = merged
        survivor.own["hs_merged_object_ids"] = text(";".join(map(str, merged)))
        self._touch(survivor, at)
        return survivor.id

    def forget(self, record_id: int) -> None:
        """Strike a record that no sync can ever have seen."""
        del self.entries[record_id]

    def archived(self, now: int) -> list[int]:
        """The ids in the recycle bin at `now`, ascending."""
        for entry in self.entries.values():
            entry.settle(now)
        return sorted(key for key, entry in self.entries.items() if entry.state == ARCHIVED)

    def next_id(self, gap: int) -> int:
        """An id `gap` above the highest one."""
        return self.ids.next(gap)

    def rows(self, now: int) -> Iterator[Entry]:
        """Every record ever seen, in ascending id, as of `now`."""
        for key in sorted(self.entries):
            entry = self.entries[key]
            entry.settle(now)
            yield entry

    def _touch(self, entry: Entry, at: int) -> None:
        entry.modified_at = at
        entry.own[self.kind.modified] = instant(at)

    def _reborn(self, winner: Entry, new_id: int) -> Entry:
        survivor = _copy(winner)
        survivor.id = new_id
        survivor.own["hs_object_id"] = identifier(new_id)
        self._enter(survivor)
        return survivor

    def _enter(self, entry: Entry) -> None:
        self.entries[entry.id] = entry
        self.live.append(entry.id)
        self.ids.use(entry.id)

    def _end(self, entry: Entry, state: str) -> None:
        if entry.state == LIVE:
            self.live.remove(entry.id)
        entry.state = state


def _versions(past: list[Change]) -> list[Version]:
    """The portal keeps histories newest first."""
    return [
        Version(change.wire, change.at, change.source, change.source_id)
        for change in reversed(past)
    ]


def _copy(entry: Entry) -> Entry:
    """Return an entry with the same content."""
    history = {name: list(past) for name, past in entry.history.items()}
    copied = replace(entry, own=dict(entry.own), history=history, merged=list(entry.merged))
    if isinstance(copied, Staged):
        copied.moves = [*copied.moves]
    return copied
