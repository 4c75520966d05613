"""Google's own and the field's clients use the stand-in as they are."""

import json

import google.auth.exceptions
import gspread
import httplib2
import pytest
from cryptography.hazmat.primitives.asymmetric import rsa
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat
from google.oauth2 import service_account
from googleapiclient.discovery import build_from_document
from googleapiclient.errors import HttpError
from sandbox.sheets.discovery import document
from sandbox.sheets.server import DEFAULT_EMAIL, serve

from .conftest import SCOPES, local_http_client


@pytest.fixture
def sheet(gspread_client, book):
    return gspread_client.open_by_key(book)


def test_gspread_with_a_key_file_gets_its_token_here():
    with serve() as server:
        book = server.store.create("Key", shared_with=[DEFAULT_EMAIL])
        client = gspread.service_account_from_dict(
            server.service_account_info(), http_client=local_http_client(server.url)
        )
        client.open_by_key(book).sheet1.update([["x"]], "A1")
        assert server.store.cells(book, "Sheet1")[0][0] == "x"
        assert [one.kind for one in server.journal] == ["token", "read", "read", "write"]
        assert "assertion" not in repr(server.journal)


def test_a_key_that_is_not_the_accounts_gets_no_token():
    other = rsa.generate_private_key(public_exponent=65537, key_size=2048)
    pem = other.private_bytes(Encoding.PEM, PrivateFormat.PKCS8, NoEncryption()).decode()
    with serve() as server:
        info = {**server.service_account_info(), "private_key": pem}
        local = local_http_client(server.url)
        client = gspread.service_account_from_dict(info, http_client=local)
        book = server.store.create("Key", shared_with=[DEFAULT_EMAIL])
        with pytest.raises(google.auth.exceptions.RefreshError, match="Invalid JWT Signature"):
            client.open_by_key(book)


def test_gspread_writes_reads_and_formats(sheet):
    worksheet = sheet.sheet1
    worksheet.update([["id", "n"], ["a", 1], ["b", 2.5]], "A1")
    worksheet.append_row(["c", True])
    worksheet.batch_update([{"range": "D1:D2", "values": [["x"], ["y"]]}])
    worksheet.format("A1:D1", {"textFormat": {"bold": True}})
    worksheet.freeze(rows=1)
    assert worksheet.get_all_values() == [
        ["id", "n", "", "x"],
        ["a", "1", "", "y"],
        ["b", "2.5", "", ""],
        ["c", "TRUE", "", ""],
    ]
    assert worksheet.col_values(1) == ["id", "a", "b", "c"]
    assert worksheet.row_values(2) == ["a", "1", "", "y"]
    assert worksheet.find("b").address == "A3"
    assert worksheet.get("Z99") == [[]]


def test_gspread_adds_sorts_resizes_and_deletes(sheet):
    worksheet = sheet.add_worksheet("Data", rows=5, cols=2)
    worksheet.update([["b", "2"], ["a", "1"]], "A1")
    worksheet.sort((1, "asc"))
    worksheet.insert_rows([["new", "0"]], row=1)
    worksheet.delete_rows(2)
    worksheet.resize(rows=3, cols=1)
    assert worksheet.get_all_values() == [["new"], ["b"]]
    worksheet.set_basic_filter()
    worksheet.add_protected_range("A1:A2", ["a@example.com"])
    worksheet.clear()
    sheet.del_worksheet(worksheet)
    assert [one.title for one in sheet.worksheets()] == ["Sheet1"]


def test_gspread_finds_files_by_title_and_tells_when_they_changed(gspread_client, sheet, book):
    assert gspread_client.open("Support").id == book
    assert [one["id"] for one in gspread_client.list_spreadsheet_files()] == [book]
    assert sheet.get_lastUpdateTime() == "2026-09-21T14:13:20.000Z"
    sheet.share("someone@example.com", perm_type="user", role="reader")
    roles = {one["emailAddress"]: one["role"] for one in sheet.list_permissions()}
    assert roles[DEFAULT_EMAIL] == "writer"
    assert roles["someone@example.com"] == "reader"


def test_gspread_tells_apart_what_is_missing_and_what_is_not_shared(gspread_client, server):
    with pytest.raises(gspread.SpreadsheetNotFound):
        gspread_client.open_by_key("nosuchid")
    with pytest.raises(PermissionError):
        gspread_client.open_by_key(server.store.create("Private"))


def test_gspread_may_create_and_delete_where_accounts_own_files(gspread_client, behaviour, server):
    behaviour.accounts_own_files = True
    made = gspread_client.create("Mine")
    assert [one.title for one in made.worksheets()] == ["Sheet1"]
    gspread_client.del_spreadsheet(made.id)
    with pytest.raises(gspread.SpreadsheetNotFound):
        gspread_client.open_by_key(made.id)


class _Bearer:
    """httplib2 with a token, which is all that Google's client asks of it."""

    def __init__(self, token):
        self._http, self._token = httplib2.Http(timeout=20), token

    def request(self, uri, method="GET", body=None, headers=None, **more):
        headers = {**(headers or {}), "authorization": f"Bearer {self._token}"}
        return self._http.request(uri, method=method, body=body, headers=headers)

    def close(self):
        self._http.close()


@pytest.fixture
def official(server, token):
    described = json.dumps({**document("sheets.v4"), "rootUrl": f"{server.url}/"})
    service = build_from_document(
        described, http=_Bearer(token), client_options={"api_endpoint": f"{server.url}/"}
    )
    yield service.spreadsheets()
    service.close()


def test_googles_client_writes_and_reads(official, book):
    values = {"values": [["a", 1]]}
    official.values().update(
        spreadsheetId=book, range="Sheet1!A1", valueInputOption="RAW", body=values
    ).execute()
    told = official.values().get(spreadsheetId=book, range="Sheet1!A1:B2").execute()
    assert told["values"] == [["a", "1"]]
    filter_ = {"developerMetadataLookup": {"metadataKey": "k"}}
    body = {"dataFilters": [filter_]}
    assert official.developerMetadata().search(spreadsheetId=book, body=body).execute() == {}


def test_googles_client_understands_the_errors(official, book):
    with pytest.raises(HttpError) as caught:
        official.values().get(spreadsheetId=book, range="Nowhere!A1").execute()
    assert caught.value.status_code == 400
    assert caught.value.reason == "Unable to parse range: Nowhere!A1"


def test_googles_client_copies_a_tab_to_another_file(official, book, server, api):
    api.put("A1", [["copied"]])
    target = server.store.create("Target", shared_with=[DEFAULT_EMAIL])
    body = {"destinationSpreadsheetId": target}
    told = official.sheets().copyTo(spreadsheetId=book, sheetId=0, body=body).execute()
    assert told["title"] == "Copy of Sheet1"
    assert server.store.cells(target, "Copy of Sheet1")[0][0] == "copied"


def test_google_auth_makes_a_new_token_when_the_old_one_is_refused():
    from google.auth.transport.requests import AuthorizedSession
    from sandbox.sheets.server import Fault

    with serve() as server:
        book = server.store.create("Auth", shared_with=[DEFAULT_EMAIL])
        credentials = service_account.Credentials.from_service_account_info(
            server.service_account_info(), scopes=SCOPES.split()
        )
        session = AuthorizedSession(credentials)
        server.behaviour.faults.append(Fault("GET /v4", "401"))
        answer = session.get(f"{server.url}/v4/spreadsheets/{book}", timeout=10)
        assert answer.status_code == 200
        assert [one.status for one in server.journal] == [200, 401, 200, 200]
