"""Running the tap against the HubSpot stand-in, and what a target would make of its output."""

from __future__ import annotations

import io
import time
from dataclasses import dataclass, field
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, RunningServer, serve
from singer_sdk.exceptions import SingerSDKError
from tap_hubspot_support import walk
from tap_hubspot_support._messages import MessageWriter
from tap_hubspot_support.tap import TapHubSpotSupport

EXACT = msgspec.json.Decoder(float_hook=Decimal)
TOKEN = "pat-na1-sandbox-0000"
NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000


class SettableClock:
    """The portal's clock, moved by hand."""

    def __init__(self, at: int = NOON) -> None:
        self.at = at

    def __call__(self) -> int:
        return self.at


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

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            m["record"] for m in self.messages if m["type"] == "RECORD" and m["stream"] == stream
        ]

    @property
    def state(self) -> dict[str, Any]:
        return [m["value"] for m in self.messages if m["type"] == "STATE"][-1]

    def bookmark(self, stream: str = "ticket") -> dict[str, Any]:
        return self.state["bookmarks"][stream]

    def ids(self, stream: str = "ticket") -> list[int]:
        return [record["id"] for record in self.records(stream)]


class Warehouse:
    """The agreed meaning of the messages: upserts, tombstones, table versions."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.keys: dict[str, list[str]] = {}
        self.versions: dict[tuple[str, tuple[Any, ...]], int] = {}

    def load(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            getattr(self, f"_{message['type'].lower()}")(message)

    def table(self, stream: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        return self.tables.get(stream, {})

    def _schema(self, message: dict[str, Any]) -> None:
        self.keys[message["stream"]] = message["key_properties"]
        self.tables.setdefault(message["stream"], {})

    def _state(self, message: dict[str, Any]) -> None:
        pass

    def _record(self, message: dict[str, Any]) -> None:
        stream, record = message["stream"], message["record"]
        key = tuple(record[name] for name in self.keys[stream])
        table = self.tables[stream]
        if record.get("_sdc_deleted_at") is None:
            table[key] = dict(record)
        elif key in table:
            table[key].update(record)
        self.versions[stream, key] = message.get("version", 0)

    def _activate_version(self, message: dict[str, Any]) -> None:
        stream = message["stream"]
        for key, row in self.tables[stream].items():
            if self.versions[stream, key] < message["version"]:
                row.update({f: True for f in ("is_deleted", "_fivetran_deleted") if f in row})


class Runner:
    """Runs the tap against one stand-in."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server

    def config(self, **settings: Any) -> dict[str, Any]:
        return {
            "access_token": TOKEN,
            "api_base_url": self.server.url,
            "max_concurrency": 3,
        } | settings

    def tap(
        self, *, state: Any = None, catalog: Any = None, output: Any = None, **settings: Any
    ) -> TapHubSpotSupport:
        moment = SkippingTime()
        kind = type(
            "PatientTap",
            (TapHubSpotSupport,),
            {
                "wait": staticmethod(moment.wait),
                "clock": staticmethod(moment.clock),
                "moment": moment,
            },
        )
        return kind(
            config=self.config(**settings),
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

    def sync(
        self, *streams: str, state: Any = None, catalog: Any = None, **settings: Any
    ) -> Output:
        """One run of some streams (default: all); errors are kept in the output."""
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
        return Output([EXACT.decode(line) for line in lines], error, tap.moment.waits)


@pytest.fixture(scope="session", autouse=True)
def _all_workers_at_once() -> Any:
    """Without latency one worker would do, and the others' part would never be tested."""
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(walk, "_STARVING_SECONDS", -1.0)
        yield


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def portal(clock: SettableClock) -> Portal:
    """An account with a few properties and no tickets."""
    portal = Portal(4242, clock=clock)
    standard = {
        "hs_object_id": "number", "createdate": "datetime", "hs_lastmodifieddate": "datetime",
        "subject": "string", "content": "string", "hs_pipeline": "enumeration",
        "hs_pipeline_stage": "enumeration", "hubspot_owner_id": "enumeration",
        "time_to_close": "number", "is_vip": "bool", "due_day": "date",
        "hs_merged_object_ids": "enumeration", "payload": "json",
    }  # fmt: skip
    for name, kind in standard.items():
        portal.define_property("tickets", {"name": name, "type": kind, "label": name})
    return portal


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(limits=False, burst_limit=100_000)


@pytest.fixture
def server(portal: Portal, behaviour: Behaviour):
    with serve(portal, behaviour) as running:
        yield running


@pytest.fixture
def runner(server: RunningServer) -> Runner:
    return Runner(server)


@pytest.fixture
def new_runner() -> type[Runner]:
    return Runner


@pytest.fixture
def new_warehouse() -> type[Warehouse]:
    return Warehouse


@pytest.fixture
def add_tickets() -> Any:
    return _add_tickets


def _add_tickets(
    portal: Portal, count: int, *, at: int = NOON - DAY, first: int = 1000, step: int = 7
) -> list[int]:
    """Tickets with uneven contents; returns their ids."""
    ids = [first + step * number for number in range(count)]
    for number, id_ in enumerate(ids):
        portal.create(
            "tickets",
            {"subject": f"Ticket {number}", "hs_pipeline": "0"},
            at=at + number,
            record_id=id_,
        )
    return ids
