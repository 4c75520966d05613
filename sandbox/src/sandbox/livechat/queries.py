"""Report requests sent with GET: `filters.agents.values=a@x` means what a body would nest."""

from __future__ import annotations

import re
from typing import Any

_STEP = re.compile(r"[^.\[\]]+")
_LISTS = ("values", "exclude_values")
_WORDS: dict[str, Any] = {"true": True, "false": False}


def body_of_query(query: dict[str, list[str]]) -> dict[str, Any]:
    """Return the body that a query string stands for."""
    body: dict[str, Any] = {}
    for name, values in query.items():
        *path, last = _STEP.findall(name)
        place = body
        for step in path:
            place = place.setdefault(step, {})
        read = [_WORDS.get(value, value) for value in values]
        place[last] = read if last in _LISTS else read[-1]
    return body
