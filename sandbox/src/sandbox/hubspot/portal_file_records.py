"""Reading the records of a portal file."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.hubspot.portal_file_shape import (
    PortalFileError,
    at,
    expect_list,
    expect_object,
    kind_of,
)
from sandbox.hubspot.records import Record, Version
from sandbox.hubspot.wire import instant_text

if TYPE_CHECKING:
    from sandbox.hubspot.object_types import ObjectType


def read_record(given: dict[str, Any], kind: ObjectType, place: str) -> Record:
    """Read one record in the shape of the API.

    Raises:
        PortalFileError: It breaks the format.
    """
    record_id = _record_id(given.get("id"), place)
    properties = _properties(given.get("properties", {}), f"{place}.properties")
    created = _instant(given, "createdAt", properties.get(kind.created), place)
    updated = _instant(given, "updatedAt", properties.get(kind.modified), place)
    record = Record(record_id, properties, created, updated, _archived_at(given, updated, place))
    for name, text in zip(
        kind.system, (str(record_id), instant_text(created), instant_text(updated)), strict=True
    ):
        properties.setdefault(name, text)
    record.history = _history(given.get("propertiesWithHistory"), place)
    return record


def _record_id(value: Any, place: str) -> int:
    text = str(value)
    if isinstance(value, bool) or not (text.isascii() and text.isdigit()):
        raise PortalFileError(f"{place}.id is not a whole number.")
    return int(text)


def _properties(value: Any, place: str) -> dict[str, str]:
    """Keep set values; null means unset, and "" stays "" as the API may answer it."""
    properties = {}
    for name, text in expect_object(value, place).items():
        if text is None:
            continue
        if not isinstance(text, str):
            raise PortalFileError(
                f"{place}.{name} is {kind_of(text)}. HubSpot answers text or null: quote it."
            )
        properties[name] = text
    return properties


def _instant(given: dict[str, Any], key: str, fallback: str | None, place: str) -> int:
    value = given.get(key, fallback)
    if value is None:
        raise PortalFileError(f"{place}.{key} is missing. Every record needs it.")
    return at(value, f"{place}.{key}")


def _archived_at(given: dict[str, Any], updated: int, place: str) -> int | None:
    if not given.get("archived", False):
        return None
    return at(given["archivedAt"], f"{place}.archivedAt") if "archivedAt" in given else updated


def _history(value: Any, place: str) -> dict[str, list[Version]]:
    history = {}
    for name, entries in expect_object(value or {}, f"{place}.propertiesWithHistory").items():
        spot = f"{place}.propertiesWithHistory.{name}"
        versions = [
            _version(expect_object(entry, spot), spot) for entry in expect_list(entries, spot)
        ]
        history[name] = sorted(versions, key=lambda version: -version.at)
    return history


def _version(entry: dict[str, Any], place: str) -> Version:
    value = entry.get("value")
    if value is not None and not isinstance(value, str):
        raise PortalFileError(f"{place}.value is {kind_of(value)}. It has to be text: quote it.")
    user = entry.get("updatedByUserId")
    return Version(
        value or "",
        at(entry.get("timestamp"), f"{place}.timestamp"),
        str(entry.get("sourceType") or "CRM_UI"),  # old answers carry null here
        None if entry.get("sourceId") is None else str(entry["sourceId"]),
        user if isinstance(user, int) else None,
    )
