"""Faults made to measure (emulator row 20)."""

import threading
import time

import pytest
import requests
from sandbox.gorgias.server import Fault


@pytest.mark.parametrize(
    ("kind", "status", "type_"),
    [
        ("429", 429, "application/json"),
        ("403", 403, "application/json"),
        ("500", 500, "application/json"),
        ("502", 502, "text/html"),
        ("503", 503, "text/html"),
        ("504", 504, "text/html"),
        ("html", 200, "text/html"),
    ],
)
def test_a_fault_answers_instead_and_then_is_spent(server, client, kind, status, type_):
    """Row 20."""
    server.behaviour.faults = [Fault("GET /acme/api/tickets", kind, retry_after=3)]
    answer = client.get("tickets")
    assert (answer.status_code, answer.headers["Content-Type"]) == (status, type_)
    assert answer.headers["Retry-After"] == "3"
    assert client.get("tickets").status_code == 200


def test_a_missing_permission_is_said_in_the_recorded_words(server, client):
    server.behaviour.faults = [Fault("tickets", "403")]
    assert client.get("tickets").json()["error"]["msg"].endswith("Messaging quota exceeded.")


def test_faults_hit_by_pattern_after_so_many_and_so_often(server, client):
    server.behaviour.faults = [Fault(r"tickets\?.*limit=5", "500", times=2, after=1)]
    statuses = [client.get("tickets", limit=5).status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert client.get("tickets", limit=6).status_code == 200


def test_faults_can_hit_one_account_alone(server, client):
    server.behaviour.faults = [Fault("/other/", "500", times=None)]
    assert client.get("tickets").status_code == 200


@pytest.mark.parametrize("kind", ["reset", "cut"])
def test_a_dropped_connection_is_an_error_of_the_connection(server, client, make, kind):
    """Row 20."""
    make.ticket("2026-02-01T00:00:00Z")
    server.behaviour.faults = [Fault("tickets", kind)]
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get("tickets")
    assert client.get("tickets").status_code == 200


def test_a_truncated_answer_is_well_formed_http_and_broken_json(server, client, make):
    make.ticket("2026-02-01T00:00:00Z")
    server.behaviour.faults = [Fault("tickets", "truncated")]
    answer = client.get("tickets")
    assert answer.status_code == 200
    with pytest.raises(requests.JSONDecodeError):
        answer.json()


def test_a_hanging_request_says_nothing_until_the_client_gives_up(server, client):
    server.behaviour.faults = [Fault("tickets", "hang")]
    with pytest.raises(requests.ReadTimeout):
        client.session.get(f"{client.url}/api/tickets", timeout=0.2)
    assert client.get("tickets").status_code == 200


def test_a_hanging_request_does_not_keep_others_waiting(server, client):
    server.behaviour.faults = [Fault("tickets", "hang")]
    stuck = threading.Thread(target=_give_up, args=(client,))
    stuck.start()
    began = time.monotonic()
    assert client.get("tags").status_code == 200
    assert time.monotonic() - began < 1
    stuck.join()


def test_no_fault_but_those_known_can_be_made():
    with pytest.raises(ValueError, match="Use one of"):
        Fault("x", "418")


def _give_up(client):
    with pytest.raises(requests.ReadTimeout):
        requests.get(f"{client.url}/api/tickets", timeout=0.5)
