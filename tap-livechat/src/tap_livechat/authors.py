"""Who wrote: a chat's users, told apart as customers, people and bots."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

CUSTOMER, HUMAN, BOT, SYSTEM, UNKNOWN = "customer", "human", "bot", "system", "unknown"
_BOT_ID = re.compile(r"[0-9a-f]{32}", re.IGNORECASE).fullmatch


class Authors:
    """Tells users and authors apart.

    LiveChat marks no bot in a chat: bots and people are both of type `agent`. A bot is one that
    `list_bots` names or, when it was deleted since, one whose id is 32 hexadecimal digits; people
    have e-mail addresses as ids.

    Args:
        bots: Ids of the licence's bots.
    """

    def __init__(self, bots: Collection[str]) -> None:
        self._bots = frozenset(bots)

    def of_user(self, user_id: str, kind: str | None) -> str:
        """What a user of a chat is, given the `type` it has there."""
        if kind == "customer":
            return CUSTOMER
        if kind == "agent":
            return BOT if user_id in self._bots or _BOT_ID(user_id) else HUMAN
        return UNKNOWN

    def of_author(self, author_id: str | None, users: Mapping[str, str]) -> str:
        """What the author of an event is.

        Args:
            author_id: As the event has it; system messages have none.
            users: What each user of the chat is, by id.
        """
        if author_id is None:
            return SYSTEM
        if author_id in users:
            return users[author_id]
        if author_id in self._bots or _BOT_ID(author_id):
            return BOT
        return HUMAN if "@" in author_id else UNKNOWN
