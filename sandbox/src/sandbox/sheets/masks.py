"""Field masks: which members of an answer are wanted, or of an object are to change."""

from __future__ import annotations

import re
from functools import lru_cache
from typing import Any, TypeAlias

Mask: TypeAlias = "dict[str, Mask]"
"""Members wanted, each with its own mask; an empty mask takes everything."""

_TOKEN = re.compile(r"\s*([A-Za-z_*][\w*]*|[.,()/])\s*")


class MaskError(ValueError):
    """A text that is no field mask."""


@lru_cache(maxsize=256)
def parse_mask(text: str) -> Mask:
    """Return the mask of a text such as `a,b(c,d/e),f.g`; callers must not change it.

    Raises:
        MaskError: It is not written like one.
    """
    tokens = _tokens(text)
    mask = _members(tokens)
    if tokens:
        raise MaskError(text)
    return mask


def _tokens(text: str) -> list[str]:
    """Return the tokens, last one first."""
    found, position = [], 0
    while position < len(text):
        match = _TOKEN.match(text, position)
        if not match:
            raise MaskError(text)
        found.append(match[1])
        position = match.end()
    return found[::-1]


def _members(tokens: list[str]) -> Mask:
    mask: Mask = {}
    while True:
        _path(tokens, mask)
        if not tokens or tokens[-1] != ",":
            return mask
        tokens.pop()


def _path(tokens: list[str], mask: Mask) -> None:
    """Read one member, what is below it included, into a mask."""
    if not tokens or not (tokens[-1][0].isalpha() or tokens[-1][0] in "_*"):
        raise MaskError("".join(tokens[::-1]))
    name = tokens.pop()
    below: Mask = {}
    if tokens and tokens[-1] in "./":
        tokens.pop()
        _path(tokens, below)
    elif tokens and tokens[-1] == "(":
        tokens.pop()
        below = _members(tokens)
        if not tokens or tokens.pop() != ")":
            raise MaskError(name)
    _add(mask, name, below)


def _add(mask: Mask, name: str, below: Mask) -> None:
    """Add a member; everything of it wins over some of it."""
    if name in mask and (not mask[name] or not below):
        mask[name] = {}
    elif name in mask:
        for inner, further in below.items():
            _add(mask[name], inner, further)
    else:
        mask[name] = below


def takes_all(mask: Mask) -> bool:
    """Whether a mask takes every member."""
    return not mask or "*" in mask


def part(mask: Mask, name: str) -> Mask | None:
    """Return the mask of a member; None when the member is not wanted."""
    if not mask:
        return mask
    if name in mask:
        return mask[name]
    return mask.get("*")


def select(value: Any, mask: Mask) -> Any:
    """Return only what a mask wants of a JSON value; lists are gone through."""
    if not mask:
        return value
    if isinstance(value, list):
        return [select(one, mask) for one in value]
    if not isinstance(value, dict):
        return value
    return {
        name: select(member, below)
        for name, member in value.items()
        if (below := part(mask, name)) is not None
    }


def merge(old: dict[str, Any], new: dict[str, Any], mask: Mask) -> dict[str, Any]:
    """Return an object after an update: what the mask names is taken from `new`, or removed."""
    if takes_all(mask):
        return dict(new)
    merged = dict(old)
    for name, below in mask.items():
        value = new.get(name)
        if below and not takes_all(below):
            value = merge(_object(old.get(name)), _object(value), below)
        if value is None or value == {}:
            merged.pop(name, None)
        else:
            merged[name] = value
    return merged


def _object(value: Any) -> dict[str, Any]:
    return value if isinstance(value, dict) else {}
