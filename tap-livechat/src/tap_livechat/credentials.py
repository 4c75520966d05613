"""The Authorization header: personal access tokens and OAuth tokens, exactly as they were given."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass, field

_ACCOUNT = r"[0-9a-fA-F]{8}(?:-[0-9a-fA-F]{4}){3}-[0-9a-fA-F]{12}"
_PAIR = re.compile(rf"({_ACCOUNT}):(.+)", re.DOTALL)
_COLON = re.compile("%3a", re.IGNORECASE)


@dataclass(frozen=True)
class Credential:
    """Who asks.

    Attributes:
        header: Value of the Authorization header.
        account_id: The account a personal access token belongs to; None for OAuth tokens.
    """

    header: str = field(repr=False)
    account_id: str | None = None


def credential_of(token: str, account_id: str | None = None) -> Credential:
    """Turn the settings into a credential.

    A personal access token goes with its account id: given apart, in front of the token
    (`account:token`), or as the encoded pair that the developer console shows. Anything else is
    an OAuth access token. A region prefix (`dal:`, `fra:`, `us-south1:`) is part of the token and
    stays; a colon that was written as `%3A` is a colon again.

    Args:
        token: The setting `access_token`.
        account_id: The setting `account_id`.
    """
    secret = _COLON.sub(":", token.strip())
    pair = _PAIR.fullmatch(secret) or _PAIR.fullmatch(_decoded(secret))
    if account_id and account_id.strip():
        return _basic(account_id.strip(), _COLON.sub(":", pair[2]) if pair else secret)
    if pair:
        return _basic(pair[1], _COLON.sub(":", pair[2]))
    return Credential(f"Bearer {secret}")


def _basic(account_id: str, secret: str) -> Credential:
    encoded = base64.b64encode(f"{account_id}:{secret}".encode()).decode()
    return Credential(f"Basic {encoded}", account_id)


def _decoded(text: str) -> str:
    encoded = text.removeprefix("Basic ").strip()
    try:
        return base64.b64decode(encoded, validate=True).decode()
    except (binascii.Error, UnicodeDecodeError, ValueError):
        return ""
