"""Pages of a list: limits, orders, and cursors that say where the next page begins."""

from __future__ import annotations

import base64
from dataclasses import dataclass
from itertools import islice
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.gorgias.call import json_reply, whole
from sandbox.gorgias.errors import invalid, unknown_choice
from sandbox.gorgias.instants import cursor_instant, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.exchange import Reply
    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.call import Call
    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.gorgias.table import Place, Row

    Keep = Callable[[Row], bool]

DEFAULT_LIMIT, HIGHEST_LIMIT = 30, 100


@dataclass(frozen=True)
class Order:
    """An order of a list: how it is asked for, the fields it sorts by, and the direction."""

    name: str
    fields: str
    descending: bool


def orders(*names: str) -> dict[str, Order]:
    """Orders by name, such as `created_datetime:desc`; the first one is the default."""
    return {name: _order(name) for name in names}


@dataclass(frozen=True)
class Listing:
    """A resource that can be listed.

    Attributes:
        table: Where its rows are.
        scope: What an OAuth token needs.
        present: Makes a row's shape.
        orders: What `order_by` may be, the default first.
        filters: Make the test of a row from the parameters, or None when there is nothing to test.
        narrow: The parameter (and field) whose rows are found without going through all.
        totals: Whether the envelope has a `total_resources`.
    """

    table: str
    scope: str
    present: Callable[[Helpdesk, Row, Behaviour], Row]
    orders: dict[str, Order]
    filters: tuple[Callable[[Call], Keep | None], ...] = ()
    narrow: str | None = None
    totals: bool = False


def list_page(call: Call, listing: Listing) -> Reply:
    """Answer a list request."""
    call.require(listing.scope)
    limit, order = page_limit(call), _wanted_order(call, listing)
    cursor = _read_cursor(call, order)
    backwards = cursor is not None and cursor[0] == "prev"
    tests = [test for made in listing.filters if (test := made(call))]
    rows = _walk(call, listing, order, cursor[1] if cursor else None, backwards=backwards)
    kept = ((place, row) for place, row in rows if all(test(row) for test in tests))
    page = list(islice(kept, limit + 1))
    more, page = len(page) > limit, page[:limit]
    if backwards:
        page.reverse()
    has_next, has_previous = (True, more) if backwards else (more, cursor is not None)
    meta: dict[str, Any] = {
        "prev_cursor": _cursor("prev", page[0][0], order) if has_previous and page else None,
        "next_cursor": _cursor("next", page[-1][0], order) if has_next and page else None,
    }
    if listing.totals:
        meta["total_resources"] = None
    data = [listing.present(call.desk, row, call.behaviour) for _, row in page]
    uri = call.path + (f"?{call.raw_query}" if call.raw_query else "")
    body = {"object": "list", "uri": uri, "data": data, "meta": meta}
    return json_reply(body, records=len(data))


def page_limit(call: Call, highest: int = HIGHEST_LIMIT) -> int:
    """Return how many rows a page is to have.

    Raises:
        ApiError: Not between 1 and the highest.
    """
    text = call.one("limit")
    limit = DEFAULT_LIMIT if text is None else whole("limit", text)
    if not 1 <= limit <= highest:
        raise invalid("limit", f"Must be between 1 and {highest}.")
    return limit


def _order(name: str) -> Order:
    parts = [part.split(":") for part in name.split(",")]
    return Order(name, ",".join(part[0] for part in parts), parts[0][-1] == "desc")


def _wanted_order(call: Call, listing: Listing) -> Order:
    name = call.one("order_by") or next(iter(listing.orders))
    if name not in listing.orders:
        raise unknown_choice("order_by", name, listing.orders)
    return listing.orders[name]


def _walk(
    call: Call, listing: Listing, order: Order, after: Place | None, *, backwards: bool
) -> Iterator[tuple[Place, Row]]:
    rows = call.desk.tables[listing.table]
    descending = order.descending != backwards
    wanted = call.integer(listing.narrow) if listing.narrow else None
    if listing.narrow is None or wanted is None:
        return rows.walk(order.fields, after, descending=descending)
    found = [((row[order.fields], row["id"]), row) for row in rows.where(listing.narrow, wanted)]
    found.sort(key=lambda one: one[0], reverse=descending)
    return (one for one in found if after is None or _is_behind(one[0], after, descending))


def _is_behind(place: Place, after: Place, descending: bool) -> bool:  # noqa: FBT001
    return place < after if descending else place > after


def _cursor(direction: str, place: Place, order: Order) -> str:
    value = place[0]
    if order.fields.endswith("_datetime"):
        value = cursor_instant(value)
    return base64.b64encode(msgspec.json.encode([direction, value, place[1]])).decode()


def _read_cursor(call: Call, order: Order) -> tuple[str, Place] | None:
    text = call.one("cursor")
    if not text:
        return None
    try:
        direction, value, row_id = msgspec.json.decode(base64.b64decode(text, validate=True))
        place = (_sought(value, order), int(row_id))
    except (ValueError, TypeError) as error:
        raise invalid("cursor", "Not a valid cursor.") from error
    if direction not in ("next", "prev"):
        raise invalid("cursor", "Not a valid cursor.")
    return direction, place


def _sought(value: Any, order: Order) -> Any:
    """The sort value of a cursor; a TypeError when it cannot be one of this order."""
    if order.fields == "priority":
        return int(value)
    if order.fields == "usage,name":
        usage, name = value
        return int(usage), str(name)
    if not isinstance(value, str):
        raise TypeError
    return parse_instant(value) if order.fields.endswith("_datetime") else value
