"""Accounts of any size in constant memory: rows are made up from their number when asked for."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.gorgias.instants import SECOND

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.gorgias.table import Place, Row

FIRST = {
    "tickets": 1_000_000,
    "messages": 50_000_000,
    "customers": 9_000_000,
    "satisfaction_surveys": 3_000_000,
    "events": 700_000_000,
}
AGENTS = 20
FIRST_AGENT = 7101
YEAR_US = 365 * 86_400 * SECOND
KEY = ("bench@example.com", "bench-key")
TOKEN = "bench-token"  # noqa: S105 - lets in to made-up data only
_TEXT = "The parcel has not come. Order 4711, sent to the old address, I am afraid. " * 3


class BulkRows:
    """Rows made from their number; all sort by number, whatever the order asked for.

    Args:
        first: The id of number 0; ids go up by one.
        count: How many.
        make: Makes a row from its number, with an instant that never falls.
        parent: The field that names a parent, how many rows it has, and the first parent's id.
    """

    def __init__(
        self,
        first: int,
        count: int,
        make: Callable[[int], Row],
        parent: tuple[str, int, int] | None = None,
    ) -> None:
        self.gone: dict[int, int | None] = {}
        self.revision = 0
        self._first, self._count, self._make, self._parent = first, count, make, parent

    def get(self, row_id: int) -> Row | None:
        """Return a row."""
        number = row_id - self._first
        return self._make(number) if 0 <= number < self._count else None

    def all(self) -> Iterator[Row]:
        """Return every row, one at a time."""
        return map(self._make, range(self._count))

    def walk(
        self, field: str, after: Place | None, *, descending: bool
    ) -> Iterator[tuple[Place, Row]]:
        """Go through the rows, from behind a place that was handed out."""
        if descending:
            begin = self._count if after is None else after[1] - self._first
            numbers = range(begin - 1, -1, -1)
        else:
            numbers = range(0 if after is None else after[1] - self._first + 1, self._count)
        for number in numbers:
            row = self._make(number)
            yield (row[field], row["id"]), row

    def where(self, field: str, value: int) -> list[Row]:
        """Return a parent's rows."""
        if self._parent is None or field != self._parent[0]:
            return []
        _, each, first = self._parent
        begin = (value - first) * each
        return [self._make(one) for one in range(max(0, begin), min(begin + each, self._count))]


class BulkHelpdesk(Helpdesk):
    """An account with as many objects as wanted, spread over the year before `now`.

    Args:
        domain: The account.
        sizes: How many `tickets`, `messages`, `events`; messages and events are dealt out evenly.
        clock: "Now" in epoch milliseconds.
    """

    def __init__(self, domain: str, sizes: dict[str, int], clock: Callable[[], int]) -> None:
        super().__init__(domain, "UTC", clock)
        tickets = max(1, sizes.get("tickets", 1000))
        self._begin = clock() * 1000 - YEAR_US
        self._step = (YEAR_US - 30 * 86_400 * SECOND) // tickets
        self._each = max(1, sizes.get("messages", tickets) // tickets)
        self._events = max(1, sizes.get("events", tickets) // tickets)
        per = {"messages": self._each, "events": self._events, "satisfaction_surveys": 1}
        makers = {
            "tickets": (tickets, self._ticket),
            "messages": (tickets * self._each, self._message),
            "customers": (tickets // 5 + 1, self._customer),
            "satisfaction_surveys": (tickets, self._survey),
            "events": (tickets * self._events, self._event),
        }
        for name, (count, make) in makers.items():
            field = "object_id" if name == "events" else "ticket_id"
            parent = (field, per[name], FIRST["tickets"]) if name in per else None
            self.tables[name] = BulkRows(FIRST[name], count, make, parent)
        for number in range(AGENTS):
            self.put("users", _agent(number, self._begin))
        self.created_datetime = self._begin
        self.grant_key(*KEY, FIRST_AGENT)
        self.grant_token(TOKEN, FIRST_AGENT)

    def _ticket(self, number: int) -> Row:
        at = self._begin + number * self._step
        closed = at + 2 * 86_400 * SECOND
        return {
            "id": FIRST["tickets"] + number, "external_id": None, "language": "en",
            "status": "closed", "priority": "normal", "channel": "email", "via": "email",
            "from_agent": False, "customer_id": FIRST["customers"] + number // 5,
            "assignee_user_id": FIRST_AGENT + number % AGENTS, "assignee_team_id": None,
            "subject": f"Parcel {number}", "summary": None, "integration_ids": [], "meta": None,
            "tag_ids": [], "is_unread": False, "spam": False, "created_datetime": at,
            "opened_datetime": at, "last_received_message_datetime": at,
            "last_message_datetime": at, "updated_datetime": closed, "closed_datetime": closed,
            "snooze_datetime": None, "trashed_datetime": None,
            "last_sent_message_not_delivered": False, "custom_fields": {},
        }  # fmt: skip

    def _message(self, number: int) -> Row:
        ticket, place = divmod(number, self._each)
        at = self._begin + ticket * self._step + place * (self._step // (self._each + 1))
        by_agent = place % 2 == 1
        agent, customer = FIRST_AGENT + ticket % AGENTS, FIRST["customers"] + ticket // 5
        return {
            "id": FIRST["messages"] + number, "message_id": f"<{number}@bench.example.com>",
            "ticket_id": FIRST["tickets"] + ticket, "external_id": None, "public": True,
            "channel": "email", "via": "helpdesk" if by_agent else "email",
            "source": {"type": "email", "to": [], "from": {}, "extra": {}},
            "sender_id": agent if by_agent else customer, "auth_customer_identity": None,
            "integration_id": None, "intents": [], "rule_id": None, "from_agent": by_agent,
            "receiver_id": customer if by_agent else None, "subject": "", "body_text": _TEXT,
            "body_html": f"<div>{_TEXT}</div>", "stripped_text": _TEXT, "stripped_html": None,
            "stripped_signature": None, "headers": None, "attachments": None, "actions": None,
            "macros": [], "meta": None, "created_datetime": at, "processed_datetime": None,
            "sent_datetime": at if by_agent else None, "failed_datetime": None,
            "deleted_datetime": None, "opened_datetime": None, "last_sending_error": None,
            "is_retriable": by_agent, "imported": False,
        }  # fmt: skip

    def _customer(self, number: int) -> Row:
        at = self._begin + number * self._step * 5
        return {
            "id": FIRST["customers"] + number, "external_id": None, "active": True,
            "email": f"buyer{number}@example.org", "name": f"Buyer {number}",
            "firstname": "Buyer", "lastname": str(number), "language": "en", "timezone": None,
            "channels": [], "created_datetime": at, "updated_datetime": at, "meta": None,
            "data": None, "integrations": {}, "note": None, "custom_fields": {},
            "external_data": {}, "ecommerce_data": {},
        }  # fmt: skip

    def _survey(self, number: int) -> Row:
        at = self._begin + number * self._step + 2 * 86_400 * SECOND
        score = number % 5 + 1 if number % 3 else None
        return {
            "id": FIRST["satisfaction_surveys"] + number,
            "ticket_id": FIRST["tickets"] + number,
            "customer_id": FIRST["customers"] + number // 5, "score": score, "body_text": None,
            "created_datetime": at, "should_send_datetime": at, "sent_datetime": at,
            "scored_datetime": at + SECOND if score else None, "meta": None,
        }  # fmt: skip

    def _event(self, number: int) -> Row:
        ticket, place = divmod(number, self._events)
        at = self._begin + ticket * self._step + place * (self._step // (self._events + 1))
        return {
            "id": FIRST["events"] + number,
            "context": f"00000000-0000-4000-8000-{number:012d}", "type": "ticket-updated",
            "object_type": "Ticket", "object_id": FIRST["tickets"] + ticket, "user_id": None,
            "data": {"number": number}, "created_datetime": at,
        }  # fmt: skip


def _agent(number: int, at: int) -> Row:
    name = f"Agent {number:02d}"
    return {
        "id": FIRST_AGENT + number, "active": True, "bio": None, "created_datetime": at,
        "country": None, "deactivated_datetime": None,
        "email": f"agent{number:02d}@getwrrk.example.com", "external_id": None,
        "firstname": "Agent", "lastname": f"{number:02d}", "name": name, "has_password": True,
        "has_2fa_enabled": False, "language": "en", "meta": {}, "role_name": "agent",
        "timezone": "UTC", "updated_datetime": at, "client_id": None,
    }  # fmt: skip
