"""Associations of the bulk portal: arithmetic in both directions, so that none is stored.

Record n of one type belongs to records n, n+1, .. (modulo their count) of the other.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.hubspot.associations import AssociationType
from sandbox.hubspot.object_types import DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_LABEL_EVERY = 9
_LABELLED = (
    AssociationType(37, "USER_DEFINED", "Decision maker"),
    AssociationType(38, "USER_DEFINED", "Decision maker"),
)

# How many companions record n of the first type has of the second.
_SPREADS: dict[tuple[str, str], tuple[int, Callable[[int], int]]] = {
    ("tickets", "contacts"): (3, lambda n: 1 + n % 3),
    ("tickets", "companies"): (1, lambda n: int(n % 4 > 0)),
    ("tickets", "deals"): (1, lambda n: int(n % 10 == 0)),
    ("contacts", "companies"): (1, lambda n: int(n % 10 < 9)),  # noqa: PLR2004
    ("deals", "companies"): (1, lambda n: int(n % 5 > 0)),
    ("contacts", "deals"): (1, lambda n: int(n % 6 == 0)),
    ("line_items", "deals"): (1, lambda _: 1),
}


@dataclass(frozen=True)
class BulkLinks:
    """The associations between two types, seen from the near one.

    Attributes:
        near: How many records the near type has.
        far: How many the far type has.
        most: The most companions a record of the pair's first type has.
        count: How many a record of the first type has.
        forward: Whether the near type is the pair's first.
    """

    near: int
    far: int
    most: int
    count: Callable[[int], int]
    forward: bool
    types: tuple[tuple[AssociationType, ...], tuple[AssociationType, ...]]

    def of(self, number: int) -> Iterator[tuple[int, tuple[AssociationType, ...]]]:
        """Yield (number, types) of a record's companions, ascending by number."""
        plain, labelled = self.types
        for far in sorted(set(self._forward(number) if self.forward else self._backward(number))):
            first = number if self.forward else far
            yield far, plain if first % _LABEL_EVERY else labelled

    def _forward(self, number: int) -> Iterator[int]:
        return ((number + step) % self.far for step in range(self.count(number)))

    def _backward(self, number: int) -> Iterator[int]:
        for step in range(self.most):
            for first in range((number - step) % self.near, self.far, self.near):
                if step < self.count(first):
                    yield first


def bulk_links(near: str, far: str, sizes: dict[str, int]) -> BulkLinks | None:
    """Return the associations of two types; None when there are none.

    Args:
        near: The type that is asked.
        far: The type of the companions.
        sizes: How many records each type has.
    """
    if not (sizes.get(near) and sizes.get(far)):
        return None
    for pair, forward in (((near, far), True), ((far, near), False)):
        if pair in _SPREADS:
            most, count = _SPREADS[pair]
            return BulkLinks(sizes[near], sizes[far], most, count, forward, _types(pair, forward))
    return None


def _types(
    pair: tuple[str, str],
    forward: bool,  # noqa: FBT001 - which of two directions
) -> tuple[tuple[AssociationType, ...], tuple[AssociationType, ...]]:
    """Return the types every link of a pair has, and those of the labelled ones."""
    side = 0 if forward else 1
    plain = [AssociationType(_either(DEFAULT_ASSOCIATIONS, pair)[side])]
    if pair in PRIMARY_ASSOCIATIONS:
        primary = PRIMARY_ASSOCIATIONS[pair][side]
        plain.append(AssociationType(primary, label="Primary"))
    labelled = _LABELLED[side] if pair == ("tickets", "contacts") else None
    return tuple(plain), (*plain, labelled) if labelled else tuple(plain)


def _either(
    table: dict[tuple[str, str], tuple[int, int]], pair: tuple[str, str]
) -> tuple[int, int]:
    if pair in table:
        return table[pair]
    back, forth = table[pair[1], pair[0]]
    return forth, back
