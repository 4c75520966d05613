import pytest
from sandbox.livechat.tokens import Token

ACCOUNT = "11111111-2222-4333-8444-555555555555"
OWNER, NORMAL = "owner@firm.example.com", "ana@firm.example.com"
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"
BASE = {"id", "account_id", "name", "role", "login_status", "avatar_path"}


def test_agents_are_a_bare_array_with_the_fields_asked_for(client):
    agents = client.configuration("list_agents").json()
    assert [one["id"] for one in agents] == [OWNER, NORMAL]
    assert all(one.keys() == BASE for one in agents)
    more = client.configuration("list_agents", {"fields": ["groups", "suspended"]}).json()
    assert all(one.keys() == BASE | {"groups", "suspended"} for one in more)


def test_agents_are_filtered_by_group_and_suspension(client):
    def ids(**filters):
        found = client.configuration("list_agents", {"filters": filters}).json()
        return [one["id"] for one in found]

    assert ids(group_ids=[7]) == [OWNER]
    assert ids(suspended=True) == [NORMAL]


@pytest.mark.parametrize(
    ("action", "body"),
    [
        ("list_agents", {"fields": ["shoe_size"]}),
        ("list_agents", {"filters": {"name": "Ana"}}),
        ("list_groups", {"fields": "routing_status"}),
        ("list_tags", {"filters": {"group_ids": 0}}),
        ("list_tags", {}),
    ],
)
def test_unknown_fields_and_filters_are_refused(client, action, body):
    assert client.refusal(body, f"configuration/action/{action}") == "validation"


def test_bots_are_listed_only_when_all_are_asked_for(client):
    assert client.configuration("list_bots").json() == []
    bots = client.configuration("list_bots", {"all": True}).json()
    assert bots == [{"id": BOT, "name": "Helper", "avatar_path": ""}]
    assert BOT not in {one["id"] for one in client.configuration("list_agents").json()}


def test_all_bots_need_the_larger_scope(organization, client_of):
    token = Token("dal:my", ACCOUNT, OWNER, frozenset({"agents-bot--my:ro"}))
    organization.tokens.append(token)
    client = client_of("dal:my")
    assert client.configuration("list_bots").status_code == 200
    assert client.configuration("list_bots", {"all": True}).status_code == 403


def test_only_the_newer_version_says_what_kind_a_bot_is(client_of):
    kinds = [
        client_of(version=one).configuration("get_bot", {"id": BOT}).json().get("type")
        for one in ("3.5", "3.6")
    ]
    assert kinds == [None, "chatbot"]


def test_groups_are_a_bare_array(client):
    groups = client.configuration("list_groups", {"fields": ["routing_status"]}).json()
    assert [one["id"] for one in groups] == [0, 3, 7]
    assert groups[0]["routing_status"] == "offline"


def test_tags_of_the_groups_asked_for(client, behaviour):
    body = {"filters": {"group_ids": [3]}}
    tags = client.configuration("list_tags", body).json()
    assert tags[0]["name"] == "delivery"
    assert tags[0]["created_at"].endswith("+01:00")
    assert client.configuration("list_tags", {"filters": {"group_ids": [7]}}).json() == []
    behaviour.tags_need_groups = False
    assert client.configuration("list_tags").json() == tags


@pytest.mark.parametrize(("action", "key"), [("agent", NORMAL), ("bot", BOT), ("group", 3)])
def test_one_is_had_by_id(client, action, key):
    path = f"configuration/action/get_{action}"
    assert client.post(path, {"id": key}).json()["id"] == key
    assert client.refusal({"id": 99 if action == "group" else "nobody"}, path) == "not_found"
