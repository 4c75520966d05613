"""One request as the endpoints see it."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.sheets.discovery import SHEETS, document
from sandbox.sheets.errors import forbidden, violation
from sandbox.sheets.masks import Mask, takes_all

if TYPE_CHECKING:
    from sandbox.sheets.draft import Draft
    from sandbox.sheets.model import Spreadsheet
    from sandbox.sheets.store import Store

_WRITERS = ("owner", "writer")
_READERS = ("owner", "writer", "commenter", "reader")


@dataclass
class Call:
    """One request of an account: decoded path, query and body."""

    store: Store
    caller: str
    parameters: dict[str, str]
    query: dict[str, list[str]]
    body: bytes = b""
    decoded: Any = field(default=None, repr=False)

    def one(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter; absent is false."""
        return (self.one(name) or "").lower() == "true"

    def arguments(self) -> dict[str, Any]:
        """Return the query's last values by name."""
        return {name: values[-1] for name, values in self.query.items()}

    def json(self, schema: str) -> dict[str, Any]:
        """Return the body, checked against the API's contract.

        Raises:
            SheetsError: It is no JSON object, or does not fit the contract (400).
        """
        try:
            value = msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError:
            raise violation("", "Invalid JSON payload received. Unexpected token.") from None
        SHEETS.check(schema, value)
        self.decoded = value
        body: dict[str, Any] = value
        return body

    def change(self, book: Spreadsheet, operation: str) -> tuple[dict[str, Any], Draft]:
        """Change a spreadsheet by this call's body; the answer, and the spreadsheet after it."""
        return self.store.change(
            book.id,
            operation,
            self.body,
            caller=self.caller,
            arguments={**self.arguments(), **self.parameters},
            decoded=self.decoded,
        )

    def kinds(self) -> tuple[str, ...]:
        """Return the kinds of the requests in a batchUpdate's body; of others nothing."""
        requests = self.decoded.get("requests") if isinstance(self.decoded, dict) else None
        return tuple(next(iter(one), "") for one in requests or () if one)

    def mask(self, schema: str) -> Mask:
        """Return the mask of the `fields` parameter; an empty one takes everything.

        Raises:
            SheetsError: It names what the answer cannot have (400).
        """
        text = self.one("fields")
        if not text:
            return {}
        mask = SHEETS.check_mask(schema, text)
        return {"*": {}} if takes_all(mask) else mask

    def book(self, *, write: bool) -> Spreadsheet:
        """Return the spreadsheet that the path names.

        Raises:
            SheetsError: It does not exist (404), or is not shared with the caller (403).
        """
        book = self.store.book(self.parameters["id"])
        if book.permissions.get(self.caller) not in (_WRITERS if write else _READERS):
            raise forbidden()
        return book


def check_query(query: dict[str, list[str]], method: dict[str, Any]) -> None:
    """Let a query pass.

    Raises:
        SheetsError: It has a parameter that the method does not, or an unknown value of an enum.
    """
    known = {**document("sheets.v4")["parameters"], **method.get("parameters", {})}
    for name, values in query.items():
        if name not in known:
            unknown = f'Unknown name "{name}": Cannot bind query parameter.'
            missing = f"Field '{name}' could not be found in request message."
            text = f"Invalid JSON payload received. {unknown} {missing}"
            raise violation("", text)
        allowed = known[name].get("enum")
        for value in values:
            if allowed and name not in ("$.xgafv", "alt") and value not in allowed:
                kind = "type.googleapis.com/google.apps.sheets.v4." + name[:1].upper() + name[1:]
                text = f"Invalid value at '{name}' ({kind}), \"{value}\""
                raise violation(name, text)
