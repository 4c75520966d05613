"""What search can see: an image of each record that follows the store with a lag."""

from __future__ import annotations

import heapq
from bisect import bisect_left, insort
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.records import Record


@dataclass(frozen=True, slots=True)
class Image:
    """A record as the index knows it."""

    id: int
    properties: dict[str, str]
    created_at: int
    updated_at: int


class SearchIndex:
    """Images of live records in ascending id.

    A stored change is announced with the instant it becomes visible; until then the index
    keeps the image it had. Instants differ per record, so changes surface out of order.
    """

    def __init__(self) -> None:
        self._images: dict[int, Image] = {}
        self._ids: list[int] = []
        self._due: list[tuple[int, int, Image]] = []
        self._newest: dict[int, int] = {}
        self._sequence = 0
        self.revision = 0

    def announce(self, record: Record, visible_at: int) -> None:
        """Let the record's present image be seen from `visible_at` (epoch ms) on."""
        self._sequence += 1
        image = Image(record.id, record.properties, record.created_at, record.updated_at)
        heapq.heappush(self._due, (visible_at, self._sequence, image))

    def forget(self, record_id: int) -> None:
        """Drop a record at once, with whatever was still to surface."""
        self._sequence += 1
        self._newest[record_id] = self._sequence
        if self._images.pop(record_id, None) is not None:
            del self._ids[bisect_left(self._ids, record_id)]
            self.revision += 1

    def settle(self, now: int) -> None:
        """Take over every image that is visible by `now`."""
        while self._due and self._due[0][0] <= now:
            _, sequence, image = heapq.heappop(self._due)
            self._show(sequence, image)

    def images(self, above: int = -1) -> Iterator[Image]:
        """Return the visible images with an id greater than `above`, ascending."""
        start = bisect_left(self._ids, above + 1)
        return (self._images[record_id] for record_id in self._ids[start:])

    def _show(self, sequence: int, image: Image) -> None:
        if sequence < self._newest.get(image.id, 0):
            return
        self._newest[image.id] = sequence
        if image.id not in self._images:
            insort(self._ids, image.id)
        self._images[image.id] = image
        self.revision += 1
