"""What a warehouse must hold once it has taken in everything the portal shows: see TABLES.md."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world import truth_history, truth_links, truth_objects, truth_reference

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal
    from sandbox.world.population import Population


def truth(population: Population, portal: Portal, now: int) -> dict[str, Any]:
    """Every table as it must be at `now` (epoch ms), in canonical JSON.

    Records are rows by id. Of those in `gone` (purged or merged away) a warehouse can only know
    the flags. Records in the recycle bin are whole, with their flags set.
    """
    portal_id = portal.portal_id
    entries = {name: list(book.rows(now)) for name, book in population.office.books.items()}
    return {
        **truth_objects.objects(population, entries, portal_id),
        **truth_links.links(population, entries, portal_id),
        **truth_history.histories(entries, portal_id),
        **truth_reference.reference(population, portal),
    }
