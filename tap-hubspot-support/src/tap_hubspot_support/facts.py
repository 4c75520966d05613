"""What an account says about itself: number, sizes, its own object types, what is switched on."""

from __future__ import annotations

from typing import Any

import msgspec

from tap_hubspot_support.columns import Definition  # noqa: TC001 - read when decoding
from tap_hubspot_support.objects import ObjectType


class Account(msgspec.Struct, rename="camel"):
    """The part of the account details that is used."""

    portal_id: int
    account_type: str | None = None
    time_zone: str | None = None
    company_currency: str | None = None
    additional_currencies: list[str] = []
    utc_offset: str | None = None
    utc_offset_milliseconds: int | None = None
    ui_domain: str | None = None
    data_hosting_location: str | None = None


class Usage(msgspec.Struct, rename="camel"):
    """How many live records of one type there are."""

    object_type_id: str
    usage: int | None = None


class CustomUsage(msgspec.Struct, rename="camel"):
    """The same for the account's own types."""

    by_object_type: list[Usage] = []


class Limits(msgspec.Struct, rename="camel"):
    """Reply of the record limits."""

    hubspot_defined_object_types: list[Usage] = []
    custom_object_types: CustomUsage = msgspec.field(default_factory=CustomUsage)

    @property
    def counts(self) -> dict[str, int]:
        """Number of live records by type id."""
        found = [*self.hubspot_defined_object_types, *self.custom_object_types.by_object_type]
        return {u.object_type_id: u.usage for u in found if u.usage is not None}


class Enablement(msgspec.Struct):
    """Reply of the object library."""

    enablementByObjectTypeId: dict[str, bool] = {}  # noqa: N815 - as it is sent


class Labels(msgspec.Struct):
    """What people call a custom object."""

    singular: str | None = None
    plural: str | None = None


class Schema(msgspec.Struct, rename="camel"):
    """An object type that the account defined itself."""

    object_type_id: str
    name: str
    fully_qualified_name: str | None = None
    labels: Labels = msgspec.field(default_factory=Labels)
    archived: bool = False
    properties: list[Definition] = []
    primary_display_property: str | None = None
    secondary_display_properties: list[str] = []
    searchable_properties: list[str] = []
    required_properties: list[str] = []
    associations: list[dict[str, Any]] = []
    created_at: str | None = None
    updated_at: str | None = None

    @property
    def object_type(self) -> ObjectType:
        """The kind of records it stands for."""
        qualified = self.fully_qualified_name or f"p_{self.name}"
        return ObjectType(
            self.name.lower(),
            self.object_type_id,
            self.object_type_id,
            created="hs_createdate",
            names=(self.name, qualified, f"p_{self.name}"),
            pipelined=True,
        )


class Schemas(msgspec.Struct):
    """Reply of the schemas endpoint, which has no pages."""

    results: list[Schema]
