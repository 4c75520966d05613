"""Reading replies: JSON with exact numbers, lists with their cursors."""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from decimal import Decimal
from typing import Any

import msgspec

Row = dict[str, Any]
_SURROGATE = re.compile("[\ud800-\udfff]")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class MalformedReply(ValueError):  # noqa: N818 - what the client does with it decides
    """A body that is not the JSON it should be; the text never quotes it."""


@dataclass(frozen=True)
class Page:
    """One page of a list and the cursor of the next one, None at the end."""

    rows: list[Row]
    cursor: str | None


def read_object(body: bytes) -> Row:
    """A JSON object; decimals stay exact, half an emoji becomes a question mark.

    Raises:
        MalformedReply: It is none: HTML, cut off, or of another form.
    """
    try:
        found = _decoder.decode(body)
    except msgspec.DecodeError:
        found = _mended(body)
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


def _mended(body: bytes) -> Any:
    # Lone surrogates exist in JSON escapes but not in UTF-8.
    try:
        return _without_surrogates(json.loads(body, parse_float=Decimal))
    except (ValueError, RecursionError):
        raise MalformedReply from None


def _without_surrogates(value: Any) -> Any:
    if isinstance(value, str):
        return _SURROGATE.sub("\ufffd", value)
    if isinstance(value, list):
        return [_without_surrogates(item) for item in value]
    if isinstance(value, dict):
        return {_without_surrogates(k): _without_surrogates(v) for k, v in value.items()}
    return value
