"""What a portal stores: records and the versions of their properties."""

from __future__ import annotations

from dataclasses import dataclass, field


@dataclass(slots=True)
class Version:
    """One entry of a property's history; `value` is "" when the property was cleared."""

    value: str
    at: int
    source_type: str = "CRM_UI"
    source_id: str | None = None
    user_id: int | None = None


@dataclass(slots=True)
class Record:
    """One CRM record. All instants are epoch milliseconds UTC.

    `properties` holds set values only, in exact wire text; a name that is missing is unset
    (null on the wire), while "" is answered as "". The dict is replaced, never changed in
    place, so a reference to it stays the image of that moment.

    `history` holds newest-first versions for properties that changed after creation or were
    created with an explicit past. A set property without an entry has exactly one version,
    its present value at `created_at`.
    """

    id: int
    properties: dict[str, str]
    created_at: int
    updated_at: int
    archived_at: int | None = None
    history: dict[str, list[Version]] = field(default_factory=dict)

    def versions(self, name: str) -> list[Version]:
        """Return every stored version of a property, newest first; [] when never set."""
        kept = self.history.get(name)
        if kept is not None:
            return kept
        value = self.properties.get(name)
        return [] if value is None else [Version(value, self.created_at)]

    def replace(self, changes: dict[str, str | None]) -> None:
        """Put a new properties dict in place: None removes a name."""
        merged = {**self.properties, **changes}
        self.properties = {name: value for name, value in merged.items() if value is not None}

    def remember(self, name: str, version: Version) -> None:
        """Add a version to the history of a property, keeping it newest first."""
        versions = self.versions(name)
        position = next((i for i, old in enumerate(versions) if old.at <= version.at), None)
        versions.insert(len(versions) if position is None else position, version)
        self.history[name] = versions
