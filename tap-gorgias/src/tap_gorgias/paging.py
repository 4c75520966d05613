"""Lists with cursors: every page once, no page twice, none taken for the last by mistake."""

from __future__ import annotations

import logging
from dataclasses import dataclass
from typing import TYPE_CHECKING

from singer_sdk.exceptions import FatalSyncError

from tap_gorgias.client import Call, RefusedError
from tap_gorgias.wire import read_page

if TYPE_CHECKING:
    from collections.abc import Generator, Iterator

    from tap_gorgias.client import Client
    from tap_gorgias.wire import Page, Row

PAGE_SIZE = 100
"""The most rows that Gorgias gives at a time; above it answers 400."""

_RESTARTS = 2
_BAD_REQUEST = 400
logger = logging.getLogger(__name__)


@dataclass(frozen=True)
class Listing:
    """A list to read: its path, its name for messages, its order and filters."""

    what: str
    path: str
    query: tuple[tuple[str, str | int], ...] = ()
    body: object = None
    page_size: int = PAGE_SIZE
    optional: bool = False


def pages(client: Client, listing: Listing) -> Iterator[Page]:
    """The pages of a list; order and filters go with every page, as the cursor holds neither.

    A cursor that Gorgias no longer takes starts the list again: rows then come twice, which is
    harmless, and none is left out.

    Raises:
        FatalSyncError: The cursors run in a circle.
    """
    for _ in range(_RESTARTS):
        if not (yield from _tried(client, listing)):
            return
    yield from _once(client, listing)


def rows(client: Client, listing: Listing) -> Iterator[Row]:
    """The rows of a list."""
    for page in pages(client, listing):
        yield from page.rows


class _StaleCursorError(RefusedError):
    """A cursor that was given by the page before is refused."""


def _tried(client: Client, listing: Listing) -> Generator[Page, None, bool]:
    """The pages, as far as cursors are taken; whether one was not."""
    try:
        yield from _once(client, listing)
    except _StaleCursorError:
        logger.warning("starting again, the cursor was refused: %s", listing.what)
        return True
    return False


def _once(client: Client, listing: Listing) -> Iterator[Page]:
    cursor: str | None = None
    seen: set[int] = set()
    while True:
        page = _page(client, listing, cursor)
        yield page
        cursor = page.cursor
        if cursor is None:
            return
        if hash(cursor) in seen:
            raise FatalSyncError(
                f"{listing.what}: the pages run in a circle, so the end would never come. "
                "Run again later; if it stays so, report it to Gorgias' support."
            )
        seen.add(hash(cursor))


def _page(client: Client, listing: Listing, cursor: str | None) -> Page:
    query: list[tuple[str, str | int]] = [("limit", listing.page_size), *listing.query]
    if cursor is not None:
        query.append(("cursor", cursor))
    call = Call(listing.what, listing.path, read_page, tuple(query), listing.body, listing.optional)
    try:
        return client.read(call)
    except RefusedError as refusal:
        if cursor is None or refusal.status != _BAD_REQUEST:
            raise
        raise _StaleCursorError(str(refusal), refusal.status) from None
