"""The HTTP application: from a raw request to a reply as Google gives it."""

from __future__ import annotations

import asyncio
import gzip
import re
import time
import zlib
from dataclasses import dataclass, field
from email.utils import formatdate
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote

import msgspec

from sandbox.sheets import pages
from sandbox.sheets.accounts import PROJECT, GrantError
from sandbox.sheets.behaviour import APPLYING
from sandbox.sheets.calls import Call, check_query, parse_query
from sandbox.sheets.errors import (
    SheetsError,
    internal,
    invalid,
    missing_scope,
    no_such_page,
    not_enabled,
    unauthenticated,
    unavailable,
    unregistered,
)
from sandbox.sheets.quotas import Quotas, exhausted
from sandbox.sheets.routes import Route, find_route

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    from sandbox.sheets.behaviour import Behaviour, Fault
    from sandbox.sheets.store import Store

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    Receive = Callable[[], Awaitable[Message]]

DROP = "sandbox.drop"
PAYLOAD_MAXIMUM = 10_485_760
JOURNAL_MAXIMUM = 20_000
_JSON = b"application/json; charset=UTF-8"
_HTML = b"text/html; charset=utf-8"
_GZIP_FROM = 1_000
_TOKEN_PATH = "/token"  # noqa: S105 - a path
_FORM_FIELD = re.compile(r"([^=&]+)=([^&]*)")
_AUTH = "https://www.googleapis.com/auth/"
_READING = frozenset(
    f"{_AUTH}{name}"
    for name in ("spreadsheets", "spreadsheets.readonly", "drive", "drive.readonly", "drive.file")
)
_WRITING = frozenset(f"{_AUTH}{name}" for name in ("spreadsheets", "drive", "drive.file"))
_DRIVE = frozenset(
    f"{_AUTH}{name}"
    for name in ("drive", "drive.readonly", "drive.file", "drive.metadata.readonly")
)


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the journal; it never holds a token, nor what was written.

    Attributes:
        method: The HTTP method.
        path: The decoded path.
        query: The decoded query.
        range: The A1 range of the path, if it has one.
        kind: "read" or "write" by the quota it takes from; "drive", "token" or "page" else.
        status: The answer's status; 0 when there was none.
        sent: Bytes of the request's body as they came over the wire.
        received: Bytes of the answer's body as they went over the wire.
        requests: The kinds of requests of a batchUpdate, in order.
        at: Monotonic seconds at arrival.
        fault: The scripted fault that hit it.
        user_agent: Who says to have sent it.
    """

    method: str
    path: str
    query: str
    range: str | None
    kind: str
    status: int
    sent: int
    received: int
    requests: tuple[str, ...]
    at: float
    fault: str | None
    user_agent: str


@dataclass(slots=True)
class Arrival:
    """A request as it came in."""

    method: str
    raw_path: str
    query: str
    headers: dict[str, str]
    body: bytes
    at: float
    sent: int
    kind: str = "page"
    range: str | None = None
    requests: tuple[str, ...] = ()
    caller: str = ""

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.raw_path)

    @property
    def line(self) -> str:
        """What faults and interventions are matched against."""
        query = f"?{unquote(self.query)}" if self.query else ""
        return f"{self.method} {self.path}{query}"


@dataclass(slots=True)
class Reply:
    """One HTTP reply."""

    status: int
    body: bytes
    content_type: bytes = _JSON
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)


class SheetsApp:
    """An ASGI application that serves one store.

    Endpoints run one after the other under the store's lock; only waiting is concurrent.
    """

    def __init__(self, store: Store) -> None:
        self.store = store
        self.journal: list[Request] = []
        self.quotas = Quotas()

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves."""
        return self.store.behaviour

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        arrival = await _arrival(scope, receive)
        self.behaviour.intervene(arrival.line)
        fault = self.behaviour.next_fault(arrival.line)
        reply = await self._reply(arrival, fault)
        if reply is not None:
            _pack(arrival, reply)
        self._note(arrival, reply, fault)
        if reply is None:
            await _drop(scope, receive)
            return
        cut = fault is not None and fault.kind == "applied_then_cut"
        await _send(send, reply, cut=cut)
        if cut:
            await _drop(scope, receive)

    async def _reply(self, arrival: Arrival, fault: Fault | None) -> Reply | None:
        """Return the reply; None when the connection is to drop."""
        reply = None
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        if fault is None or fault.kind in APPLYING:
            reply = self._answer(arrival)
        if fault is None:
            return reply
        if fault.delay:
            await asyncio.sleep(fault.delay)
        return self._spoiled(fault, arrival, reply)

    def _spoiled(self, fault: Fault, arrival: Arrival, reply: Reply | None) -> Reply | None:
        """Return what a fault makes of an answer."""
        if fault.kind in ("slow", "applied_then_cut"):
            return reply
        error = {
            "401": unauthenticated,
            "403_disabled": lambda: not_enabled(PROJECT),
            "429": lambda: exhausted(
                "read" if arrival.method == "GET" else "write", self.behaviour.user_limit
            ),
            "500": internal,
            "503": unavailable,
            "applied_then_500": internal,
            "applied_then_503": unavailable,
        }.get(fault.kind)
        if error is not None:
            return self._refusal(error(), arrival, fault.retry_after)
        if fault.kind in ("502", "html"):
            return Reply(502, pages.ERROR_502, _HTML)
        return None

    def _answer(self, arrival: Arrival) -> Reply:
        try:
            with self.store.lock:
                return self._serve(arrival)
        except SheetsError as error:
            wait = self.behaviour.retry_after if error.code == 429 else None  # noqa: PLR2004
            return self._refusal(error, arrival, wait)

    def _serve(self, arrival: Arrival) -> Reply:
        if arrival.raw_path == _TOKEN_PATH and arrival.method == "POST":
            return self._token(arrival)
        page = pages.find(self.store, arrival.method, arrival.path, parse_query(arrival.query))
        if page is not None:
            return Reply(200, page, _HTML)
        found = find_route(arrival.method, arrival.raw_path)
        if found is None:
            raise no_such_page()
        route, parameters = found
        arrival.kind = route.quota or "drive"
        arrival.range = parameters.get("range")
        return self._call(arrival, route, parameters)

    def _call(self, arrival: Arrival, route: Route, parameters: dict[str, str]) -> Reply:
        caller = self._caller(arrival, route)
        if route.quota:
            if not self.behaviour.enabled:
                raise not_enabled(PROJECT)
            self.quotas.take(route.quota, caller, self.store.clock(), self.behaviour)
        query = parse_query(arrival.query)
        if route.name:
            check_query(query, route.contract)
        call = Call(self.store, caller, parameters, query, self._body(arrival))
        arrival.requests = (
            _kinds(call.body) if route.name.endswith("spreadsheets.batchUpdate") else ()
        )
        told = route.endpoint(call)
        if told is None:
            return Reply(204, b"")
        return Reply(200, _encoded(told, pretty=call.one("prettyPrint") != "false"))

    def _body(self, arrival: Arrival) -> bytes:
        """Return the request's body as it was before it was packed.

        Raises:
            SheetsError: It is too large, or packed in a way that is not understood.
        """
        body = arrival.body
        if arrival.headers.get("content-encoding") == "gzip":
            if not self.behaviour.gzip_requests:
                raise invalid("Invalid JSON payload received. Unexpected token.")
            body = gzip.decompress(body)
        if len(body) > PAYLOAD_MAXIMUM:
            raise invalid(f"Request payload size exceeds the limit: {PAYLOAD_MAXIMUM} bytes.")
        return body

    def _caller(self, arrival: Arrival, route: Route) -> str:
        """Return the account that a request comes from.

        Raises:
            SheetsError: It has no token, a wrong one, or one for something else.
        """
        scheme, _, token = arrival.headers.get("authorization", "").partition(" ")
        if not scheme:
            if self.behaviour.anonymous_as is None:
                raise unregistered()
            return self.behaviour.anonymous_as
        access = self.store.accounts.access(token.strip(), self.store.clock())
        if scheme.lower() != "bearer" or access is None:
            raise unauthenticated()
        allowed = {"read": _READING, "write": _WRITING, None: _DRIVE}[route.quota]
        if allowed.isdisjoint(access.scopes):
            raise missing_scope("sheets.googleapis.com" if route.quota else "drive.googleapis.com")
        return access.email

    def _token(self, arrival: Arrival) -> Reply:
        """Answer the token endpoint."""
        arrival.kind = "token"
        form = {
            name: values[-1] for name, values in parse_query(arrival.body.decode("latin-1")).items()
        }
        try:
            told = self.store.accounts.grant(form, self.store.clock())
        except GrantError as error:
            body = {"error": error.error, "error_description": error.description}
            return Reply(400, _encoded(body, pretty=True))
        return Reply(200, _encoded(told, pretty=True))

    def _refusal(self, error: SheetsError, arrival: Arrival, wait: float | None) -> Reply:
        drive = arrival.raw_path.startswith("/drive/")
        with_errors = drive or "alt=json" in arrival.query
        reply = Reply(error.code, _encoded(error.body(with_errors=with_errors), pretty=True))
        if wait is not None:
            reply.headers.append((b"retry-after", f"{wait:g}".encode()))
        if error.code == 401:  # noqa: PLR2004
            reply.headers.append(
                (
                    b"www-authenticate",
                    b'Bearer realm="https://accounts.google.com/", error="invalid_token"',
                )
            )
        return reply

    def _note(self, arrival: Arrival, reply: Reply | None, fault: Fault | None) -> None:
        if len(self.journal) >= JOURNAL_MAXIMUM:
            del self.journal[: JOURNAL_MAXIMUM // 2]
        self.journal.append(
            Request(
                arrival.method,
                arrival.path,
                unquote(arrival.query),
                arrival.range,
                arrival.kind,
                reply.status if reply else 0,
                arrival.sent,
                len(reply.body) if reply else 0,
                arrival.requests,
                arrival.at,
                fault.kind if fault else None,
                arrival.headers.get("user-agent", ""),
            )
        )


def _kinds(body: bytes) -> tuple[str, ...]:
    """Return the kinds of the requests of a batch."""
    try:
        requests = msgspec.json.decode(body or b"{}").get("requests") or []
        return tuple(next(iter(one), "") for one in requests)
    except (msgspec.DecodeError, AttributeError, TypeError):
        return ()


def _encoded(value: Any, *, pretty: bool) -> bytes:
    body = msgspec.json.encode(value)
    return msgspec.json.format(body, indent=2) + b"\n" if pretty else body


def _pack(arrival: Arrival, reply: Reply) -> None:
    """Add the headers that every answer has; gzip the body for those who take it."""
    reply.headers += [
        (b"date", formatdate(time.time(), usegmt=True).encode()),
        (b"server", b"ESF"),
        (b"cache-control", b"private"),
        (b"vary", b"Origin, X-Origin, Referer, Accept-Encoding"),
    ]
    if "gzip" in arrival.headers.get("accept-encoding", "") and len(reply.body) > _GZIP_FROM:
        packer = zlib.compressobj(1, zlib.DEFLATED, 31)
        reply.body = packer.compress(reply.body) + packer.flush()
        reply.headers.append((b"content-encoding", b"gzip"))


async def _arrival(scope: Message, receive: Receive) -> Arrival:
    at = time.monotonic()
    body = await _body(receive)
    headers = {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]}
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Arrival(
        scope["method"],
        raw_path.decode("latin-1").partition("?")[0],
        scope["query_string"].decode("latin-1"),
        headers,
        body,
        at,
        len(body),
    )


async def _body(receive: Receive) -> bytes:
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


async def _send(send: Send, reply: Reply, *, cut: bool) -> None:
    length = str(len(reply.body)).encode()
    headers = [(b"content-type", reply.content_type), (b"content-length", length), *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if cut:
        half = reply.body[: len(reply.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0)
        return
    await send({"type": "http.response.body", "body": reply.body})


async def _drop(scope: Message, receive: Receive) -> None:
    """Drop the connection and wait until the server has taken notice of it."""
    scope["extensions"][DROP]()
    while (await receive())["type"] != "http.disconnect":
        pass
