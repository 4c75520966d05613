"""Scripted faults (row 20)."""

from __future__ import annotations

import pytest
import requests
from sandbox.hubspot.server import Fault

LIST = "/crm/objects/2026-09/tickets"


@pytest.mark.parametrize(
    ("kind", "status", "told"),
    [
        ("429_burst", 429, "TEN_SECONDLY_ROLLING"),
        ("429_search", 429, "SECONDLY"),
        ("429_daily", 429, "DAILY"),
        ("search_limit_500", 500, "RATE_LIMITS"),
        ("500", 500, "internal error"),
        ("423", 423, "locked"),
        ("477", 477, "moved"),
        ("502", 502, "<h1>502"),
        ("503", 503, "<h1>503"),
        ("504", 504, "<h1>504"),
        ("521", 521, "<h1>521"),
        ("523", 523, "<h1>523"),
        ("524", 524, "<h1>524"),
        ("530", 530, "<h1>530"),
        ("html", 200, "<!DOCTYPE html>"),
    ],
)
def test_each_kind_answers_once_in_its_own_way(client, server, kind, status, told):
    server.behaviour.faults.append(Fault("tickets", kind, retry_after=3))
    answer = client.get(LIST)
    assert answer.status_code == status
    assert told in answer.text
    assert answer.headers["Retry-After"] == "3"
    if answer.headers["content-type"].startswith("application/json"):
        assert answer.json()["correlationId"] == answer.headers["X-HubSpot-Correlation-Id"]
    assert client.get(LIST).json() == {"results": []}
    assert [request.status for request in server.journal] == [status, 200]


def test_without_retry_after_none_is_sent(client, server):
    server.behaviour.faults.append(Fault("tickets", "429_burst"))
    headers = client.get(LIST).headers
    assert "Retry-After" not in headers
    assert headers["X-HubSpot-RateLimit-Remaining"] == "0"


def test_a_fault_hits_only_what_it_matches_after_so_many_and_so_often(client, server):
    server.behaviour.faults.append(Fault(r"GET .*tickets\?limit=7", "500", times=2, after=1))
    statuses = [client.get(LIST, limit=7).status_code for _ in range(4)]
    assert statuses == [200, 500, 500, 200]
    assert client.get(LIST, limit=8).status_code == 200


def test_a_share_of_requests_can_fail_for_ever(client, server):
    server.behaviour.faults.append(Fault("tickets", "503", times=None, share=0.5))
    statuses = [client.get(LIST).status_code for _ in range(40)]
    assert 5 < statuses.count(503) < 35


def test_a_reset_drops_the_connection_without_a_reply(client, server):
    server.behaviour.faults.append(Fault("tickets", "reset"))
    with pytest.raises(requests.ConnectionError):
        client.get(LIST)
    assert client.get(LIST).status_code == 200
    assert server.journal[0].status == 0


def test_a_cut_drops_it_in_the_middle_of_the_body(client, server, add_tickets):
    add_tickets(9)
    server.behaviour.faults.append(Fault("tickets", "cut"))
    with pytest.raises((requests.ConnectionError, requests.exceptions.ChunkedEncodingError)):
        client.get(LIST)
    assert len(client.ids()) == 9


def test_a_truncated_reply_is_complete_http_and_broken_json(client, server, add_tickets):
    add_tickets(9)
    server.behaviour.faults.append(Fault("tickets", "truncated"))
    answer = client.get(LIST)
    assert answer.status_code == 200
    with pytest.raises(requests.exceptions.JSONDecodeError):
        answer.json()


def test_an_empty_page_in_the_middle_still_leads_to_its_rows(client, server, add_tickets):
    added = add_tickets(6)
    server.behaviour.faults.append(Fault("after=", "empty_page"))
    pages, after = [], None
    while True:
        page = client.get(LIST, limit=2, **({"after": after} if after else {})).json()
        pages.append([int(row["id"]) for row in page["results"]])
        if "paging" not in page:
            break
        assert page["paging"]["next"]["after"] != after
        after = page["paging"]["next"]["after"]
    assert [] in pages[1:-1]
    assert [record_id for page in pages for record_id in page] == added


def test_a_repeated_token_is_the_one_that_was_asked_with(client, server, add_tickets):
    add_tickets(6)
    server.behaviour.faults.append(Fault("after=", "repeat_token"))
    client.get(LIST, limit=2)
    page = client.get(LIST, limit=2, after="105").json()
    assert page["paging"]["next"]["after"] == "105"
    assert client.get(LIST, limit=2, after="105").json()["paging"]["next"]["after"] == "111"


@pytest.mark.parametrize("kind", ["empty_page", "repeat_token"])
def test_search_pages_can_be_spoilt_too(client, server, add_tickets, kind):
    add_tickets(6)
    server.behaviour.faults.append(Fault("search", kind))
    page = client.search({"limit": 2, "after": "2"}).json()
    assert page["paging"]["next"]["after"] == "2"
    assert (page["results"] == []) == (kind == "empty_page")


def test_latency_holds_every_reply_back(client, server):
    server.behaviour.latency = 0.05
    assert client.get(LIST).elapsed.total_seconds() >= 0.05


def test_waiting_requests_do_not_hold_up_one_another(server, client_of):
    from concurrent.futures import ThreadPoolExecutor
    from time import monotonic

    server.behaviour.latency = 0.3
    started = monotonic()
    with ThreadPoolExecutor(8) as pool:
        statuses = list(
            pool.map(lambda _: client_of("pat-na1-sandbox-0000").get(LIST).status_code, range(8))
        )
    assert statuses == [200] * 8
    assert monotonic() - started < 1.5
