"""The accounts to read: who they are and how they are entered."""

from __future__ import annotations

import base64
import binascii
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping

_NAME = re.compile(r"[A-Za-z0-9][A-Za-z0-9-]{0,62}").fullmatch
_BEARER = "bearer "
_BASIC = "basic "


@dataclass(frozen=True)
class Account:
    """One Gorgias account.

    Attributes:
        client: The first part of its address, `acme` in acme.gorgias.com; in every row.
        authorization: The value of the header, with its scheme.
        base_url: Scheme, host and, for a stand-in, path before `/api`.
        channels: Channels whose figures are wanted; none for all.
        timezone: Name of the zone in which months are counted; None to ask the account.
        problem: Why it cannot be read at all; then the rest counts for nothing.
    """

    client: str
    authorization: str
    base_url: str
    channels: tuple[str, ...] = ()
    timezone: str | None = None
    problem: str | None = None

    @property
    def is_oauth(self) -> bool:
        """Whether it is entered by OAuth, whose bucket is twice as large."""
        return self.authorization.lower().startswith(_BEARER)


def accounts_of(entries: Iterable[Mapping[str, Any]], default_url: str) -> list[Account]:
    """The accounts of the setting, or of a sheet's rows; entries of one client become one.

    Args:
        entries: Entries as the setting `accounts` describes them.
        default_url: Base URL with `{client}` in the client's place.
    """
    found: dict[str, Account] = {}
    for entry in entries:
        account = _account(entry, default_url)
        known = found.get(account.client)
        found[account.client] = _joined(known, account) if known else account
    return list(found.values())


def authorization_of(entry: Mapping[str, Any]) -> str | None:
    """The header's value from a token in any of the forms people keep, None without one.

    >>> authorization_of({"authorization": "Basic bWlhQGEudGVzdDprZXk="})
    'Basic bWlhQGEudGVzdDprZXk='
    >>> authorization_of({"authorization": "bWlhQGEudGVzdDprZXk="})
    'Basic bWlhQGEudGVzdDprZXk='
    >>> authorization_of({"username": "mia@a.test", "api_key": "key"})
    'Basic bWlhQGEudGVzdDprZXk='
    """
    given = " ".join(str(entry.get("authorization") or "").split())
    if given.lower().startswith(_BEARER):
        return f"Bearer {given[len(_BEARER) :]}"
    if given:
        bare = given[len(_BASIC) :] if given.lower().startswith(_BASIC) else given
        return f"Basic {bare}"
    if entry.get("username") and entry.get("api_key"):
        pair = f"{entry['username']}:{entry['api_key']}".encode()
        return f"Basic {base64.b64encode(pair).decode()}"
    return None


def _account(entry: Mapping[str, Any], default_url: str) -> Account:
    client = str(entry.get("client") or "").strip()
    authorization = authorization_of(entry)
    url = str(entry.get("api_base_url") or default_url).replace("{client}", client)
    channels = entry.get("channels") or ()
    return Account(
        client=client,
        authorization=authorization or "",
        base_url=url.rstrip("/"),
        channels=tuple(dict.fromkeys(str(c).strip() for c in channels if str(c).strip())),
        timezone=entry.get("timezone") or None,
        problem=_problem(client, authorization),
    )


def _joined(one: Account, other: Account) -> Account:
    # A client without channels in one place wants all of them.
    wants_all = not one.channels or not other.channels
    channels = () if wants_all else tuple(dict.fromkeys((*one.channels, *other.channels)))
    problem = one.problem or other.problem
    if (one.authorization, one.base_url) != (other.authorization, other.base_url):
        problem = problem or (
            "the client is listed with two different authorizations or addresses. "
            "Keep the one that is right"
        )
    zone = one.timezone or other.timezone
    return Account(one.client, one.authorization, one.base_url, channels, zone, problem)


def _problem(client: str, authorization: str | None) -> str | None:
    if not _NAME(client):
        return (
            "the client's name is not the first part of a Gorgias address. "
            "Give `acme` for acme.gorgias.com"
        )
    if authorization is None:
        return "there is no authorization. Give base64 of email:key, or username and api_key"
    if authorization.startswith("Basic ") and not _is_pair(authorization[len("Basic ") :]):
        return (
            "the authorization is not base64 of email:key. Copy it again from Gorgias, "
            "or give username and api_key instead"
        )
    return None


def _is_pair(text: str) -> bool:
    try:
        return b":" in base64.b64decode(text, validate=True)
    except (binascii.Error, ValueError):
        return False
