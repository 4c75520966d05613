"""Page ids: opaque, signed, and remembering what was asked first."""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
from dataclasses import dataclass, replace
from typing import Any

import msgspec

from sandbox.livechat.errors import invalid

_SECRET = b"the stand-in's own"
_MARK_BYTES = 6


@dataclass(frozen=True)
class Page:
    """What a page id remembers.

    Attributes:
        method: The method that gave it out.
        query: The first request's body.
        at: Creation instant (epoch microseconds) of the row at the page's edge.
        row: That row's id.
        back: Whether the page lies before that row.
        issued: Epoch seconds.
    """

    method: str
    query: dict[str, Any]
    at: int
    row: str
    back: bool
    issued: int

    def text(self) -> str:
        """Return the page id."""
        content = msgspec.json.encode(
            [self.at, self.row, self.back, self.issued, self.method, self.query]
        )
        return base64.urlsafe_b64encode(_mark(content) + content).decode().rstrip("=")


def read_page(text: Any, method: str, now: int, lifetime: int) -> Page:
    """Return what a page id remembers.

    Raises:
        ApiError: It was tampered with, is of another method, or is too old.
    """
    page = _decoded(text)
    if page.method != method:
        raise invalid("page_id", "Unknown page_id")
    if now - page.issued > lifetime:
        raise invalid("page_id", "page_id has expired")
    return page


def same_page(text: str) -> str:
    """Return another id of the page that an id stands for."""
    page = _decoded(text)
    return replace(page, issued=page.issued + 1).text()


def _decoded(text: Any) -> Page:
    try:
        whole = base64.urlsafe_b64decode(str(text) + "=" * (-len(str(text)) % 4))
    except (binascii.Error, ValueError) as error:
        raise invalid("page_id", "Unknown page_id") from error
    mark, content = whole[:_MARK_BYTES], whole[_MARK_BYTES:]
    if not hmac.compare_digest(mark, _mark(content)):
        raise invalid("page_id", "Unknown page_id")
    at, row, back, issued, method, query = msgspec.json.decode(content)
    return Page(method, query, at, row, back, issued)


def _mark(content: bytes) -> bytes:
    return hmac.new(_SECRET, content, hashlib.sha256).digest()[:_MARK_BYTES]
