"""JSON of replies with exact numbers, mended where it cannot be UTF-8."""

from __future__ import annotations

import json
import re
from decimal import Decimal
from typing import Any

import msgspec

_SURROGATE = re.compile("[\ud800-\udfff]")
_decoder = msgspec.json.Decoder(float_hook=Decimal)


class MalformedReply(ValueError):  # noqa: N818 - what the client does with it decides
    """A body that is not the JSON it should be; the text never quotes it."""


def read_json(body: bytes) -> Any:
    """A JSON value; decimals stay exact, half an emoji becomes a replacement character.

    Raises:
        MalformedReply: It is none: empty, HTML, or cut off.
    """
    try:
        return _decoder.decode(body)
    except msgspec.DecodeError:
        return _mended(body)


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
