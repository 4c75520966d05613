"""A small portal on a clock that only tests move, and a client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sandbox.hubspot.portal import DEFAULT_TOKEN, Portal
from sandbox.hubspot.server import Behaviour, serve

if TYPE_CHECKING:
    from collections.abc import Callable

START = 1_770_000_000_000  # 2026-02-02T02:40:00Z


class Clock:
    def __init__(self, now: int = START) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, **units: int) -> None:
        milliseconds = {"ms": 1, "seconds": 1000, "hours": 3_600_000, "days": 86_400_000}
        self.now += sum(milliseconds[unit] * count for unit, count in units.items())


class Client:
    """Requests against one server with one token."""

    def __init__(self, url: str, token: str = DEFAULT_TOKEN) -> None:
        self.url = url
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def get(self, path: str, **query: Any) -> requests.Response:
        return self.session.get(self.url + path, params=query, timeout=20)

    def post(self, path: str, body: Any) -> requests.Response:
        return self.session.post(self.url + path, json=body, timeout=20)

    def ids(self, path: str = "/crm/objects/2026-09/tickets", **query: Any) -> list[str]:
        return [row["id"] for row in self.get(path, **query).json()["results"]]

    def search(self, body: Any, kind: str = "tickets") -> requests.Response:
        return self.post(f"/crm/objects/2026-09/{kind}/search", body)

    def found(self, *filters: dict[str, Any], kind: str = "tickets", **body: Any) -> list[str]:
        answer = self.search({"filters": list(filters), "limit": 200, **body}, kind)
        assert answer.status_code == 200, answer.text
        return [row["id"] for row in answer.json()["results"]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def portal(clock: Clock) -> Portal:
    made = Portal(4242, "America/Halifax", clock=clock)
    for name, kind in {
        "closed_date": "datetime",
        "due": "date",
        "score": "number",
        "vip": "bool",
        "notes": "string",
        "tier": "enumeration",
    }.items():
        made.define_property("tickets", {"name": name, "type": kind})
    return made


@pytest.fixture
def server(portal):
    with serve(portal, Behaviour(limits=False)) as running:
        yield running


@pytest.fixture
def client(server) -> Client:
    return Client(server.url)


@pytest.fixture
def add_tickets(portal: Portal, clock: Clock) -> Callable[..., list[int]]:
    """Create tickets with the ids 101, 104, 107.., modified `step` ms apart, the last one now."""

    def add(count: int, *, step: int = 1000) -> list[int]:
        ids = [101 + 3 * number for number in range(count)]
        for number, record_id in enumerate(ids):
            portal.create(
                "tickets",
                {"subject": f"Ticket {number}", "hs_pipeline_stage": "1"},
                at=clock.now - (count - 1 - number) * step,
                record_id=record_id,
            )
        return ids

    return add


@pytest.fixture
def client_of(server) -> Callable[[str], Client]:
    """Make a client that uses another token."""
    return lambda token: Client(server.url, token)
