"""Views: the only filter on a ticket's change that the vendor's server applies."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from sandbox.exchange import Reply
from sandbox.gorgias import presenting
from sandbox.gorgias.call import json_reply
from sandbox.gorgias.errors import invalid
from sandbox.gorgias.instants import parse_instant
from sandbox.gorgias.paging import page_limit

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gorgias.call import Call
    from sandbox.gorgias.table import Row

_CONDITION = re.compile(r"(\w+)\(\s*(ticket\.[\w.]+)\s*,\s*(.+?)\s*\)")
_SORTABLE = frozenset({"created_datetime", "updated_datetime"})
_FIELDS: dict[str, str] = {"assignee_user.id": "assignee_user_id", "customer.id": "customer_id"}


def view_items(call: Call) -> Reply:
    """The tickets of a saved view."""
    call.require("tickets:read")
    return _items(call, call.row("views"))


def try_view(call: Call) -> Reply:
    """The tickets that an unsaved view would have; 0 stands for it."""
    call.require("tickets:read")
    view = call.json().get("view")
    if not isinstance(view, dict):
        raise invalid("view", "Missing data for required field.")
    return _items(call, view)


def create_view(call: Call) -> Reply:
    """Save a view."""
    call.require("views:write")
    given = call.json()
    table = call.desk.table("views")
    row = {
        "id": max(table.rows, default=0) + 1,
        "name": str(given.get("name", "")),
        "slug": "",
        "type": given.get("type", "ticket-list"),
        "category": None,
        "filters": given.get("filters", ""),
        "fields": [],
        "order_by": given.get("order_by", "updated_datetime"),
        "order_dir": given.get("order_dir", "desc"),
        "search": None,
        "visibility": given.get("visibility", "private"),
        "created_datetime": call.desk.now(),
        "deactivated_datetime": None,
    }
    _conditions(str(row["filters"]))
    call.desk.put("views", row)
    return json_reply(presenting.plain(call.desk, row), 201)


def delete_view(call: Call) -> Reply:
    """Take a view away."""
    call.require("views:write")
    call.desk.remove("views", call.row("views")["id"])
    return Reply(204, b"")


def _items(call: Call, view: Row) -> Reply:
    order = str(view.get("order_by") or "updated_datetime")
    if order not in _SORTABLE:
        raise invalid("view.order_by", "Not a valid choice.")
    tests = _conditions(str(view.get("filters") or ""))
    offset, limit = call.integer("cursor") or 0, page_limit(call)
    walked = call.desk.tables["tickets"].walk(
        order, None, descending=view.get("order_dir", "desc") == "desc"
    )
    found = [row for _, row in walked if all(test(row) for test in tests)]
    page = found[offset : offset + limit]
    meta = {
        "current_cursor": str(offset),
        "next_items": _link(call, offset + limit, limit) if offset + limit < len(found) else None,
        "prev_items": _link(call, max(0, offset - limit), limit) if offset else None,
    }
    data = [presenting.view_item(call.desk, row, call.behaviour) for row in page]
    return json_reply({"data": data, "meta": meta}, records=len(data))


def _link(call: Call, offset: int, limit: int) -> str:
    return f"{call.path}?cursor={offset}&limit={limit}"


def _conditions(text: str) -> list[Callable[[Row], bool]]:
    return [_condition(part.strip()) for part in text.split("&&")] if text.strip() else []


def _condition(text: str) -> Callable[[Row], bool]:
    match = _CONDITION.fullmatch(text)
    if not match:
        raise invalid("view.filters", "Not a valid filter.")
    name, field, raw = match[1], match[2].removeprefix("ticket."), match[3]
    field = _FIELDS.get(field, field)
    wanted = _literal(field, raw)
    if name == "containsAny":
        return lambda row: bool(set(row["tag_ids"]) & set(wanted))
    if name not in _OPERATORS:
        raise invalid("view.filters", "Not a valid operator.")
    return lambda row: type(row.get(field)) is type(wanted) and _OPERATORS[name](row[field], wanted)


_OPERATORS: dict[str, Callable[[Any, Any], bool]] = {
    "eq": lambda held, wanted: bool(held == wanted),
    "neq": lambda held, wanted: bool(held != wanted),
    "gte": lambda held, wanted: bool(held >= wanted),
    "lte": lambda held, wanted: bool(held <= wanted),
}


def _literal(field: str, raw: str) -> Any:
    if raw.startswith("["):
        return [int(part) for part in re.findall(r"\d+", raw)]
    text = raw.strip("'\"")
    if not field.endswith("_datetime"):
        return int(text) if text.isdigit() else text
    try:
        return parse_instant(text)
    except ValueError:
        raise invalid("view.filters", "Not a valid datetime.") from None
