"""Which path means what."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.exchange import path_parameters
from sandbox.gorgias import account_api, objects_api, views_api
from sandbox.gorgias.errors import ApiError, not_found

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.exchange import Reply
    from sandbox.gorgias.call import Call

STATISTIC, DOWNLOAD, REPORT = "statistic", "download", "report"


@dataclass(frozen=True)
class Route:
    """One operation; statistics are named, because they need the account's ledger too."""

    method: str
    template: str
    endpoint: Callable[[Call], Reply] | str

    @property
    def parts(self) -> list[str]:
        """The template's segments."""
        return self.template.split("/")


ROUTES = (
    Route("GET", "api/account", account_api.account),
    Route("GET", "api/account/settings", account_api.settings),
    Route("POST", "api/stats/{name}", STATISTIC),
    Route("POST", "api/stats/{name}/download", DOWNLOAD),
    Route("POST", "api/reporting/stats", REPORT),
    Route("GET", "api/tickets/{id}", objects_api.get_ticket),
    Route("GET", "api/tickets/{id}/messages", objects_api.ticket_messages),
    Route("GET", "api/tickets/{id}/messages/{message_id}", objects_api.ticket_message),
    Route("GET", "api/users/{id}", objects_api.get_user),
    Route("GET", "api/views/{id}/items", views_api.view_items),
    Route("PUT", "api/views/{id}/items", views_api.try_view),
    Route("POST", "api/views", views_api.create_view),
    Route("DELETE", "api/views/{id}", views_api.delete_view),
    Route("GET", "api/phone/{kind}", objects_api.nothing_listed),
    Route("GET", "api/{resource}", objects_api.list_objects),
    Route("GET", "api/{resource}/{id}", objects_api.get_object),
)


@dataclass(frozen=True)
class Match:
    """A route with what its path says."""

    route: Route
    parameters: dict[str, str]


def find_route(method: str, path: str) -> Match:
    """Return the route of a request; a slash at the end makes no difference.

    Raises:
        ApiError: No such path (404), or not with that method (405).
    """
    segments = [part for part in path.split("/") if part]
    found = [
        Match(route, parameters)
        for route in ROUTES
        if (parameters := path_parameters(route.parts, segments)) is not None
    ]
    for match in found:
        if match.route.method == method:
            return match
    if found:
        raise ApiError(405, "Method not allowed.")
    raise not_found()
