"""Associations as the world means them, entered in the portal as well."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from sandbox.hubspot.object_types import DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS, known_type_id

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.portal import Portal

End = tuple[str, int]
"""An object type and a record's id."""


class Tie(NamedTuple):
    """How two records belong together, seen from one side."""

    type_id: int
    category: str = "HUBSPOT_DEFINED"
    label: str | None = None


class Label(NamedTuple):
    """A label with its type id in either direction; the way back may be called otherwise."""

    type_id: int
    reverse_id: int
    label: str | None
    category: str = "USER_DEFINED"
    reverse_label: str | None = None

    @property
    def ties(self) -> tuple[Tie, Tie]:
        """The label seen from either side."""
        back = self.reverse_label or self.label
        return (
            Tie(self.type_id, self.category, self.label),
            Tie(self.reverse_id, self.category, back),
        )


class Links:
    """Every association there is; those of records in the bin wait there with them."""

    def __init__(self, portal: Portal) -> None:
        self._portal = portal
        self._ties: dict[End, dict[End, list[Tie]]] = {}

    def link(self, near: End, far: End, label: Label | None = None) -> None:
        """Associate two records, in HubSpot's own way or with a label."""
        if label is not None:
            self._tie(near, far, *label.ties)
        else:
            forth, back = _ids(DEFAULT_ASSOCIATIONS, near[0], far[0])
            self._tie(near, far, Tie(forth), Tie(back))

    def link_primary(self, near: End, far: End) -> None:
        """Mark a company as the primary one of a record, beside the plain association."""
        forth, back = _ids(PRIMARY_ASSOCIATIONS, near[0], far[0])
        self.link(near, far)
        self._tie(near, far, Tie(forth, label="Primary"), Tie(back, label="Primary"))

    def unlink(self, near: End, far: End) -> None:
        """Remove every association between two records."""
        self._portal.dissociate(*near, *far)
        self._cut(near, far)

    def unlabel(self, near: End, far: End, tie: Tie) -> None:
        """Remove one of the associations between two records that has its counterpart's label."""
        position = self._ties[near][far].index(tie)
        back = self._ties[far][near][position]
        self._portal.dissociate(*near, *far, type_id=tie.type_id, reverse_type_id=back.type_id)
        del self._ties[near][far][position]
        del self._ties[far][near][position]

    def of(self, end: End, far_type: str | None = None) -> list[tuple[End, list[Tie]]]:
        """The companions of a record and how they belong to it, in the order of their coming."""
        ties = self._ties.get(end, {})
        return [(far, list(t)) for far, t in ties.items() if far_type in (None, far[0])]

    def everything(self) -> Iterator[tuple[End, End, Tie]]:
        """Every association, once from each side."""
        for near, companions in self._ties.items():
            for far, ties in companions.items():
                for tie in ties:
                    yield near, far, tie

    def hand_over(self, object_type: str, old: int, new: int) -> None:
        """Give a merged record's associations to the survivor; the portal does so by itself."""
        gone, heir = (object_type, old), (object_type, new)
        for far, ties in self.of(gone):
            if far != heir:
                self._add(heir, far, ties)
                self._add(far, heir, self._ties[far][gone])
        self.drop(object_type, old)

    def drop(self, object_type: str, record_id: int) -> None:
        """Forget a record that is gone; the portal does so by itself."""
        gone = (object_type, record_id)
        for far, _ in self.of(gone):
            self._cut(gone, far)
        self._ties.pop(gone, None)

    def _tie(self, near: End, far: End, forth: Tie, back: Tie) -> None:
        self._portal.associate(
            *near,
            *far,
            type_id=forth.type_id,
            category=forth.category,
            label=forth.label,
            reverse_type_id=back.type_id,
            reverse_label=back.label,
        )
        self._add(near, far, [forth])
        self._add(far, near, [back])

    def _add(self, near: End, far: End, ties: list[Tie]) -> None:
        kept = self._ties.setdefault(near, {}).setdefault(far, [])
        kept += [tie for tie in ties if tie not in kept]

    def _cut(self, near: End, far: End) -> None:
        self._ties.get(near, {}).pop(far, None)
        self._ties.get(far, {}).pop(near, None)


def _ids(table: dict[tuple[str, str], tuple[int, int]], near: str, far: str) -> tuple[int, int]:
    forth, back = known_type_id(table, near, far), known_type_id(table, far, near)
    if forth is None or back is None:
        raise ValueError(f"HubSpot defines no association of {near} and {far}. Give a label.")
    return forth, back
