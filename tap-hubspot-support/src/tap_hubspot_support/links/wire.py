"""The association batch read: its request, its reply, and following the pages inside it."""

from __future__ import annotations

from collections import deque
from typing import TYPE_CHECKING, NamedTuple

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.budgets import Budget
from tap_hubspot_support.client import Call
from tap_hubspot_support.wire import Paging, reader

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from tap_hubspot_support.client import Client
    from tap_hubspot_support.paths import Paths

MOST_PARENTS = 1_000  # HubSpot refuses more inputs per request
_NO_LINKS = "OBJECT_NOT_FOUND"  # the category; its subcategory says NO_ASSOCIATIONS_FOUND
_TRIES = 2


class LinkType(msgspec.Struct, rename="camel", frozen=True):
    """One way in which two records belong together; custom ones carry a label."""

    type_id: int
    category: str
    label: str | None = None


class Far(msgspec.Struct, rename="camel"):
    """A linked record; live replies hold its id as a number, the published schema says text."""

    to_object_id: int | str
    association_types: list[LinkType] = []


class Near(msgspec.Struct):
    """The record asked about."""

    id: str | int


class Companions(msgspec.Struct, rename={"near": "from"}):
    """One record's linked records, or a page of them."""

    near: Near
    to: list[Far]
    paging: Paging | None = None

    @property
    def token(self) -> str | None:
        """Where this record's next page starts."""
        following = self.paging.next if self.paging else None
        return str(following.after) if following else None


class LinkError(msgspec.Struct):
    """Why some inputs have no result; `context` names them."""

    category: str | None = None
    context: dict[str, list[str]] = {}


class LinkReply(msgspec.Struct):
    """Reply of a batch read; inputs without links are missing from `results`."""

    results: list[Companions]
    errors: list[LinkError] = []


class Link(NamedTuple):
    """One link: from a parent to another record, in one of possibly several ways."""

    parent: int
    child: int
    kind: LinkType


class _Input(NamedTuple):
    parent: str
    after: str | None = None


class LinkReader:
    """Reads all links from records of one type to records of another.

    Args:
        client: The HTTP client.
        paths: Path templates.
        near: Type of the parents, as paths name it.
        far: Type of the other end, as paths name it.
    """

    def __init__(self, client: Client, paths: Paths, near: str, far: str) -> None:
        self._client = client
        self._path = paths.links(near, far)
        self._what = f"reading associations of {near} with {far}"

    def read(self, parents: Sequence[str]) -> Iterator[Link]:
        """Every link of up to any number of parents, each parent's pages followed to the end.

        Raises:
            FatalAPIError: HubSpot could not read some, or repeats a page for ever.
        """
        waiting = deque(_Input(id_) for id_ in parents)
        seen: set[_Input] = set()
        while waiting:
            inputs = [waiting.popleft() for _ in range(min(MOST_PARENTS, len(waiting)))]
            for companions in self._whole(inputs):
                yield from _links(companions)
                if companions.token is not None:
                    # Pages of many parents share requests with one another and with new ones.
                    waiting.appendleft(self._next(companions, seen))

    def _next(self, companions: Companions, seen: set[_Input]) -> _Input:
        following = _Input(str(companions.near.id), companions.token)
        if following in seen:
            raise FatalAPIError(
                f"{self._what}: HubSpot repeated a page token, so the list would never end. "
                "Nothing was lost: run again, and report it to HubSpot's support if it stays."
            )
        seen.add(following)
        return following

    def _whole(self, inputs: list[_Input]) -> Iterator[Companions]:
        """Results of some inputs; those neither answered nor refused are asked for once more.

        An empty reply is normal for parents without links, but then the reply says so.
        """
        for _ in range(_TRIES):
            reply = self._ask(inputs)
            yield from reply.results
            told = {str(companions.near.id) for companions in reply.results}
            told.update(id_ for error in reply.errors for id_ in _named(error))
            inputs = [item for item in inputs if item.parent not in told]
            if not inputs:
                return

    def _ask(self, inputs: list[_Input]) -> LinkReply:
        reply = self._client.read(
            Call(
                self._what,
                self._path,
                _read_reply,
                body=msgspec.json.encode({"inputs": [_input(item) for item in inputs]}),
                budget=Budget.ASSOCIATIONS,
            )
        )
        if any(error.category != _NO_LINKS for error in reply.errors):
            raise FatalAPIError(
                f"{self._what}: HubSpot could not read some records, for a reason this tap does "
                "not know. Nothing was skipped: run again, and open an issue if it stays."
            )
        return reply


def _input(item: _Input) -> dict[str, str]:
    return {"id": item.parent} if item.after is None else {"id": item.parent, "after": item.after}


def _links(companions: Companions) -> Iterator[Link]:
    parent = int(companions.near.id)
    for far in companions.to:
        child = int(far.to_object_id)
        # A record may hold the same way twice in a reply; a row exists once.
        for kind in dict.fromkeys(far.association_types):
            yield Link(parent, child, kind)


def _named(error: LinkError) -> list[str]:
    return error.context.get("fromObjectId", [])


_read_reply = reader(LinkReply)
