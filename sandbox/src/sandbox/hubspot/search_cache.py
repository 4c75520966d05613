"""The matches of recent searches, so that paging through one does not match again."""

from __future__ import annotations

from collections import OrderedDict
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.search_index import Image

_KEPT = 16


class SearchCache:
    """Sorted matches by query, kept while the index stays as it is."""

    def __init__(self) -> None:
        self._kept: OrderedDict[tuple[str, bytes], tuple[object, list[Image]]] = OrderedDict()

    def get(
        self, key: tuple[str, bytes], revision: object, run: Callable[[], list[Image]]
    ) -> list[Image]:
        """Return the matches, running the search only when the index changed."""
        found = self._kept.get(key)
        if found is None or found[0] != revision:
            found = (revision, run())
            self._kept[key] = found
        self._kept.move_to_end(key)
        if len(self._kept) > _KEPT:
            self._kept.popitem(last=False)
        return found[1]
