"""Columns of a record that are filled from its associations, not from its properties."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING, Any

from tap_hubspot_support.client import ForbiddenError
from tap_hubspot_support.columns import Definition
from tap_hubspot_support.links.wire import LinkReader
from tap_hubspot_support.reads import MAX_URL_LENGTH, Records, Wanted

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.rows import RecordShape
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.wire import Page

logger = logging.getLogger(__name__)


def borrowed_definitions(run: Run, object_type: ObjectType) -> list[Definition]:
    """Definitions of the properties that a record has only by association."""
    borrowed = object_type.borrowed
    if borrowed is None or not run.settings.links.wanted:
        return []
    return [Definition(borrowed.property, "number", referenced_object_type=borrowed.far.upper())]


def borrows(run: Run, object_type: ObjectType, properties: Iterable[str]) -> bool:
    """Whether one of the wanted properties comes from associations."""
    borrowed = object_type.borrowed
    return borrowed is not None and run.settings.links.wanted and borrowed.property in properties


class BorrowingRecords(Records):
    """Records that are given the id of the one record of another type they belong to.

    One association request per page, made by the thread that read the page. A record with no
    such association, or several, has null: which one would be meant is not for a tap to say.

    Args:
        run: The portal.
        object_type: What they are; it says what to borrow from where.
        wanted: What to ask for of every record.
        shape: How the records arrive.
    """

    def __init__(
        self, run: Run, object_type: ObjectType, wanted: Wanted, shape: RecordShape
    ) -> None:
        most = run.settings.max_url_length or MAX_URL_LENGTH
        super().__init__(run.client, run.paths, object_type, wanted, max_url_length=most)
        if object_type.borrowed is None:
            raise ValueError(f"{object_type.table} borrows nothing.")
        self._property = object_type.borrowed.property
        self._links = LinkReader(run.client, run.paths, object_type.path, object_type.borrowed.far)
        self._shape = shape
        self._is_forbidden = False

    def page(
        self, after: str | None, *, limit: int | None = None, archived: bool = False
    ) -> Page[Any]:
        """One page of the list; see `Records.page`."""
        page = super().page(after, limit=limit, archived=archived)
        if self.in_address:  # otherwise it was read by id, and has everything
            self._lend(page.results, archived=archived)
        return page

    def read(self, ids: Sequence[str], *, archived: bool = False) -> list[Any]:
        """Records by id; see `Records.read`."""
        records = super().read(ids, archived=archived)
        self._lend(records, archived=archived)
        return records

    def _lend(self, records: Sequence[Any], *, archived: bool) -> None:
        """Fill the property of live records; HubSpot tells no associations of archived ones."""
        if archived or self._is_forbidden:
            return
        found: dict[int, set[int]] = {}
        try:
            for link in self._links.read([record.id for record in records]):
                found.setdefault(link.parent, set()).add(link.child)
        except ForbiddenError as refused:
            self._is_forbidden = True
            logger.warning("the column property_%s stays empty: %s", self._property, refused)
        for record in records:
            ends = found.get(int(record.id), set())
            # A property of that name which the account defined itself comes first.
            if len(ends) == 1 and self._shape.value(record, self._property) is None:
                self._shape.put(record, self._property, str(*ends))
