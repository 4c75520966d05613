"""The HTTP application: from a raw request to a reply with the vendor's headers."""

from __future__ import annotations

import asyncio
import time
import uuid
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.exchange import (
    Reply,
    drop,
    hang,
    header,
    parse_query,
    read_body,
    send_reply,
)
from sandbox.livechat.behaviour import SPOILING
from sandbox.livechat.call import Call
from sandbox.livechat.disturbances import SILENT, error_reply, replacing, spoil
from sandbox.livechat.errors import INVALID_TOKEN, ApiError
from sandbox.livechat.limits import Bill, Limits
from sandbox.livechat.queries import body_of_query
from sandbox.livechat.routes import LEGACY, find_route
from sandbox.livechat.tokens import read_credential

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.exchange import Message, Receive, Send
    from sandbox.livechat.behaviour import Behaviour, Fault
    from sandbox.livechat.organization import Organization
    from sandbox.livechat.routes import Match
    from sandbox.livechat.tokens import Token

OK = 200
BODY_MAXIMUM = 1_000_000
JOURNAL_MAXIMUM = 20_000
_JOURNAL_TEXT = 2_000


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the journal; it never holds a credential.

    `at` is monotonic seconds at arrival; `body` is cut at 2,000 characters.
    """

    method: str
    path: str
    query: str
    body: bytes
    status: int
    at: float
    records: int


@dataclass(slots=True)
class Arrival:
    """A request as it came in."""

    method: str
    path: str
    query: str
    authorization: str
    region: str
    content_type: str
    body: bytes
    at: float
    account: str = ""

    @property
    def line(self) -> str:
        """What faults are matched against."""
        return f"{self.method} {self.path}" + (f"?{self.query}" if self.query else "")


class LiveChatApp:
    """An ASGI application that serves one licence.

    Endpoints are plain functions and run one after the other under the licence's lock; only
    waiting is concurrent.
    """

    def __init__(
        self,
        organization: Organization,
        behaviour: Behaviour,
        *,
        keep_journal: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.organization = organization
        self.behaviour = behaviour
        self.journal: list[Request] = []
        self.bill = Bill()
        self._keep_journal = keep_journal
        self._limits = Limits(now)

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        arrival = await _arrival(scope, receive)
        fault = self.behaviour.next_fault(arrival.line)
        if fault and fault.kind not in SPOILING:
            fault.use()
            await asyncio.sleep(self.behaviour.latency + fault.delay)
            if fault.kind in SILENT:
                self._note(arrival, Reply(0, b""))
                await (hang(receive) if fault.kind == "hang" else drop(scope, receive))
                return
            reply = replacing(fault, self.behaviour)
        else:
            reply = await self._answer(arrival, fault)
        reply.headers += self._identity(arrival)
        self._note(arrival, reply)
        cut = fault is not None and fault.kind == "cut" and reply.status == OK
        await send_reply(send, reply, cut=cut)
        if cut:
            await drop(scope, receive)

    async def _answer(self, arrival: Arrival, fault: Fault | None) -> Reply:
        try:
            match, token = self._admit(arrival)
        except ApiError as error:
            await asyncio.sleep(self.behaviour.latency)
            return error_reply(error, self.behaviour)
        await asyncio.sleep(self.behaviour.latency)
        try:
            reply = self._serve(arrival, match, token)
        except ApiError as error:
            return error_reply(error, self.behaviour)
        if fault and spoil(fault, reply, _asked_with(arrival)):
            fault.use()
        return reply

    def _admit(self, arrival: Arrival) -> tuple[Match, Token]:
        """Check version, credential, region, rate and scopes.

        Raises:
            ApiError: One of them is not in order.
        """
        match = find_route(arrival.method, arrival.path)
        token = self._token(arrival)
        arrival.account = token.account_id
        region = arrival.region or self.behaviour.region
        if token.region not in (None, region):
            raise ApiError("misdirected_request", region=token.region)
        self._limits.take(token.secret, match.method, self.behaviour)
        if not token.allows(match.route.scopes):
            raise ApiError("authorization")
        return match, token

    def _token(self, arrival: Arrival) -> Token:
        account, secret, bearer = read_credential(arrival.authorization)
        now = self.organization.clock() / 1000
        for token in self.organization.tokens:
            known = token.secret == secret and token.oauth is bearer
            lives = token.expires_at is None or now < token.expires_at
            if known and lives and (bearer or token.account_id == account):
                return token
        raise ApiError("authentication", INVALID_TOKEN)

    def _serve(self, arrival: Arrival, match: Match, token: Token) -> Reply:
        body = _body(arrival)
        if self.behaviour.before_serving is not None:
            self.behaviour.before_serving(arrival.line)
        with self.organization.lock:
            call = Call(self.organization, self.behaviour, token, match.version, body)
            answer = match.route.endpoint(call)
            reply = Reply(OK, msgspec.json.encode(answer), records=_records(answer))
        if match.version in LEGACY:
            reply.headers.append(LEGACY[match.version])
        return reply

    def _identity(self, arrival: Arrival) -> list[tuple[bytes, bytes]]:
        now = formatdate(self.organization.clock() // 1000, usegmt=True).encode()
        request = uuid.uuid5(uuid.NAMESPACE_URL, f"{arrival.line} {arrival.at}")
        return [(b"date", now), (b"x-request-id", str(request).encode())]

    def _note(self, arrival: Arrival, reply: Reply) -> None:
        if reply.status:
            self.bill.count(arrival.account, reply.status)
        if not self._keep_journal:
            return
        if len(self.journal) >= JOURNAL_MAXIMUM:
            del self.journal[: JOURNAL_MAXIMUM // 2]
        line = Request(
            arrival.method,
            arrival.path,
            arrival.query[:_JOURNAL_TEXT],
            arrival.body[:_JOURNAL_TEXT],
            reply.status,
            arrival.at,
            reply.records,
        )
        self.journal.append(line)


async def _arrival(scope: Message, receive: Receive) -> Arrival:
    return Arrival(
        scope["method"],
        scope["path"],
        scope["query_string"].decode("ascii", "replace"),
        header(scope, b"authorization"),
        header(scope, b"x-region"),
        header(scope, b"content-type"),
        await read_body(receive),
        time.monotonic(),
    )


def _body(arrival: Arrival) -> dict[str, Any]:
    if arrival.method == "GET":
        return body_of_query(parse_query(arrival.query))
    if len(arrival.body) > BODY_MAXIMUM:
        raise ApiError("entity_too_large")
    if not arrival.content_type.startswith("application/json"):
        raise ApiError("validation", "Content-Type must be application/json")
    try:
        body = msgspec.json.decode(arrival.body)
    except msgspec.DecodeError as error:
        raise ApiError("validation") from error
    if not isinstance(body, dict):
        raise ApiError("validation")
    return body


def _asked_with(arrival: Arrival) -> str | None:
    page_id = _body(arrival).get("page_id")
    return None if page_id is None else str(page_id)


def _records(answer: Any) -> int:
    if isinstance(answer, list):
        return len(answer)
    lists = (answer.get(name) for name in ("chats", "chats_summary", "chats_info", "threads"))
    return next((len(one) for one in lists if one is not None), 1)
