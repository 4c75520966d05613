"""What an account has beside its records: types, definitions, owners, pipelines, tokens."""

from __future__ import annotations

from threading import RLock
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.associations import AssociationType
from sandbox.hubspot.definitions import (
    association_definition,
    complete_definition,
    custom_schema,
    standard_definitions,
)
from sandbox.hubspot.object_types import EMAIL_BODY_SCOPE, STANDARD, ObjectType
from sandbox.hubspot.table import Table

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable

DEFAULT_TOKEN = "pat-na1-sandbox-0000"  # noqa: S105 - a name, not a secret: it opens nothing real
ALL_SCOPES = frozenset(
    {"oauth", "crm.objects.owners.read", "crm.objects.custom.read", "crm.schemas.custom.read"}
    | {"tickets.sensitive", "tickets.highly_sensitive"}
    | {"settings.users.read", "settings.users.teams.read", EMAIL_BODY_SCOPE}
).union(*(kind.read_scopes for kind in STANDARD))


class Account:
    """A HubSpot account without its records; `Portal` adds those.

    `owners`, `users`, `roles`, `teams` (all by id) and `pipelines` (by object type) hold objects
    in the API's shape, `tokens` the scopes by token, `definitions` the property definitions by
    object type and name, `enabled` the optional object types that are switched on.
    """

    def __init__(self, portal_id: int, time_zone: str, *, clock: Callable[[], int]) -> None:
        self.portal_id = portal_id
        self.time_zone = time_zone
        self.clock = clock
        self.company_currency = "CAD"
        self.account_type = "STANDARD"
        self.data_hosting_location = "na1"
        self.ui_domain = "app.hubspot.com"
        self.tokens: dict[str, frozenset[str]] = {DEFAULT_TOKEN: ALL_SCOPES}
        self.owners: dict[str, dict[str, Any]] = {}
        self.users: dict[str, dict[str, Any]] = {}
        self.roles: dict[str, dict[str, Any]] = {}
        self.teams: dict[str, dict[str, Any]] = {}
        self.pipelines: dict[str, list[dict[str, Any]]] = {}
        self.schemas: dict[str, dict[str, Any]] = {}
        self.association_definitions: dict[tuple[str, str], list[AssociationType]] = {}
        self.enabled = {kind.name for kind in STANDARD if kind.optional}
        self.definitions: dict[str, dict[str, dict[str, Any]]] = {}
        self.definitions_revision = 0
        self.lock = RLock()
        self._tables: dict[str, Table] = {}
        for kind in STANDARD:
            self.add_object_type(kind)

    def add_object_type(self, kind: ObjectType) -> None:
        """Make room for records of a type and define the properties it always has."""
        with self.lock:
            self._tables[kind.name] = Table(kind)
            self.definitions[kind.name] = {}
            for definition in standard_definitions(kind):
                self.define_property(kind.name, definition)

    def define_custom_object(
        self, name: str, type_id: str, *, primary_property: str = "name"
    ) -> None:
        """Define a custom object type; its records are then named by `name` here."""
        scopes = frozenset({"crm.objects.custom.read"})
        kind = ObjectType(name, name, type_id, scopes, created="hs_createdate", custom=True)
        self.add_object_type(kind)
        self.define_property(name, {"name": primary_property})
        self.schemas[name] = custom_schema(self.portal_id, kind, primary_property)

    def define_association(
        self, near: str, far: str, name: str, *, ids: tuple[int, int], label: str | None = None
    ) -> None:
        """Define an association of the account's own, with its type id there and back.

        That of a custom object stands in its schema too.
        """
        kinds = self.known(near).kind, self.known(far).kind
        with self.lock:
            for type_id, one, other in zip(ids, kinds, kinds[::-1], strict=True):
                defined = AssociationType(type_id, "USER_DEFINED", label)
                self.association_definitions.setdefault((one.name, other.name), []).append(defined)
                for schema in (self.schemas.get(one.name), self.schemas.get(other.name)):
                    entry = association_definition(type_id, one, other, name)
                    if schema is not None and entry not in schema["associations"]:
                        schema["associations"].append(entry)

    def known(self, object_type: str) -> Table:
        """Return the records of a type as they are stored.

        Raises:
            ValueError: The account has no such type.
        """
        table = self._tables.get(object_type)
        if table is None:
            raise ValueError(
                f"The portal has no object type {object_type!r}. "
                f"Use one of {', '.join(sorted(self._tables))}, or add it first."
            )
        return table

    def resolve_type(self, name: str) -> ObjectType | None:
        """Return the type that a path names; None when HubSpot could not infer one.

        Standard types answer to plural, singular and numeric id; custom ones to numeric id,
        `p_name` and `p{portal}_name`, never to the bare name.
        """
        for table in self._tables.values():
            if name in table.kind.path_names(self.portal_id):
                return table.kind
        return None

    def define_property(self, object_type: str, definition: dict[str, Any]) -> None:
        """Define or redefine a property; fields HubSpot always sends are filled in.

        Raises:
            ValueError: The definition has no name, or the object type is unknown.
        """
        kind = self.known(object_type).kind
        filled = complete_definition(definition, f"{kind.singular}information")
        with self.lock:
            self.definitions[object_type][filled["name"]] = filled
            self.definitions_revision += 1

    def set_owner(self, owner: dict[str, Any]) -> None:
        """Add or replace an owner, given in the API's shape."""
        with self.lock:
            self.owners[str(owner["id"])] = {**owner, "id": str(owner["id"])}

    def set_people(
        self,
        users: Iterable[dict[str, Any]],
        roles: Iterable[dict[str, Any]],
        teams: Iterable[dict[str, Any]],
    ) -> None:
        """Set all users, roles and teams, given in the API's shape."""
        with self.lock:
            self.users = {one["id"]: one for one in users}
            self.roles = {one["id"]: one for one in roles}
            self.teams = {one["id"]: one for one in teams}

    def set_pipelines(self, object_type: str, pipelines: list[dict[str, Any]]) -> None:
        """Set all pipelines of a type, given in the API's shape."""
        self.known(object_type)
        with self.lock:
            self.pipelines[object_type] = list(pipelines)
