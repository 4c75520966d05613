import itertools
import subprocess
import sys

import pytest
import requests
from sandbox.livechat.bulk import BULK_ACCOUNT, BulkOrganization, bulk_id, number_of
from sandbox.livechat.server import Behaviour, serve
from sandbox.livechat.tokens import DEFAULT_TOKEN
from sandbox.livechat.wire import instant_text

UNTIL = 1_770_000_000
AUTH = (BULK_ACCOUNT, DEFAULT_TOKEN)


@pytest.fixture(scope="module")
def bulk():
    organization = BulkOrganization(5000, until=UNTIL)
    with serve(organization, Behaviour(limits=False, found_chats="exact")) as server:
        yield server


def ask(server, body):
    url = f"{server.url}/v3.6/agent/action/list_archives"
    answer = requests.post(url, json=body, auth=AUTH, timeout=20)
    assert answer.status_code == 200, answer.text
    return answer.json()


def walk(server, **body):
    page = ask(server, body)
    found = list(page["chats"])
    while "next_page_id" in page:
        page = ask(server, {"page_id": page["next_page_id"]})
        found += page["chats"]
    return found


@pytest.mark.parametrize("order", ["asc", "desc"])
def test_every_thread_comes_once_in_order(bulk, order):
    entries = walk(bulk, limit=100, sort_order=order)
    numbers = [number_of(one["thread"]["id"]) for one in entries]
    assert numbers == sorted(range(5000), reverse=order == "desc")
    assert sum(len(one["thread"]["events"]) for one in entries) == 50_000


def test_windows_share_the_year_without_a_gap(bulk):
    start, end = (UNTIL - 365 * 86_400) * 1_000_000, UNTIL * 1_000_000
    edges = [start + (end - start) * part // 7 for part in range(8)]
    seen = []
    for low, high in itertools.pairwise(edges):
        bounds = {"from": instant_text(low), "to": instant_text(high - 1)}
        found = walk(bulk, limit=100, filters=bounds)
        assert ask(bulk, {"filters": bounds})["found_chats"] == len(found)
        seen += [one["thread"]["id"] for one in found]
    assert len(seen) == len(set(seen)) == 5000


def test_a_thread_has_its_chat_around_it(bulk):
    entry = ask(bulk, {"limit": 1, "sort_order": "asc"})["chats"][0]
    users = {one["id"] for one in entry["users"]}
    assert set(entry["thread"]["user_ids"]) == users
    assert {one.get("author_id") for one in entry["thread"]["events"]} - {None} <= users
    asked = {"filters": {"thread_ids": [bulk_id("T", 4999)]}}
    assert len(ask(bulk, asked)["chats"]) == 1


def test_ids_lead_back_to_their_numbers():
    for number in (0, 1, 35, 36, 99_999):
        assert number_of(bulk_id("T", number)) == number
    assert number_of("nothing") is None


def test_it_runs_as_a_program():
    program = [sys.executable, "-m", "sandbox.livechat", "--bulk", "300", "--per-minute", "2"]
    with subprocess.Popen(program, stdout=subprocess.PIPE, text=True) as running:
        try:
            url = running.stdout.readline().strip() + "/v3.6/agent/action/list_archives"
            codes = [
                requests.post(url, json={}, auth=AUTH, timeout=20).status_code for _ in range(3)
            ]
        finally:
            running.terminate()
    assert codes == [200, 200, 429]
