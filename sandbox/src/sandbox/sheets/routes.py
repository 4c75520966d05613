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
_RANGE = f"{_ONE}/values/(?P<range>[^/]+?)"


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


def _values(method: str, pattern: str, name: str, request: str, response: str) -> Route:
    endpoint = sheets_api.changing(f"values.{name}", request, response)
    return _route(method, pattern, endpoint, "write", f"spreadsheets.values.{name}")


ROUTES = (
    _route("POST", _BASE, sheets_api.create, "write", "spreadsheets.create"),
    _route("GET", _ONE, sheets_api.get, "read", "spreadsheets.get"),
    _route("POST", f"{_ONE}:batchUpdate", sheets_api.batch_update, "write", "spreadsheets.batchUpdate"),
    _route("POST", f"{_ONE}:getByDataFilter", sheets_api.get_by_data_filter, "read", "spreadsheets.getByDataFilter"),
    _route("GET", f"{_ONE}/values:batchGet", sheets_api.batch_read, "read", "spreadsheets.values.batchGet"),
    _route("POST", f"{_ONE}/values:batchGetByDataFilter", sheets_api.batch_read_by_filter, "read", "spreadsheets.values.batchGetByDataFilter"),
    _values("POST", f"{_ONE}/values:batchUpdate", "batchUpdate", "BatchUpdateValuesRequest", "BatchUpdateValuesResponse"),
    _values("POST", f"{_ONE}/values:batchUpdateByDataFilter", "batchUpdateByDataFilter", "BatchUpdateValuesByDataFilterRequest", "BatchUpdateValuesByDataFilterResponse"),
    _values("POST", f"{_ONE}/values:batchClear", "batchClear", "BatchClearValuesRequest", "BatchClearValuesResponse"),
    _values("POST", f"{_ONE}/values:batchClearByDataFilter", "batchClearByDataFilter", "BatchClearValuesByDataFilterRequest", "BatchClearValuesByDataFilterResponse"),
    _values("POST", f"{_RANGE}:append", "append", "ValueRange", "AppendValuesResponse"),
    _values("POST", f"{_RANGE}:clear", "clear", "ClearValuesRequest", "ClearValuesResponse"),
    _route("GET", _RANGE, sheets_api.read, "read", "spreadsheets.values.get"),
    _values("PUT", _RANGE, "update", "ValueRange", "UpdateValuesResponse"),
    _route("POST", f"{_ONE}/developerMetadata:search", sheets_api.search_metadata, "read", "spreadsheets.developerMetadata.search"),
    _route("GET", f"{_ONE}/developerMetadata/(?P<metadata>\\d+)", sheets_api.get_metadata, "read", "spreadsheets.developerMetadata.get"),
    _route("POST", f"{_ONE}/sheets/(?P<sheet>\\d+):copyTo", sheets_api.copy_sheet, "write", "spreadsheets.sheets.copyTo"),
    _route("GET", _FILES, drive_api.list_files),
    _route("POST", _FILES, drive_api.create_file),
    _route("GET", f"{_FILES}/(?P<id>[^/]+)", drive_api.get_file),
    _route("PATCH", f"{_FILES}/(?P<id>[^/]+)", drive_api.update_file),
    _route("DELETE", f"{_FILES}/(?P<id>[^/]+)", drive_api.delete_file),
    _route("GET", f"{_FILES}/(?P<id>[^/]+)/permissions", drive_api.list_permissions),
    _route("POST", f"{_FILES}/(?P<id>[^/]+)/permissions", drive_api.create_permission),
    _route("DELETE", f"{_FILES}/(?P<id>[^/]+)/permissions/(?P<permission>[^/]+)", drive_api.delete_permission),
)  # fmt: skip


def find_route(method: str, raw_path: str) -> tuple[Route, dict[str, str]] | None:
    """Return the endpoint of an undecoded path and its decoded parameters; None if there is none."""
    for route in ROUTES:
        match = route.pattern.match(raw_path) if route.method == method else None
        if match:
            return route, {name: unquote(value) for name, value in match.groupdict().items()}
    return None
