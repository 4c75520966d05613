"""Where each resource lives, in the numbered and in the date-based path families."""

from __future__ import annotations

from dataclasses import dataclass

DATE_BASED = "2026-09"
NUMBERED = "v3"
NUMBERED_LINKS = "v4"
VERSIONS = (DATE_BASED, "2026-03", NUMBERED)


@dataclass(frozen=True)
class Paths:
    """Path templates for one API version.

    HubSpot is retiring numbered versions (v3 in September 2027) in favour of dated ones whose
    version stands behind the resource. Both answer with the same bodies.
    """

    version: str = DATE_BASED

    def objects(self, object_type: str) -> str:
        """List of records."""
        return self._crm("objects", object_type)

    def search(self, object_type: str) -> str:
        """Search among records; counted against its own budget."""
        return f"{self.objects(object_type)}/search"

    def batch_read(self, object_type: str) -> str:
        """Up to 100 records by id (50 with history)."""
        return f"{self.objects(object_type)}/batch/read"

    def properties(self, object_type: str) -> str:
        """Property definitions of an object type."""
        return self._crm("properties", object_type)

    def pipelines(self, object_type: str) -> str:
        """Pipelines with their stages."""
        return self._crm("pipelines", object_type)

    def owners(self) -> str:
        """Owners, live or deactivated."""
        return f"/crm/{NUMBERED}/owners" if self._numbered else f"/crm/owners/{self.version}"

    def links(self, near: str, far: str) -> str:
        """Associations of up to 1,000 records; counted against a budget of their own."""
        return f"{self._associations(near, far)}/batch/read"

    def link_labels(self, near: str, far: str) -> str:
        """The ways in which two object types can be associated."""
        return f"{self._associations(near, far)}/labels"

    def users(self, part: str = "") -> str:
        """Users of the account; with a part its `teams` or `roles`."""
        place = f"{NUMBERED}/users" if self._numbered else f"users/{self.version}"
        return f"/settings/{place}" + (f"/{part}" if part else "")

    def limits(self) -> str:
        """Number of records of every object type."""
        return self._versioned("limits", "records")

    def enablement(self) -> str:
        """Which object types of HubSpot's library the account has switched on."""
        return self._versioned("object-library", "enablement")

    def schemas(self) -> str:
        """The account's own object types, with their properties."""
        return f"/crm-object-schemas/{self.version}/schemas"

    def account(self) -> str:
        """Account details, which hold the portal id."""
        return f"/account-info/{self.version}/details"

    def _associations(self, near: str, far: str) -> str:
        if self._numbered:
            # Associations are a version ahead: the v3 batch read knows neither pages nor labels.
            return f"/crm/{NUMBERED_LINKS}/associations/{near}/{far}"
        return f"/crm/associations/{self.version}/{near}/{far}"

    @property
    def _numbered(self) -> bool:
        return self.version == NUMBERED

    def _crm(self, resource: str, object_type: str) -> str:
        return self._versioned(resource, object_type)

    def _versioned(self, resource: str, rest: str) -> str:
        if self._numbered:
            return f"/crm/{NUMBERED}/{resource}/{rest}"
        return f"/crm/{resource}/{self.version}/{rest}"
