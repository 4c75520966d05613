"""Property definitions in the shape of HubSpot's properties API."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.object_types import (
    DATETIME_DEFAULTS,
    ENUMERATION_DEFAULTS,
    NUMBER_DEFAULTS,
    ObjectType,
)

_FIELD_TYPES = {
    "string": "text",
    "number": "number",
    "date": "date",
    "datetime": "date",
    "enumeration": "select",
    "bool": "booleancheckbox",
    "phone_number": "phonenumber",
    "object_coordinates": "text",
    "json": "text",
}


def complete_definition(definition: dict[str, Any], group: str) -> dict[str, Any]:
    """Return a definition with every field HubSpot always sends, what is given taking over."""
    name = definition.get("name")
    if not isinstance(name, str) or not name:
        raise ValueError('A property definition has no name. Give it one: {"name": "subject"}.')
    kind = definition.get("type", "string")
    custom = not definition.get("hubspotDefined", name.startswith("hs_"))
    filled = {
        "name": name,
        "label": name.replace("_", " ").capitalize(),
        "type": kind,
        "fieldType": _FIELD_TYPES.get(kind, "text"),
        "description": "",
        "groupName": group,
        "options": [],
        "displayOrder": -1,
        "calculated": False,
        "externalOptions": False,
        "hasUniqueValue": False,
        "hidden": False,
        "hubspotDefined": not custom,
        "formField": custom,
        "dataSensitivity": "non_sensitive",
        "archived": False,
        "modificationMetadata": {
            "archivable": custom,
            "readOnlyDefinition": not custom,
            "readOnlyValue": bool(definition.get("calculated", False)),
        },
        "createdAt": "2019-08-06T02:41:08.029Z",
        "updatedAt": "2024-01-09T10:00:00.500Z",
    }
    filled.update(definition)
    return filled


def standard_definitions(kind: ObjectType) -> list[dict[str, Any]]:
    """Return the definitions every portal has for a type: its default property set."""
    return [_standard(name, kind) for name in kind.defaults]


def _standard(name: str, kind: ObjectType) -> dict[str, Any]:
    definition: dict[str, Any] = {
        "name": name,
        "type": _standard_type(name),
        "hubspotDefined": True,
        "formField": name not in kind.system,
    }
    if name in kind.system:
        definition["modificationMetadata"] = {
            "archivable": False,
            "readOnlyDefinition": True,
            "readOnlyValue": True,
        }
    return complete_definition(definition, f"{kind.singular}information")


def _standard_type(name: str) -> str:
    if name in DATETIME_DEFAULTS:
        return "datetime"
    if name in NUMBER_DEFAULTS:
        return "number"
    return "enumeration" if name in ENUMERATION_DEFAULTS else "string"


def custom_schema(portal_id: int, kind: ObjectType, primary_property: str) -> dict[str, Any]:
    """Return the schema of a custom object type, without its property definitions."""
    label = kind.name.replace("_", " ").capitalize()
    return {
        "id": kind.type_id.partition("-")[2],
        "objectTypeId": kind.type_id,
        "fullyQualifiedName": f"p{portal_id}_{kind.name}",
        "name": kind.name,
        "labels": {"singular": label, "plural": label},
        "primaryDisplayProperty": primary_property,
        "secondaryDisplayProperties": [],
        "searchableProperties": [primary_property],
        "requiredProperties": [primary_property],
        "archived": False,
        "createdAt": "2024-01-09T10:00:00.500Z",
        "updatedAt": "2024-01-09T10:00:00.500Z",
        "associations": [],
    }


def association_definition(
    type_id: int, near: ObjectType, far: ObjectType, name: str
) -> dict[str, Any]:
    """Return an association as a custom object's schema lists it."""
    return {
        "id": str(type_id),
        "fromObjectTypeId": near.type_id,
        "toObjectTypeId": far.type_id,
        "name": name,
        "createdAt": None,
        "updatedAt": None,
    }
