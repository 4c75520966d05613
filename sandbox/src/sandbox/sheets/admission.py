"""Who may come in: tokens, scopes, and bodies that are not too large."""

from __future__ import annotations

import gzip
import zlib
from typing import TYPE_CHECKING

from sandbox.sheets.errors import (
    invalid,
    missing_scope,
    unauthenticated,
    unregistered,
    violation,
)

if TYPE_CHECKING:
    from sandbox.sheets.journal import Arrival
    from sandbox.sheets.routes import Route
    from sandbox.sheets.store import Store

PAYLOAD_MAXIMUM = 10_485_760
_AUTH = "https://www.googleapis.com/auth/"


def _scopes(*names: str) -> frozenset[str]:
    return frozenset(f"{_AUTH}{name}" for name in names)


_ALLOWED = {
    "read": _scopes(
        "spreadsheets", "spreadsheets.readonly", "drive", "drive.readonly", "drive.file"
    ),
    "write": _scopes("spreadsheets", "drive", "drive.file"),
    None: _scopes("drive", "drive.readonly", "drive.file", "drive.metadata.readonly"),
}


def caller_of(store: Store, arrival: Arrival, route: Route) -> str:
    """Return the account that a request comes from.

    Raises:
        SheetsError: It has no token, a wrong one, or one for something else.
    """
    scheme, _, token = arrival.headers.get("authorization", "").partition(" ")
    if not scheme:
        if store.behaviour.anonymous_as is None:
            raise unregistered()
        return store.behaviour.anonymous_as
    access = store.accounts.access(token.strip(), store.clock())
    if scheme.lower() != "bearer" or access is None:
        raise unauthenticated()
    if _ALLOWED[route.quota].isdisjoint(access.scopes):
        raise missing_scope("sheets.googleapis.com" if route.quota else "drive.googleapis.com")
    return access.email


def body_of(store: Store, arrival: Arrival) -> bytes:
    """Return a request's body as it was before it was packed.

    Raises:
        SheetsError: It is too large, or packed in a way that is not understood.
    """
    body = arrival.body
    if arrival.headers.get("content-encoding") == "gzip":
        if not store.behaviour.gzip_requests:
            raise violation("", "Invalid JSON payload received. Unexpected token.")
        body = _unpacked(body)
    if len(body) > PAYLOAD_MAXIMUM:
        raise invalid(f"Request payload size exceeds the limit: {PAYLOAD_MAXIMUM} bytes.")
    return body


def _unpacked(body: bytes) -> bytes:
    try:
        return gzip.decompress(body)
    except (OSError, EOFError, zlib.error):
        raise violation("", "Invalid JSON payload received. Unexpected token.") from None
