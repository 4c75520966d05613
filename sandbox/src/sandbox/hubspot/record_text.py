"""Records as JSON text, kept per selection of properties until the record changes."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

import msgspec

from sandbox.hubspot.object_types import EMAIL_BODIES, EMAIL_BODY_SCOPE
from sandbox.hubspot.wire import instant_text, parse_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

    from sandbox.hubspot.behaviour import Behaviour
    from sandbox.hubspot.object_types import ObjectType
    from sandbox.hubspot.portal import Portal
    from sandbox.hubspot.records import Record, Version
    from sandbox.hubspot.search_index import Image

_KEPT_BYTES = 256 * 1024 * 1024
_encode = msgspec.json.Encoder().encode
CONTACT_HISTORY = 45


@dataclass(frozen=True)
class Selection:
    """Which properties an answer carries: sorted names, and those with history."""

    kind: ObjectType
    names: tuple[str, ...]
    with_history: tuple[str, ...] = ()


class RecordText:
    """Encodes records; plain ones (no history, no associations) are kept encoded.

    A record's properties dict is replaced at every change, so the text is still right as long
    as the dict is the very same object and the record is archived or not as before.
    """

    def __init__(self, portal: Portal, behaviour: Behaviour) -> None:
        self._portal = portal
        self._behaviour = behaviour
        self._kept: dict[Any, dict[int, tuple[dict[str, str], int | None, bytes]]] = {}
        self._kept_bytes = 0

    def many(self, selection: Selection, records: Iterable[Record | Image]) -> list[bytes]:
        """Return each record's JSON object."""
        if selection.with_history:
            return [_encode(self.fields(selection, record)) for record in records]
        kept = self._kept_for(selection)
        return [self._plain(selection, record, kept) for record in records]

    def fields(self, selection: Selection, record: Record | Image) -> dict[str, Any]:
        """Return a record's API object, not yet encoded."""
        archived_at = getattr(record, "archived_at", None)
        value: dict[str, Any] = {
            "id": str(record.id),
            "properties": self._properties(selection.names, record.properties),
        }
        if selection.with_history:
            value["propertiesWithHistory"] = self._histories(selection, record)
        value["createdAt"] = instant_text(record.created_at)
        value["updatedAt"] = instant_text(record.updated_at)
        value["archived"] = archived_at is not None
        if archived_at is not None:
            value["archivedAt"] = instant_text(archived_at)
        value["url"] = (
            f"https://{self._portal.ui_domain}/contacts/{self._portal.portal_id}"
            f"/record/{selection.kind.type_id}/{record.id}"
        )
        return value

    def _plain(
        self,
        selection: Selection,
        record: Record | Image,
        kept: dict[int, tuple[dict[str, str], int | None, bytes]],
    ) -> bytes:
        archived_at = getattr(record, "archived_at", None)
        found = kept.get(record.id)
        if found and found[0] is record.properties and found[1] == archived_at:
            return found[2]
        text = _encode(self.fields(selection, record))
        kept[record.id] = (record.properties, archived_at, text)
        self._kept_bytes += len(text)
        return text

    def _kept_for(
        self, selection: Selection
    ) -> dict[int, tuple[dict[str, str], int | None, bytes]]:
        if self._kept_bytes > _KEPT_BYTES:
            self._kept.clear()
            self._kept_bytes = 0
        key = (selection.kind.name, selection.names, self._behaviour.datetime_as_ms)
        return self._kept.setdefault(key, {})

    def _properties(self, names: tuple[str, ...], values: dict[str, str]) -> dict[str, str | None]:
        chosen: dict[str, str | None] = {name: values.get(name) for name in names}
        for name in self._behaviour.datetime_as_ms.intersection(names):
            chosen[name] = _as_milliseconds(chosen[name])
        return chosen

    def _histories(self, selection: Selection, record: Record | Image) -> dict[str, Any]:
        stored = self._portal.get(selection.kind.name, record.id)
        if stored is None:
            return {}
        return {
            name: [_version(version) for version in versions]
            for name in selection.with_history
            if (versions := self._versions(selection.kind, stored, name))
        }

    def _versions(self, kind: ObjectType, record: Record, name: str) -> list[Version]:
        versions = self._portal.versions(kind.name, record, name)
        limit = self._behaviour.history_limit
        if limit is not None:
            versions = versions[: CONTACT_HISTORY if kind.name == "contacts" else limit]
        return versions if self._behaviour.history_newest_first else versions[::-1]


def join_page(texts: list[bytes], tail: bytes = b"") -> bytes:
    """Return a result page; `tail` follows the results, comma first."""
    return b'{"results":[' + b",".join(texts) + b"]" + tail + b"}"


def selector(
    portal: Portal, kind: ObjectType, scopes: frozenset[str]
) -> Callable[[Iterable[str]], tuple[str, ...]]:
    """Return a function that keeps the names a token may see of those it asks for."""
    definitions = portal.definitions[kind.name]
    closed = {
        level
        for level in ("sensitive", "highly_sensitive")
        if not scopes & sensitive_scopes(kind, level)
    }

    shut = kind.name == "emails" and EMAIL_BODY_SCOPE not in scopes
    hidden = EMAIL_BODIES if shut else frozenset()

    def visible(names: Iterable[str]) -> tuple[str, ...]:
        return tuple(
            name
            for name in names
            if name in definitions
            and definitions[name]["dataSensitivity"] not in closed
            and name not in hidden
        )

    return visible


def sensitive_scopes(kind: ObjectType, level: str) -> set[str]:
    """Return the scopes of which one opens a level of sensitive values of a type."""
    scopes = {f"crm.objects.{kind.name}.{level}.read"}
    return {*scopes, f"tickets.{level}"} if kind.name == "tickets" else scopes


def select(
    portal: Portal,
    kind: ObjectType,
    scopes: frozenset[str],
    names: tuple[str, ...],
    with_history: tuple[str, ...] = (),
) -> Selection:
    """Return what a request gets: its names that exist, or the defaults, and the system three."""
    visible = selector(portal, kind, scopes)
    wanted = visible(names or kind.defaults)
    shown = tuple(sorted({*wanted, *kind.system}))
    return Selection(kind, shown, visible(dict.fromkeys(with_history)))


def _as_milliseconds(value: str | None) -> str | None:
    at = parse_instant(value) if value else None
    return value if at is None else str(at)


def _version(version: Version) -> dict[str, Any]:
    entry: dict[str, Any] = {
        "value": version.value,
        "timestamp": instant_text(version.at),
        "sourceType": version.source_type,
    }
    if version.source_id is not None:
        entry["sourceId"] = version.source_id
    if version.user_id is not None:
        entry["updatedByUserId"] = version.user_id
    return entry
