"""Settings from the environment: standard library only, no vendor knowledge."""

from __future__ import annotations

from contextlib import suppress
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Mapping


def numbers_in(config: Mapping[str, Any], schema: Mapping[str, Any]) -> dict[str, float]:
    """Settings that are numbers but came as text, as from the environment.

    The framework reads whole numbers there by itself, but leaves all others as text.

    Args:
        config: The settings as they were given.
        schema: Their JSON schema, with `properties`.
    """
    found: dict[str, float] = {}
    for name, spec in schema["properties"].items():
        value = config.get(name)
        if "number" in spec.get("type", ()) and isinstance(value, str):
            with suppress(ValueError):
                found[name] = float(value)
    return found
