"""Which endpoint answers which path."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Literal
from urllib.parse import unquote

from sandbox.sheets import drive_api, sheets_api
from sandbox.sheets.discovery import document

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.sheets.calls import Call

_BASE = "/v4/spreadsheets"
_ONE = f"{_BASE}/(?P<id>[^/:]+)"
_FILES = "/drive/v3/files"
_RANGE = "/values/(?P<range>[^/]+?)"


@dataclass(frozen=True)
class Route:
    """One endpoint.

    Attributes:
        method: The HTTP method.
        pattern: What the undecoded path must be.
        endpoint: What answers.
        quota: Whose bucket it takes from; None for Drive, whose own limits are far away.
        name: The method's name in the discovery document; empty for Drive.
    """

    method: str
    pattern: re.Pattern[str]
    endpoint: Callable[[Call], dict[str, Any] | None]
    quota: Literal["read", "write"] | None
    name: str

    @property
    def contract(self) -> dict[str, Any]:
        """The method's description; empty for Drive."""
        found: Any = document("sheets.v4")
        *resources, name = self.name.split(".")
        for resource in resources:
            found = found["resources"][resource]
        described: dict[str, Any] = found["methods"][name]
        return described


def _route(method: str, pattern: str, endpoint: Any, quota: Any = None, name: str = "") -> Route:
    return Route(method, re.compile(f"^{pattern}$"), endpoint, quota, name)


def _sheets(method: str, path: str, endpoint: Any, quota: str, name: str = "") -> Route:
    """Return the route of a method below one spreadsheet; its name is the path's if not given."""
    name = name or path.replace("/", ".").replace(":", ".").strip(".")
    return _route(method, f"{_ONE}{path}", endpoint, quota, f"spreadsheets.{name}")


def _values(method: str, path: str, name: str, request: str, response: str) -> Route:
    """Return the route of a `values` method that changes something."""
    endpoint = sheets_api.changing(f"values.{name}", request, response)
    return _sheets(method, path, endpoint, "write", f"values.{name}")


def _batch_values(name: str) -> Route:
    """Return the route of a `values:batch...` method that changes something."""
    kind = name.replace("batch", "Batch").replace("Update", "UpdateValues")
    kind = kind.replace("Clear", "ClearValues")
    return _values("POST", f"/values:{name}", name, f"{kind}Request", f"{kind}Response")


_METADATA = "/developerMetadata/(?P<metadata>\\d+)"
_COPY = "/sheets/(?P<sheet>\\d+):copyTo"
_FILE = f"{_FILES}/(?P<id>[^/]+)"
_PERMISSION = f"{_FILE}/permissions/(?P<permission>[^/]+)"
ROUTES = (
    _route("POST", _BASE, sheets_api.create, "write", "spreadsheets.create"),
    _sheets("GET", "", sheets_api.get, "read", "get"),
    _sheets("POST", ":batchUpdate", sheets_api.batch_update, "write"),
    _sheets("POST", ":getByDataFilter", sheets_api.get_by_data_filter, "read"),
    _sheets("GET", "/values:batchGet", sheets_api.batch_read, "read"),
    _sheets("POST", "/values:batchGetByDataFilter", sheets_api.batch_read_by_filter, "read"),
    _batch_values("batchUpdate"),
    _batch_values("batchUpdateByDataFilter"),
    _batch_values("batchClear"),
    _batch_values("batchClearByDataFilter"),
    _values("POST", f"{_RANGE}:append", "append", "ValueRange", "AppendValuesResponse"),
    _values("POST", f"{_RANGE}:clear", "clear", "ClearValuesRequest", "ClearValuesResponse"),
    _sheets("GET", _RANGE, sheets_api.read, "read", "values.get"),
    _values("PUT", _RANGE, "update", "ValueRange", "UpdateValuesResponse"),
    _sheets("POST", "/developerMetadata:search", sheets_api.search_metadata, "read"),
    _sheets("GET", _METADATA, sheets_api.get_metadata, "read", "developerMetadata.get"),
    _sheets("POST", _COPY, sheets_api.copy_sheet, "write", "sheets.copyTo"),
    _route("GET", _FILES, drive_api.list_files),
    _route("POST", _FILES, drive_api.create_file),
    _route("GET", _FILE, drive_api.get_file),
    _route("PATCH", _FILE, drive_api.update_file),
    _route("DELETE", _FILE, drive_api.delete_file),
    _route("GET", f"{_FILE}/permissions", drive_api.list_permissions),
    _route("POST", f"{_FILE}/permissions", drive_api.create_permission),
    _route("DELETE", _PERMISSION, drive_api.delete_permission),
)


def find_route(method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the endpoint of an undecoded path, and its decoded parameters; or None."""
    for route in ROUTES:
        match = route.pattern.match(raw_path) if route.method == method else None
        if match:
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
