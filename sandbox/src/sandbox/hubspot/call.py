"""One request as the endpoints see it, and how its parameters are read."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Protocol

import msgspec

from sandbox.hubspot.replies import ApiError, invalid, missing_scopes

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.budgets import Budgets
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.portal import Portal
    from sandbox.hubspot.record_text import RecordText
    from sandbox.hubspot.search_index import Image
    from sandbox.hubspot.search_query import SearchQuery

    Matcher = Callable[["Call", ObjectType, SearchQuery], "Matches"]

_TRUE = frozenset({"true", "1"})


class Matches(Protocol):
    """Search results in order: how many, and any slice of them."""

    def __len__(self) -> int: ...

    def __getitem__(self, part: slice, /) -> list[Image]: ...


@dataclass(slots=True)
class Service:
    """What every endpoint works with."""

    portal: Portal
    behaviour: Behaviour
    budgets: Budgets
    texts: RecordText
    matches: Matcher


@dataclass(slots=True)
class Call:
    """One request: path parameters, query, body, and what its token may do."""

    service: Service
    path: str
    version: str
    parameters: dict[str, str]
    query: dict[str, list[str]]
    body: bytes = b""
    scopes: frozenset[str] = field(default_factory=frozenset)

    @property
    def portal(self) -> Portal:
        """The portal that answers."""
        return self.service.portal

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves at the moment."""
        return self.service.behaviour

    def one(self, name: str) -> str | None:
        """Return the last value of a query parameter."""
        values = self.query.get(name)
        return values[-1] if values else None

    def flag(self, name: str) -> bool:
        """Return a boolean query parameter; absent is false."""
        return (self.one(name) or "").lower() in _TRUE

    def names(self, name: str) -> tuple[str, ...]:
        """Return the names of a comma-separated or repeated query parameter."""
        return tuple(part for value in self.query.get(name, ()) for part in split_names(value))

    def integer(self, name: str, default: int) -> int:
        """Return an integer query parameter.

        Raises:
            ApiError: It is not an integer.
        """
        text = self.one(name)
        if text is None:
            return default
        try:
            return int(text)
        except ValueError:
            raise invalid(f"Invalid integer for the parameter {name}.") from None

    def json(self) -> dict[str, Any]:
        """Return the body as a JSON object; an empty body is an empty object.

        Raises:
            ApiError: The body is not a JSON object.
        """
        try:
            value = msgspec.json.decode(self.body or b"{}")
        except msgspec.DecodeError:
            value = None
        if not isinstance(value, dict):
            raise ApiError(400, "Invalid input JSON: the body is not a JSON object.")
        return value

    def kind(self, parameter: str = "type") -> ObjectType:
        """Return the object type a path parameter names, numeric id or name.

        Raises:
            ApiError: There is no such type.
        """
        name = self.parameters[parameter]
        kind = self.portal.resolve_type(name)
        if kind is None:
            raise ApiError(400, f"Unable to infer object type from: {name}")
        return kind

    def readable(self) -> ObjectType:
        """Return the object type whose records the path asks for.

        Raises:
            ApiError: There is no such type, a scope is missing, or the account has not switched
                the type on (nobody has shown the body of that last one).
        """
        kind = self.kind()
        self.require(kind.read_scopes)
        if kind.optional and kind.name not in self.portal.enabled:
            raise ApiError(403, f"The object type {kind.name} is not enabled for this account.")
        return kind

    def require(self, scopes: Iterable[str]) -> None:
        """Let the call pass when the token has one of the scopes.

        Raises:
            ApiError: It has none of them (403, MISSING_SCOPES).
        """
        wanted = sorted(scopes)
        if self.scopes.isdisjoint(wanted):
            raise missing_scopes(wanted, self.behaviour.missing_scope_key)


@lru_cache(maxsize=256)
def split_names(text: str) -> tuple[str, ...]:
    """Return the non-empty names of a comma-separated list."""
    return tuple(part.strip() for part in text.split(",") if part.strip())
