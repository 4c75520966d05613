"""The page token of associations: URL-encoded base64 of `<n>-<n>-<last far id>`."""

from __future__ import annotations

import base64
from typing import TYPE_CHECKING
from urllib.parse import quote, unquote

from sandbox.hubspot.replies import invalid

if TYPE_CHECKING:
    from sandbox.hubspot.object_types import ObjectType

_PARTS = 3


def seal(last_id: int) -> str:
    """Return the token that continues after a far id."""
    return quote(base64.b64encode(f"0-2-{last_id}".encode()).decode(), safe="")


def unseal(token: str) -> int:
    """Return the far id after which a token continues.

    Raises:
        ApiError: The token was not made by `seal`.
    """
    try:
        parts = base64.b64decode(unquote(token), validate=True).decode().split("-")
        if len(parts) == _PARTS:
            return int(parts[2])
    except ValueError:
        pass
    raise invalid("The cursor in after is not one this API gave out.")


def association_link(kind: ObjectType, record_id: int, far: ObjectType, after: str) -> str:
    """Return the link that goes with a token; clients do better to use the token."""
    return (
        f"https://api.hubapi.com/crm/v4/objects/{kind.name}/{record_id}"
        f"/associations/{far.name}?after={after}"
    )
