"""What scripted faults answer, and how they spoil an answer."""

from __future__ import annotations

from typing import TYPE_CHECKING

import msgspec

from sandbox.exchange import HTML, Reply
from sandbox.livechat.behaviour import EDGE_PAGES
from sandbox.livechat.errors import ERRORS, ApiError
from sandbox.livechat.pages import same_page

if TYPE_CHECKING:
    from sandbox.livechat.behaviour import Behaviour, Fault

SILENT = ("reset", "hang")
"""Faults that answer nothing at all."""

_SHORT = {"429": "too_many_requests", "429_envelope": "too_many_requests", "500": "internal"}
_OK = 200


def replacing(fault: Fault, behaviour: Behaviour) -> Reply:
    """Return the reply given instead of an answer."""
    kind = _SHORT.get(fault.kind, fault.kind)
    if kind in ERRORS:
        reply = error_reply(ApiError(kind), behaviour)
        reply.status = _OK if fault.kind == "429_envelope" else reply.status
    elif kind in EDGE_PAGES:
        reply = _page(int(kind), EDGE_PAGES[kind])
    elif kind == "html":
        reply = _page(_OK, "Back soon")
    else:
        reply = Reply(_OK, b"")
    if fault.retry_after is not None:
        reply.headers.append((b"retry-after", f"{fault.retry_after:g}".encode()))
    return reply


def error_reply(error: ApiError, behaviour: Behaviour) -> Reply:
    """Return an error's envelope with the status it has here."""
    status = behaviour.statuses.get(error.kind, error.status)
    if error.kind == "too_many_requests" and behaviour.limit_as_200:
        status = _OK
    reply = Reply(status, msgspec.json.encode(error.envelope()))
    if error.retry_after is not None:
        reply.headers.append((b"retry-after", f"{error.retry_after:g}".encode()))
    return reply


def spoil(fault: Fault, reply: Reply, asked_with: str | None) -> bool:
    """Spoil a served answer in place; False when there was nothing to spoil."""
    if fault.kind in ("truncated", "cut"):
        if fault.kind == "truncated":
            reply.body = reply.body[: len(reply.body) * 2 // 3]
        return True
    page = msgspec.json.decode(reply.body)
    if not isinstance(page, dict) or "next_page_id" not in page:
        return False
    if asked_with is None:
        return False
    if fault.kind == "repeat_page":
        page["next_page_id"] = asked_with
    else:
        page |= {"chats": [], "next_page_id": same_page(asked_with)}
        reply.records = 0
    reply.body = msgspec.json.encode(page)
    return True


def _page(status: int, title: str) -> Reply:
    body = f"<html><head><title>{title}</title></head><body><h1>{title}</h1></body></html>"
    return Reply(status, body.encode(), HTML)
