"""What no JSON schema tells of a configuration that cannot be right."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.instants import instant

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


def refusals(config: Mapping[str, Any]) -> list[str]:
    """What is wrong with tokens, names and dates; never quotes a secret.

    Args:
        config: Settings that their JSON schema allows.
    """
    return [*_tokens(config), *_names(config), *_dates(config)]


def _tokens(config: Mapping[str, Any]) -> Iterator[str]:
    if not config.get("portals") and not config.get("access_token"):
        yield "'access_token' is a required property unless 'portals' is set"


def _names(config: Mapping[str, Any]) -> Iterator[str]:
    names = [portal["name"] for portal in config.get("portals") or () if portal.get("name")]
    for name in sorted({name for name in names if names.count(name) > 1}):
        yield f"portals: the name {name!r} is used twice"


def _dates(config: Mapping[str, Any]) -> Iterator[str]:
    for holder in (config, *(config.get("portals") or ())):
        given = holder.get("start_date")
        if given and instant(given) is None:
            yield (
                f"start_date: {given!r} is no date. Write it as 2026-01-31 or 2026-01-31T00:00:00Z."
            )
