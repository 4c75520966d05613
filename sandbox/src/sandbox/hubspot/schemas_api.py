"""Custom object schemas, and which optional objects an account has switched on."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.replies import ApiError, Reply, json_reply

if TYPE_CHECKING:
    from sandbox.hubspot.call import Call

_SCOPES = frozenset({"crm.schemas.custom.read", "crm.objects.custom.read"})


def list_schemas(call: Call) -> Reply:
    """Answer the schemas of all custom objects."""
    call.require(_SCOPES)
    archived = call.flag("archived")
    schemas = call.portal.schemas.values()
    found = [_schema(call, s) for s in schemas if bool(s["archived"]) == archived]
    return json_reply({"results": found}, records=len(found))


def get_schema(call: Call) -> Reply:
    """Answer one schema by numeric id or fully qualified name."""
    call.require(_SCOPES)
    wanted = call.parameters["id"]
    for schema in call.portal.schemas.values():
        if wanted in (schema["objectTypeId"], schema["fullyQualifiedName"]):
            return json_reply(_schema(call, schema))
    raise ApiError(404, "resource not found")


def enablement(call: Call) -> Reply:
    """Answer which optional objects are switched on."""
    optional = [table.kind for table in call.portal.tables() if table.kind.optional]
    switched = {kind.type_id: kind.name in call.portal.enabled for kind in optional}
    return json_reply({"enablementByObjectTypeId": switched})


def _schema(call: Call, schema: dict[str, Any]) -> dict[str, Any]:
    definitions = call.portal.definitions[schema["name"]].values()
    shown = dict(schema)
    if _wanted(call, "includePropertyDefinitions"):
        shown["properties"] = [d for d in definitions if not d["archived"]]
    if not _wanted(call, "includeAssociationDefinitions"):
        shown["associations"] = []
    return shown


def _wanted(call: Call, name: str) -> bool:
    return (call.one(name) or "true").lower() == "true"
