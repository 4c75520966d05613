"""Running the tap against the Gorgias stand-in, and what a target would make of its output."""

from __future__ import annotations

import base64
import io
import time
from dataclasses import dataclass, field
from datetime import datetime, timezone
from decimal import Decimal
from typing import Any

import msgspec
import pytest
from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.gorgias.server import Behaviour, RunningServer, serve
from singer_sdk.exceptions import SingerSDKError
from tap_gorgias._messages import MessageWriter
from tap_gorgias.tap import TapGorgias

EXACT = msgspec.json.Decoder(float_hook=Decimal)
EMAIL, KEY = "robo@getwrrk.test", "key-of-a-stand-in"
AUTHORIZATION = base64.b64encode(f"{EMAIL}:{KEY}".encode()).decode()
HOUR = 3_600_000
DAY = 24 * HOUR


def at(text: str) -> int:
    """Epoch milliseconds of an instant in UTC."""
    moment = datetime.fromisoformat(text)
    return round(moment.replace(tzinfo=timezone.utc).timestamp() * 1000)


NOON = at("2026-06-15T12:00:00")


class SettableClock:
    """The accounts' clock, moved by hand."""

    def __init__(self, at_: int = NOON) -> None:
        self.at = at_

    def __call__(self) -> int:
        return self.at


class SkippingTime:
    """Waits pass at once: they only move this clock."""

    def __init__(self) -> None:
        self.waits: list[float] = []
        self.skipped = 0.0

    def clock(self) -> float:
        return time.monotonic() + self.skipped

    def wait(self, seconds: float) -> None:
        self.waits.append(seconds)
        self.skipped += seconds


@dataclass
class Desk:
    """An account that is easily filled; instants are epoch milliseconds."""

    domain: str = "acme"
    zone: str = "Europe/Vienna"
    clock: SettableClock = field(default_factory=SettableClock)
    _ids: int = 1000

    def __post_init__(self) -> None:
        self.desk = Helpdesk(self.domain, self.zone, self.clock)
        self.desk.settings["business-hours"] = {"timezone": self.zone, "business_hours": []}
        self.robot = self.user(EMAIL, role="bot")
        self.desk.grant_key(EMAIL, KEY, self.robot)
        self.customer_id = self.customer()

    def new_id(self) -> int:
        self._ids += 7
        return self._ids

    def user(self, email: str, *, role: str = "agent", **values: Any) -> int:
        id_, made = self.new_id(), self.micros(NOON - 900 * DAY)
        name = email.partition("@")[0].title()
        row = {
            "id": id_, "active": True, "bio": None, "created_datetime": made, "country": None,
            "deactivated_datetime": None, "email": email, "external_id": None, "firstname": name,
            "lastname": "", "name": name, "has_password": True, "has_2fa_enabled": False,
            "language": "en", "meta": None, "timezone": None, "updated_datetime": made,
            "client_id": None, "role_name": role,
        }  # fmt: skip
        self.desk.put("users", row | values)
        return id_

    def customer(self, **values: Any) -> int:
        id_, made = self.new_id(), self.micros(values.pop("created", NOON - 800 * DAY))
        row = {
            "id": id_, "external_id": None, "active": True, "email": f"c{id_}@kunde.test",
            "name": f"Customer {id_}", "firstname": "C", "lastname": str(id_), "language": "de",
            "timezone": None, "channels": [], "meta": None, "data": None, "integrations": {},
            "note": None, "custom_fields": {}, "external_data": {}, "ecommerce_data": {},
            "created_datetime": made, "updated_datetime": made,
        }  # fmt: skip
        self.desk.put("customers", row | values)
        return id_

    def ticket(self, *, created: int = NOON - DAY, agent: int | None = None, **values: Any) -> int:
        id_, made = values.pop("id", None) or self.new_id(), self.micros(created)
        row = {
            "id": id_, "external_id": None, "language": "de", "status": "open",
            "priority": "normal", "channel": "email", "via": "email", "from_agent": False,
            "customer_id": self.customer_id, "assignee_user_id": agent, "assignee_team_id": None,
            "subject": f"Ticket {id_}", "summary": None, "meta": None, "integration_ids": [],
            "tag_ids": [], "custom_fields": {}, "is_unread": False, "spam": False,
            "last_sent_message_not_delivered": False, "created_datetime": made,
            "opened_datetime": None, "last_received_message_datetime": made,
            "last_message_datetime": made, "updated_datetime": made, "closed_datetime": None,
            "snooze_datetime": None, "trashed_datetime": None,
        }  # fmt: skip
        self.desk.put("tickets", row | _micros(values))
        return id_

    def message(self, ticket: int, *, at_: int, agent: int | None = None, **values: Any) -> int:
        id_, made = self.new_id(), self.micros(at_)
        row = {
            "id": id_, "message_id": f"<{id_}@acme>", "ticket_id": ticket, "external_id": None,
            "public": True, "channel": "email", "via": "helpdesk" if agent else "email",
            "source": {"type": "email"}, "sender_id": agent or self.customer_id,
            "receiver_id": None, "auth_customer_identity": None, "integration_id": None,
            "intents": [], "rule_id": None, "from_agent": agent is not None, "subject": "",
            "body_text": f"confidential {id_}", "body_html": None, "stripped_text": "text",
            "stripped_html": None, "stripped_signature": None, "headers": None,
            "attachments": None, "actions": None, "macros": [], "meta": None,
            "created_datetime": made, "processed_datetime": None,
            "sent_datetime": made + 500_000 if agent else None, "failed_datetime": None,
            "deleted_datetime": None, "opened_datetime": None, "last_sending_error": None,
            "is_retriable": True, "imported": False,
        }  # fmt: skip
        self.desk.put("messages", row | _micros(values))
        return id_

    def survey(self, ticket: int, *, created: int, score: int | None = None) -> int:
        id_, made = self.new_id(), self.micros(created)
        row = {
            "id": id_, "ticket_id": ticket, "customer_id": self.customer_id, "score": score,
            "body_text": None, "meta": None, "created_datetime": made,
            "should_send_datetime": made, "sent_datetime": made,
            "scored_datetime": made if score else None,
        }  # fmt: skip
        self.desk.put("satisfaction_surveys", row)
        return id_

    def event(self, type_: str, kind: str, object_id: int, *, at_: int, **data: Any) -> int:
        id_ = self.new_id()
        row = {
            "id": id_, "context": f"ctx-{id_}", "type": type_, "object_type": kind,
            "object_id": object_id, "user_id": None, "data": data or None,
            "created_datetime": self.micros(at_),
        }  # fmt: skip
        self.desk.put("events", row)
        return id_

    def furnish(self) -> None:
        """At least one row in every stream."""
        made = self.micros(NOON - 500 * DAY)
        base = {"created_datetime": made, "description": "d", "decoration": None}
        self.desk.put("teams", base | {"id": 1, "name": "Care", "member_ids": [self.robot]})
        tag = {"id": 2, "name": "vip", "usage": 3, "deleted_datetime": None}
        self.desk.put("tags", base | tag)
        for id_, kind, ended in ((3, "Ticket", None), (4, "Customer", made)):
            field_ = {
                "id": id_, "external_id": None, "object_type": kind, "label": f"Field {id_}",
                "priority": id_, "required": False, "requirement_type": "visible",
                "managed_type": None, "definition": {"data_type": "text"},
                "updated_datetime": made, "deactivated_datetime": ended,
            }  # fmt: skip
            self.desk.put("custom_fields", base | field_)
        channel = {
            "id": 5, "name": "Care", "type": "email", "meta": {"address": "care@acme.test"},
            "updated_datetime": made, "deactivated_datetime": None,
        }  # fmt: skip
        self.desk.put("integrations", base | channel)

    def talk(self, agent: int, *, opened: int, reply: float, close: float | None = None) -> int:
        """A ticket that an agent answers after so many minutes, and closes after so many."""
        minute = 60_000
        values: dict[str, Any] = {}
        if close is not None:
            ended = opened + round(close * minute)
            values = {"status": "closed", "closed_datetime": ended, "updated_datetime": ended}
        ticket = self.ticket(created=opened, agent=agent, **values)
        self.message(ticket, at_=opened)
        self.message(ticket, at_=opened + round(reply * minute), agent=agent)
        return ticket

    def micros(self, milliseconds: int) -> int:
        return milliseconds * 1000


def _micros(values: dict[str, Any]) -> dict[str, Any]:
    return {
        name: value * 1000 if name.endswith("_datetime") and value is not None else value
        for name, value in values.items()
    }


@dataclass
class Output:
    """What a run wrote, and how it ended."""

    messages: list[dict[str, Any]]
    error: BaseException | None
    waits: list[float]
    tap: TapGorgias

    def records(self, stream: str) -> list[dict[str, Any]]:
        return [
            m["record"] for m in self.messages if m["type"] == "RECORD" and m["stream"] == stream
        ]

    def ids(self, stream: str = "tickets") -> list[int]:
        return [record["id"] for record in self.records(stream)]

    @property
    def state(self) -> dict[str, Any]:
        return [m["value"] for m in self.messages if m["type"] == "STATE"][-1]

    def bookmark(self, stream: str = "tickets", account: str = "acme") -> dict[str, Any]:
        partitions = self.state["bookmarks"][stream]["partitions"]
        return next(p for p in partitions if p["context"]["account"] == account)


class Warehouse:
    """The agreed meaning of the messages: upserts and tombstones."""

    def __init__(self) -> None:
        self.tables: dict[str, dict[tuple[Any, ...], dict[str, Any]]] = {}
        self.keys: dict[str, list[str]] = {}

    def load(self, messages: list[dict[str, Any]]) -> None:
        for message in messages:
            if message["type"] == "SCHEMA":
                self.keys[message["stream"]] = message["key_properties"]
                self.tables.setdefault(message["stream"], {})
            elif message["type"] == "RECORD":
                self._record(message["stream"], message["record"])

    def table(self, stream: str) -> dict[tuple[Any, ...], dict[str, Any]]:
        return self.tables.get(stream, {})

    def _record(self, stream: str, record: dict[str, Any]) -> None:
        key = tuple(record[name] for name in self.keys[stream])
        if record.get("_sdc_deleted_at") is None:
            self.tables[stream][key] = dict(record)
        elif key in self.tables[stream]:
            self.tables[stream][key].update(record)


class Runner:
    """Runs the tap against one stand-in."""

    def __init__(self, server: RunningServer) -> None:
        self.server = server

    def config(self, **settings: Any) -> dict[str, Any]:
        accounts = [
            {"client": domain, "authorization": AUTHORIZATION, "channels": ["email"]}
            for domain in self.server.desks
        ]
        return {"accounts": accounts, "api_base_url": f"{self.server.url}/{{client}}"} | settings

    def tap(self, *, state: Any = None, catalog: Any = None, output: Any = None, **settings: Any):
        moment = SkippingTime()
        members = {
            "wait": staticmethod(moment.wait),
            "clock": staticmethod(moment.clock),
            "moment": moment,
        }
        kind = type("PatientTap", (TapGorgias,), members)
        return kind(
            config=self.config(**settings),
            state=state,
            catalog=catalog,
            message_writer=MessageWriter(output or io.BytesIO()),
        )

    def catalog(self, *streams: str, without: tuple[str, ...] = ()) -> dict[str, Any]:
        """A catalog with only these streams selected, without some columns."""
        catalog = self.tap().catalog_dict
        for entry in catalog["streams"]:
            for one in entry["metadata"]:
                if not one["breadcrumb"]:
                    one["metadata"]["selected"] = entry["tap_stream_id"] in streams
                elif one["breadcrumb"][-1] in without:
                    one["metadata"]["selected"] = False
        return catalog

    def sync(
        self, *streams: str, state: Any = None, catalog: Any = None, **settings: Any
    ) -> Output:
        """One run of some streams (default: all); errors are kept in the output."""
        buffer = io.BytesIO()
        if streams and catalog is None:
            catalog = self.catalog(*streams)
        error: BaseException | None = None
        tap = self.tap(state=state, catalog=catalog, output=buffer, **settings)
        try:
            tap.sync_all()
        except SingerSDKError as caught:
            error = caught
        lines = buffer.getvalue().splitlines()
        return Output([EXACT.decode(line) for line in lines], error, tap.moment.waits, tap)


@pytest.fixture
def clock() -> SettableClock:
    return SettableClock()


@pytest.fixture
def desk(clock: SettableClock) -> Desk:
    """An account without tickets."""
    return Desk(clock=clock)


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(limits=False)


@pytest.fixture
def server(desk: Desk, behaviour: Behaviour):
    with serve([desk.desk], behaviour) as running:
        yield running


@pytest.fixture
def runner(server: RunningServer) -> Runner:
    return Runner(server)


@pytest.fixture
def new_runner() -> type[Runner]:
    return Runner


@pytest.fixture
def new_desk() -> type[Desk]:
    return Desk


@pytest.fixture
def new_warehouse() -> type[Warehouse]:
    return Warehouse
