"""The HTTP application: from a raw request to a reply with Gorgias' headers."""

from __future__ import annotations

import asyncio
import base64
import time
import uuid
from dataclasses import dataclass
from email.utils import formatdate
from typing import TYPE_CHECKING

from sandbox.exchange import Reply, drop, hang, header, parse_query, read_body, send_reply
from sandbox.gorgias.behaviour import SPOILING
from sandbox.gorgias.bucket import Buckets
from sandbox.gorgias.call import Call
from sandbox.gorgias.errors import ApiError, Moved, html_page, too_many, unauthorized
from sandbox.gorgias.routes import DOWNLOAD, REPORT, STATISTIC, find_route
from sandbox.gorgias.statistics.contributions import Ledger
from sandbox.gorgias.statistics.legacy_api import download, statistic
from sandbox.gorgias.statistics.reporting_api import report

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence

    from sandbox.exchange import Message, Receive, Send
    from sandbox.gorgias.behaviour import Behaviour, Fault
    from sandbox.gorgias.bucket import Level
    from sandbox.gorgias.helpdesk import Helpdesk

JOURNAL_MAXIMUM = 20_000
_JOURNAL_TEXT = 2_000
_EDGE_PAGES = {"502": "Bad Gateway", "503": "Service Unavailable", "504": "Gateway Timeout"}
_STATISTICS = {STATISTIC: statistic, DOWNLOAD: download, REPORT: report}
RELEASE = "2026.47.1"


@dataclass(frozen=True, slots=True)
class Request:
    """One line of the journal; it never holds credentials.

    `at` is monotonic seconds at arrival; `path` begins with the account; `query` and `body` are
    cut at 2,000 characters.
    """

    account: str
    method: str
    path: str
    query: str
    body: bytes
    status: int
    at: float
    records: int


@dataclass(slots=True)
class Arrival:
    """A request as it came in; `path` is that below the account."""

    account: str
    method: str
    path: str
    query: str
    authorization: str
    body: bytes
    at: float
    id: str

    @property
    def line(self) -> str:
        """What faults are matched against."""
        tail = f"?{self.query}" if self.query else ""
        return f"{self.method} /{self.account}{self.path}{tail}"

    @property
    def kind(self) -> str:
        """How it is authorised: "bearer" or "basic"."""
        return "bearer" if self.authorization.lower().startswith("bearer ") else "basic"


@dataclass(frozen=True, slots=True)
class Identity:
    """Whom credentials act for, and what they may do."""

    user_id: int
    scopes: frozenset[str]


class GorgiasApp:
    """An ASGI application that serves several accounts, each below its own domain's path.

    Endpoints run one after the other under their account's lock; only waiting is concurrent.
    """

    def __init__(
        self,
        desks: Sequence[Helpdesk],
        behaviour: Behaviour,
        *,
        keep_journal: bool = True,
        now: Callable[[], float] = time.monotonic,
    ) -> None:
        self.desks = {desk.domain: desk for desk in desks}
        self.behaviour = behaviour
        self.journal: list[Request] = []
        self.buckets = Buckets(now)
        self._keep_journal = keep_journal
        self._ledgers = {desk.domain: Ledger(desk) for desk in desks}

    async def __call__(self, scope: Message, receive: Receive, send: Send) -> None:
        """Serve one request."""
        if scope["type"] != "http":
            return
        arrival = await _arrival(scope, receive)
        fault = self.behaviour.next_fault(arrival.line)
        if fault is not None and fault.kind not in SPOILING:
            fault.use()
            reply = await self._faulty(fault, arrival)
        else:
            reply = await self._answer(arrival)
        if reply is None:
            self._note(arrival, Reply(0, b""))
            await (hang(receive) if fault and fault.kind == "hang" else drop(scope, receive))
            return
        cut = _spoil(fault, reply)
        self._note(arrival, reply)
        await send_reply(send, reply, cut=cut)
        if cut:
            await drop(scope, receive)

    async def _faulty(self, fault: Fault, arrival: Arrival) -> Reply | None:
        await asyncio.sleep(self.behaviour.latency + fault.delay)
        reply = _instead(fault)
        if reply is not None:
            reply.headers += self._headers(arrival)
        return reply

    async def _answer(self, arrival: Arrival) -> Reply:
        desk = self.desks.get(arrival.account)
        if desk is None:
            return html_page(404, "Account not found")
        level = self.buckets.take(
            desk.domain, arrival.kind, self.behaviour, enterprise=desk.enterprise
        )
        if self.behaviour.latency:
            await asyncio.sleep(self.behaviour.latency)
        reply = self._refusal(level) if level.wait is not None else self._serve(desk, arrival)
        reply.headers += self._headers(arrival)
        if self.behaviour.call_limit_header:
            figure = f"{level.used}/{level.size}".encode()
            reply.headers.append((b"x-gorgias-account-api-call-limit", figure))
        return reply

    def _refusal(self, level: Level) -> Reply:
        reply = too_many().reply()
        if self.behaviour.retry_after != "missing":
            seconds = 0 if self.behaviour.retry_after == "zero" else level.wait
            reply.headers.append((b"retry-after", str(seconds).encode()))
        return reply

    def _serve(self, desk: Helpdesk, arrival: Arrival) -> Reply:
        try:
            identity = identify(desk, arrival.authorization)
            match = find_route(arrival.method, arrival.path)
            call = Call(
                desk,
                self.behaviour,
                arrival.path,
                match.parameters,
                parse_query(arrival.query),
                arrival.query,
                arrival.body,
                identity.user_id,
                identity.scopes,
            )
            with desk.lock:
                if isinstance(match.route.endpoint, str):
                    return _STATISTICS[match.route.endpoint](call, self._ledgers[desk.domain])
                return match.route.endpoint(call)
        except (ApiError, Moved) as answer:
            return answer.reply()

    def _headers(self, arrival: Arrival) -> list[tuple[bytes, bytes]]:
        desk = self.desks.get(arrival.account)
        now = desk.clock() // 1000 if desk else time.time()
        return [
            (b"date", formatdate(now, usegmt=True).encode()),
            (b"x-request-id", arrival.id.encode()),
            (b"x-gorgias-release", RELEASE.encode()),
        ]

    def _note(self, arrival: Arrival, reply: Reply) -> None:
        if not self._keep_journal:
            return
        if len(self.journal) >= JOURNAL_MAXIMUM:
            del self.journal[: JOURNAL_MAXIMUM // 2]
        self.journal.append(
            Request(
                arrival.account,
                arrival.method,
                f"/{arrival.account}{arrival.path}",
                arrival.query[:_JOURNAL_TEXT],
                arrival.body[:_JOURNAL_TEXT],
                reply.status,
                arrival.at,
                reply.records,
            )
        )


def identify(desk: Helpdesk, authorization: str) -> Identity:
    """Return whom the header's credentials act for.

    Raises:
        ApiError: They are missing or wrong (401).
    """
    kind, _, secret = authorization.partition(" ")
    if kind.lower() == "bearer" and secret.strip() in desk.tokens:
        return Identity(*desk.tokens[secret.strip()])
    if kind.lower() == "basic":
        user_id = desk.keys.get(_pair(secret))
        if user_id is not None:
            return Identity(user_id, frozenset({"*"}))
    raise unauthorized()


def _pair(secret: str) -> tuple[str, str]:
    try:
        text = base64.b64decode(secret.strip(), validate=True).decode()
    except ValueError:
        return "", ""
    email, _, key = text.partition(":")
    return email, key


async def _arrival(scope: Message, receive: Receive) -> Arrival:
    at = time.monotonic()
    body = await read_body(receive) if scope["method"] != "GET" else b""
    account, slash, path = scope["path"].lstrip("/").partition("/")
    return Arrival(
        account,
        scope["method"],
        slash + path,
        scope["query_string"].decode("ascii", "replace"),
        header(scope, b"authorization"),
        body,
        at,
        str(uuid.uuid4()),
    )


def _instead(fault: Fault) -> Reply | None:
    """What a fault answers instead; None when there is no answer at all."""
    if fault.kind in ("reset", "hang"):
        return None
    if fault.kind in _EDGE_PAGES:
        reply = html_page(int(fault.kind), _EDGE_PAGES[fault.kind])
    elif fault.kind == "html":
        reply = html_page(200, "Down for maintenance")
    elif fault.kind == "429":
        reply = too_many().reply()
    else:
        reply = ApiError(int(fault.kind), _SAID[fault.kind]).reply()
    if fault.retry_after is not None:
        reply.headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
    return reply


_SAID = {
    "403": "You do not have enough permissions to perform this action. Messaging quota exceeded.",
    "500": "Internal server error.",
}


def _spoil(fault: Fault | None, reply: Reply) -> bool:
    """Spoil a good answer; True when the connection is to drop in its middle."""
    if fault is None or fault.kind not in SPOILING or reply.status != 200:  # noqa: PLR2004
        return False
    fault.use()
    if fault.kind == "truncated":
        reply.body = reply.body[: len(reply.body) * 2 // 3]
    return fault.kind == "cut"
