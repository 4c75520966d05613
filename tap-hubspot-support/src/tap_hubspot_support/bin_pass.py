"""What moved into and out of the recycle bin since the last look, written as rows."""

from __future__ import annotations

from typing import TYPE_CHECKING

from tap_hubspot_support.batches import nothing
from tap_hubspot_support.bookmarks import BinPass, pack_ids, unpack_ids
from tap_hubspot_support.reading import Manner
from tap_hubspot_support.recycle_bin import RecycleBin

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from tap_hubspot_support.batches import Batch
    from tap_hubspot_support.bookmarks import Bookmark
    from tap_hubspot_support.reading import Reading


def moved(
    reading: Reading,
    mark: Bookmark,
    known: set[int],
    *,
    whole: bool,
    keeps: bool = True,
) -> Iterator[Batch]:
    """Rows of records archived or restored since the bin held `known`.

    Args:
        reading: What to read, and where it is written.
        mark: The walk's memory.
        known: What the bin held before.
        whole: Part of a complete pass: all of the bin is written.
        keeps: Whether to remember what was seen. A pass over a few of the parts does not: the
            others have yet to hear of it.
    """
    run, looked = reading.run, reading.run.client.now()
    place = mark.bin_pass if keeps else BinPass()
    archived, live = unpack_ids(place.archived), unpack_ids(place.live)
    known = (known | archived) - live
    since = mark.bin_seen - run.settings.lookback_seconds * 1000
    bin_ = RecycleBin(reading.records)
    current, fresh = bin_.look(known, archived, since, everything=whole)
    gone = [str(number) for number in sorted(known - current)]
    for ids, kind, other in ((fresh, archived, live), (gone, live, archived)):
        for asked, records in reading.by_id(ids, archived=kind is archived):
            numbers = set(map(int, asked))
            kind |= numbers  # noqa: PLW2901 - one of the two sets, changed in place
            other -= numbers  # noqa: PLW2901
            # A limited run may stop here; the next one goes on behind what is written now.
            note = _noting(mark, archived, live) if keeps and reading.limit else nothing
            scope = reading.in_scope(records)
            back = kind is live
            manner = Manner(deleted=not back, whole=whole, returned=back)
            yield from reading.feed(scope, note, manner)
    yield from reading.flush()
    if keeps:
        mark.keep_bin(pack_ids(current), looked)


def _noting(mark: Bookmark, archived: set[int], live: set[int]) -> Callable[[], object]:
    place = BinPass(pack_ids(archived), pack_ids(live))
    return lambda: mark.keep_bin_pass(place)
