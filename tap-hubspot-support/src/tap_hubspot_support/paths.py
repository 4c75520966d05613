"""Where each resource lives, in the numbered and in the date-based path families."""

from __future__ import annotations

from dataclasses import dataclass

DATE_BASED = "2026-09"
NUMBERED = "v3"
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

    def account(self) -> str:
        """Account details, which hold the portal id."""
        return f"/account-info/{self.version}/details"

    @property
    def _numbered(self) -> bool:
        return self.version == NUMBERED

    def _crm(self, resource: str, object_type: str) -> str:
        if self._numbered:
            return f"/crm/{NUMBERED}/{resource}/{object_type}"
        return f"/crm/{resource}/{self.version}/{object_type}"
