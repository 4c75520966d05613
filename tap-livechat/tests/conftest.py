"""Running the tap against the LiveChat stand-in, and what a target would make of its output."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sandbox.livechat.organization import Chat, Organization, Thread
from sandbox.livechat.server import Behaviour, RunningServer, serve
from sandbox.livechat.tokens import Token
from singer_sdk.exceptions import SingerSDKError
from tap_livechat._messages import MessageWriter
from tap_livechat.tap import TapLiveChat

EXACT = msgspec.json.Decoder(float_hook=Decimal)
ACCOUNT = "0d4c1e1a-7a51-4c9f-9b1e-5f0f3a6f1c11"
SECRET = "dal:only-for-tests"
OWNER = "olga@example.com"
NOON = 1_780_000_000_000_000
MINUTE = 60_000_000
DAY = 1440 * MINUTE


class SkippingTime:
    """Waits pass at once: they only move this clock."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self._skipped = 0.0

    def clock(self) -> float:
        return time.monotonic() + self._skipped

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self._skipped += seconds


@dataclass
class Output:
    """What a run wrote, and how it ended."""

    messages: list[dict[str, Any]]
    error: BaseException | None = None
    waits: list[float] = field(default_factory=list)
    tap: Any = None

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            m["record"] for m in self.messages if m["type"] == "RECORD" and m["stream"] == stream
        ]

    def ids(self, stream: str = "chats") -> list[str]:
        return [record["thread_id"] for record in self.records(stream)]

    @property
    def state(self) -> dict[str, Any]:
        return [m["value"] for m in self.messages if m["type"] == "STATE"][-1]


class Runner:
    """Runs the tap against one stand-in."""

    def __init__(self, server: RunningServer, **settings: Any) -> None:
        self.server = server
        self.settings = settings

    @property
    def requests(self) -> list[str]:
        return [one.path.rpartition("/")[2] for one in self.server.journal]

    def tap(self, *, state: Any = None, catalog: Any = None, output: Any = None, **settings: Any):
        moment = SkippingTime()
        attributes = {
            "wait": staticmethod(moment.wait),
            "clock": staticmethod(moment.clock),
            "moment": moment,
        }
        kind = type("PatientTap", (TapLiveChat,), attributes)
        token = self.server.organization.tokens[0]
        config = {
            "account_id": token.account_id,
            "access_token": token.secret,
            "api_base_url": self.server.url,
        }
        return kind(
            config=config | self.settings | settings,
            state=state,
            catalog=catalog,
            message_writer=MessageWriter(output or io.BytesIO()),
        )

    def catalog(self, *streams: str, **settings: Any) -> dict[str, Any]:
        """A catalog with only these streams selected."""
        catalog = self.tap(**settings).catalog_dict
        for entry in catalog["streams"]:
            root = next(m for m in entry["metadata"] if not m["breadcrumb"])
            root["metadata"]["selected"] = entry["tap_stream_id"] in streams
        return catalog

    def sync(self, *streams: str, state: Any = None, catalog: Any = None, **settings: Any):
        """One run of some streams (default: what is selected by default)."""
        buffer = io.BytesIO()
        if streams and catalog is None:
            catalog = self.catalog(*streams, **settings)
        error: BaseException | None = None
        tap = self.tap(state=state, catalog=catalog, output=buffer, **settings)
        try:
            tap.sync_all()
        except SingerSDKError as caught:
            error = caught
        lines = buffer.getvalue().splitlines()
        return Output([EXACT.decode(line) for line in lines], error, tap.moment.waits, tap)


class Licence:
    """A small licence, filled by hand."""

    def __init__(self) -> None:
        self.organization = Organization(lambda: (NOON + DAY) // 1000)
        self.organization.tokens = [Token(SECRET, ACCOUNT, OWNER)]
        self.organization.groups = {
            number: {"id": number, "name": f"Group {number}", "language_code": "en"}
            for number in (0, 3)
        }
        self.agent(OWNER, "owner", (0,), ACCOUNT)
        self.agent("ana@example.com", "normal", (0, 3))
        self._count = 0

    def agent(self, id_: str, role: str, groups: tuple[int, ...], account: str = "x") -> None:
        self.organization.agents[id_] = {
            "id": id_, "account_id": account, "name": id_.partition("@")[0], "role": role,
            "login_status": "accepting chats", "avatar_path": "", "suspended": False,
            "groups": [{"id": one, "priority": "normal"} for one in groups],
        }  # fmt: skip

    def thread(self, at: int, *, chat: str | None = None, group: int = 0, **shape: Any) -> str:
        """A thread with one message of its customer; returns its id."""
        self._count += 1
        id_, chat_id = f"T{self._count:09d}", chat or f"C{self._count:09d}"
        if self.organization.chat(chat_id) is None:
            users = {
                "u1": {"id": "u1", "type": "customer", "name": "Mia", "present": False},
                "ana@example.com": {"id": "ana@example.com", "type": "agent", "name": "Ana"},
            }
            self.organization.put_chat(Chat(chat_id, users, group_ids=[group]))
        event = {
            "id": f"{id_}_1", "type": "message", "text": "secret words", "author_id": "u1",
            "created_at": stamp(at), "visibility": "all",
        }  # fmt: skip
        made = {
            "id": id_, "active": False, "created_at": stamp(at), "user_ids": ["u1"],
            "events": [event], "access": {"group_ids": [group]},
        }  # fmt: skip
        self.organization.put_thread(Thread(id_, chat_id, at, made | shape, at))
        return id_

    def threads(self, count: int, *, first: int = NOON - 30 * DAY, step: int = MINUTE) -> list[str]:
        return [self.thread(first + number * step) for number in range(count)]


def stamp(at: int) -> str:
    from datetime import datetime, timedelta, timezone

    from tap_livechat.instants import written

    return written(datetime(1970, 1, 1, tzinfo=timezone.utc) + timedelta(microseconds=at))


@pytest.fixture
def licence() -> Licence:
    return Licence()


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(limits=False)


@pytest.fixture
def server(licence: Licence, behaviour: Behaviour):
    with serve(licence.organization, behaviour) as running:
        yield running


@pytest.fixture
def runner(server: RunningServer) -> Runner:
    return Runner(server)


@pytest.fixture
def new_runner() -> type[Runner]:
    return Runner
