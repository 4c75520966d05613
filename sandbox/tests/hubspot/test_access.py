"""Tokens, scopes, correlation, the clock's Date, the journal (rows 16 and 21)."""

from __future__ import annotations

import pytest

LIST = "/crm/objects/2026-09/tickets"


@pytest.mark.parametrize("token", ["", "pat-na1-unknown"])
def test_a_missing_or_unknown_token_is_a_401(client_of, token):
    answer = client_of(token).get(LIST)
    assert answer.status_code == 401
    assert answer.json()["category"] == "INVALID_AUTHENTICATION"
    assert answer.json()["message"].startswith("Authentication credentials not found.")


@pytest.mark.parametrize(
    ("path", "scopes"),
    [
        (LIST, ["tickets"]),
        ("/crm/v3/objects/contacts", ["crm.objects.contacts.read"]),
        ("/crm/v3/owners", ["crm.objects.owners.read"]),
        ("/crm/v3/properties/tickets", ["crm.schemas.tickets.read", "tickets"]),
        ("/crm/v3/pipelines/tickets", ["crm.schemas.tickets.read", "tickets"]),
        ("/crm/v3/schemas", ["crm.objects.custom.read", "crm.schemas.custom.read"]),
        ("/crm/v4/associations/tickets/companies/labels", ["tickets"]),
    ],
)
def test_a_missing_scope_is_a_403_that_names_those_of_which_one_would_do(
    client_of, portal, path, scopes
):
    portal.tokens["pat-bare"] = frozenset({"oauth"})
    answer = client_of("pat-bare").get(path)
    assert answer.status_code == 403
    body = answer.json()
    assert body["category"] == "MISSING_SCOPES"
    assert body["links"] == {"scopes": "https://developers.hubspot.com/scopes"}
    (error,) = body["errors"]
    assert error["context"] == {"requiredGranularScopes": scopes}


def test_associations_need_the_scopes_of_both_ends(client_of, portal):
    portal.tokens["pat-half"] = frozenset({"tickets"})
    answer = client_of("pat-half").get("/crm/v4/associations/tickets/companies/labels")
    assert answer.status_code == 403
    assert "crm.objects.companies.read" in answer.text


def test_the_key_that_names_the_scopes_can_be_the_older_one(client_of, server, portal):
    portal.tokens["pat-bare"] = frozenset()
    server.behaviour.missing_scope_key = "requiredScopes"
    (error,) = client_of("pat-bare").get(LIST).json()["errors"]
    assert error["context"] == {"requiredScopes": ["tickets"]}


def test_one_sufficient_scope_opens_what_it_should_and_no_more(client_of, portal):
    portal.tokens["pat-tickets"] = frozenset({"tickets"})
    client = client_of("pat-tickets")
    opened = [LIST, "/crm/v3/properties/tickets", "/account-info/v3/details"]
    assert [client.get(path).status_code for path in opened] == [200, 200, 200]
    assert client.get("/crm/v3/limits/records").status_code == 200
    assert client.get("/crm/v3/objects/companies").status_code == 403


def test_sensitive_values_and_definitions_need_their_own_scope(client_of, portal, clock):
    portal.define_property("tickets", {"name": "secret", "dataSensitivity": "sensitive"})
    portal.create("tickets", {"secret": "x"}, at=clock.now)
    portal.tokens["pat-plain"] = frozenset({"tickets"})
    portal.tokens["pat-more"] = frozenset({"tickets", "tickets.sensitive"})
    plain, more = client_of("pat-plain"), client_of("pat-more")
    query = {"properties": "secret"}
    assert "secret" not in plain.get(LIST, **query).json()["results"][0]["properties"]
    assert more.get(LIST, **query).json()["results"][0]["properties"]["secret"] == "x"
    definitions = "/crm/v3/properties/tickets"
    assert plain.get(definitions, dataSensitivity="sensitive").status_code == 403
    assert more.get(definitions, dataSensitivity="sensitive").status_code == 200


def test_introspection_tells_the_portal_and_the_scopes(client, portal):
    portal.tokens["pat-some"] = frozenset({"tickets", "tickets.sensitive"})
    path = "/oauth/v2/private-apps/get/access-token-info"
    body = client.post(path, {"tokenKey": "pat-some"}).json()
    assert body["hubId"] == 4242
    assert body["scopes"] == ["oauth", "tickets", "tickets.sensitive.v2"]
    assert client.post(path, {"tokenKey": "pat-none"}).status_code == 401


@pytest.mark.parametrize(
    "path", [f"{LIST}?limit=101", "/crm/v3/objects/nonsense", "/nowhere", f"{LIST}/999"]
)
def test_the_correlation_id_of_an_error_is_the_one_in_the_header(client, path):
    answer = client.get(path)
    assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]
    again = client.get(path)
    assert again.json()["correlationId"] != answer.json()["correlationId"]


def test_every_reply_carries_the_portals_own_time(client, clock):
    assert client.get(LIST).headers["Date"] == "Mon, 02 Feb 2026 02:40:00 GMT"
    clock.advance(hours=4)
    assert client.get("/nowhere").headers["Date"] == "Mon, 02 Feb 2026 06:40:00 GMT"


def test_the_journal_lists_every_request_without_a_token(client, server, add_tickets):
    add_tickets(3)
    client.get(LIST, limit=2)
    client.search({"limit": 1})
    client.get("/nowhere")
    path = "/oauth/v2/private-apps/get/access-token-info"
    client.post(path, {"tokenKey": "pat-na1-sandbox-0000"})
    lines = [(r.method, r.path, r.status, r.records) for r in server.journal]
    assert lines == [
        ("GET", LIST, 200, 2),
        ("POST", f"{LIST}/search", 200, 1),
        ("GET", "/nowhere", 404, 0),
        ("POST", path, 200, 0),
    ]
    assert server.journal[0].query == "limit=2"
    assert server.journal[1].body == b'{"limit": 1}'
    assert server.journal[0].at <= server.journal[1].at
    assert "pat-na1-sandbox" not in repr(server.journal)


def test_bodies_of_emails_need_a_scope_of_their_own(client, client_of, portal, clock):
    for name in ("hs_email_subject", "hs_email_text"):
        portal.define_property("emails", {"name": name, "type": "string"})
    values = {"hs_email_subject": "Hello", "hs_email_text": "Dear all"}
    portal.create("emails", values, at=clock.now, record_id=5)
    portal.tokens["narrow"] = frozenset({"crm.objects.contacts.read"})
    path, query = "/crm/objects/2026-09/emails", {"properties": ",".join(values)}
    (whole,) = client.get(path, **query).json()["results"]
    (narrow,) = client_of("narrow").get(path, **query).json()["results"]
    assert whole["properties"]["hs_email_text"] == "Dear all"
    assert narrow["properties"]["hs_email_subject"] == "Hello"
    assert "hs_email_text" not in narrow["properties"]
