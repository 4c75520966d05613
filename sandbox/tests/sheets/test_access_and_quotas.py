"""Who may do what, and how often: 401, 403, 404, 429 with Google's bodies."""

import gzip
import json

import pytest
import requests
from google.auth import crypt, jwt
from sandbox.sheets.accounts import GRANT
from sandbox.sheets.server import DEFAULT_EMAIL

from .conftest import SCOPES, Api

READ_ONLY = "https://www.googleapis.com/auth/spreadsheets.readonly"


def test_an_unknown_spreadsheet_is_not_found(api_of):
    error = api_of("nosuchid").get()["error"]
    assert error == {
        "code": 404,
        "message": "Requested entity was not found.",
        "status": "NOT_FOUND",
    }


def test_a_spreadsheet_that_is_not_shared_is_forbidden(server, api_of):
    error = api_of(server.store.create("Private")).get()["error"]
    assert error == {
        "code": 403,
        "message": "The caller does not have permission",
        "status": "PERMISSION_DENIED",
    }


def test_a_reader_reads_and_does_not_write(server, api_of):
    api = api_of(server.store.create("Seen", shared_with=[(DEFAULT_EMAIL, "reader")]))
    assert api.rows("A1") is None
    assert api.put("A1", [["x"]])["error"]["code"] == 403
    assert api.batch({"addSheet": {}})["error"]["code"] == 403


def test_sharing_and_taking_back_count_from_the_next_request(server, api_of):
    book = server.store.create("Later")
    api = api_of(book)
    server.store.share(book, DEFAULT_EMAIL)
    assert "error" not in api.put("A1", [["x"]])
    server.store.unshare(book, DEFAULT_EMAIL)
    assert api.get()["error"]["code"] == 403


@pytest.mark.parametrize("bad", ["", "nonsense", "ya29.sandbox.e30.forged"])
def test_a_wrong_token_is_unauthenticated(server, book, bad):
    answer = Api(server.url, bad or "x", book).request("GET", f"/v4/spreadsheets/{book}")
    assert answer.status_code == 401
    assert answer.json()["error"]["status"] == "UNAUTHENTICATED"
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


def test_a_token_ends_after_its_hour(server, book, clock):
    token = server.store.accounts.token(DEFAULT_EMAIL, SCOPES, clock.now + 60)
    api = Api(server.url, token, book)
    assert "error" not in api.get()
    clock.now += 61
    assert api.get()["error"]["code"] == 401


def test_a_request_without_any_credential_is_refused_unless_configured(server, book, behaviour):
    api = Api(server.url, "", book)
    del api.session.headers["Authorization"]
    assert api.get()["error"]["status"] == "PERMISSION_DENIED"
    behaviour.anonymous_as = DEFAULT_EMAIL
    assert "error" not in api.get()


def test_a_token_for_reading_only_does_not_write(server, book, clock):
    token = server.store.accounts.token(DEFAULT_EMAIL, READ_ONLY, clock.now + 60)
    api = Api(server.url, token, book)
    assert "error" not in api.get()
    error = api.put("A1", [["x"]])["error"]
    assert error["details"][0]["reason"] == "ACCESS_TOKEN_SCOPE_INSUFFICIENT"


def test_a_project_that_has_not_enabled_the_api_is_told_where_to(api, behaviour):
    behaviour.enabled = False
    error = api.get(alt="json")["error"]
    assert error["details"][0]["reason"] == "SERVICE_DISABLED"
    assert error["errors"][0]["reason"] == "accessNotConfigured"
    assert "Enable it by visiting https://" in error["message"]


def test_a_service_account_has_no_storage_to_create_files_in(api, behaviour):
    mime = "application/vnd.google-apps.spreadsheet"
    body = {"name": "New", "mimeType": mime}
    answer = api.request("POST", "/drive/v3/files", body)
    assert answer.status_code == 403
    (told,) = answer.json()["error"]["errors"]
    assert told == {
        "message": "The user's Drive storage quota has been exceeded.",
        "domain": "usageLimits",
        "reason": "storageQuotaExceeded",
    }
    behaviour.accounts_own_files = True
    assert api.request("POST", "/drive/v3/files", body).json()["name"] == "New"


def test_the_sixty_first_write_of_a_minute_is_refused(api, behaviour, clock):
    behaviour.limits = True
    answers = [api.put("A1", [["x"]]) for _ in range(61)]
    assert ["error" in one for one in answers] == [False] * 60 + [True]
    error = answers[-1]["error"]
    assert (error["code"], error["status"]) == (429, "RESOURCE_EXHAUSTED")
    assert error["message"] == (
        "Quota exceeded for quota metric 'Write requests' and limit 'Write requests per minute "
        "per user' of service 'sheets.googleapis.com' for consumer 'project_number:123456789012'."
    )
    metadata = error["details"][0]["metadata"]
    assert metadata["quota_limit"] == "WriteRequestsPerMinutePerUser"
    assert metadata["quota_limit_value"] == "60"
    assert "error" not in api.get(), "reads have a bucket of their own"
    clock.now += 60
    assert "error" not in api.put("A1", [["x"]])


def test_a_batch_counts_as_one_request(api, behaviour):
    behaviour.limits = True
    for _ in range(60):
        assert "error" not in api.batch(*[{"clearBasicFilter": {}}] * 100)
    assert api.batch({"clearBasicFilter": {}})["error"]["code"] == 429


def test_all_users_of_a_project_share_its_bucket(server, behaviour, clock):
    behaviour.limits, behaviour.project_limit, behaviour.user_limit = True, 5, 3
    emails = [f"a{number}@example.com" for number in range(3)]
    book = server.store.create("Shared", shared_with=emails)
    apis = [
        Api(server.url, server.store.accounts.token(one, SCOPES, clock.now + 60), book)
        for one in emails
    ]
    told = [[("error" in apis[user].get()) for _ in range(3)] for user in range(3)]
    assert told == [[False] * 3, [False, False, True], [True] * 3]
    assert "per user" not in apis[2].get()["error"]["message"]


def test_a_refused_request_does_nothing_and_is_not_counted_as_served(api, behaviour, server, book):
    behaviour.limits, behaviour.user_limit, behaviour.retry_after = True, 1, 30
    api.put("A1", [["x"]])
    before = server.store.book(book)
    answer = api.request("POST", f"/v4/spreadsheets/{book}:batchUpdate", {"requests": []})
    assert (answer.status_code, answer.headers["Retry-After"]) == (429, "30")
    assert server.store.book(book) is before


def test_the_journal_tells_what_was_asked_and_no_secret(api, server, token):
    api.put("'Sheet1'!A1", [["a customer's words"]])
    api.batch({"addSheet": {}}, {"clearBasicFilter": {}})
    write, batch = server.journal
    assert (write.method, write.kind, write.range, write.status) == (
        "PUT",
        "write",
        "'Sheet1'!A1",
        200,
    )
    assert write.sent > 20
    assert batch.requests == ("addSheet", "clearBasicFilter")
    assert "customer" not in repr(server.journal)
    assert token not in repr(server.journal)


@pytest.mark.parametrize("understood", [True, False])
def test_whether_gzipped_requests_are_understood_can_be_switched(api, behaviour, understood):
    behaviour.gzip_requests = understood
    body = gzip.compress(json.dumps({"values": [["x"]]}).encode())
    url = f"{api.url}/v4/spreadsheets/{api.book}/values/A1?valueInputOption=RAW"
    answer = api.session.put(url, data=body, headers={"Content-Encoding": "gzip"}, timeout=10)
    assert answer.status_code == (200 if understood else 400)
    assert api.rows("A1") == ([["x"]] if understood else None)


def assertion(server, issued, expires, scope=SCOPES):
    """Return a signed JWT as google-auth makes it, for any time."""
    info = server.service_account_info()
    signer = crypt.RSASigner.from_service_account_info(info)
    claims = {"iss": info["client_email"], "scope": scope, "iat": issued, "exp": expires}
    return jwt.encode(signer, claims).decode()


def granted(server, **form):
    answer = requests.post(f"{server.url}/token", data=form, timeout=10)
    return answer.status_code, answer.json()


def test_a_signed_assertion_is_worth_a_token_for_an_hour(server, clock):
    now = int(clock.now)
    status, told = granted(server, grant_type=GRANT, assertion=assertion(server, now, now + 3600))
    assert status == 200
    assert (told["expires_in"], told["token_type"]) == (3599, "Bearer")
    access = server.store.accounts.access(told["access_token"], clock.now)
    assert (access.email, access.scopes) == (DEFAULT_EMAIL, frozenset(SCOPES.split()))


@pytest.mark.parametrize(
    ("times", "error"),
    [
        ((-7200, -3600, SCOPES), "invalid_grant"),
        ((0, 7200, SCOPES), "invalid_grant"),
        ((3600, 7200, SCOPES), "invalid_grant"),
        ((0, 3600, ""), "invalid_scope"),
    ],
)
def test_an_assertion_of_another_time_or_for_nothing_is_refused(server, clock, times, error):
    issued, expires, scope = times
    now = int(clock.now)
    signed = assertion(server, now + issued, now + expires, scope)
    status, told = granted(server, grant_type=GRANT, assertion=signed)
    assert (status, told["error"]) == (400, error)


def test_what_is_no_assertion_is_refused(server):
    assert granted(server, grant_type="password")[1]["error"] == "unsupported_grant_type"
    told = granted(server, grant_type=GRANT, assertion="a.b.c")[1]
    assert told == {"error": "invalid_grant", "error_description": "Invalid JWT Signature."}
