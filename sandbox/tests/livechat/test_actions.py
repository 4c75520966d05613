import pytest
import requests


@pytest.mark.parametrize(
    "path",
    [
        "agent/action/send_event",
        "agent/action/delete_chat",
        "agent/list_archives",
        "configuration/action/list_archives",
        "reports/chats/unheard_of",
        "nothing",
    ],
)
def test_an_unknown_action_gets_an_error_body(client, path):
    answer = client.post(path)
    assert answer.status_code == 404
    assert answer.headers["Content-Type"] == "application/json"
    assert answer.json()["error"]["type"] == "not_found"


@pytest.mark.parametrize("verb", ["GET", "PUT", "DELETE"])
def test_actions_are_posted(client, verb):
    url = f"{client.url}/v3.6/agent/action/list_archives"
    answer = client.session.request(verb, url, timeout=20)
    assert answer.json()["error"]["type"] == "validation"


@pytest.mark.parametrize("body", [b"", b"[]", b"7", b"{", b'"x"', b"\xff"])
def test_a_body_that_is_no_object_is_refused(client, body):
    url = f"{client.url}/v3.6/agent/action/list_archives"
    headers = {"Content-Type": "application/json"}
    answer = client.session.post(url, data=body, headers=headers, timeout=20)
    assert (answer.status_code, answer.json()["error"]["type"]) == (400, "validation")


def test_the_content_type_must_be_json(client):
    url = f"{client.url}/v3.6/agent/action/list_archives"
    answer = client.session.post(url, data={"limit": 5}, timeout=20)
    assert answer.json()["error"]["type"] == "validation"


def test_a_body_beyond_reason_is_too_large(client):
    answer = client.archives({"filters": {"query": "x" * 1_000_001}})
    assert answer.json()["error"]["type"] == "entity_too_large"


def test_the_date_of_a_reply_is_that_of_the_licence_s_clock(client, clock):
    assert client.archives().headers["Date"] == "Mon, 02 Feb 2026 02:40:00 GMT"
    clock.advance(days=1)
    assert client.archives().headers["Date"] == "Tue, 03 Feb 2026 02:40:00 GMT"


def test_assumed_statuses_can_be_replaced(client, behaviour):
    behaviour.statuses = {"validation": 422}
    assert client.archives({"limit": 0}).status_code == 422


def test_many_may_ask_at_once(server, client, behaviour, add_threads):
    from concurrent.futures import ThreadPoolExecutor

    add_threads(3)
    behaviour.latency = 0.1
    client.archives()
    began = server.journal[-1].at
    with ThreadPoolExecutor(8) as pool:
        answers = list(
            pool.map(
                lambda _: requests.post(
                    f"{server.url}/v3.6/agent/action/list_archives",
                    json={},
                    auth=client.session.auth,
                    timeout=20,
                ),
                range(8),
            )
        )
    assert {len(one.json()["chats"]) for one in answers} == {3}
    assert server.journal[-1].at - began < 0.7
