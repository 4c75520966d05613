"""One request as the endpoints see it, and how its parameters are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.exchange import Reply
from sandbox.gorgias.errors import Moved, forbidden, invalid, not_found
from sandbox.gorgias.helpdesk import ALL_SCOPES

if TYPE_CHECKING:
    from sandbox.gorgias.behaviour import Behaviour
    from sandbox.gorgias.helpdesk import Helpdesk
    from sandbox.gorgias.table import Row

_TRUE, _FALSE = frozenset({"true", "1"}), frozenset({"false", "0"})


@dataclass(slots=True)
class Call:
    """One request to one account.

    Attributes:
        path: The path below the account.
        parameters: What stands in the path's braces.
        user_id: Whom the credentials act for.
        scopes: What they may do; `*` is everything.
    """

    desk: Helpdesk
    behaviour: Behaviour
    path: str
    parameters: dict[str, str]
    query: dict[str, list[str]]
    raw_query: str = ""
    body: bytes = b""
    user_id: int = 0
    scopes: frozenset[str] = field(default=ALL_SCOPES)

    def one(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def many(self, name: str) -> list[str]:
        """Return the values of a repeated parameter, with or without `[]` behind its name."""
        return [*self.query.get(name, ()), *self.query.get(f"{name}[]", ())]

    def integer(self, name: str) -> int | None:
        """Return a whole number; None when the parameter is absent.

        Raises:
            ApiError: It is not a whole number.
        """
        text = self.one(name)
        return None if text is None else whole(name, text)

    def flag(self, name: str, *, default: bool) -> bool:
        """Return a boolean parameter.

        Raises:
            ApiError: It is neither true nor false.
        """
        text = (self.one(name) or "").lower()
        if not text:
            return default
        if text not in _TRUE | _FALSE:
            raise invalid(name, "Not a valid boolean.")
        return text in _TRUE

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object.

        Raises:
            ApiError: The body is not one.
        """
        try:
            value = msgspec.json.decode(self.body or b"null")
        except msgspec.DecodeError:
            value = None
        if not isinstance(value, dict):
            raise invalid("body", "Not a JSON object.")
        return value

    def row(self, table: str, parameter: str = "id") -> Row:
        """Return the object that the path names.

        Raises:
            ApiError: There is none (404).
            Moved: It was merged.
        """
        key = self.parameters[parameter]
        if not key.isdigit():
            raise not_found()
        rows = self.desk.tables[table]
        found = rows.get(int(key))
        if found is not None:
            return found
        survivor = rows.gone.get(int(key))
        if survivor is not None:
            here = table.replace("_", "-")
            raise Moved(f"/{self.desk.domain}/api/{here}/{survivor}/")
        raise not_found()

    def require(self, scope: str) -> None:
        """Let the call pass when its credentials have a scope.

        Raises:
            ApiError: They have not (403).
        """
        if not self.scopes & {scope, "*"}:
            raise forbidden()


def whole(name: str, text: str) -> int:
    """Read a whole number.

    Raises:
        ApiError: It is not one.
    """
    try:
        return int(text)
    except ValueError:
        raise invalid(name, "Not a valid integer.") from None


def json_reply(value: Any, status: int = 200, records: int = 0) -> Reply:
    """Return a JSON reply."""
    return Reply(status, msgspec.json.encode(value), records=records)
