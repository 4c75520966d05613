"""A server with one spreadsheet, a clock that only tests move, and clients for it."""

from __future__ import annotations

from typing import Any
from urllib.parse import quote

import gspread
import pytest
import requests
from google.auth.credentials import CredentialsWithRegionalAccessBoundary
from sandbox.sheets.server import DEFAULT_EMAIL, Behaviour, serve

START = 1_790_000_000.0  # 2026-09-21T14:13:20Z
SCOPES = "https://www.googleapis.com/auth/spreadsheets https://www.googleapis.com/auth/drive"
GOOGLE = ("https://sheets.googleapis.com", "https://www.googleapis.com")


class Clock:
    def __init__(self) -> None:
        self.now = START

    def __call__(self) -> float:
        return self.now


class Api:
    """Requests to one spreadsheet."""

    def __init__(self, url: str, token: str, book: str) -> None:
        self.url, self.book = url, book
        self.session = requests.Session()
        self.session.headers["Authorization"] = f"Bearer {token}"

    def request(self, method: str, path: str, body: Any = None, **query: Any) -> requests.Response:
        return self.session.request(
            method, f"{self.url}{path}", json=body, params=query, timeout=20
        )

    def sheets(self, method: str, path: str, body: Any = None, **query: Any) -> Any:
        answer = self.request(method, f"/v4/spreadsheets/{self.book}{path}", body, **query)
        return answer.json()

    def get(self, **query: Any) -> Any:
        return self.sheets("GET", "", **query)

    def values(self, text: str, **query: Any) -> Any:
        return self.sheets("GET", f"/values/{quote(text, safe='')}", **query)

    def rows(self, text: str, **query: Any) -> Any:
        return self.values(text, **query).get("values")

    def put(self, text: str, values: Any, option: str = "RAW", **body: Any) -> Any:
        path = f"/values/{quote(text, safe='')}"
        return self.sheets("PUT", path, {"values": values, **body}, valueInputOption=option)

    def append(self, text: str, values: Any, option: str = "RAW", **query: Any) -> Any:
        path = f"/values/{quote(text, safe='')}:append"
        return self.sheets("POST", path, {"values": values}, valueInputOption=option, **query)

    def batch(self, *requests: Any, **body: Any) -> Any:
        return self.sheets("POST", ":batchUpdate", {"requests": requests, **body})

    def fill(self, rows: Any, *, sheet: int = 0, row: int = 0, column: int = 0) -> Any:
        """Write typed cells; None leaves a cell empty."""
        start = {"sheetId": sheet, "rowIndex": row, "columnIndex": column}
        cells = [{"values": [cell(value) for value in each]} for each in rows]
        return self.batch(
            {"updateCells": {"start": start, "rows": cells, "fields": "userEnteredValue"}}
        )

    def message(self, answer: Any) -> str:
        return answer["error"]["message"]


def cell(value: Any) -> dict[str, Any]:
    """Return the CellData of a value."""
    kinds = {bool: "boolValue", str: "stringValue", int: "numberValue", float: "numberValue"}
    return {} if value is None else {"userEnteredValue": {kinds[type(value)]: value}}


def local_http_client(url: str) -> type[gspread.HTTPClient]:
    """Return gspread's HTTP client with another host than Google's."""

    class Local(gspread.HTTPClient):
        def request(self, method, endpoint, *arguments, **named):
            for host in GOOGLE:
                endpoint = endpoint.replace(host, url)
            return super().request(method, endpoint, *arguments, **named)

    return Local


@pytest.fixture(autouse=True)
def _no_lookup_elsewhere(monkeypatch):
    """Keep google-auth from asking Google where an account's requests may go to."""
    monkeypatch.setattr(
        CredentialsWithRegionalAccessBoundary,
        "_is_regional_access_boundary_lookup_required",
        lambda _: False,
    )


@pytest.fixture
def clock() -> Clock:
    return Clock()


@pytest.fixture
def behaviour() -> Behaviour:
    return Behaviour(limits=False)


@pytest.fixture
def server(behaviour, clock):
    with serve(behaviour=behaviour, clock=clock) as running:
        yield running


@pytest.fixture
def book(server) -> str:
    return server.store.create("Support", shared_with=[DEFAULT_EMAIL])


@pytest.fixture
def token(server, clock) -> str:
    return server.store.accounts.token(DEFAULT_EMAIL, SCOPES, clock.now + 1e6)


@pytest.fixture
def api(server, book, token) -> Api:
    return Api(server.url, token, book)


@pytest.fixture
def api_of(server, token):
    """Make a client of another spreadsheet."""
    return lambda book: Api(server.url, token, book)


@pytest.fixture
def person(server, book):
    return server.store.person(book)


@pytest.fixture
def gspread_client(server, token):
    session = requests.Session()
    session.headers["Authorization"] = f"Bearer {token}"
    return gspread.authorize(None, session=session, http_client=local_http_client(server.url))
