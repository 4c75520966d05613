"""What belongs together in an account: its records' associations."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.hubspot.account import Account
from sandbox.hubspot.associations import Associations, AssociationType
from sandbox.hubspot.object_types import reverse_of

if TYPE_CHECKING:
    from collections.abc import Callable


class LinkedAccount(Account):
    """An account with associations between records it does not look at."""

    def __init__(self, portal_id: int, time_zone: str, *, clock: Callable[[], int]) -> None:
        super().__init__(portal_id, time_zone, clock=clock)
        self.links_revision = 0
        self.associations = Associations()

    def associate(
        self,
        from_type: str,
        from_id: int,
        to_type: str,
        to_id: int,
        *,
        type_id: int,
        category: str = "HUBSPOT_DEFINED",
        label: str | None = None,
        reverse_type_id: int | None = None,
        reverse_label: str | None = None,
    ) -> None:
        """Associate two records in both directions; no modified date moves.

        A label reads the same from the far side unless `reverse_label` says otherwise.
        """
        reverse = reverse_type_id or reverse_of(from_type, to_type, type_id)
        with self.lock:
            forward = AssociationType(type_id, category, label)
            self.associations.add((from_type, to_type), from_id, to_id, forward)
            backward = AssociationType(reverse, category, reverse_label or label)
            self.associations.add((to_type, from_type), to_id, from_id, backward)
            self.links_revision += 1

    def dissociate(
        self,
        from_type: str,
        from_id: int,
        to_type: str,
        to_id: int,
        *,
        type_id: int | None = None,
        reverse_type_id: int | None = None,
    ) -> None:
        """Remove the associations between two records, all or one; no modified date moves."""
        reverse = reverse_type_id
        if type_id is not None and reverse is None:
            reverse = reverse_of(from_type, to_type, type_id)
        with self.lock:
            self.associations.remove((from_type, to_type), from_id, to_id, type_id)
            self.associations.remove((to_type, from_type), to_id, from_id, reverse)
            self.links_revision += 1

    def association_types(self, near: str, far: str) -> list[AssociationType]:
        """Return the types defined by the account or in use from one object type to another."""
        used = self.associations.labels((near, far))
        defined = self.association_definitions.get((near, far), [])
        return list(dict.fromkeys([*defined, *used]))
