"""One Gorgias account: its rows, who may ask for them, and its settings."""

from __future__ import annotations

import threading
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gorgias.table import Row, Rows

RESOURCES = (
    "tickets",
    "messages",
    "users",
    "teams",
    "customers",
    "satisfaction_surveys",
    "tags",
    "events",
    "custom_fields",
    "integrations",
    "views",
    "rules",
    "macros",
    "jobs",
)
ALL_SCOPES = frozenset({"*"})


class Helpdesk:
    """An account's raw objects, in the API's own field names.

    Fields that end in `_datetime` hold epoch microseconds. References to other objects are kept
    as ids (`customer_id`, `assignee_user_id`, `tag_ids`); the copies that the API embeds are made
    when a row is served.

    Args:
        domain: The subdomain, and the first part of every path on the stand-in.
        zone: The IANA time zone of the account's business hours.
        clock: "Now" in epoch milliseconds.
    """

    def __init__(self, domain: str, zone: str, clock: Callable[[], int]) -> None:
        self.domain = domain
        self.zone = zone
        self.clock = clock
        self.created_datetime = 0
        self.keys: dict[tuple[str, str], int] = {}
        self.tokens: dict[str, tuple[int, frozenset[str]]] = {}
        self.enterprise = False
        self.settings: dict[str, dict[str, Any]] = {}
        self.lock = threading.RLock()
        self.tables: dict[str, Rows] = {name: Table() for name in RESOURCES}
        self.merged_tickets: list[Row] = []

    def grant_key(self, email: str, key: str, user_id: int) -> None:
        """Let an e-mail address and API key in, acting as a user."""
        self.keys[email, key] = user_id

    def grant_token(self, token: str, user_id: int, scopes: frozenset[str] = ALL_SCOPES) -> None:
        """Let an OAuth token in, with scopes such as `tickets:read`; `*` means all."""
        self.tokens[token] = (user_id, scopes)

    def now(self) -> int:
        """Epoch microseconds."""
        return self.clock() * 1000

    def table(self, name: str) -> Table:
        """A resource that can be changed."""
        found = self.tables[name]
        if not isinstance(found, Table):
            raise TypeError(f"The {name} of {self.domain} are made up and cannot change.")
        return found

    def put(self, name: str, row: Row) -> None:
        """Add or replace an object."""
        self.table(name).put(row)

    def change(self, name: str, row_id: int, **values: Any) -> None:
        """Change an object's fields."""
        self.table(name).change(row_id, **values)

    def remove(self, name: str, row_id: int, survivor: int | None = None) -> None:
        """Take an object away: merged into a survivor, or deleted."""
        table = self.table(name)
        if name == "tickets" and survivor is not None:
            self.merged_tickets.append(table.rows[row_id])
        table.remove(row_id, survivor)

    def revision(self) -> int:
        """Grows with every change of what statistics are made of."""
        names = ("tickets", "messages", "satisfaction_surveys", "users", "events")
        return sum(self.tables[name].revision for name in names)
