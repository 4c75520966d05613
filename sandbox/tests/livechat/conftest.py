"""A small licence on a clock that only tests move, and a client for it."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
import requests
from sandbox.livechat.organization import Chat, Organization, Thread
from sandbox.livechat.server import Behaviour, serve
from sandbox.livechat.tokens import DEFAULT_TOKEN, Token
from sandbox.livechat.wire import instant_text

if TYPE_CHECKING:
    from collections.abc import Callable

NOW = 1_770_000_000_000  # 2026-02-02T02:40:00Z, in milliseconds
ACCOUNT = "11111111-2222-4333-8444-555555555555"
OWNER, NORMAL = "owner@firm.example.com", "ana@firm.example.com"
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


class Clock:
    def __init__(self, now: int = NOW) -> None:
        self.now = now

    def __call__(self) -> int:
        return self.now

    def advance(self, *, days: float = 0, seconds: float = 0) -> None:
        self.now += round(days * 86_400_000 + seconds * 1000)


class Client:
    """Requests against one server with one credential."""

    def __init__(self, url: str, secret: str = DEFAULT_TOKEN, version: str = "3.6") -> None:
        self.url = url
        self.version = version
        self.session = requests.Session()
        self.session.auth = (ACCOUNT, secret)

    def post(self, path: str, body: Any = None, **headers: str) -> requests.Response:
        url = f"{self.url}/v{self.version}/{path}"
        return self.session.post(
            url, json={} if body is None else body, headers=headers, timeout=20
        )

    def archives(self, body: Any = None, **headers: str) -> requests.Response:
        return self.post("agent/action/list_archives", body, **headers)

    def page(self, **body: Any) -> dict[str, Any]:
        answer = self.archives(body)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def walk(self, **body: Any) -> list[str]:
        """The ids of all threads, page by page with the page id alone."""
        page = self.page(**body)
        found = threads(page)
        while "next_page_id" in page:
            page = self.page(page_id=page["next_page_id"])
            found += threads(page)
        return found

    def found(self, **filters: Any) -> list[str]:
        return self.walk(filters=filters, limit=100, sort_order="asc")

    def configuration(self, action: str, body: Any = None) -> requests.Response:
        return self.post(f"configuration/action/{action}", body)

    def refusal(self, body: Any, path: str = "agent/action/list_archives") -> str:
        answer = self.post(path, body)
        assert answer.status_code >= 400
        return answer.json()["error"]["type"]


def threads(page: dict[str, Any]) -> list[str]:
    return [entry["thread"]["id"] for entry in page["chats"]]


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def organization(clock: Clock) -> Organization:
    made = Organization(clock)
    made.tokens = [Token(DEFAULT_TOKEN, ACCOUNT, OWNER)]
    for name, role, groups in ((OWNER, "owner", [0, 3, 7]), (NORMAL, "normal", [3])):
        made.agents[name] = {
            "id": name,
            "account_id": ACCOUNT,
            "name": name.partition("@")[0],
            "role": role,
            "login_status": "accepting chats",
            "avatar_path": "",
            "suspended": name == NORMAL,
            "job_title": "Agent",
            "groups": [{"id": one, "priority": "normal"} for one in groups],
        }
    made.bots[BOT] = {"id": BOT, "name": "Helper", "avatar_path": "", "owner": "else@example.com"}
    made.groups = {
        one: {"id": one, "name": f"Group {one}", "language_code": "en", "routing_status": "offline"}
        for one in (0, 3, 7)
    }
    made.tags = {
        "delivery": {
            "name": "delivery",
            "group_ids": [0, 3],
            "author_id": "",
            "created_at": "2025-01-10T10:00:00.000000+01:00",
        }
    }
    return made


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(limits=False)


@pytest.fixture
def server(organization, behaviour):
    with serve(organization, behaviour) as running:
        yield running


@pytest.fixture
def client(server) -> Client:
    return Client(server.url)


@pytest.fixture
def client_of(server) -> Callable[..., Client]:
    """Make a client with another credential or version."""
    return lambda *arguments, **named: Client(server.url, *arguments, **named)


@pytest.fixture
def add_thread(organization: Organization, clock: Clock) -> Callable[..., str]:
    """Enter a thread; unless told otherwise of a chat of its own, created now."""

    def add(number: int, *, at: int | None = None, chat: str | None = None, **shape: Any) -> str:
        thread_id, chat_id = f"T{number:09d}", chat or f"C{number:09d}"
        created = clock() * 1000 if at is None else at
        customer = f"00000000-0000-4000-8000-{number:012d}"
        if organization.chat(chat_id) is None:
            organization.put_chat(Chat(chat_id, _users(customer), {}, [0]))
        shape = {
            "id": thread_id,
            "active": False,
            "created_at": instant_text(created),
            "user_ids": [customer, NORMAL],
            "events": [message(thread_id, 1, customer, "Hello")],
            "properties": {},
            "access": {"group_ids": [0]},
            **shape,
        }
        organization.put_thread(Thread(thread_id, chat_id, created, shape, created))
        return thread_id

    return add


@pytest.fixture
def add_threads(add_thread: Callable[..., str], clock: Clock) -> Callable[..., list[str]]:
    """Enter threads `step` microseconds apart, the last one now; returns the ids, oldest first."""

    def add(count: int, *, step: int = 60_000_000, first: int = 0) -> list[str]:
        last = clock() * 1000
        return [
            add_thread(first + number, at=last - (count - 1 - number) * step)
            for number in range(count)
        ]

    return add


def _users(customer: str) -> dict[str, dict[str, Any]]:
    return {
        customer: {
            "id": customer,
            "type": "customer",
            "name": "Mia",
            "email": f"{customer[-3:]}@kunde.example.org",
            "visit": {"geolocation": {"country_code": "AT"}},
        },
        NORMAL: {"id": NORMAL, "type": "agent", "name": "Ana", "email": NORMAL},
        BOT: {"id": BOT, "type": "agent", "name": "Helper"},
    }


def message(thread_id: str, number: int, author: str, text: str, **more: Any) -> dict[str, Any]:
    return {
        "id": f"{thread_id}_{number}",
        "type": "message",
        "author_id": author,
        "text": text,
        "visibility": "all",
        "created_at": "2026-02-02T02:40:00.000000Z",
        **more,
    }


@pytest.fixture
def say() -> Callable[..., dict[str, Any]]:
    """Make a message."""
    return message
