"""Shapes of LiveChat's replies."""

from __future__ import annotations

from typing import Any

from tap_livechat._exact_json import MalformedReply

Shape = dict[str, Any]


def read_list(value: Any) -> list[Shape]:
    """A list of objects.

    Raises:
        MalformedReply: It is none.
    """
    if not isinstance(value, list) or not all(isinstance(one, dict) for one in value):
        raise MalformedReply
    return value
