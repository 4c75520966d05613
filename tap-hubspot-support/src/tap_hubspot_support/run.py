"""What the streams of one run share."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING, Any

import msgspec

from tap_hubspot_support.client import Call, Client
from tap_hubspot_support.columns import Definition, Definitions
from tap_hubspot_support.paths import Paths
from tap_hubspot_support.wire import reader

if TYPE_CHECKING:
    from tap_hubspot_support.settings import Settings

_SENSITIVE = ("sensitive", "highly_sensitive")


class Account(msgspec.Struct, rename="camel"):
    """The part of the account details that is used."""

    portal_id: int


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
    """Settings, connection and facts about the account, read once when first needed."""

    settings: Settings
    client: Client
    paths: Paths = field(init=False)

    def __post_init__(self) -> None:
        self.paths = Paths(self.settings.api_version)

    @cached_property
    def portal_id(self) -> int:
        """Number of the HubSpot account."""
        call = Call("reading the account details", self.paths.account(), reader(Account))
        return self.client.read(call).portal_id

    @cached_property
    def ticket_pipelines(self) -> list[Pipeline]:
        """All live ticket pipelines."""
        path = self.paths.pipelines("tickets")
        call = Call("reading the ticket pipelines", path, reader(Pipelines))
        return self.client.read(call).results

    def definitions(self, object_type: str) -> list[Definition]:
        """Property definitions of an object type, the sensitive ones if so set."""
        asked = ["", *(_SENSITIVE if self.settings.sensitive_properties else ())]
        found = []
        for sensitivity in asked:
            call = Call(
                f"reading the {sensitivity or 'ordinary'} properties of {object_type}",
                self.paths.properties(object_type),
                reader(Definitions),
                query=f"dataSensitivity={sensitivity}" if sensitivity else "",
            )
            found += self.client.read(call).results
        return found
