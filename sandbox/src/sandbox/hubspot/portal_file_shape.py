"""Checking the shape of a portal file: every complaint says where."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.wire import parse_instant

_NAMES = {
    dict: "an object",
    list: "a list",
    str: "text",
    bool: "true or false",
    int: "a number",
    float: "a number",
    type(None): "null or missing",
}


class PortalFileError(ValueError):
    """A portal file that cannot be used; the message says where and what to do."""


def kind_of(value: Any) -> str:
    """Return what a JSON value is, without its content."""
    return _NAMES.get(type(value), "something else")


def expect_object(value: Any, place: str) -> dict[str, Any]:
    """Return a JSON object, or complain."""
    if isinstance(value, dict):
        return value
    raise PortalFileError(f"{place} is {kind_of(value)}. It has to be an object.")


def expect_list(value: Any, place: str) -> list[Any]:
    """Return a JSON list, or complain."""
    if isinstance(value, list):
        return value
    raise PortalFileError(f"{place} is {kind_of(value)}. It has to be a list.")


def expect_text(value: Any, place: str) -> str:
    """Return text that is not empty, or complain."""
    if isinstance(value, str) and value:
        return value
    raise PortalFileError(f"{place} is {kind_of(value)}. It has to be text that is not empty.")


def at(value: Any, place: str) -> int:
    """Return an instant as epoch milliseconds: ISO 8601 text or a number of milliseconds."""
    instant = parse_instant(value) if isinstance(value, str) else value
    if isinstance(instant, int) and not isinstance(instant, bool):
        return instant
    raise PortalFileError(f"{place} is not an instant. Write it like 2026-01-14T09:31:07.412Z.")
