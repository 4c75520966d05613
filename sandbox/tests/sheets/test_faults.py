"""What scripted faults do, and what others do between two requests."""

import threading
import time

import pytest
import requests
from sandbox.sheets.server import Fault, Intervention


@pytest.mark.parametrize(
    ("kind", "status", "code"),
    [
        ("429", "RESOURCE_EXHAUSTED", 429),
        ("500", "INTERNAL", 500),
        ("503", "UNAVAILABLE", 503),
        ("401", "UNAUTHENTICATED", 401),
        ("403_disabled", "PERMISSION_DENIED", 403),
    ],
)
def test_a_refused_request_does_nothing(api, behaviour, kind, status, code):
    behaviour.faults.append(Fault("PUT .*A1", kind))
    error = api.put("A1", [["x"]])["error"]
    assert (error["status"], error["code"]) == (status, code)
    assert api.rows("A1") is None


@pytest.mark.parametrize(("kind", "code"), [("applied_then_500", 500), ("applied_then_503", 503)])
def test_an_error_may_come_after_the_request_was_carried_out(api, behaviour, kind, code):
    behaviour.faults.append(Fault("PUT", kind))
    assert api.put("A1", [["x"]])["error"]["code"] == code
    assert api.rows("A1") == [["x"]]


@pytest.mark.parametrize(
    ("kind", "applied"),
    [("reset", False), ("applied_then_reset", True), ("applied_then_cut", True)],
)
def test_a_connection_may_drop_before_or_after_the_request_was_carried_out(
    api, behaviour, kind, applied
):
    behaviour.faults.append(Fault("PUT", kind))
    with pytest.raises(requests.RequestException):
        api.put("A1", [["x"]])
    assert (api.rows("A1") == [["x"]]) is applied


@pytest.mark.parametrize(("kind", "applied"), [("hang", False), ("applied_then_hang", True)])
def test_a_server_may_say_nothing_until_the_client_gives_up(api, behaviour, kind, applied):
    behaviour.faults.append(Fault("PUT", kind))
    url = f"{api.url}/v4/spreadsheets/{api.book}/values/A1?valueInputOption=RAW"
    with pytest.raises(requests.Timeout):
        api.session.put(url, json={"values": [["x"]]}, timeout=0.2)
    assert (api.rows("A1") == [["x"]]) is applied


def test_the_edge_may_answer_with_a_page(api, behaviour):
    behaviour.faults.append(Fault("GET", "html"))
    answer = api.request("GET", f"/v4/spreadsheets/{api.book}")
    assert answer.status_code == 502
    assert answer.text.startswith("<!DOCTYPE html>")


def test_a_slow_answer_is_a_good_one(api, behaviour):
    behaviour.faults.append(Fault("GET", "slow", delay=0.05))
    began = time.monotonic()
    assert "error" not in api.get()
    assert time.monotonic() - began >= 0.05


def test_faults_hit_the_wanted_requests_and_no_others(api, behaviour, server):
    behaviour.faults.append(Fault("PUT", "503", times=2, after=1))
    codes = [api.put("A1", [["x"]]).get("error", {}).get("code") for _ in range(4)]
    assert codes == [None, 503, 503, None]
    assert [one.fault for one in server.journal] == [None, "503", "503", None]


def test_faults_see_ranges_decoded(api, behaviour):
    behaviour.faults.append(Fault("values/'My tab'!A1", "503"))
    assert api.values("'My tab'!A1")["error"]["code"] == 503


def test_the_token_endpoint_may_fail(server, behaviour):
    behaviour.faults.append(Fault("POST /token", "503"))
    assert requests.post(f"{server.url}/token", timeout=5).status_code == 503


def test_somebody_may_do_something_right_before_a_request(api, behaviour, person):
    api.put("A1", [["id"], ["b"], ["a"]])
    behaviour.interventions.append(
        Intervention("GET .*values", action=lambda: person.sort("Sheet1", 0), after=1)
    )
    assert api.rows("A:A") == [["id"], ["b"], ["a"]]
    assert api.rows("A:A") == [["id"], ["a"], ["b"]]


def test_what_somebody_does_may_be_requests_to_the_same_server(api, behaviour):
    def write():
        assert "error" not in api_in_between.put("B1", [["theirs"]])

    api_in_between = type(api)(api.url, "", api.book)
    api_in_between.session = api.session
    behaviour.interventions.append(Intervention("PUT .*A1", action=write))
    api.put("A1", [["mine"]])
    assert api.rows("1:1") == [["mine", "theirs"]]


def test_writers_at_once_do_not_mix(api, server, book):
    def write(number):
        rows = [[f"{number}"] * 3] * 20
        requests.post(
            f"{api.url}/v4/spreadsheets/{book}:batchUpdate",
            json={
                "requests": [
                    {
                        "appendCells": {
                            "sheetId": 0,
                            "rows": [
                                {"values": [{"userEnteredValue": {"stringValue": v}} for v in row]}
                                for row in rows
                            ],
                            "fields": "userEnteredValue",
                        }
                    }
                ]
            },
            headers=dict(api.session.headers),
            timeout=20,
        )

    threads = [threading.Thread(target=write, args=(number,)) for number in range(4)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    column = [row[0] for row in server.store.cells(book, "Sheet1")]
    blocks = [column[start : start + 20] for start in range(0, 80, 20)]
    assert sorted(block[0] for block in blocks) == ["0", "1", "2", "3"]
    assert all(len(set(block)) == 1 for block in blocks)
