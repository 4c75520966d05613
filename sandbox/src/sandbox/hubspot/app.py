"""The HTTP application: from a raw request to a reply with HubSpot's headers."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING

import msgspec

from sandbox.exchange import drop, parse_query, read_body, send_reply
from sandbox.hubspot.behaviour import SPOILING
from sandbox.hubspot.budgets import Budgets, Standing
from sandbox.hubspot.call import Call, Service
from sandbox.hubspot.faults import replacing, spoil
from sandbox.hubspot.replies import ApiError, Reply, html_page, unauthenticated
from sandbox.hubspot.routes import find_route

if TYPE_CHECKING:
    from collections.abc import Sequence

    from sandbox.exchange import Message, Receive, Send
    from sandbox.hubspot.behaviour import Behaviour, Fault
    from sandbox.hubspot.portal import Portal
    from sandbox.hubspot.routes import Match

URL_MAXIMUM = 16_000
SERVED = (200, 207)
_JOURNAL_TEXT = 2_000
JOURNAL_MAXIMUM = 20_000


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the journal; it never holds a token.

    `at` is monotonic seconds at arrival; `query` and `body` are cut at 2,000 characters;
    `portal_id` is the account that answered.
    """

    method: str
    path: str
    query: str
    body: bytes
    status: int
    at: float
    records: int
    portal_id: int


@dataclass(slots=True)
class Arrival:
    """A request as it came in."""

    method: str
    path: str
    query: str
    token: str
    body: bytes
    at: float
    correlation_id: str

    @property
    def line(self) -> str:
        """What faults are matched against."""
        return (
            f"{self.method} {self.path}?{self.query}"
            if self.query
            else (f"{self.method} {self.path}")
        )


class HubSpotApp:
    """An ASGI application that serves one portal, or several told apart by token.

    Endpoints are plain functions and run one after the other under the portal's lock; only
    waiting (latency, delays) is concurrent. Each portal has budgets of its own; a token nobody
    knows is refused by the first one.
    """

    def __init__(
        self,
        portal: Portal,
        behaviour: Behaviour,
        *,
        others: Sequence[tuple[Portal, Behaviour]] = (),
        keep_journal: bool = True,
    ) -> None:
        self.journal: list[Request] = []
        self._keep_journal = keep_journal
        self.services = [_service(*each) for each in ((portal, behaviour), *others)]

    @property
    def portal(self) -> Portal:
        """The portal that is served, the first of several."""
        return self.services[0].portal

    @property
    def behaviour(self) -> Behaviour:
        """How the first portal behaves."""
        return self.services[0].behaviour

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        arrival = await _arrival(scope, receive)
        service = self._service_of(arrival)
        fault = service.behaviour.next_fault(arrival.line)
        if fault and fault.kind not in SPOILING:
            fault.use()
            reply = await _faulty(service, fault, arrival)
        else:
            reply = await _answer(service, arrival, fault)
        self._note(service, arrival, reply or Reply(0, b""))
        if reply is None:
            await drop(scope, receive)
            return
        cut = fault is not None and fault.kind == "cut" and reply.status in SERVED
        await send_reply(send, reply, cut=cut)
        if cut:
            await drop(scope, receive)

    def _service_of(self, arrival: Arrival) -> Service:
        """Return whose token it is; strangers are the first portal's to refuse."""
        found = (one for one in self.services if arrival.token in one.portal.tokens)
        return next(found, self.services[0])

    def _note(self, service: Service, arrival: Arrival, reply: Reply) -> None:
        if not self._keep_journal:
            return
        if len(self.journal) >= JOURNAL_MAXIMUM:
            del self.journal[: JOURNAL_MAXIMUM // 2]
        # The body of a token's introspection is the token.
        body = b"" if arrival.path.startswith("/oauth") else arrival.body[:_JOURNAL_TEXT]
        self.journal.append(
            Request(
                arrival.method,
                arrival.path,
                arrival.query[:_JOURNAL_TEXT],
                body,
                reply.status,
                arrival.at,
                reply.records,
                service.portal.portal_id,
            )
        )


def _service(portal: Portal, behaviour: Behaviour) -> Service:
    budgets = Budgets(portal.time_zone, portal.clock)
    return Service(portal, behaviour, budgets, portal.texts(behaviour), portal.matcher())


async def _faulty(service: Service, fault: Fault, arrival: Arrival) -> Reply | None:
    await asyncio.sleep(service.behaviour.latency + fault.delay)
    reply = replacing(fault, arrival.correlation_id)
    if reply:
        reply.headers += _identity(service, arrival)
    if reply and fault.kind in ("429_burst", "429_daily"):
        standing = service.budgets.exhausted("general", service.behaviour)
        reply.headers += _rate_headers(standing, daily=service.behaviour.tier != "oauth")
    return reply


async def _answer(service: Service, arrival: Arrival, fault: Fault | None) -> Reply:
    if len(arrival.path) + len(arrival.query) > URL_MAXIMUM:
        too_long = html_page(414, "Request-URI Too Large")
        too_long.headers += _identity(service, arrival)
        return too_long
    reply, standing = _admit(service, arrival)
    if service.behaviour.latency:
        await asyncio.sleep(service.behaviour.latency)
    if reply is None:
        reply = _serve(service, arrival)
    spoilable = fault is not None and reply.status in SERVED
    if fault and spoilable and spoil(fault, reply, _asked_after(arrival)):
        fault.use()
    reply.headers += _identity(service, arrival)
    if standing:
        reply.headers += _rate_headers(standing, daily=service.behaviour.tier != "oauth")
    return reply


def _admit(service: Service, arrival: Arrival) -> tuple[Reply | None, Standing | None]:
    """Check token and budget on arrival; a reply here is a refusal."""
    standing = None
    try:
        if arrival.token not in service.portal.tokens:
            raise unauthenticated()
        match = find_route(arrival.method, arrival.path)
        budget = match.route.budget
        if budget != "search":
            standing = service.budgets.exhausted(budget, service.behaviour)
        standing = service.budgets.take(budget, arrival.token, service.behaviour)
    except ApiError as error:
        return error.reply(arrival.correlation_id), standing
    return None, standing


def _serve(service: Service, arrival: Arrival) -> Reply:
    try:
        match = find_route(arrival.method, arrival.path)
        call = _call(service, arrival, match)
        with service.portal.lock:
            return match.route.endpoint(call)
    except ApiError as error:
        return error.reply(arrival.correlation_id)


def _call(service: Service, arrival: Arrival, match: Match) -> Call:
    return Call(
        service,
        arrival.path,
        match.version,
        match.parameters,
        parse_query(arrival.query),
        arrival.body,
        service.portal.tokens.get(arrival.token, frozenset()),
    )


def _identity(service: Service, arrival: Arrival) -> list[tuple[bytes, bytes]]:
    now = formatdate(service.portal.clock() // 1000, usegmt=True)
    return [
        (b"date", now.encode()),
        (b"server", b"cloudflare"),
        (b"cf-ray", arrival.correlation_id.replace("-", "")[:16].encode() + b"-YHZ"),
        (b"x-hubspot-correlation-id", arrival.correlation_id.encode()),
    ]


async def _arrival(scope: Message, receive: Receive) -> Arrival:
    at = time.monotonic()
    body = await read_body(receive) if scope["method"] != "GET" else b""
    return Arrival(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("ascii", "replace"),
        _token(scope["headers"]),
        body,
        at,
        str(uuid.uuid4()),
    )


def _token(headers: list[tuple[bytes, bytes]]) -> str:
    for name, value in headers:
        if name == b"authorization":
            scheme, _, token = value.decode("latin-1").partition(" ")
            return token.strip() if scheme.lower() == "bearer" else ""
    return ""


def _asked_after(arrival: Arrival) -> str | None:
    """Return the cursor a page was asked with, from the query or from a search's body."""
    if arrival.method == "GET":
        values = parse_query(arrival.query).get("after")
        return values[-1] if values else None
    body = msgspec.json.decode(arrival.body or b"{}")
    after = body.get("after") if isinstance(body, dict) else None
    return None if after is None else str(after)


def _rate_headers(standing: Standing, *, daily: bool) -> list[tuple[bytes, bytes]]:
    figures = {
        b"x-hubspot-ratelimit-max": standing.limit,
        b"x-hubspot-ratelimit-remaining": standing.remaining,
        b"x-hubspot-ratelimit-interval-milliseconds": 10_000,
        b"x-hubspot-ratelimit-secondly": standing.limit // 10,
        b"x-hubspot-ratelimit-secondly-remaining": standing.second_remaining,
    }
    if daily:
        figures[b"x-hubspot-ratelimit-daily"] = standing.daily
        figures[b"x-hubspot-ratelimit-daily-remaining"] = standing.daily_remaining
    return [(name, str(value).encode()) for name, value in figures.items()]
