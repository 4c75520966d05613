"""Running a search over the index, and keeping the matches of recent ones.

Paging through a search asks for the same matches again and again; they are kept while
neither the index nor a definition nor an association changes.
"""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

from sandbox.hubspot.search_query import lowest_id, predicate, sort_key

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.search_index import Image, SearchIndex
    from sandbox.hubspot.search_query import SearchQuery

    Revision = tuple[int, int, int]

_KEPT = 16


class IndexSearch:
    """Finds the visible images that match a query, in its order."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bytes], tuple[Revision, list[Image]]] = OrderedDict()

    def __call__(self, call: Call, kind: ObjectType, query: SearchQuery) -> list[Image]:
        """Return the matches as the index knows them now."""
        portal = call.portal
        index = portal.table(kind.name).index
        index.settle(portal.clock())
        revision = (index.revision, portal.definitions_revision, portal.links_revision)
        key = (kind.name, query.key)
        found = self._kept.get(key)
        if found is None or found[0] != revision:
            found = self._kept[key] = (revision, _run(call, kind, query, index))
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found[1]


def _run(call: Call, kind: ObjectType, query: SearchQuery, index: SearchIndex) -> list[Image]:
    matches = predicate(call, kind, query)
    found = [image for image in index.images(lowest_id(query)) if matches(image)]
    definitions = call.portal.definitions[kind.name]
    already_sorted = query.sort == ("hs_object_id", False)
    if already_sorted or (query.sort and query.sort[0] not in definitions):
        return found
    found.sort(key=sort_key(query, definitions), reverse=bool(query.sort and query.sort[1]))
    return found
