"""Shapes of HubSpot's replies, and reading them from bytes."""

from __future__ import annotations

import json
import re
from typing import TYPE_CHECKING, Any, Generic, TypeVar

import msgspec

if TYPE_CHECKING:
    from collections.abc import Callable

T = TypeVar("T")
R = TypeVar("R")
_SURROGATE = re.compile("[\ud800-\udfff]")


class MalformedReply(ValueError):  # noqa: N818 - what the client does with it decides
    """A body that is not the JSON it should be; the text never quotes it."""


class Next(msgspec.Struct):
    """Where the following page starts."""

    after: str | int


class Paging(msgspec.Struct):
    """Absent or empty on the last page."""

    next: Next | None = None


class Page(msgspec.Struct, Generic[R]):
    """One page of a list or a search; `total` comes with searches only."""

    results: list[R]
    paging: Paging | None = None
    total: int | None = None

    @property
    def token(self) -> str | None:
        """The page token of the following page, or None at the end."""
        following = self.paging.next if self.paging else None
        return str(following.after) if following else None


class BatchError(msgspec.Struct):
    """Why some inputs of a batch have no result."""

    category: str | None = None


class Batch(msgspec.Struct, Generic[R]):
    """Reply of a batch read, in no promised order."""

    results: list[R]
    errors: list[BatchError] = []


class IdRecord(msgspec.Struct, rename="camel"):
    """A record of which only the identity matters."""

    id: str
    updated_at: str | None = None
    archived_at: str | None = None


class Version(msgspec.Struct, rename="camel"):
    """One past value of a property."""

    timestamp: str
    value: str | None = None
    source_type: str | None = None
    source_id: str | None = None


def reader(shape: type[T]) -> Callable[[bytes], T]:
    """A function that reads bodies of one shape.

    Bodies that are JSON but bend the rules (a number where text belongs, half of an emoji) are
    mended first; anything else raises MalformedReply.
    """
    decoder = msgspec.json.Decoder(shape)

    def read(body: bytes) -> T:
        try:
            return decoder.decode(body)
        except msgspec.MsgspecError:
            mended = _mend(body)
        try:
            return decoder.decode(mended)
        except msgspec.MsgspecError:
            raise MalformedReply from None

    return read


def _mend(body: bytes) -> bytes:
    try:
        data = json.loads(body, parse_float=str)
    except (ValueError, RecursionError):
        raise MalformedReply from None
    for record in data.get("results", ()) if isinstance(data, dict) else ():
        if isinstance(record, dict) and isinstance(record.get("properties"), dict):
            properties = record["properties"]
            record["properties"] = {name: _as_text(v) for name, v in properties.items()}
    # Lone surrogates exist in JSON escapes but not in UTF-8.
    return _SURROGATE.sub("\ufffd", json.dumps(data, ensure_ascii=False)).encode()


def _as_text(value: Any) -> str | None:
    if value is None or isinstance(value, str):
        return value
    return json.dumps(value, ensure_ascii=False)
