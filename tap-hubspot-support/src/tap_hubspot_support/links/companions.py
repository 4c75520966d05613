"""Links beside records: read for each page of the walk over one end."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.links.rows import link_rows, removals
from tap_hubspot_support.links.wire import MOST_PARENTS, LinkReader
from tap_hubspot_support.tables import TableRows

if TYPE_CHECKING:
    from tap_hubspot_support.companions import Page
    from tap_hubspot_support.links.tables import Pair
    from tap_hubspot_support.run import Run


class NearEnd:
    """Reads the links of every record that the walk meets.

    Links move no modified date, so those of changed records are read again, and all of them at
    a reconciliation, which lists the records anyway.

    Args:
        pair: What to read.
        tombstones: Whether to say, before the links of a changed record, that it has none.
    """

    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    page_size = MOST_PARENTS
    fingerprint = "1"

    def __init__(self, pair: Pair, *, tombstones: bool) -> None:
        self.pair = pair
        self.name = f"links:{pair.name}"
        self.tables: tuple[str, ...] = (pair.table_name,)
        self._tombstones = tombstones

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """Links of live records; first, if wanted, that their earlier links are no more."""
        rows: list[dict[str, Any]] = []
        if self._tombstones and not page.whole:
            rows += _removed(run, self.pair, self.pair.near_column, page.ids)
        if not page.deleted:
            rows += self._current(run, page.ids)
        return [TableRows(self.pair.table_name, rows)] if rows else []

    def _current(self, run: Run, ids: list[int]) -> list[dict[str, Any]]:
        reader = LinkReader(run.client, run.paths, self.pair.near.path, self.pair.far.path)
        links = list(reader.read([str(id_) for id_ in ids]))
        return link_rows(self.pair, links, portal_id=run.portal_id, synced=run.synced)


class FarEnd:
    """Keeps the links that end in a record in step when it goes to the bin and comes back.

    Links to deleted records are no more. Those to a restored record are there again although
    nothing changed at the end that they are read from: that end is found from here, and read.
    Restoring is rare, so it is done page by page. (The links that a merge moved to its survivor
    come with the next reconciliation: a survivor looks the same whenever it was one.)

    Args:
        pair: A pair that is read from its other end.
        tombstones: Whether removed links may be told.
    """

    properties: tuple[str, ...] = ()
    history: tuple[str, ...] = ()
    page_size = 0
    fingerprint = "1"

    def __init__(self, pair: Pair, *, tombstones: bool) -> None:
        self.pair = pair
        self.name = f"links:{pair.name}:far"
        self.tables: tuple[str, ...] = (pair.table_name,)
        self._tombstones = tombstones

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """Tombstones for deleted records, links of restored ones."""
        if page.returned:
            return self._back(run, page.ids)
        # A complete pass needs no tombstones.
        if page.deleted and self._tombstones and not page.whole:
            rows = _removed(run, self.pair, self.pair.far_column, page.ids)
            return [TableRows(self.pair.table_name, rows)]
        return []

    def _back(self, run: Run, ids: list[int]) -> list[TableRows]:
        near, far = self.pair.near.path, self.pair.far.path
        found = LinkReader(run.client, run.paths, far, near).read([str(id_) for id_ in ids])
        parents = {str(link.child): None for link in found}
        links = list(LinkReader(run.client, run.paths, near, far).read(list(parents)))
        rows = link_rows(self.pair, links, portal_id=run.portal_id, synced=run.synced)
        return [TableRows(self.pair.table_name, rows)] if rows else []


def _removed(run: Run, pair: Pair, column: str, ids: list[int]) -> list[dict[str, Any]]:
    return removals(pair, column, ids, portal_id=run.portal_id, synced=run.synced)
