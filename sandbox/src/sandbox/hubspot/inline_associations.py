"""Associations inside the answers of list and get-one: at most 100 entries per far type."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.association_cursor import association_link, seal
from sandbox.hubspot.object_types import DEFAULT_ASSOCIATIONS, PRIMARY_ASSOCIATIONS, known_type_id

if TYPE_CHECKING:
    from sandbox.hubspot.associations import AssociationType
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.object_types import ObjectType

INLINE_MAXIMUM = 100


def inline_associations(
    call: Call, kind: ObjectType, record_id: int, far_types: tuple[str, ...]
) -> dict[str, Any]:
    """Return the `associations` object; far types unknown or without any are left out."""
    found = {}
    for name in far_types:
        far = call.portal.resolve_type(name)
        collection = _collection(call, kind, record_id, far) if far else None
        if far and collection:
            found[far.inline_key(call.portal.portal_id)] = collection
    return found


def _collection(
    call: Call, kind: ObjectType, record_id: int, far: ObjectType
) -> dict[str, Any] | None:
    pairs = call.portal.associated(kind.name, record_id, far.name)
    entries = [
        (far_id, {"id": str(far_id), "type": association_name(kind, far, association)})
        for far_id, types in pairs
        for association in types
    ]
    if not entries:
        return None
    page = entries[:INLINE_MAXIMUM]
    collection: dict[str, Any] = {"results": [entry for _, entry in page]}
    if len(entries) > INLINE_MAXIMUM:
        after = seal(page[-1][0])
        link = association_link(kind, record_id, far, after)
        collection["paging"] = {"next": {"after": after, "link": link}}
    return collection


def association_name(kind: ObjectType, far: ObjectType, association: AssociationType) -> str:
    """Return the name of an association type: `ticket_to_company`, `.._unlabeled`, or a label."""
    base = f"{kind.singular}_to_{far.singular}"
    if association.category != "HUBSPOT_DEFINED" and association.label:
        return association.label.lower().replace(" ", "_")
    has_primary = known_type_id(PRIMARY_ASSOCIATIONS, kind.name, far.name) is not None
    plain = known_type_id(DEFAULT_ASSOCIATIONS, kind.name, far.name) == association.type_id
    return f"{base}_unlabeled" if has_primary and plain else base
