"""What the walks of one portal share."""

from __future__ import annotations

import logging
import threading
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec
from singer_sdk.exceptions import FatalAPIError

from tap_hubspot_support.client import Call, Client, ForbiddenError
from tap_hubspot_support.columns import Definition, Definitions
from tap_hubspot_support.facts import Account, Enablement, Limits, Schema, Schemas
from tap_hubspot_support.instants import iso
from tap_hubspot_support.paths import Paths
from tap_hubspot_support.wire import reader

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.settings import Settings

T = TypeVar("T")
logger = logging.getLogger(__name__)
_SENSITIVE = ("sensitive", "highly_sensitive")


class Stage(msgspec.Struct, rename="camel"):
    """A stage of a pipeline; HubSpot sends all metadata as text."""

    id: str
    label: str = ""
    display_order: int | None = None
    archived: bool = False
    created_at: str | None = None
    updated_at: str | None = None
    metadata: dict[str, Any] = {}


class Pipeline(msgspec.Struct, rename="camel"):
    """A pipeline with its stages."""

    id: str
    label: str = ""
    display_order: int | None = None
    archived: bool = False
    created_at: str | None = None
    updated_at: str | None = None
    stages: list[Stage] = []


class Pipelines(msgspec.Struct):
    """Reply of the pipelines endpoint, which has no pages."""

    results: list[Pipeline]


@dataclass
class Run:
    """Settings, connection and facts about one account, each read once when first needed.

    May be asked from any thread: who comes second waits for the answer of the first.
    """

    settings: Settings
    client: Client
    paths: Paths = field(init=False)
    objects: tuple[ObjectType, ...] = ()

    def __post_init__(self) -> None:
        self.paths = Paths(self.settings.api_version)
        self._facts: dict[object, Any] = {}
        self._locks: dict[object, threading.Lock] = {}
        self._lock = threading.Lock()

    @property
    def synced(self) -> str:
        """The server's time now, as rows carry it."""
        return iso(self.client.now())

    @property
    def account(self) -> Account:
        """The account's details."""
        call = Call("reading the account details", self.paths.account(), reader(Account))
        return self.once("account", lambda: self.client.read(call))

    @property
    def portal_id(self) -> int:
        """Number of the HubSpot account."""
        return self.account.portal_id

    @property
    def counts(self) -> dict[str, int]:
        """Number of live records by type id; empty if the account does not tell."""
        return self.once("counts", self._counts)

    @property
    def schemas(self) -> list[Schema]:
        """The account's own object types with their properties; none if the token may not know."""
        return self.once("schemas", self._schemas)

    @property
    def enabled(self) -> dict[str, bool]:
        """Which of the types that have to be switched on are, by type id."""
        call = Call("reading the object library", self.paths.enablement(), reader(Enablement))
        return self.once("enabled", lambda: self.client.read(call).enablementByObjectTypeId)

    def pipelines(self, object_type: str) -> list[Pipeline]:
        """All live pipelines of an object type, named as in paths."""
        path = self.paths.pipelines(object_type)
        call = Call(f"reading the pipelines of {object_type}", path, reader(Pipelines))
        return self.once(("pipelines", object_type), lambda: self.client.read(call).results)

    def definitions(self, object_type: ObjectType) -> list[Definition]:
        """Property definitions of an object type, the sensitive ones if so set."""
        return self.once(("definitions", object_type.type_id), lambda: self._defined(object_type))

    def knows_definitions(self, object_type: ObjectType) -> bool:
        """Whether asking for the definitions of an object takes no request."""
        return ("definitions", object_type.type_id) in self._facts

    def once(self, key: object, read: Callable[[], T]) -> T:
        """The result of the first reading under a key; a failure is not kept."""
        with self._lock:
            lock = self._locks.setdefault(key, threading.Lock())
        with lock:
            if key not in self._facts:
                self._facts[key] = read()
            found: T = self._facts[key]
            return found

    def _defined(self, object_type: ObjectType) -> list[Definition]:
        ordinary = [s for s in self.schemas if s.object_type_id == object_type.type_id]
        found = list(ordinary[0].properties) if object_type.is_custom and ordinary else []
        for sensitivity in ["", *_SENSITIVE]:
            if (sensitivity and not self.settings.sensitive_properties) or (
                not sensitivity and found
            ):
                continue
            found += self._definitions_of(object_type, sensitivity)
        return found

    def _definitions_of(self, object_type: ObjectType, sensitivity: str) -> list[Definition]:
        call = Call(
            f"reading the {sensitivity or 'ordinary'} properties of {object_type.table}",
            self.paths.properties(object_type.path),
            reader(Definitions),
            query=f"dataSensitivity={sensitivity}" if sensitivity else "",
        )
        return self.client.read(call).results

    def _counts(self) -> dict[str, int]:
        call = Call("reading the record limits", self.paths.limits(), reader(Limits))
        try:
            return self.client.read(call).counts
        except FatalAPIError as refused:
            # It only saves requests: without it sizes are asked for by searches.
            logger.info("the account does not tell its sizes: %s", refused)
            return {}

    def _schemas(self) -> list[Schema]:
        call = Call("reading the custom object schemas", self.paths.schemas(), reader(Schemas))
        try:
            return [s for s in self.client.read(call).results if not s.archived]
        except ForbiddenError as refused:
            logger.warning("no custom objects are read: %s", refused)
            return []
