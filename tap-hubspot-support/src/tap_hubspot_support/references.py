"""Small tables that are read whole on each run; rows no longer there are deactivated."""

from __future__ import annotations

from typing import TYPE_CHECKING, Protocol

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Collection, Iterator, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.settings import Settings
    from tap_hubspot_support.tables import Table, TableRows


class Reference(Protocol):
    """Feeds one or several tables from one reading, such as owners and their teams.

    Attributes:
        name: Unique and stable.
        tables: All tables it can feed.
    """

    name: str
    tables: tuple[Table, ...]

    def planned(self, run: Run) -> Counter[str]:
        """Requests it is going to make, per budget."""

    def pages(self, run: Run, wanted: Collection[str]) -> Iterator[list[TableRows]]:
        """All rows of the wanted (selected) tables, in pages that are written together.

        Raises:
            FatalAPIError: It cannot be read; its tables fail and keep their rows.
        """


class ReferenceFamily(Protocol):
    """Makes references; no requests."""

    def __call__(self, settings: Settings, objects: Sequence[ObjectType]) -> list[Reference]:
        """The references there can be, given the object types of all portals."""
