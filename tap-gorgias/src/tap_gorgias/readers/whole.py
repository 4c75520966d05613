"""Small tables, read whole on each run; what is gone since the last run is flagged."""

from __future__ import annotations

import base64
import zlib
from functools import partial
from typing import TYPE_CHECKING, Any

import msgspec

from tap_gorgias.columns import TOMBSTONE_MARK, whole
from tap_gorgias.instants import written
from tap_gorgias.paging import Listing, pages
from tap_gorgias.readers.places import unreadable
from tap_gorgias.run import AccountRun, Batch
from tap_gorgias.tables import CUSTOM_FIELDS, INTEGRATIONS, TAGS, TEAMS, USERS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_gorgias.table import Table
    from tap_gorgias.wire import Row

_BY_CREATION = (("order_by", "created_datetime:desc"),)
_FIELDS = tuple(
    (("object_type", kind), *archived)
    for kind in ("Ticket", "Customer")
    for archived in ((), (("archived", "true"),))
)


def _read(run: AccountRun, table: Table, queries: Any) -> Iterator[Batch]:
    """All rows, then tombstones of those that an earlier run saw and this one did not."""
    seen: set[int] = set()
    known = unpacked(run.state(table.name).get("ids"))
    for query in queries:
        for page in pages(run.client, Listing(f"listing {table.name}", table.path, query)):
            seen |= {n for row in page.rows if (n := whole(row.get("id"))) is not None}
            yield run.batch(table, page.rows)
    gone = [tombstone(run, id_) for id_ in sorted(known - seen)]
    yield Batch(table.name, gone, {"ids": packed(seen)})


def tombstone(run: AccountRun, id_: int) -> Row:
    """A record that flags a row as gone and leaves its other columns alone."""
    return {
        "account": run.account.client,
        "id": id_,
        "is_deleted": True,
        TOMBSTONE_MARK: written(run.client.clock.now()),
    }


def packed(ids: Iterable[int]) -> str:
    """Ids as short text, to be kept in the state.

    >>> unpacked(packed([9007199254740993, 5, 7])) == {5, 7, 9007199254740993}
    True
    """
    ordered = sorted(ids)
    steps = [number - before for before, number in zip([0, *ordered], ordered)]  # noqa: B905
    return base64.b64encode(zlib.compress(msgspec.json.encode(steps), 9)).decode()


def unpacked(text: Any) -> set[int]:
    """The ids in such a text; none without one.

    Raises:
        FatalSyncError: The state was not written by this tap.
    """
    if not text:
        return set()
    try:
        steps = msgspec.json.decode(zlib.decompress(base64.b64decode(text)), type=list[int])
    except (TypeError, ValueError, zlib.error, msgspec.MsgspecError):
        raise unreadable() from None
    found, current = set(), 0
    for step in steps:
        current += step
        found.add(current)
    return found


read_users = partial(_read, table=USERS, queries=((("order_by", "name:asc"),),))
read_teams = partial(_read, table=TEAMS, queries=(_BY_CREATION,))
read_tags = partial(_read, table=TAGS, queries=(_BY_CREATION,))
read_integrations = partial(_read, table=INTEGRATIONS, queries=((),))
read_custom_fields = partial(_read, table=CUSTOM_FIELDS, queries=_FIELDS)
