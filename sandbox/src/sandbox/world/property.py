"""One property: how HubSpot defines it, and the meaning a warehouse must give it."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.world.values import canonical_instant, wire_instant

if TYPE_CHECKING:
    from sandbox.world.pipelines import Stage

DEFINED_AT, REDEFINED_AT = 1_565_059_268_029, 1_704_794_400_500

MEANINGS = {
    "string": "text",
    "enumeration": "text",
    "phone_number": "text",
    "object_coordinates": "text",
    "number": "number",
    "bool": "boolean",
    "date": "date",
    "datetime": "instant",
    "json": "json",
}
"""What a column of each HubSpot type holds, unless the property is an id."""


@dataclass(frozen=True)
class Property:
    """One property definition.

    Attributes:
        name: The API name.
        type: HubSpot's type.
        field_type: How HubSpot renders it; `checkbox` means several values joined by `;`.
        meaning: What its warehouse column holds: text, integer, number, boolean, instant, date
            or json.
        references: The object type an id points to.
        calculated: HubSpot computes it.
        custom: The account's own.
        options: The values an enumeration may hold.
        system: The portal sets it itself.
    """

    name: str
    type: str
    field_type: str
    meaning: str
    references: str | None = None
    calculated: bool = False
    custom: bool = False
    options: tuple[str, ...] = ()
    system: bool = False

    @property
    def label(self) -> str:
        """What people call the property."""
        return self.name.replace("_", " ").capitalize()

    @property
    def description(self) -> str:
        """What the account says about its own properties."""
        return f'Asked for by "{self.name[:3]}" & co.' if self.custom else ""

    @property
    def shows_currency(self) -> bool | None:
        """Whether amounts stand with their currency; None where HubSpot does not say."""
        return True if self.type == "number" and "amount" in self.name else None

    def group(self, singular: str) -> str:
        """The group that the property stands in on the page of an object type."""
        return "custom_fields" if self.custom else f"{singular}information"

    def definition(self, singular: str) -> dict[str, Any]:
        """The definition in the API's shape, for the object type of that name."""
        shape: dict[str, Any] = {
            "name": self.name,
            "label": self.label,
            "description": self.description,
            "createdAt": wire_instant(DEFINED_AT),
            "updatedAt": wire_instant(REDEFINED_AT),
            "type": self.type,
            "fieldType": self.field_type,
            "groupName": self.group(singular),
            "calculated": self.calculated,
            "hubspotDefined": not self.custom,
            "formField": not self.calculated,
            "externalOptions": bool(self.references) and self.type == "enumeration",
            "options": [_option(value, place) for place, value in enumerate(self.options)],
        }
        if self.references:
            shape["referencedObjectType"] = self.references
        if self.shows_currency is not None:
            shape["showCurrencySymbol"] = self.shows_currency
        return shape

    def truth(self, singular: str) -> dict[str, Any]:
        """The definition as the warehouse tells it."""
        return {
            "name": self.name,
            "label": self.label,
            "type": self.type,
            "field_type": self.field_type,
            "group_name": self.group(singular),
            "description": self.description,
            "calculated": self.calculated,
            "hubspot_defined": not self.custom,
            "show_currency_symbol": self.shows_currency,
            "created_at": canonical_instant(DEFINED_AT),
            "updated_at": canonical_instant(REDEFINED_AT),
        }

    def option_truths(self) -> list[dict[str, Any]]:
        """Its options as the warehouse tells them."""
        return [
            {
                "name": self.name,
                "value": value,
                "label": _label(value),
                "display_order": place,
                "hidden": False,
            }
            for place, value in enumerate(self.options)
        ]


def _option(value: str, place: int) -> dict[str, Any]:
    return {"label": _label(value), "value": value, "displayOrder": place, "hidden": False}


def _label(value: str) -> str:
    return value.replace("_", " ").capitalize()


_FIELD_TYPES = {
    "string": "text",
    "enumeration": "select",
    "phone_number": "phonenumber",
    "object_coordinates": "text",
    "number": "number",
    "bool": "booleancheckbox",
    "date": "date",
    "datetime": "date",
    "json": "text",
}


def plain(name: str, kind: str, **more: Any) -> Property:
    """A property of HubSpot's own whose column follows from its type."""
    return Property(name, kind, more.pop("field_type", _FIELD_TYPES[kind]), MEANINGS[kind], **more)


def reference(
    name: str, references: str | None, kind: str = "number", *, custom: bool = False
) -> Property:
    """A property that holds one id: a whole number whatever HubSpot calls it."""
    field_type = "select" if kind == "enumeration" else "number"
    return Property(name, kind, field_type, "integer", references=references, custom=custom)


def stage_properties(stage: Stage) -> tuple[Property, ...]:
    """What HubSpot generates for every stage."""
    return (
        plain(f"hs_v2_date_entered_{stage.id}", "datetime", calculated=True),
        plain(f"hs_v2_date_exited_{stage.id}", "datetime", calculated=True),
        plain(f"hs_v2_latest_time_in_{stage.id}", "number", calculated=True),
        plain(f"hs_v2_cumulative_time_in_{stage.id}", "number", calculated=True),
    )
