import base64

import pytest
import requests
from sandbox.livechat.tokens import DEFAULT_TOKEN, Token

ACCOUNT = "11111111-2222-4333-8444-555555555555"
OWNER, NORMAL = "owner@firm.example.com", "ana@firm.example.com"
ARCHIVES = "/v3.6/agent/action/list_archives"


def error(answer):
    return answer.status_code, answer.json()["error"]["type"]


def basic(pair):
    return {"Authorization": "Basic " + base64.b64encode(pair.encode()).decode()}


def test_no_credential_and_a_wrong_one_are_told_apart_by_the_message(server):
    missing = requests.post(server.url + ARCHIVES, json={}, timeout=20)
    wrong = requests.post(
        server.url + ARCHIVES, json={}, headers=basic(f"{ACCOUNT}:nonsense"), timeout=20
    )
    assert error(missing) == error(wrong) == (401, "authentication")
    messages = {one.json()["error"]["message"] for one in (missing, wrong)}
    assert len(messages) == 2


def test_a_personal_token_needs_its_own_account(server):
    other = basic(f"99999999-2222-4333-8444-555555555555:{DEFAULT_TOKEN}")
    answer = requests.post(server.url + ARCHIVES, json={}, headers=other, timeout=20)
    assert error(answer) == (401, "authentication")


@pytest.mark.parametrize("header", ["Basic ###", "Basic /w==", "Digest abc", "Basic"])
def test_unreadable_credentials_are_wrong_ones(server, header):
    headers = {"Authorization": header}
    answer = requests.post(server.url + ARCHIVES, json={}, headers=headers, timeout=20)
    assert error(answer) == (401, "authentication")


def test_a_token_must_be_sent_decoded_with_its_prefix(client, client_of):
    assert client.archives().status_code == 200
    encoded = DEFAULT_TOKEN.replace(":", "%3A")
    assert error(client_of(encoded).archives()) == (401, "authentication")
    without_prefix = DEFAULT_TOKEN.partition(":")[2]
    assert error(client_of(without_prefix).archives()) == (401, "authentication")


def test_a_bearer_token_works_until_it_expires(organization, server, clock):
    token = Token("dal:abc", ACCOUNT, OWNER, oauth=True, expires_at=clock() / 1000 + 28_800)
    organization.tokens.append(token)
    headers = {"Authorization": "Bearer dal:abc"}

    def ask():
        return requests.post(server.url + ARCHIVES, json={}, headers=headers, timeout=20)

    assert ask().status_code == 200
    clock.advance(seconds=28_801)
    assert error(ask()) == (401, "authentication")


def test_a_bearer_token_is_no_personal_token(organization, client_of):
    organization.tokens.append(Token("dal:abc", ACCOUNT, OWNER, oauth=True))
    assert error(client_of("dal:abc").archives()) == (401, "authentication")


@pytest.mark.parametrize(
    ("path", "scope"),
    [
        ("agent/action/list_archives", "chats--all:ro"),
        ("agent/action/list_chats", "chats--access:rw"),
        ("configuration/action/list_agents", "agents--all:rw"),
        ("configuration/action/list_bots", "agents-bot--my:ro"),
        ("configuration/action/list_groups", "groups--all:ro"),
        ("reports/chats/total_chats", "reports_read"),
    ],
)
def test_a_missing_scope_is_an_authorization_error(organization, client_of, path, scope):
    organization.tokens += [
        Token("dal:none", ACCOUNT, OWNER, frozenset()),
        Token("dal:one", ACCOUNT, OWNER, frozenset({scope})),
    ]
    assert error(client_of("dal:none").post(path)) == (403, "authorization")
    assert client_of("dal:one").post(path).status_code == 200


def test_channels_need_no_scope(organization, client_of):
    organization.tokens.append(Token("dal:none", ACCOUNT, OWNER, frozenset()))
    assert client_of("dal:none").configuration("list_channels").status_code == 200


def test_a_token_of_some_groups_gets_a_short_list_without_an_error(
    organization, add_thread, client, client_of
):
    for number, groups in enumerate(([0], [3], [7], [3, 7])):
        add_thread(number, access={"group_ids": groups})
    scopes = frozenset({"chats--access:ro"})
    organization.tokens.append(Token("dal:narrow", ACCOUNT, NORMAL, scopes))
    assert len(client.walk()) == 4
    assert client_of("dal:narrow").walk() == ["T000000003", "T000000001", "T000000000"]


def test_a_token_of_another_region_is_sent_there(organization, client_of, add_threads):
    add_threads(1)
    organization.tokens.append(Token("fra:abc", ACCOUNT, OWNER))
    client = client_of("fra:abc")
    refused = client.archives()
    assert error(refused) == (421, "misdirected_request")
    region = refused.json()["error"]["data"]["region"]
    assert region == "fra"
    assert len(client.archives({}, **{"X-Region": region}).json()["chats"]) == 1
    assert error(client.archives({}, **{"X-Region": "dal"})) == (421, "misdirected_request")


def test_the_journal_holds_no_credential(client, server):
    client.archives({"limit": 5})
    line = repr(server.journal)
    secret = DEFAULT_TOKEN.partition(":")[2]
    encoded = base64.b64encode(f"{ACCOUNT}:{DEFAULT_TOKEN}".encode()).decode()
    assert secret not in line and encoded not in line
    assert server.journal[0].body == b'{"limit": 5}'
