"""Associations come, go and change their labels; no record's modified date tells of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.customers import FORMER, LABELS
from sandbox.world.fieldwork import HEAD
from sandbox.world.sales import DECISION_MAKER

if TYPE_CHECKING:
    from collections.abc import Mapping

    from sandbox.world.links import End, Label, Tie
    from sandbox.world.office import Office

_PAIRS = (
    ("tickets", "companies"),
    ("tickets", "deals"),
    ("contacts", "companies"),
    ("companies", "companies"),
    ("deals", "contacts"),
    ("deals", "companies"),
    ("line_items", "deals"),
    ("quotes", "contacts"),
    ("quotes", "deals"),
    ("calls", "tickets"),
    ("emails", "contacts"),
    ("meetings", "companies"),
    ("notes", "deals"),
    ("tasks", "tickets"),
    ("appointments", "contacts"),
    ("appointments", "tickets"),
    ("divisions", "companies"),
    ("divisions", "contacts"),
    ("installations", "companies"),
    ("vehicles", "companies"),
)
_LABELLED: dict[tuple[str, str], Label] = {
    ("tickets", "contacts"): LABELS[0],
    ("contacts", "companies"): FORMER,
    ("deals", "contacts"): DECISION_MAKER,
    ("divisions", "contacts"): HEAD,
}
_TRIES = 20


class LinkEvents:
    """Changes associations at random."""

    def __init__(self, office: Office, own_links: Mapping[tuple[str, str], Label]) -> None:
        self._office = office
        self._own_links = own_links
        self._links = office.links
        self._pairs = [pair for pair in _PAIRS if set(pair) <= office.books.keys()]

    def link(self) -> None:
        """Two records that may not have known each other."""
        pair = self._office.rng.choice(self._pairs)
        near, far = (self._office.any(kind) for kind in pair)
        if near is not None and far is not None and (pair[0], near) != (pair[1], far):
            self._links.link((pair[0], near), (pair[1], far), self._own_links.get(pair))

    def unlink(self) -> None:
        """Two records that knew each other."""
        found = self._some(self._office.rng.choice(self._pairs))
        if found:
            self._links.unlink(*found[:2])

    def label(self) -> None:
        """Two records get to know each other in another way as well."""
        pair = self._office.rng.choice([one for one in _LABELLED if one[0] in self._office.books])
        found = self._some(pair)
        if found:
            self._links.link(*found[:2], _LABELLED[pair])

    def unlabel(self) -> None:
        """One of several ways in which two records know each other ends."""
        found = self._some(self._office.rng.choice(list(_LABELLED)))
        ties = [tie for tie in found[2] if tie.label] if found else []
        if found and ties and len(found[2]) > 1:
            self._links.unlabel(*found[:2], self._office.rng.choice(ties))

    def move_line_item(self) -> None:
        """A line item goes over to another deal, or gets a second one."""
        found = self._some(("line_items", "deals"))
        deal = self._office.any("deals")
        if found and deal is not None:
            if self._office.chance(0.7):
                self._links.unlink(*found[:2])
            self._links.link(found[0], ("deals", deal))

    def _some(self, pair: tuple[str, str]) -> tuple[End, End, list[Tie]] | None:
        """Two live records of a pair that know each other, and how."""
        for _ in range(_TRIES):
            near = self._office.any(pair[0])
            companions = [] if near is None else self._links.of((pair[0], near), pair[1])
            if near is not None and companions:
                far, ties = self._office.rng.choice(companions)
                return (pair[0], near), far, ties
        return None
