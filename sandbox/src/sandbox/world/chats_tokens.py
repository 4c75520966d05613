"""Who may read the chats, and how much of them."""

from __future__ import annotations

from sandbox.livechat.tokens import ALL_SCOPES, DEFAULT_TOKEN, Token
from sandbox.world.chats_people import NARROW_AGENT, OWNER

NARROW_TOKEN = "us-south1:sandbox_narrow_token"  # noqa: S105 - opens nothing real
BEARER_TOKEN = "dal:sandbox_oauth_token"  # noqa: S105


def tokens(account_id: str) -> list[Token]:
    """The owner's two tokens, and one of an agent that only sees its own groups."""
    narrow = (ALL_SCOPES - {"chats--all:ro"}) | {"chats--access:ro"}
    return [
        Token(DEFAULT_TOKEN, account_id, OWNER),
        Token(NARROW_TOKEN, account_id, NARROW_AGENT, frozenset(narrow)),
        Token(BEARER_TOKEN, account_id, OWNER, oauth=True),
    ]
