"""Who gets in: accounts by path, API keys, OAuth tokens (emulator rows 1 and 2)."""

import base64

import pytest
import requests
from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.gorgias.server import Behaviour, serve


def test_an_unknown_account_is_a_web_page_with_404(server):
    """Row 1."""
    answer = requests.get(f"{server.url}/nobody/api/tickets", timeout=20)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "text/html"
    assert answer.text.startswith("<!DOCTYPE html>")


def test_accounts_keep_their_objects_and_their_keys_to_themselves(clock):
    """Row 1: the same id in two accounts is two different objects."""
    desks = [Helpdesk(name, "UTC", clock) for name in ("one", "two")]
    for desk in desks:
        desk.grant_key("a@example.com", f"key-{desk.domain}", 1)
        desk.put("tags", {"id": 31, "name": desk.domain, "created_datetime": 0})
    with serve(desks, Behaviour()) as running:
        for desk in desks:
            url = f"{running.urls[desk.domain]}/api/tags"
            right, wrong = ("a@example.com", f"key-{desk.domain}"), ("a@example.com", "key-other")
            assert (
                requests.get(url, auth=right, timeout=20).json()["data"][0]["name"] == desk.domain
            )
            assert requests.get(url, auth=wrong, timeout=20).status_code == 401


@pytest.mark.parametrize(
    "header",
    [
        None,
        "Basic !!!",
        "Basic " + base64.b64encode(b"ana@getwrrk.example.com:wrong").decode(),
        "Basic " + base64.b64encode(b"no colon").decode(),
        "Bearer unknown",
        "Token synthetic-key",
    ],
)
def test_wrong_credentials_are_a_401_with_the_vendors_words(client_as, header):
    """Row 2."""
    answer = client_as(header).get("tickets")
    assert answer.status_code == 401
    assert answer.json() == {"error": {"msg": "Unauthorized."}}


def test_key_and_token_both_act_for_a_user(desk, client, client_as):
    """Row 2: user 0 is whoever asks."""
    desk.grant_token("a-token", 7102)
    assert client.get("users/0").json()["id"] == 7101
    assert client_as("Bearer a-token").get("users/0").json()["id"] == 7102


def test_a_token_without_the_scope_is_forbidden_in_the_vendors_words(desk, client_as):
    """Row 20: the text of a 403."""
    desk.grant_token("narrow", 7101, frozenset({"users:read"}))
    narrow = client_as("Bearer narrow")
    assert narrow.get("users").status_code == 200
    refused = narrow.get("tickets")
    assert refused.status_code == 403
    assert refused.json()["error"]["msg"].startswith("You do not have enough permissions")


def test_unknown_paths_and_methods_answer_404_and_405(client):
    assert client.get("nothing").status_code == 404
    assert client.get("tickets/not-a-number").status_code == 404
    assert client.send("DELETE", "tickets").status_code == 405


def test_a_slash_at_the_end_makes_no_difference(client, make):
    number = make.ticket("2026-02-01T00:00:00Z")
    assert client.get("tickets/").json()["data"] == client.get("tickets").json()["data"]
    assert client.get(f"tickets/{number}/").json()["id"] == number


def test_account_and_settings_tell_the_time_zone(client):
    account = client.get("account").json()
    assert account["domain"] == "acme"
    hours = client.get("account/settings", type="business-hours").json()["data"]
    assert [one["data"]["timezone"] for one in hours] == ["Europe/Vienna"]


def test_the_journal_holds_no_credentials(server, client):
    client.get("tickets", limit=5)
    client.send("POST", "reporting/stats", {"query": {}})
    assert [(one.method, one.path, one.status) for one in server.journal] == [
        ("GET", "/acme/api/tickets", 200),
        ("POST", "/acme/api/reporting/stats", 400),
    ]
    assert "synthetic-key" not in repr(server.journal)
    assert base64.b64encode(b":synthetic-key")[2:12].decode() not in repr(server.journal)


def test_every_answer_carries_date_request_id_and_release(client, clock):
    headers = client.get("tickets").headers
    assert headers["Date"] == "Wed, 25 Feb 2026 06:13:20 GMT"
    assert headers["x-request-id"]
    assert headers["x-gorgias-release"]
