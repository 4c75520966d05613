"""Requests as they come in, and the journal of those that came."""

from __future__ import annotations

import time
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import unquote

from sandbox.exchange import read_body

if TYPE_CHECKING:
    from sandbox.exchange import Message, Receive, Reply

MAXIMUM = 20_000


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
    """A request as it came in; the last members are filled while it is served."""

    method: str
    raw_path: str
    raw_query: str
    headers: dict[str, str]
    body: bytes
    at: float
    kind: str = "page"
    range: str | None = None
    requests: tuple[str, ...] = ()

    @property
    def path(self) -> str:
        """The decoded path."""
        return unquote(self.raw_path)

    @property
    def query(self) -> str:
        """The decoded query."""
        return unquote(self.raw_query)

    @property
    def line(self) -> str:
        """What faults and interventions are matched against."""
        return (
            f"{self.method} {self.path}?{self.query}"
            if self.query
            else f"{self.method} {self.path}"
        )

    def entry(self, reply: Reply | None, fault: str | None) -> Request:
        """Return its line of the journal."""
        return Request(
            method=self.method,
            path=self.path,
            query=self.query,
            range=self.range,
            kind=self.kind,
            status=reply.status if reply else 0,
            sent=len(self.body),
            received=len(reply.body) if reply else 0,
            requests=self.requests,
            at=self.at,
            fault=fault,
            user_agent=self.headers.get("user-agent", ""),
        )


async def arrive(scope: Message, receive: Receive) -> Arrival:
    """Return the request of a scope, its body read."""
    at = time.monotonic()
    raw_path = scope.get("raw_path") or scope["path"].encode()
    return Arrival(
        scope["method"],
        raw_path.decode("latin-1").partition("?")[0],
        scope["query_string"].decode("latin-1"),
        {name.decode("latin-1"): value.decode("latin-1") for name, value in scope["headers"]},
        await read_body(receive),
        at,
    )


def note(journal: list[Request], entry: Request) -> None:
    """Add a line; of very many the older half is forgotten."""
    if len(journal) >= MAXIMUM:
        del journal[: MAXIMUM // 2]
    journal.append(entry)
