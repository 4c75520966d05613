"""Associations between records: kept in both directions, ordered by the far record's id."""

from __future__ import annotations

from bisect import insort
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class AssociationType:
    """How two records belong together, seen from one side."""

    type_id: int
    category: str = "HUBSPOT_DEFINED"
    label: str | None = None


class Associations:
    """Pairs of records with one or more types each."""

    def __init__(self) -> None:
        self._links: dict[tuple[str, str], dict[int, dict[int, list[AssociationType]]]] = {}
        self._order: dict[tuple[str, str, int], list[int]] = {}

    def add(self, pair: tuple[str, str], from_id: int, to_id: int, kind: AssociationType) -> None:
        """Add one type in one direction; adding it twice changes nothing."""
        targets = self._links.setdefault(pair, {}).setdefault(from_id, {})
        if to_id not in targets:
            insort(self._order.setdefault((*pair, from_id), []), to_id)
        types = targets.setdefault(to_id, [])
        if kind not in types:
            types.append(kind)

    def remove(
        self, pair: tuple[str, str], from_id: int, to_id: int, type_id: int | None = None
    ) -> None:
        """Remove one type between two records in one direction, or every type."""
        targets = self._links.get(pair, {}).get(from_id, {})
        if to_id not in targets:
            return
        left = [kind for kind in targets[to_id] if type_id not in (None, kind.type_id)]
        if left:
            targets[to_id] = left
            return
        del targets[to_id]
        self._order[(*pair, from_id)].remove(to_id)

    def copy(self, object_type: str, old: int, new: int) -> None:
        """Give a record every association another one has, in both directions."""
        for far_type, far_id, types in self.everything_of(object_type, old):
            if (far_type, far_id) == (object_type, new):
                continue
            back = self._links.get((far_type, object_type), {}).get(far_id, {}).get(old, [])
            for kind in types:
                self.add((object_type, far_type), new, far_id, kind)
            for kind in list(back):
                self.add((far_type, object_type), far_id, new, kind)

    def of(self, pair: tuple[str, str], from_id: int) -> list[tuple[int, list[AssociationType]]]:
        """Return (far id, types) of one record, ascending by far id."""
        targets = self._links.get(pair, {}).get(from_id, {})
        return [(to_id, targets[to_id]) for to_id in self._order.get((*pair, from_id), ())]

    def everything_of(
        self, object_type: str, record_id: int
    ) -> list[tuple[str, int, list[AssociationType]]]:
        """Return (far type, far id, types) over all types a record is associated with."""
        return [
            (pair[1], to_id, list(types))
            for pair in list(self._links)
            if pair[0] == object_type
            for to_id, types in self.of(pair, record_id)
        ]

    def labels(self, pair: tuple[str, str]) -> list[AssociationType]:
        """Return the distinct types in use from one object type to another."""
        found: dict[AssociationType, None] = {}
        for targets in self._links.get(pair, {}).values():
            for types in targets.values():
                found.update(dict.fromkeys(types))
        return list(found)
