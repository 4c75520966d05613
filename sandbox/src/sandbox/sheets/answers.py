"""Replies: JSON as Google prints it, errors, and what faults make of them."""

from __future__ import annotations

import zlib
from email.utils import formatdate
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.exchange import Reply
from sandbox.sheets.accounts import PROJECT
from sandbox.sheets.errors import (
    SheetsError,
    internal,
    not_enabled,
    unauthenticated,
    unavailable,
)
from sandbox.sheets.quotas import exhausted

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.behaviour import Fault
    from sandbox.sheets.journal import Arrival

JSON = b"application/json; charset=UTF-8"
HTML = b"text/html; charset=utf-8"
_GZIP_FROM = 1_000
_GZIP_WINDOW = 31  # zlib's way to say gzip
_UNAUTHENTICATED = 401
_ERROR_502 = b"""<!DOCTYPE html>
<html lang=en><meta charset=utf-8><title>Error 502 (Server Error)!!1</title>
<p><b>502.</b> <ins>That's an error.</ins>
<p>The server encountered a temporary error and could not complete your request.
<p>Please try again in 30 seconds. <ins>That's all we know.</ins></html>
"""
_CHALLENGE = b'Bearer realm="https://accounts.google.com/", error="invalid_token"'
_ERRORS: dict[str, Callable[[], SheetsError]] = {
    "401": unauthenticated,
    "403_disabled": lambda: not_enabled(PROJECT),
    "500": internal,
    "503": unavailable,
    "applied_then_500": internal,
    "applied_then_503": unavailable,
}


def json_reply(value: Any, status: int = 200, *, pretty: bool = True) -> Reply:
    """Return a JSON reply, printed with two spaces unless asked otherwise."""
    body = msgspec.json.encode(value)
    return Reply(status, msgspec.json.format(body, indent=2) + b"\n" if pretty else body, JSON)


def refusal(error: SheetsError, arrival: Arrival, wait: float | None) -> Reply:
    """Return the reply of an error, with a Retry-After if there is to be one."""
    with_errors = arrival.raw_path.startswith("/drive/") or "alt=json" in arrival.raw_query
    reply = json_reply(error.body(with_errors=with_errors), error.code)
    if wait is not None:
        reply.headers.append((b"retry-after", f"{wait:g}".encode()))
    if error.code == _UNAUTHENTICATED:
        reply.headers.append((b"www-authenticate", _CHALLENGE))
    return reply


def spoiled(fault: Fault, arrival: Arrival, reply: Reply | None, limit: int) -> Reply | None:
    """Return what a fault makes of an answer; None is no answer at all."""
    if fault.kind in ("slow", "applied_then_cut"):
        return reply
    if fault.kind == "429":
        error = exhausted("read" if arrival.method == "GET" else "write", limit)
        return refusal(error, arrival, fault.retry_after)
    if fault.kind in _ERRORS:
        return refusal(_ERRORS[fault.kind](), arrival, fault.retry_after)
    return Reply(502, _ERROR_502, HTML) if fault.kind in ("502", "html") else None


def finish(arrival: Arrival, reply: Reply, now: float) -> None:
    """Add the headers that every answer has; gzip the body for those who take it."""
    reply.headers += [
        (b"date", formatdate(now, usegmt=True).encode()),
        (b"server", b"ESF"),
        (b"cache-control", b"private"),
        (b"vary", b"Origin, X-Origin, Referer, Accept-Encoding"),
    ]
    if "gzip" in arrival.headers.get("accept-encoding", "") and len(reply.body) > _GZIP_FROM:
        packer = zlib.compressobj(1, zlib.DEFLATED, _GZIP_WINDOW)
        reply.body = packer.compress(reply.body) + packer.flush()
        reply.headers.append((b"content-encoding", b"gzip"))
