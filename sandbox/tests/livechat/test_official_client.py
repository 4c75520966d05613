"""The vendor's own client reads the stand-in; only its host is another."""

import base64

import pytest
from livechat.agent.web.base import AgentWeb
from livechat.configuration.base import ConfigurationApi
from livechat.reports.base import ReportsApi
from livechat.utils.structures import AccessToken, TokenType
from sandbox.livechat.tokens import DEFAULT_TOKEN

ACCOUNT = "11111111-2222-4333-8444-555555555555"
HOST = "https://api.livechatinc.com"


@pytest.fixture(params=["3.5", "3.6", "3.7"])
def version(request):
    return request.param


@pytest.fixture
def official(server, version):
    """Make one of the client's APIs against the stand-in."""
    pair = base64.b64encode(f"{ACCOUNT}:{DEFAULT_TOKEN}".encode()).decode()
    made = []

    def api(kind):
        token = AccessToken(scheme=TokenType.BASIC, token=pair)
        client = kind.get_client(token, version=version, disable_logging=True)
        assert client.api_url.startswith(HOST)
        client.api_url = client.api_url.replace(HOST, server.url)
        made.append(client)
        return client

    yield api
    for client in made:
        client.session.close()


def test_it_goes_through_the_archive(official, add_threads):
    ids = add_threads(25)
    client = official(AgentWeb)
    filters = {"from": "2026-01-01T00:00:00.000000+00:00"}
    page = client.list_archives(filters=filters, sort_order="asc", limit=10).json()
    seen = [entry["thread"]["id"] for entry in page["chats"]]
    while "next_page_id" in page:
        page = client.list_archives(page_id=page["next_page_id"]).json()
        seen += [entry["thread"]["id"] for entry in page["chats"]]
    assert seen == ids


def test_it_lists_chats_threads_and_gets_one(official, add_threads, version):
    ids = add_threads(2)
    client = official(AgentWeb)
    word = "info" if version == "3.7" else "summary"
    chats = client.list_chats(limit=5).json()[f"chats_{word}"]
    assert [one[f"last_thread_{word}"]["id"] for one in chats] == ids[::-1]
    chat = chats[0]["id"]
    assert client.list_threads(chat_id=chat).json()["found_threads"] == 1
    assert client.get_chat(chat_id=chat).json()["thread"]["id"] == ids[1]


def test_it_lists_people_groups_tags_and_channels(official):
    client = official(ConfigurationApi)
    assert [one["role"] for one in client.list_agents().json()] == ["owner", "normal"]
    assert [one["name"] for one in client.list_bots(all=True).json()] == ["Helper"]
    assert len(client.list_groups().json()) == 3
    assert len(client.list_tags(filters={"group_ids": [0]}).json()) == 1
    assert client.list_channels().json()[0]["channel_type"] == "code"


def test_it_reads_reports(official, add_threads):
    add_threads(4)
    client = official(ReportsApi)
    assert client.total_chats(distribution="day").json()["total"] == 4
    assert client.ratings().status_code == 200


def test_it_shows_errors_as_they_are(official):
    answer = official(AgentWeb).list_archives(limit=1000)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation")
