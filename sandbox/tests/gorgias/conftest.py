"""A small account on a clock that only tests move, and a client for it."""

from __future__ import annotations

import random
from typing import TYPE_CHECKING, Any

import pytest
import requests
from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.gorgias.instants import parse_instant
from sandbox.gorgias.server import Behaviour, serve
from sandbox.world.helpdesk import HelpdeskPart

if TYPE_CHECKING:
    from collections import Counter
    from collections.abc import Callable

COMPANY_NOW = 1_780_315_200_000  # 2026-06-01T12:00:00Z
START = 1_772_000_000_000  # 2026-02-25T06:13:20Z
KEY = ("ana@getwrrk.example.com", "synthetic-key")
ANA, BEN, BOT = 7101, 7102, 7103
MIA = 9001


class Clock:
    """Epoch milliseconds for the account, seconds for the buckets."""

    def __init__(self, now: int = START) -> None:
        self.now = now
        self.seconds = 0.0

    def __call__(self) -> int:
        return self.now

    def monotonic(self) -> float:
        return self.seconds

    def advance(self, seconds: float) -> None:
        self.now += int(seconds * 1000)
        self.seconds += seconds


class Company:
    """The helpdesks alone, without the rest of the company, which takes longer to make."""

    def __init__(self, seed: int = 7, tickets: int = 200) -> None:
        self.now, self.rounds, self.seed = COMPANY_NOW, 0, seed
        self.part = HelpdeskPart(lambda: self.now, self.now, seed, tickets=tickets)

    def advance(self, hours: float) -> Counter[str]:
        start, duration = self.now, int(hours * 3_600_000)
        self.now += duration
        self.rounds += 1
        return self.part.advance(start, duration, random.Random(f"{self.seed}:{self.rounds}"))

    def truth(self) -> dict[str, Any]:
        return self.part.truth(self.now)


class Client:
    """Requests against one account."""

    def __init__(self, url: str, auth: Any = KEY) -> None:
        self.url = url
        self.session = requests.Session()
        if isinstance(auth, tuple):
            self.session.auth = auth
        elif auth:
            self.session.headers["Authorization"] = auth

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(
            f"{self.url}/api/{path}", params=query, timeout=20, allow_redirects=False
        )

    def send(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        url = f"{self.url}/api/{path}"
        return self.session.request(method, url, json=body, params=query, timeout=20)

    def ids(self, path: str, **query: Any) -> list[int]:
        answer = self.get(path, **query)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["data"]]

    def everything(self, path: str, **query: Any) -> list[dict[str, Any]]:
        """All rows of a list, page by page."""
        rows: list[dict[str, Any]] = []
        while True:
            answer = self.get(path, limit=100, **query).json()
            rows += answer["data"]
            if answer["meta"]["next_cursor"] is None:
                return rows
            query["cursor"] = answer["meta"]["next_cursor"]

    def report(self, scope: str, measures: list[str], month: tuple[str, str], **more: Any):
        """A question to the new statistics about a span of days."""
        limit = more.pop("limit", 1000)
        filters = [
            {"member": "periodStart", "operator": "afterDate", "values": [month[0]]},
            {"member": "periodEnd", "operator": "beforeDate", "values": [month[1]]},
            *more.pop("filters", []),
        ]
        query = {
            "scope": scope,
            "timezone": "Europe/Vienna",
            "measures": measures,
            "filters": filters,
            **more,
        }
        query = {name: value for name, value in query.items() if value is not None}
        return self.send("POST", "reporting/stats", {"query": query}, limit=limit)

    def legacy(self, name: str, start: str, end: str, **lists: Any) -> requests.Response:
        period = {"start_datetime": start, "end_datetime": end}
        return self.send("POST", f"stats/{name}", {"filters": {"period": period, **lists}})


class Maker:
    """Puts plain objects into an account."""

    def __init__(self, desk: Helpdesk) -> None:
        self.desk = desk
        self._next = {"tickets": 500, "messages": 88_000, "surveys": 3000, "events": 10}

    def ticket(self, created: str, **values: Any) -> int:
        at = parse_instant(created)
        row = {
            "id": self._number("tickets"),
            "external_id": None,
            "language": "en",
            "status": "open",
            "priority": "normal",
            "channel": "email",
            "via": "email",
            "from_agent": False,
            "customer_id": MIA,
            "assignee_user_id": ANA,
            "assignee_team_id": None,
            "subject": "Parcel",
            "summary": None,
            "integration_ids": [],
            "meta": None,
            "tag_ids": [],
            "is_unread": False,
            "spam": False,
            "created_datetime": at,
            "opened_datetime": None,
            "last_received_message_datetime": at,
            "last_message_datetime": at,
            "updated_datetime": at,
            "closed_datetime": None,
            "snooze_datetime": None,
            "trashed_datetime": None,
            "last_sent_message_not_delivered": False,
            "custom_fields": {},
        }
        row.update({name: _instant(name, value) for name, value in values.items()})
        self.desk.put("tickets", row)
        return row["id"]

    def message(self, ticket: int, created: str, *, agent: int | None = None, **values: Any) -> int:
        at = parse_instant(created)
        row = {
            "id": self._number("messages"),
            "message_id": "<x@example.com>",
            "ticket_id": ticket,
            "external_id": None,
            "public": True,
            "channel": "email",
            "via": "helpdesk" if agent else "email",
            "source": {"type": "email"},
            "sender_id": agent or MIA,
            "auth_customer_identity": None,
            "integration_id": None,
            "intents": [],
            "rule_id": None,
            "from_agent": agent is not None,
            "receiver_id": MIA if agent else None,
            "subject": "",
            "body_text": "Text",
            "body_html": "<p>Text</p>",
            "stripped_text": f"Text of {created}",
            "attachments": None,
            "created_datetime": at,
            "sent_datetime": at if agent else None,
            "failed_datetime": None,
            "deleted_datetime": None,
            "opened_datetime": None,
            "last_sending_error": None,
            "is_retriable": True,
            "imported": False,
        }
        row.update({name: _instant(name, value) for name, value in values.items()})
        self.desk.put("messages", row)
        return row["id"]

    def survey(self, ticket: int, created: str, score: int | None = None, **values: Any) -> int:
        at = parse_instant(created)
        row = {
            "id": self._number("surveys"),
            "ticket_id": ticket,
            "customer_id": MIA,
            "score": score,
            "body_text": None,
            "created_datetime": at,
            "should_send_datetime": at,
            "sent_datetime": at,
            "scored_datetime": at if score else None,
            "meta": None,
        }
        row.update({name: _instant(name, value) for name, value in values.items()})
        self.desk.put("satisfaction_surveys", row)
        return row["id"]

    def event(self, kind: str, created: str, object_id: int, **values: Any) -> int:
        row = {
            "id": self._number("events"),
            "context": "00000000-0000-4000-8000-000000000001",
            "type": kind,
            "object_type": "Ticket",
            "object_id": object_id,
            "user_id": None,
            "data": {},
            "created_datetime": parse_instant(created),
        }
        row.update(values)
        self.desk.put("events", row)
        return row["id"]

    def user(self, user_id: int, name: str, role: str = "agent", **values: Any) -> None:
        first, _, last = name.partition(" ")
        row = {
            "id": user_id,
            "active": True,
            "bio": None,
            "created_datetime": user_id,
            "country": None,
            "deactivated_datetime": None,
            "email": f"{first.casefold()}@getwrrk.example.com",
            "external_id": None,
            "firstname": first,
            "lastname": last,
            "name": name,
            "has_password": True,
            "has_2fa_enabled": False,
            "language": "en",
            "meta": {},
            "role_name": role,
            "timezone": "UTC",
            "updated_datetime": user_id,
            "client_id": None,
            **values,
        }
        self.desk.put("users", row)

    def customer(self, customer_id: int = MIA, name: str = "Mia Kern") -> None:
        first, _, last = name.partition(" ")
        row = {
            "id": customer_id,
            "external_id": None,
            "active": True,
            "email": f"{first.casefold()}@example.org",
            "name": name,
            "firstname": first,
            "lastname": last,
            "language": "de",
            "timezone": None,
            "channels": [
                {"id": 1, "type": "email", "address": "mia@example.org", "created_datetime": 7}
            ],
            "created_datetime": customer_id,
            "updated_datetime": customer_id,
            "note": None,
        }
        self.desk.put("customers", row)

    def _number(self, kind: str) -> int:
        self._next[kind] += 1
        return self._next[kind]


def _instant(name: str, value: Any) -> Any:
    if name.endswith("_datetime") and isinstance(value, str):
        return parse_instant(value)
    return value


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def desk(clock: Clock) -> Helpdesk:
    made = Helpdesk("acme", "Europe/Vienna", clock)
    made.grant_key(*KEY, ANA)
    made.settings = {"business-hours": {"timezone": "Europe/Vienna"}}
    return made


@pytest.fixture
def make(desk: Helpdesk) -> Maker:
    maker = Maker(desk)
    maker.user(ANA, "Ana Ito")
    maker.user(BEN, "Ben Abara")
    maker.user(BOT, "Wynn AI", "bot")
    maker.customer()
    return maker


@pytest.fixture
def server(desk, clock, make):
    with serve([desk], Behaviour(limits=False), now=clock.monotonic) as running:
        yield running


@pytest.fixture
def client(server) -> Client:
    return Client(server.urls["acme"])


@pytest.fixture
def client_as(server) -> Callable[[Any], Client]:
    """Make a client with other credentials."""
    return lambda auth: Client(server.urls["acme"], auth)


@pytest.fixture(scope="session")
def new_company() -> type[Company]:
    """Makes the helpdesks of the world by themselves."""
    return Company
