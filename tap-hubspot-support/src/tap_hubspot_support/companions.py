"""Tables that are written from the pages of another table's walk.

One walk per portal and object type reads the records. Companions turn its pages into rows of
further tables: links, histories, stays in a stage. The walk's bookmark moves only after the rows
of all its companions are written, so a kill between a record and its links loses nothing, and
none of them costs a search or a list of its own.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings
    from tap_hubspot_support.tables import Table, TableRows


def _no_value(record: Any, name: str) -> str | None:  # noqa: ARG001
    return None


@dataclass(frozen=True)
class Page:
    """Some records of one type, as a walk met them.

    Attributes:
        object_type: What they are.
        records: Each has `id` (text), `createdAt`, `updatedAt`, `archivedAt`, and
            `propertiesWithHistory` (name to `Version` list) when a companion asked for history.
            Empty when only the ids are known: merged records, and pages of companions that
            asked for neither properties nor history.
        ids: Their ids, always.
        deleted: They are in the recycle bin, or were merged into others.
        whole: Part of a complete pass under a new table version: rows it does not write again
            are marked as deleted at its end, so removals need no tombstones.
        returned: They left the recycle bin.
        value: `page.value(record, name)` is the text of a property that a companion asked for.
    """

    object_type: ObjectType
    records: list[Any]
    ids: list[int]
    deleted: bool = False
    whole: bool = False
    value: Callable[[Any, str], str | None] = field(default=_no_value, repr=False)
    returned: bool = False


class Companion(Protocol):
    """Writes tables beside the records of one walk (one portal, one object type).

    Attributes:
        name: Unique within its walk and stable between versions: the bookmark remembers under
            it what has been read. One companion per thing that can be selected alone.
        tables: Names of the selected tables that it feeds.
        fingerprint: Changes when everything has to be read again (other properties, other
            columns).
        properties: Property names whose values it needs of each record.
        history: Property names whose versions it needs of each record. They come with the
            records themselves, which are then read 50 instead of 100 at a time.
        page_size: Most parents per call of `read`. 0 for a companion that makes no requests, or
            next to none: it then gets each page as it comes, with its records. Others get
            `records` only if they ask for properties or history.
    """

    name: str
    tables: tuple[str, ...]
    fingerprint: str
    properties: tuple[str, ...]
    history: tuple[str, ...]
    page_size: int

    def read(self, run: Run, page: Page) -> list[TableRows]:
        """The rows of some parents; called in a worker thread, several pages at a time.

        Raises:
            FatalAPIError: This companion cannot be read, for example for want of a scope. Its
                tables fail, the walk goes on, and the next run reads it from the start.
        """


class Family(Protocol):
    """A kind of companions: names its tables at discovery, makes companions for a walk."""

    def tables(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Table]:
        """The tables there can be, given the object types of all portals; no requests."""

    def companions(
        self, run: Run, object_type: ObjectType, wanted: Collection[str]
    ) -> list[Companion]:
        """The companions of one walk that feed any of the wanted (selected) tables."""
