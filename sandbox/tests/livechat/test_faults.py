import pytest
import requests
from sandbox.livechat.errors import ERRORS
from sandbox.livechat.server import Fault

HOW_TO_ASK = "list_archives"


@pytest.mark.parametrize("kind", sorted(ERRORS))
def test_every_documented_error_type_can_be_had(client, behaviour, kind):
    behaviour.faults = [Fault(HOW_TO_ASK, kind)]
    answer = client.archives()
    assert answer.status_code == ERRORS[kind][0]
    assert answer.json()["error"] == {"type": kind, "message": ERRORS[kind][1]}
    assert client.archives().status_code == 200


@pytest.mark.parametrize(
    ("kind", "status"), [("502", 502), ("503", 503), ("504", 504), ("html", 200)]
)
def test_a_proxy_answers_with_a_page(client, behaviour, kind, status):
    behaviour.faults = [Fault(HOW_TO_ASK, kind)]
    answer = client.archives()
    assert answer.status_code == status
    assert answer.headers["Content-Type"].startswith("text/html")
    assert answer.text.startswith("<html>")


def test_a_refusal_carries_retry_after_only_when_told(client, behaviour):
    behaviour.faults = [Fault(HOW_TO_ASK, "429"), Fault(HOW_TO_ASK, "429", retry_after=3)]
    first, second = client.archives(), client.archives()
    assert (first.status_code, second.status_code) == (429, 429)
    assert "Retry-After" not in first.headers and second.headers["Retry-After"] == "3"


def test_a_refusal_inside_a_200(client, behaviour):
    behaviour.faults = [Fault(HOW_TO_ASK, "429_envelope")]
    answer = client.archives()
    assert answer.status_code == 200
    assert answer.json()["error"]["type"] == "too_many_requests"


def test_an_empty_body(client, behaviour):
    behaviour.faults = [Fault(HOW_TO_ASK, "empty")]
    answer = client.archives()
    assert (answer.status_code, answer.content) == (200, b"")


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_a_connection_may_break(client, behaviour, add_threads, kind):
    add_threads(10)
    behaviour.faults = [Fault(HOW_TO_ASK, kind)]
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.archives()
    assert client.archives().status_code == 200


def test_an_answer_may_never_come(client, behaviour, server):
    behaviour.faults = [Fault(HOW_TO_ASK, "hang")]
    with pytest.raises(requests.ReadTimeout):
        client.session.post(f"{server.url}/v3.6/agent/action/list_archives", json={}, timeout=0.2)
    assert client.archives().status_code == 200


def test_an_answer_may_end_too_early(client, behaviour, add_threads):
    add_threads(5)
    behaviour.faults = [Fault(HOW_TO_ASK, "truncated")]
    answer = client.archives()
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_an_empty_page_may_come_before_the_rest(client, behaviour, add_threads):
    ids = add_threads(9)
    behaviour.faults = [Fault(HOW_TO_ASK, "empty_page")]
    assert client.walk(limit=3) == ids[::-1]
    assert not behaviour.faults[0].times


def test_a_page_id_may_lead_to_itself(client, behaviour, add_threads):
    add_threads(9)
    behaviour.faults = [Fault(HOW_TO_ASK, "repeat_page")]
    first = client.page(limit=3)
    second = client.page(page_id=first["next_page_id"])
    assert second["next_page_id"] == first["next_page_id"]


def test_faults_hit_what_they_match_as_often_as_told(client, behaviour):
    behaviour.faults = [Fault("configuration/.*list_groups", "500", times=2, after=1)]
    assert client.archives().status_code == 200
    codes = [client.configuration("list_groups").status_code for _ in range(4)]
    assert codes == [200, 500, 500, 200]


def test_an_unknown_fault_is_refused():
    with pytest.raises(ValueError, match="No fault 'earthquake'"):
        Fault(HOW_TO_ASK, "earthquake")
