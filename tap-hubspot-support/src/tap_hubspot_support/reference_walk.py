"""Reading a reference: whole on each run, under a new table version."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_support.batches import Batch

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator

    from tap_hubspot_support.bookmarks import Bookmark
    from tap_hubspot_support.references import Reference
    from tap_hubspot_support.run import Run


class ReferenceWalk:
    """Reads one portal's small tables that come from one reading.

    Args:
        run: The portal.
        reference: What to read.
        wanted: Its selected tables.
        bookmark: Its memory: the last table version.
        limit: Most rows of this run; None for all.
    """

    keeps_place = False

    def __init__(
        self,
        run: Run,
        reference: Reference,
        wanted: Collection[str],
        bookmark: Bookmark,
        *,
        limit: int | None = None,
    ) -> None:
        self.run, self.bookmark, self.limit = run, bookmark, limit
        self._reference = reference
        self.tables = tuple(t.name for t in reference.tables if t.name in wanted)
        self.version = 0

    @property
    def name(self) -> str:
        """What its bookmark is kept under."""
        return self._reference.tables[0].name

    @property
    def feeders(self) -> dict[str, tuple[str, ...]]:
        """All its tables are one part."""
        return {self.name: self.tables}

    @property
    def lost(self) -> dict[str, Exception]:
        """Nothing: it is read whole or not at all."""
        return {}

    def prepare(self) -> Counter[str]:
        """Requests it takes, per budget."""
        self.bookmark.keep_portal_id(self.run.portal_id)
        return self._reference.planned(self.run)

    def batches(self) -> Iterator[Batch]:
        """All rows, then the end of their version."""
        version = self.bookmark.next_version(self.run.client.now())
        self.version = version
        for page in self._reference.pages(self.run, self.tables):
            yield Batch(page)
        yield Batch([], lambda: self.bookmark.keep_version(version), complete=(self.name,))
