"""Service accounts: their keys, and the access tokens they get for a signed assertion.

An access token carries who it is for, what it may do and until when, signed with the store's
secret, so that it outlives a restart as a real one does.
"""

from __future__ import annotations

import base64
import binascii
import hashlib
import hmac
import json
import os
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any

from cryptography.exceptions import InvalidSignature
from cryptography.hazmat.primitives import hashes, serialization
from cryptography.hazmat.primitives.asymmetric import padding, rsa

if TYPE_CHECKING:
    from pathlib import Path

PROJECT = 123456789012
PROJECT_ID = "support-data-sandbox"
DEFAULT_EMAIL = f"fundy-sheets@{PROJECT_ID}.iam.gserviceaccount.com"
GRANT = "urn:ietf:params:oauth:grant-type:jwt-bearer"
TOKEN_SECONDS = 3599
_LONGEST_ASSERTION = 3600
_SKEW = 300
_PREFIX = "ya29.sandbox."


class GrantError(Exception):
    """The token endpoint refuses; carries OAuth's error and its description."""

    def __init__(self, error: str, description: str) -> None:
        super().__init__(description)
        self.error = error
        self.description = description


@dataclass(frozen=True)
class Access:
    """What an access token is good for."""

    email: str
    scopes: frozenset[str]


class Accounts:
    """The accounts of one store: all sign with the same key."""

    def __init__(self, directory: Path | None = None) -> None:
        self._pem = _process_key() if directory is None else _kept_key(directory / "account.pem")
        key = serialization.load_pem_private_key(self._pem.encode(), None)
        if not isinstance(key, rsa.RSAPrivateKey):
            raise TypeError("The key of the accounts is no RSA key.")
        self._public = key.public_key()
        self._secret = hashlib.sha256(self._pem.encode()).digest()

    def info(self, token_uri: str, email: str = DEFAULT_EMAIL) -> dict[str, str]:
        """Return a service account's JSON key file, as Google's console gives it."""
        return {
            "type": "service_account",
            "project_id": PROJECT_ID,
            "private_key_id": hashlib.sha256(email.encode()).hexdigest()[:40],
            "private_key": self._pem,
            "client_email": email,
            "client_id": str(int(hashlib.sha256(email.encode()).hexdigest()[:16], 16)),
            "auth_uri": "https://accounts.google.com/o/oauth2/auth",
            "token_uri": token_uri,
            "auth_provider_x509_cert_url": "https://www.googleapis.com/oauth2/v1/certs",
            "universe_domain": "googleapis.com",
        }

    def grant(self, form: dict[str, str], now: float) -> dict[str, Any]:
        """Return the token endpoint's answer to a signed assertion.

        Raises:
            GrantError: It is not signed by an account's key, too old, or no assertion.
        """
        if form.get("grant_type") != GRANT:
            raise GrantError("unsupported_grant_type", "Invalid grant_type: only jwt-bearer is.")
        claims = self._claims(form.get("assertion", ""))
        issued, expires = claims.get("iat", 0), claims.get("exp", 0)
        if not (issued - _SKEW <= now < expires + _SKEW and expires - issued <= _LONGEST_ASSERTION):
            raise GrantError(
                "invalid_grant",
                "Invalid JWT: Token must be a short-lived token (60 minutes) and in a reasonable "
                "timeframe. Check your iat and exp values in the JWT claim.",
            )
        scopes = str(claims.get("scope", ""))
        if not scopes:
            raise GrantError("invalid_scope", "Empty or missing scope not allowed.")
        token = self.token(str(claims.get("iss", "")), scopes, now + TOKEN_SECONDS)
        return {"access_token": token, "expires_in": TOKEN_SECONDS, "token_type": "Bearer"}

    def _claims(self, assertion: str) -> dict[str, Any]:
        """Return what a signed assertion says."""
        try:
            signed, _, signature = assertion.rpartition(".")
            self._public.verify(
                _decoded(signature), signed.encode(), padding.PKCS1v15(), hashes.SHA256()
            )
            claims: dict[str, Any] = json.loads(_decoded(signed.split(".")[1]))
        except (InvalidSignature, ValueError, IndexError):
            raise GrantError("invalid_grant", "Invalid JWT Signature.") from None
        return claims

    def token(self, email: str, scopes: str, expires: float) -> str:
        """Return an access token."""
        payload = _encoded(json.dumps([email, scopes, expires]).encode())
        return f"{_PREFIX}{payload}.{self._signature(payload)}"

    def access(self, token: str, now: float) -> Access | None:
        """Return what a token is good for; None when it is not, or no longer."""
        payload, _, signature = token.removeprefix(_PREFIX).partition(".")
        if not token.startswith(_PREFIX) or not hmac.compare_digest(
            signature.encode(), self._signature(payload).encode()
        ):
            return None
        email, scopes, expires = json.loads(_decoded(payload))
        return Access(email, frozenset(scopes.split())) if now < expires else None

    def _signature(self, payload: str) -> str:
        return _encoded(hmac.new(self._secret, payload.encode(), hashlib.sha256).digest())


def _encoded(data: bytes) -> str:
    return base64.urlsafe_b64encode(data).decode().rstrip("=")


def _decoded(text: str) -> bytes:
    try:
        return base64.urlsafe_b64decode(text + "=" * (-len(text) % 4))
    except binascii.Error as error:
        raise ValueError("This is no base64.") from error


@lru_cache(maxsize=1)
def _process_key() -> str:
    """Return a new key; making one takes a moment, so a process makes one."""
    key = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    return key.private_bytes(
        serialization.Encoding.PEM,
        serialization.PrivateFormat.PKCS8,
        serialization.NoEncryption(),
    ).decode()


def _kept_key(path: Path) -> str:
    """Return the key kept in a file; the first time it is written, for its owner only."""
    if not path.exists():
        fresh = path.with_suffix(".fresh")
        descriptor = os.open(fresh, os.O_WRONLY | os.O_CREAT | os.O_TRUNC, 0o600)
        with os.fdopen(descriptor, "w") as file:
            file.write(_process_key())
        fresh.replace(path)
    return path.read_text()
