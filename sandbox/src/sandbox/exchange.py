"""One HTTP exchange of an ASGI application: reading the request, replying, or not replying."""

from __future__ import annotations

import asyncio
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any
from urllib.parse import parse_qsl

from sandbox.loopback import DROP

if TYPE_CHECKING:
    from collections.abc import Awaitable, Callable, MutableMapping

    Message = MutableMapping[str, Any]
    Send = Callable[[Message], Awaitable[None]]
    Receive = Callable[[], Awaitable[Message]]

HTML = b"text/html"


@dataclass(slots=True)
class Reply:
    """One HTTP reply; `records` counts what it carries, for the journal."""

    status: int
    body: bytes
    content_type: bytes = b"application/json"
    headers: list[tuple[bytes, bytes]] = field(default_factory=list)
    records: int = 0


async def read_body(receive: Receive) -> bytes:
    """Return the whole body of a request."""
    chunks = []
    while True:
        message = await receive()
        chunks.append(message.get("body", b""))
        if not message.get("more_body"):
            return b"".join(chunks)


def header(scope: Message, name: bytes) -> str:
    """Return a request's header, or nothing; `name` is in lower case."""
    found = (value for key, value in scope["headers"] if key == name)
    return str(next(found, b"").decode("latin-1"))


def parse_query(text: str) -> dict[str, list[str]]:
    """Return the query string's values by name."""
    query: dict[str, list[str]] = {}
    for name, value in parse_qsl(text, keep_blank_values=True):
        query.setdefault(name, []).append(value)
    return query


def path_parameters(parts: list[str], segments: list[str]) -> dict[str, str] | None:
    """Return what a path says where a template has `{braces}`; None when they do not fit."""
    if len(parts) != len(segments):
        return None
    parameters = {}
    for part, segment in zip(parts, segments, strict=True):
        if part.startswith("{"):
            parameters[part[1:-1]] = segment
        elif part != segment:
            return None
    return parameters


async def send_reply(send: Send, reply: Reply, *, cut: bool = False) -> None:
    """Send a reply; `cut` stops in the middle of the body, for the connection to be dropped."""
    length = str(len(reply.body)).encode()
    headers = [(b"content-type", reply.content_type), (b"content-length", length), *reply.headers]
    await send({"type": "http.response.start", "status": reply.status, "headers": headers})
    if cut:
        half = reply.body[: len(reply.body) // 2]
        await send({"type": "http.response.body", "body": half, "more_body": True})
        await asyncio.sleep(0)
        return
    await send({"type": "http.response.body", "body": reply.body})


async def drop(scope: Message, receive: Receive) -> None:
    """Drop the connection and wait until the server has taken notice of it."""
    scope["extensions"][DROP]()
    await hang(receive)


async def hang(receive: Receive) -> None:
    """Say nothing until the other side gives up."""
    while (await receive())["type"] != "http.disconnect":
        pass
