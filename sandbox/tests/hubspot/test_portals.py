"""Several accounts behind one server, told apart by nothing but the token."""

from __future__ import annotations

import pytest
from sandbox.hubspot.portal import DEFAULT_TOKEN, Portal
from sandbox.hubspot.server import Behaviour, Fault, serve

SECOND_TOKEN = "pat-eu1-second"
LIST = "/crm/objects/2026-09/tickets"


@pytest.fixture
def second(portal, clock):
    other = Portal(4343, "Europe/Berlin", clock=clock)
    other.tokens = {SECOND_TOKEN: portal.tokens[DEFAULT_TOKEN]}
    return other


@pytest.fixture
def server(portal, second):
    behaviours = [Behaviour(burst_limit=5), Behaviour(burst_limit=7, tier="enterprise")]
    with serve([portal, second], behaviours) as running:
        yield running


@pytest.fixture
def other_client(client_of):
    return client_of(SECOND_TOKEN)


def test_a_token_opens_its_own_account_only(client, other_client, portal, second, clock):
    portal.create("tickets", {"subject": "first"}, at=clock.now, record_id=5)
    second.create("tickets", {"subject": "second"}, at=clock.now, record_id=5)
    (mine,) = client.get(LIST).json()["results"]
    (theirs,) = other_client.get(LIST).json()["results"]
    assert mine["id"] == theirs["id"] == "5"
    assert (mine["properties"]["subject"], theirs["properties"]["subject"]) == ("first", "second")
    assert "/contacts/4343/" in theirs["url"]


def test_account_details_and_introspection_tell_which_account_it_is(client, other_client):
    assert client.get("/account-info/2026-09/details").json()["timeZone"] == "America/Halifax"
    details = other_client.get("/account-info/2026-09/details").json()
    assert (details["portalId"], details["timeZone"]) == (4343, "Europe/Berlin")
    info = other_client.post(
        "/oauth/v2/private-apps/get/access-token-info", {"tokenKey": SECOND_TOKEN}
    )
    assert info.json()["hubId"] == 4343


def test_budgets_are_separate(client, other_client):
    statuses = [client.get(LIST).status_code for _ in range(6)]
    assert statuses == [200] * 5 + [429]
    answers = [other_client.get(LIST) for _ in range(8)]
    assert [answer.status_code for answer in answers] == [200] * 7 + [429]
    assert answers[0].headers["X-HubSpot-RateLimit-Max"] == "7"
    assert answers[0].headers["X-HubSpot-RateLimit-Daily"] == "1000000"


def test_a_fault_of_one_account_leaves_the_other_alone(server, client, other_client):
    server.behaviours[4343].faults.append(Fault(match="tickets", kind="503", times=None))
    assert client.get(LIST).status_code == 200
    assert other_client.get(LIST).status_code == 503
    assert [one.portal_id for one in server.journal] == [4242, 4343]


def test_a_token_of_neither_is_refused(client_of):
    assert client_of("pat-unknown").get(LIST).status_code == 401
