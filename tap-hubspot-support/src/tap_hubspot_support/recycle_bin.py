"""Looking through an object's recycle bin, which the API lists by id and in no other way."""

from __future__ import annotations

from datetime import datetime
from typing import TYPE_CHECKING, Any, NamedTuple

import msgspec

from tap_hubspot_support.instants import milliseconds
from tap_hubspot_support.walk import pages_in_order

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_support.reads import Records
    from tap_hubspot_support.wire import IdRecord

_LATE = 1 << 60


class Look(NamedTuple):
    """What is in the bin, and which of it is still to be written."""

    ids: set[int]
    fresh: list[str]


class RecycleBin:
    """The archived records of one type.

    Args:
        records: Where to read from.
    """

    def __init__(self, records: Records) -> None:
        self._records = records.only_ids()

    def ids(self) -> set[int]:
        """All ids in it."""
        return {int(record.id) for record in self._all()}

    def look(self, known: set[int], written: set[int], since: int, *, everything: bool) -> Look:
        """What it holds now.

        Args:
            known: What it held at the last look.
            written: What an unfinished look has written since.
            since: Instant (ms) from which on an archived record is news even if it is known: it
                may have been restored, changed and archived again.
            everything: All of it is news.
        """
        current, fresh = set(), []
        for record in self._all():
            number = int(record.id)
            current.add(number)
            new = everything or number not in known or instant(record.archived_at) >= since
            if new and number not in written:
                fresh.append(record.id)
        return Look(current, fresh)

    def _all(self) -> Iterator[IdRecord]:
        for page in pages_in_order(lambda after: self._records.page(after, archived=True)):
            yield from page.results


def instant(text: Any) -> int:
    """Milliseconds of an instant; none counts as very late, so that nothing is left out."""
    if not text:
        return _LATE
    return milliseconds(msgspec.convert(text, datetime))
