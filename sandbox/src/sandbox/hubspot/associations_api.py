"""Associations: batch read, one record, labels."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.association_cursor import association_link, seal, unseal
from sandbox.hubspot.inline_associations import association_name
from sandbox.hubspot.object_types import DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS, known_type_id
from sandbox.hubspot.replies import Reply, invalid, json_reply
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from sandbox.hubspot.associations import AssociationType
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.object_types import ObjectType

    Pair = tuple[int, list[AssociationType]]

INPUTS_MAXIMUM = 1_000
SINGLE_PAGE = 500
NUMBERED_V3_PAGE = 100


def batch_read_associations(call: Call) -> Reply:
    """Answer the companions of up to 1,000 records; 207 as soon as one has none."""
    near, far = _ends(call)
    inputs = _inputs(call.json())
    results, errors = [], []
    for record_id, after in inputs:
        entry = _result(call, near, far, record_id, after)
        if entry:
            results.append(entry)
        else:
            errors.append(_none_found(near, far, record_id))
    now = instant_text(call.portal.clock())
    body: dict[str, Any] = {"status": "COMPLETE", "startedAt": now, "completedAt": now}
    body["results"] = results
    if errors:
        body |= {"numErrors": len(errors), "errors": errors}
    return json_reply(body, 207 if errors else 200, records=sum(len(r["to"]) for r in results))


def read_associations(call: Call) -> Reply:
    """Answer the companions of one record."""
    near, far = _ends(call)
    limit = call.integer("limit", SINGLE_PAGE)
    if not 1 <= limit <= SINGLE_PAGE:
        raise invalid(f"The limit must lie between 1 and {SINGLE_PAGE}.")
    record_id = _number(call.parameters["id"])
    pairs = _after(call.portal.associated(near.name, record_id, far.name), call.one("after"))
    body: dict[str, Any] = {"results": [_to(pair) for pair in pairs[:limit]]}
    if len(pairs) > limit:
        body["paging"] = _paging(near, record_id, far, pairs[limit - 1][0])
    return json_reply(body, records=len(body["results"]))


def list_labels(call: Call) -> Reply:
    """Answer the types two object types can be associated by."""
    near, far = _ends(call)
    used = call.portal.association_types(near.name, far.name)
    found = {kind.type_id: _spec(kind) for kind in used}
    for table, label in ((DEFAULT_ASSOCIATIONS, None), (PRIMARY_ASSOCIATIONS, "Primary")):
        type_id = known_type_id(table, near.name, far.name)
        if type_id is not None:
            spec = {"category": "HUBSPOT_DEFINED", "typeId": type_id, "label": label}
            found.setdefault(type_id, spec)
    return json_reply({"results": [found[type_id] for type_id in sorted(found)]})


def _ends(call: Call) -> tuple[ObjectType, ObjectType]:
    near, far = call.kind("type"), call.kind("to")
    call.require(near.read_scopes)
    call.require(far.read_scopes)
    return near, far


def _inputs(body: dict[str, Any]) -> list[tuple[str, str | None]]:
    inputs = body.get("inputs")
    if not isinstance(inputs, list) or any(not isinstance(i, dict) for i in inputs):
        raise invalid("The request has no list of inputs.")
    if len(inputs) > INPUTS_MAXIMUM:
        raise invalid(f"The maximum number of inputs in a batch is {INPUTS_MAXIMUM}.")
    return [(str(item.get("id")), item.get("after")) for item in inputs]


def _result(
    call: Call, near: ObjectType, far: ObjectType, text: str, after: str | None
) -> dict[str, Any] | None:
    record_id = _number(text)
    pairs = call.portal.associated(near.name, record_id, far.name)
    if not pairs:
        return None
    plain = call.version == "v3"
    size = NUMBERED_V3_PAGE if plain else call.behaviour.association_page
    # The old v3 batch read does not look at `after`: it answers the first page for ever.
    rest = pairs if plain else _after(pairs, after)
    shown = rest[:size]
    entry: dict[str, Any] = {
        "from": {"id": text},
        "to": _plain(near, far, shown) if plain else [_to(pair) for pair in shown],
    }
    if len(rest) > size:
        entry["paging"] = _paging(near, record_id, far, shown[-1][0])
    return entry


def _plain(near: ObjectType, far: ObjectType, pairs: list[Pair]) -> list[dict[str, Any]]:
    return [
        {"id": str(far_id), "type": association_name(near, far, kind)}
        for far_id, kinds in pairs
        for kind in kinds
    ]


def _to(pair: Pair) -> dict[str, Any]:
    """The far id is a JSON number here, whatever the published schema says."""
    return {"toObjectId": pair[0], "associationTypes": [_spec(kind) for kind in pair[1]]}


def _spec(kind: AssociationType) -> dict[str, Any]:
    return {"category": kind.category, "typeId": kind.type_id, "label": kind.label}


def _after(pairs: list[Pair], after: str | None) -> list[Pair]:
    if not after:
        return pairs
    last = unseal(after)
    return [pair for pair in pairs if pair[0] > last]


def _paging(near: ObjectType, record_id: int, far: ObjectType, last: int) -> dict[str, Any]:
    after = seal(last)
    return {"next": {"after": after, "link": association_link(near, record_id, far, after)}}


def _none_found(near: ObjectType, far: ObjectType, record_id: str) -> dict[str, Any]:
    return {
        "status": "error",
        "category": "OBJECT_NOT_FOUND",
        "subCategory": "crm.associations.NO_ASSOCIATIONS_FOUND",
        "message": f"No {far.singular} is associated with {near.singular} {record_id}.",
        "context": {
            "fromObjectId": [record_id],
            "fromObjectType": [near.singular],
            "toObjectType": [far.singular],
        },
    }


def _number(text: str) -> int:
    """An id that is not a number names no record, so nothing is associated with it."""
    return int(text) if text.isdigit() else -1
