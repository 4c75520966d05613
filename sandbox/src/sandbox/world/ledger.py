"""The book of the tickets."""

from __future__ import annotations

from typing import TYPE_CHECKING, cast

from sandbox.world.books import Book, Ids

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.portal import Portal
    from sandbox.world.links import Links
    from sandbox.world.tickets import Ticket

TICKETS = "tickets"
FIRST_ID = 7_100_000_000


class Ledger(Book):
    """All tickets there ever were, by id, and the portal that serves them."""

    def __init__(self, portal: Portal, links: Links) -> None:
        super().__init__(portal, TICKETS, links, Ids(FIRST_ID), activity="hs_lastactivitydate")

    @property
    def tickets(self) -> dict[int, Ticket]:
        """The tickets by id, gone ones too."""
        return cast("dict[int, Ticket]", self.entries)

    def rows(self, now: int) -> Iterator[Ticket]:
        """Every ticket ever seen, in ascending id, as of `now`."""
        return cast("Iterator[Ticket]", super().rows(now))
