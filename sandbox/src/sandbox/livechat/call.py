"""What an endpoint is called with, and how it reads a request's fields."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.livechat.errors import invalid

if TYPE_CHECKING:
    from sandbox.livechat.behaviour import Behaviour
    from sandbox.livechat.organization import Organization, Thread
    from sandbox.livechat.tokens import Token

Version = tuple[int, int]


@dataclass(frozen=True)
class Call:
    """One request to an action, admitted."""

    organization: Organization
    behaviour: Behaviour
    token: Token
    version: Version
    body: dict[str, Any]

    @property
    def now(self) -> int:
        """The vendor's "now" in epoch microseconds."""
        return self.organization.clock() * 1000

    @property
    def administrator(self) -> bool:
        """Whether the token has an administrator's rights."""
        return self.organization.is_administrator(self.token)

    def sees(self, thread: Thread) -> bool:
        """Tell whether the token may see a thread: by its scope, else by its agent's groups."""
        if self.token.allows(("chats--all:ro",)):
            return True
        mine = self.organization.groups_of(self.token)
        return bool(mine & set(thread.group_ids))

    def limit(self, default: int) -> int:
        """Return the wanted page size.

        Raises:
            ApiError: It is no whole number from 1 to 100.
        """
        limit = self.body.get("limit", default)
        if type(limit) is not int or not 1 <= limit <= 100:  # noqa: PLR2004
            raise invalid("limit")
        return limit

    def descending(self) -> bool:
        """Tell whether the newest come first.

        Raises:
            ApiError: The order is neither asc nor desc.
        """
        order = self.body.get("sort_order", "desc")
        if order not in ("asc", "desc"):
            raise invalid("sort_order")
        return bool(order == "desc")

    def text(self, name: str) -> str:
        """Return a required text.

        Raises:
            ApiError: It is missing, or no text.
        """
        value = self.body.get(name)
        if not isinstance(value, str) or not value:
            raise invalid(name)
        return value
