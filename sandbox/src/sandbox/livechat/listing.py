"""Going through a list page by page with page ids that go alone."""

from __future__ import annotations

import itertools
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import invalid
from sandbox.livechat.pages import Page, read_page

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandbox.livechat.call import Call

Edge = tuple[int, str]
"""Where a row stands in a list: an instant (epoch microseconds) and an id."""


@dataclass(frozen=True)
class Turned:
    """A request with its page: the first request's body, and which rows come next."""

    call: Call
    page: Page | None

    @property
    def back(self) -> bool:
        """Whether the page before is wanted."""
        return self.page is not None and self.page.back


def turn(call: Call, method: str, alone_but: tuple[str, ...] = ()) -> Turned:
    """Return what a request asks for, with what its page id remembers.

    Args:
        call: The request.
        method: The list; page ids are of one list.
        alone_but: Fields that may stand beside a page id.

    Raises:
        ApiError: Something stands beside the page id, or it is not valid.
    """
    if "page_id" not in call.body:
        return Turned(call, None)
    beside = call.body.keys() - {"page_id", *alone_but}
    if beside:
        raise invalid(min(beside), "page_id goes alone")
    seconds = call.now // 1_000_000
    page = read_page(call.body["page_id"], method, seconds, call.behaviour.page_seconds)
    return Turned(replace(call, body=page.query), page)


@dataclass(frozen=True)
class Rows:
    """One page: what it holds, and the page ids of its neighbours."""

    rows: Sequence[Any]
    neighbours: dict[str, str]


def cut(
    turned: Turned,
    method: str,
    limit: int,
    walk: Callable[[bool], Iterator[Any]],
    edge: Callable[[Any], Edge],
) -> Rows:
    """Return a page of a list.

    Args:
        turned: The request.
        method: The list.
        limit: Rows per page.
        walk: Returns the rows that follow the page's edge, given whether to go back.
        edge: Where a row stands.
    """
    found = list(itertools.islice(walk(turned.back), limit + 1))
    more = len(found) > limit or (turned.call.behaviour.trailing_page and len(found) == limit)
    rows = found[:limit][::-1] if turned.back else found[:limit]
    before, after = (more, True) if turned.back else (turned.page is not None, more)
    neighbours = {}
    if rows and after:
        neighbours["next_page_id"] = _page_id(turned, method, edge(rows[-1]), back=False)
    if rows and before:
        neighbours["previous_page_id"] = _page_id(turned, method, edge(rows[0]), back=True)
    return Rows(rows, neighbours)


def _page_id(turned: Turned, method: str, edge: Edge, *, back: bool) -> str:
    issued = turned.call.now // 1_000_000
    return Page(method, turned.call.body, *edge, back, issued).text()
