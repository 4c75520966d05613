"""Which path means what: the numbered and the date-based families lead to one core."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.exchange import path_parameters
from sandbox.hubspot import (
    associations_api,
    metadata_api,
    objects_api,
    schemas_api,
    search_api,
    users_api,
)
from sandbox.hubspot.replies import ApiError

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.hubspot.budgets import Budget
    from sandbox.hubspot.call import Call
    from sandbox.hubspot.replies import Reply

DATE_BASED = frozenset({"2026-03", "2026-09"})
_V3 = DATE_BASED | {"v3"}
_V4 = DATE_BASED | {"v4"}
_VERSION = re.compile(r"v\d+|\d{4}-\d{2}(-beta)?")


@dataclass(frozen=True)
class Route:
    """One operation: a path without its version, the versions that have it, its budget."""

    method: str
    template: str
    endpoint: Callable[[Call], Reply]
    versions: frozenset[str] = _V3
    budget: Budget = "general"

    @property
    def parts(self) -> list[str]:
        """The template's segments."""
        return self.template.split("/")


_OBJECTS = "crm/objects/{type}"
_LINKS = "crm/associations/{type}/{to}"
ROUTES = (
    Route("POST", f"{_OBJECTS}/search", search_api.search_records, budget="search"),
    Route("POST", f"{_OBJECTS}/batch/read", objects_api.batch_read),
    Route("GET", _OBJECTS, objects_api.list_records),
    Route("GET", f"{_OBJECTS}/{{id}}", objects_api.get_record),
    # The 2026-09 release has no such path; batch read is there for it. Unlike the others below,
    # HubSpot does not exempt it from the ordinary burst limit.
    Route(
        "GET",
        f"{_OBJECTS}/{{id}}/associations/{{to}}",
        associations_api.read_associations,
        frozenset({"v4", "2026-03"}),
    ),
    Route(
        "POST",
        f"{_LINKS}/batch/read",
        associations_api.batch_read_associations,
        _V4 | {"v3"},
        "associations",
    ),
    Route("GET", f"{_LINKS}/labels", associations_api.list_labels, _V4, "associations"),
    Route("GET", "crm/properties/{type}", metadata_api.list_properties),
    Route("GET", "crm/properties/{type}/groups", metadata_api.list_groups),
    Route("GET", "crm/properties/{type}/{name}", metadata_api.get_property),
    Route("GET", "crm/owners", metadata_api.list_owners),
    Route("GET", "crm/owners/{id}", metadata_api.get_owner),
    Route("GET", "crm/pipelines/{type}", metadata_api.list_pipelines),
    Route("GET", "crm/pipelines/{type}/{id}", metadata_api.get_pipeline),
    Route("GET", "crm/pipelines/{type}/{id}/stages", metadata_api.list_stages),
    Route("GET", "crm/limits/records", objects_api.count_limits),
    Route("GET", "crm/object-library/enablement", schemas_api.enablement),
    Route("GET", "crm/schemas", schemas_api.list_schemas, frozenset({"v3"})),
    Route("GET", "crm/schemas/{id}", schemas_api.get_schema, frozenset({"v3"})),
    Route("GET", "crm-object-schemas/schemas", schemas_api.list_schemas),
    Route("GET", "crm-object-schemas/schemas/{id}", schemas_api.get_schema),
    Route("GET", "settings/users", users_api.list_users),
    Route("GET", "settings/users/roles", users_api.list_roles),
    Route("GET", "settings/users/teams", users_api.list_teams),
    Route("GET", "settings/users/{id}", users_api.get_user),
    Route("GET", "account-info/details", metadata_api.account_details),
    Route("GET", "account-info/api-usage/daily/private-apps", metadata_api.daily_usage),
    Route(
        "POST",
        "oauth/private-apps/get/access-token-info",
        metadata_api.token_info,
        frozenset({"v2"}),
    ),
)


@dataclass(frozen=True)
class Match:
    """A route with what its path says."""

    route: Route
    version: str
    parameters: dict[str, str]


def find_route(method: str, path: str) -> Match:
    """Return the route of a request.

    Raises:
        ApiError: No such path in that version (404), or not with that method (405).
    """
    version, segments = split_version([s for s in path.split("/") if s])
    methods = set()
    for route in ROUTES:
        parameters = path_parameters(route.parts, segments)
        if parameters is None or version not in route.versions:
            continue
        if route.method == method:
            return Match(route, version, parameters)
        methods.add(route.method)
    if methods:
        raise ApiError(405, f"The method {method} is not allowed on this path.")
    raise ApiError(404, "resource not found")


def split_version(segments: list[str]) -> tuple[str, list[str]]:
    """Return the version and the path without it.

    Numbered versions stand second (`crm/v3/objects`); date-based ones third below `crm` and
    `settings` (`crm/objects/2026-09`) and second elsewhere (`account-info/2026-09`).
    """
    date_place = 2 if segments[:1] in (["crm"], ["settings"]) else 1
    for place in (1, date_place):
        version = segments[place] if len(segments) > place else ""
        numbered = version.startswith("v")
        if _VERSION.fullmatch(version) and place == (1 if numbered else date_place):
            return version, segments[:place] + segments[place + 1 :]
    return "", segments
