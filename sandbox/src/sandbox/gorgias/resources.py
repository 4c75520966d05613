"""What can be listed: orders, filters and shapes of every resource."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.gorgias import presenting
from sandbox.gorgias.call import whole
from sandbox.gorgias.errors import invalid, unknown_choice
from sandbox.gorgias.instants import parse_instant
from sandbox.gorgias.paging import Listing, orders

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gorgias.call import Call
    from sandbox.gorgias.paging import Keep
    from sandbox.gorgias.table import Row

DAY_US = 86_400_000_000
HIGHEST_TICKET_IDS = 100
OBJECT_TYPES = frozenset(
    {
        "Account", "Customer", "Integration", "Macro", "Rule", "SatisfactionSurvey", "Tag", "Team",
        "Ticket", "TicketMessage", "User", "View", "Widget",
    }
)  # fmt: skip
_CREATED = ("created_datetime:desc", "created_datetime:asc")
_UPDATED = (*_CREATED, "updated_datetime:desc", "updated_datetime:asc")


def same_number(name: str) -> Callable[[Call], Keep | None]:
    """A filter on a number."""

    def made(call: Call) -> Keep | None:
        wanted = call.integer(name)
        return None if wanted is None else lambda row: bool(row[name] == wanted)

    return made


def same_text(name: str) -> Callable[[Call], Keep | None]:
    """A filter on exact text."""

    def made(call: Call) -> Keep | None:
        wanted = call.one(name)
        return None if wanted is None else lambda row: bool(row[name] == wanted)

    return made


def found_in(*names: str) -> Callable[[Call], Keep | None]:
    """The `search` of small lists: the words anywhere in one of the fields, in any case."""

    def made(call: Call) -> Keep | None:
        wanted = (call.one("search") or "").casefold()
        if not wanted:
            return None
        return lambda row: any(wanted in str(row[name] or "").casefold() for name in names)

    return made


def trashed(call: Call) -> Keep | None:
    """Trashed tickets are in the list unless `trashed=false`."""
    if call.flag("trashed", default=True):
        return None
    return lambda row: row["trashed_datetime"] is None


def ticket_ids(call: Call) -> Keep | None:
    """Some tickets by id, a hundred at most."""
    texts = [part for text in call.many("ticket_ids") for part in text.split(",")]
    if not texts:
        return None
    if len(texts) > HIGHEST_TICKET_IDS:
        raise invalid("ticket_ids", f"Longer than maximum length {HIGHEST_TICKET_IDS}.")
    wanted = {whole("ticket_ids", text) for text in texts}
    return lambda row: row["id"] in wanted


def roles(call: Call) -> Keep | None:
    """Users with one of some roles."""
    wanted = set(call.many("roles"))
    return (lambda row: row["role_name"] in wanted) if wanted else None


def object_type_of_field(call: Call) -> Keep | None:
    """Custom fields are those of tickets or of customers; one has to say which."""
    wanted = call.one("object_type")
    if wanted not in ("Ticket", "Customer"):
        raise invalid("object_type", "Must be one of: Ticket, Customer.")
    return lambda row: bool(row["object_type"] == wanted)


def archived(call: Call) -> Keep | None:
    """`archived=true` lists only the archived ones, otherwise they are left out."""
    wanted = call.flag("archived", default=False)
    return lambda row: (row["deactivated_datetime"] is not None) == wanted


def channel_address(call: Call) -> Keep | None:
    """Customers by one of their addresses."""
    kind, address = call.one("channel_type"), call.one("channel_address")
    if kind is None and address is None:
        return None

    def keep(row: Row) -> bool:
        return any(
            kind in (None, one["type"]) and address in (None, one["address"])
            for one in row["channels"]
        )

    return keep


def event_object(call: Call) -> Keep | None:
    """Events of one object: its type and its id, never one without the other."""
    kind, number = call.one("object_type"), call.integer("object_id")
    if kind is not None and kind not in OBJECT_TYPES:
        raise unknown_choice("object_type", kind, OBJECT_TYPES)
    if (kind is None) != (number is None):
        missing = "object_id" if number is None else "object_type"
        raise invalid(missing, "object_type and object_id go together.")
    return (lambda row: (row["object_type"], row["object_id"]) == (kind, number)) if kind else None


def event_types(call: Call) -> Keep | None:
    """Events of some types."""
    wanted = set(call.many("types"))
    return (lambda row: row["type"] in wanted) if wanted else None


def event_users(call: Call) -> Keep | None:
    """Events of one user: the list takes no second one."""
    texts = call.many("user_ids")
    if len(texts) > 1:
        raise invalid("user_ids", "Longer than maximum length 1.")
    wanted = whole("user_ids", texts[0]) if texts else None
    return None if wanted is None else lambda row: bool(row["user_id"] == wanted)


def event_range(call: Call) -> Keep | None:
    """The only window in time that the API has: `created_datetime[gte]` and its kin."""
    tests: list[Keep] = []
    for suffix, test in _COMPARED.items():
        text = call.one(f"created_datetime[{suffix}]")
        if text is not None:
            tests.append(test(_instant(f"created_datetime[{suffix}]", text)))
    days = call.behaviour.events_days
    if days is not None:
        tests.append(_COMPARED["gte"](call.desk.now() - days * DAY_US))
    return (lambda row: all(test(row) for test in tests)) if tests else None


def _instant(name: str, text: str) -> int:
    try:
        return parse_instant(text)
    except ValueError:
        raise invalid(name, "Not a valid datetime.") from None


_COMPARED: dict[str, Callable[[int], Keep]] = {
    "gt": lambda at: lambda row: row["created_datetime"] > at,
    "gte": lambda at: lambda row: row["created_datetime"] >= at,
    "lt": lambda at: lambda row: row["created_datetime"] < at,
    "lte": lambda at: lambda row: row["created_datetime"] <= at,
}


def _simple(table: str, scope: str, *names: str, **more: Any) -> Listing:
    present = more.pop("present", presenting.plain)
    return Listing(table, scope, present, orders(*(names or _CREATED)), **more)


LISTINGS: dict[str, Listing] = {
    "tickets": Listing(
        "tickets",
        "tickets:read",
        presenting.ticket_in_list,
        orders(*_UPDATED),
        (trashed, ticket_ids, same_text("external_id")),
        narrow="customer_id",
        totals=True,
    ),
    "messages": Listing(
        "messages",
        "tickets:read",
        presenting.message,
        orders(*_CREATED),
        narrow="ticket_id",
    ),
    "satisfaction-surveys": Listing(
        "satisfaction_surveys",
        "satisfaction_surveys:read",
        presenting.survey,
        orders(*_CREATED),
        narrow="ticket_id",
    ),
    "users": Listing(
        "users",
        "users:read",
        presenting.user,
        orders(
            *(
                f"{name}:{way}"
                for name in ("name", "created_datetime", "email", "role.name")
                for way in ("asc", "desc")
            )
        ),
        (same_text("email"), same_text("external_id"), roles, found_in("name", "email")),
        totals=True,
    ),
    "customers": Listing(
        "customers",
        "customers:read",
        presenting.customer,
        orders(*_UPDATED),
        (
            *(same_text(name) for name in ("email", "name", "external_id", "language", "timezone")),
            channel_address,
        ),
    ),
    "teams": _simple(
        "teams", "teams:read", *_CREATED, "name:asc", "name:desc", present=presenting.team
    ),
    "tags": _simple(
        "tags",
        "tags:read",
        *_CREATED,
        "name:asc",
        "name:desc",
        "usage:desc,name:desc",
        "usage:asc,name:asc",
        present=presenting.tag,
        filters=(found_in("name"),),
    ),
    "custom-fields": _simple(
        "custom_fields",
        "custom_fields:read",
        "priority:desc",
        "priority:asc",
        present=presenting.custom_field,
        filters=(object_type_of_field, archived, found_in("label")),
        totals=True,
    ),
    "events": _simple(
        "events",
        "events:read",
        present=presenting.event,
        filters=(event_object, event_types, event_users, event_range),
    ),
    "integrations": _simple("integrations", "integrations:read", filters=(same_text("type"),)),
    "views": _simple("views", "views:read"),
    "rules": _simple("rules", "rules:read"),
    "macros": _simple("macros", "macros:read"),
    "jobs": _simple("jobs", "jobs:read"),
}
"""By the name in the path."""
