"""Credentials: personal access tokens, OAuth tokens, their scopes and regions."""

from __future__ import annotations

import base64
import binascii
from dataclasses import dataclass

from sandbox.livechat.errors import INVALID_TOKEN, MISSING_HEADER, ApiError

ALL_SCOPES = frozenset(
    {
        "chats--all:ro",
        "agents--all:ro",
        "agents-bot--all:ro",
        "groups--all:ro",
        "tags--all:ro",
        "customers:ro",
        "reports_read",
        "properties.license.value--all:ro",
    }
)
DEFAULT_TOKEN = "us-south1:sandbox_personal_access_token"  # noqa: S105 - opens nothing real
"""The token that sees everything."""

REGIONS = {"dal": "dal", "fra": "fra", "us-south1": "dal"}
"""Region by the prefix of a token."""


@dataclass(frozen=True)
class Token:
    """A credential.

    Attributes:
        secret: The token itself, region prefix included.
        account_id: Its account; stands before the secret in Basic credentials.
        agent_id: Whose rights it has.
        scopes: What it was made for; writing scopes include reading.
        oauth: Whether it is sent as a bearer token.
        expires_at: Epoch seconds after which it is invalid; None is never.
    """

    secret: str
    account_id: str
    agent_id: str
    scopes: frozenset[str] = ALL_SCOPES
    oauth: bool = False
    expires_at: float | None = None

    @property
    def region(self) -> str | None:
        """Where its account lives, as far as its prefix tells."""
        return REGIONS.get(self.secret.partition(":")[0]) if ":" in self.secret else None

    def allows(self, any_of: tuple[str, ...]) -> bool:
        """Tell whether one of these scopes is granted, by itself or by a larger one."""
        return not any_of or any(bool(_larger(scope) & self.scopes) for scope in any_of)


def read_credential(header: str) -> tuple[str, str, bool]:
    """Return account id (empty for bearer tokens), secret, and whether it is a bearer token.

    Raises:
        ApiError: There is no credential, or none that can be read.
    """
    scheme, _, rest = header.strip().partition(" ")
    if not header.strip():
        raise ApiError("authentication", MISSING_HEADER)
    if scheme.lower() == "bearer":
        return "", rest.strip(), True
    if scheme.lower() != "basic":
        raise ApiError("authentication", INVALID_TOKEN)
    try:
        pair = base64.b64decode(rest.strip(), validate=True).decode()
    except (binascii.Error, UnicodeDecodeError) as error:
        raise ApiError("authentication", INVALID_TOKEN) from error
    account, _, secret = pair.partition(":")
    return account, secret, False


def _larger(scope: str) -> set[str]:
    """Return a scope and all that include it."""
    name, _, right = scope.partition(":")
    head, dashes, reach = name.partition("--")
    reaches = ("my", "access", "all")
    if reach in reaches:
        names = [f"{head}{dashes}{one}" for one in reaches[reaches.index(reach) :]]
    else:
        names = [name]
    rights = [right] if right != "ro" else ["ro", "rw"]
    return {f"{one}:{right}" if right else one for one in names for right in rights}
