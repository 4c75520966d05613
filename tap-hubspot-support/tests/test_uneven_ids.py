"""Records whose ids lie in clusters with wide gaps, as in accounts that grew over years."""

from __future__ import annotations

from types import SimpleNamespace
from typing import Any

from tap_hubspot_support.full import FullWalk
from tap_hubspot_support.wire import Next, Page, Paging

IDS = [*range(1, 401), *range(137_513_066, 137_513_086), *range(409_341_883_500, 409_341_883_530)]


class Listed:
    """A list of records in memory that counts its pages."""

    def __init__(self, ids: list[int]) -> None:
        self.ids = ids
        self.pages = 0

    def page(self, after: str | None, *, limit: int | None = None) -> Page[Any]:
        self.pages += 1
        found = [number for number in self.ids if number >= int(after or 0)][: limit or 100]
        more = Paging(Next(str(found[-1] + 1))) if found and found[-1] < self.ids[-1] else None
        return Page([SimpleNamespace(id=str(number)) for number in found], more)

    def search(self, filters: list[Any], **_: Any) -> Page[Any]:
        return Page([SimpleNamespace(id=str(self.ids[-1]))], None, len(self.ids))


def test_a_small_table_with_clustered_ids_is_read_whole_without_asking_for_the_gaps() -> None:
    listed = Listed(IDS)
    walk = FullWalk(listed, None, workers=8)  # type: ignore[arg-type]

    read = [int(record.id) for step in walk.steps(None) for record in step.records]

    assert sorted(read) == IDS
    assert listed.pages == 5, "as many as one reader would ask for"
