"""Shapes of Gorgias' replies: objects, and lists with their cursors."""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tap_gorgias._exact_json import MalformedReply, read_json

Row = dict[str, Any]


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next one, None at the end."""

    rows: list[Row]
    cursor: str | None


def read_object(body: bytes) -> Row:
    """A JSON object.

    Raises:
        MalformedReply: It is none: HTML, cut off, or of another form.
    """
    found = read_json(body)
    if not isinstance(found, dict):
        raise MalformedReply
    return found


def read_page(body: bytes) -> Page:
    """A list's envelope.

    Raises:
        MalformedReply: Rows or the cursor's place are missing: that never means "the end".
    """
    found = read_object(body)
    rows, meta = found.get("data"), found.get("meta")
    if not isinstance(rows, list) or not all(isinstance(row, dict) for row in rows):
        raise MalformedReply
    if not isinstance(meta, dict) or "next_cursor" not in meta:
        raise MalformedReply
    cursor = meta["next_cursor"]
    if cursor is not None and not isinstance(cursor, str):
        raise MalformedReply
    return Page(rows, cursor or None)
