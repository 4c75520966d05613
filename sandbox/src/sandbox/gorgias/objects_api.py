"""Lists and single objects of every resource; and the oldest list, which is page-numbered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.gorgias import presenting
from sandbox.gorgias.call import json_reply
from sandbox.gorgias.errors import invalid, not_found
from sandbox.gorgias.paging import list_page
from sandbox.gorgias.resources import LISTINGS

if TYPE_CHECKING:
    from sandbox.exchange import Reply
    from sandbox.gorgias.call import Call

OLD_PAGE = 30


def list_objects(call: Call) -> Reply:
    """A page of a resource."""
    listing = LISTINGS.get(call.parameters["resource"])
    if listing is None:
        raise not_found()
    return list_page(call, listing)


def get_object(call: Call) -> Reply:
    """One object by id."""
    listing = LISTINGS.get(call.parameters["resource"])
    if listing is None:
        raise not_found()
    call.require(listing.scope)
    row = call.row(listing.table)
    return json_reply(listing.present(call.desk, row, call.behaviour), records=1)


def get_ticket(call: Call) -> Reply:
    """One ticket in detail."""
    call.require("tickets:read")
    row = call.row("tickets")
    return json_reply(presenting.ticket_in_detail(call.desk, row, call.behaviour), records=1)


def get_user(call: Call) -> Reply:
    """One user; 0 is whoever asks."""
    call.require("users:read")
    if call.parameters["id"] == "0":
        call.parameters["id"] = str(call.user_id)
    return json_reply(presenting.user(call.desk, call.row("users")), records=1)


def ticket_messages(call: Call) -> Reply:
    """The deprecated list of one ticket's messages, by page numbers."""
    call.require("tickets:read")
    ticket = call.row("tickets")
    found = call.desk.tables["messages"].where("ticket_id", ticket["id"])
    page, size = call.integer("page") or 1, call.integer("per_page") or OLD_PAGE
    if page < 1 or size < 1:
        raise invalid("page", "Must be at least 1.")
    rows = found[(page - 1) * size : page * size]
    meta = {
        "page": page,
        "per_page": size,
        "current_page": f"{call.path}?page={page}",
        "item_count": len(found),
        "nb_pages": max(1, -(-len(found) // size)),
    }
    data = [presenting.message(call.desk, row) for row in rows]
    body = {"object": "list", "uri": call.path, "data": data, "meta": meta}
    return json_reply(body, records=len(data))


def ticket_message(call: Call) -> Reply:
    """One message of one ticket."""
    call.require("tickets:read")
    ticket, row = call.row("tickets"), call.row("messages", "message_id")
    if row["ticket_id"] != ticket["id"]:
        raise not_found()
    return json_reply(presenting.message(call.desk, row), records=1)


def nothing_listed(call: Call) -> Reply:
    """A list of something these accounts have none of, such as calls by telephone."""
    meta = {"prev_cursor": None, "next_cursor": None}
    return json_reply({"object": "list", "uri": call.path, "data": [], "meta": meta})
