import re

import pytest
from sandbox.livechat.tokens import Token

ACCOUNT = "11111111-2222-4333-8444-555555555555"
NORMAL = "ana@firm.example.com"
MICROSECONDS = re.compile(r"\d{4}-\d\d-\d\dT\d\d:\d\d:\d\d\.\d{6}Z")
OPTIONAL = {"tags", "queue", "summary", "restricted_access", "queues_duration", "customer_visit"}


def test_instants_have_microseconds_and_end_in_z(client, add_thread, clock):
    add_thread(1, at=clock() * 1000 + 123_456)
    thread = client.page()["chats"][0]["thread"]
    assert MICROSECONDS.fullmatch(thread["created_at"])
    assert thread["created_at"].endswith(".123456Z")


def test_what_is_not_there_has_no_key(client, add_threads):
    add_threads(1)
    thread = client.page()["chats"][0]["thread"]
    assert not thread.keys() & OPTIONAL
    assert "next_thread_id" not in thread and "next_accessible_thread_id" not in thread


def test_a_restricted_thread_says_why_and_has_no_events(client, add_thread):
    add_thread(1, restricted_access="too old for the plan")
    thread = client.page()["chats"][0]["thread"]
    assert thread["restricted_access"] == "too old for the plan"
    assert "events" not in thread and thread["user_ids"]


def test_the_plan_restricts_omits_or_refuses_what_is_too_old(client, add_thread, clock, behaviour):
    old = add_thread(1, at=(clock() - 70 * 86_400_000) * 1000)
    new = add_thread(2)
    behaviour.archive_months = 2
    by_id = {one["thread"]["id"]: one["thread"] for one in client.page()["chats"]}
    assert "restricted_access" in by_id[old] and "events" not in by_id[old]
    assert "restricted_access" not in by_id[new]
    behaviour.archive_limit = "omit"
    assert client.walk() == [new]
    behaviour.archive_limit = "refuse"
    assert client.refusal({}) == "limit_reached"
    assert client.found(**{"from": "2026-01-01T00:00:00.000000Z"}) == [new]


def test_the_plan_s_limit_can_be_read(client, behaviour):
    read = client.configuration("list_license_properties").json()
    assert read["limits"]["archives_retention.base"] == -1
    behaviour.archive_months = 12
    read = client.configuration("list_license_properties").json()
    assert read["limits"]["archives_retention.hard"] == 12


def test_a_deleted_event_is_whole_for_administrators_and_a_stub_for_others(
    organization, client, client_of, add_thread, say
):
    gone = say("T000000001", 1, NORMAL, "secret", deleted=True)
    add_thread(1, events=[gone, say("T000000001", 2, NORMAL, "here")])
    organization.tokens.append(Token("dal:ana", ACCOUNT, NORMAL))
    assert client.page()["chats"][0]["thread"]["events"][0] == gone
    stub, whole = client_of("dal:ana").page()["chats"][0]["thread"]["events"]
    assert stub.keys() == {"id", "type", "deleted", "author_id", "created_at"}
    assert whole["text"] == "here"


def test_bots_look_like_agents_without_an_address(client, add_threads):
    add_threads(1)
    users = {one["name"]: one for one in client.page()["chats"][0]["users"]}
    assert users["Helper"]["type"] == users["Ana"]["type"] == "agent"
    assert re.fullmatch("[0-9a-f]{32}", users["Helper"]["id"])
    assert "email" not in users["Helper"] and users["Ana"]["email"] == users["Ana"]["id"]


def test_open_threads_are_in_the_archive_unless_told_otherwise(client, add_thread, behaviour):
    add_thread(1, active=True)
    assert client.page()["chats"][0]["thread"]["active"] is True
    behaviour.archives_hold_active = False
    assert client.walk() == []


def test_accessible_neighbours_are_those_the_token_sees(
    organization, client, client_of, add_thread, clock
):
    for number, group in enumerate((3, 7, 3)):
        at = clock() * 1000 + number
        add_thread(number, at=at, chat="CHAT000001", access={"group_ids": [group]})
    scopes = frozenset({"chats--access:ro"})
    organization.tokens.append(Token("dal:ana", ACCOUNT, NORMAL, scopes))
    everything = client.page()["chats"][0]["thread"]
    narrow = client_of("dal:ana").page()["chats"][0]["thread"]
    assert everything["previous_accessible_thread_id"] == "T000000001"
    assert narrow["previous_accessible_thread_id"] == "T000000000"


def test_3_5_has_old_names_and_says_that_it_is_legacy(client_of, add_thread):
    add_thread(1, summary={"status": "ok"}, customer_visit={"ip": "203.0.113.1"})
    new, old = (client_of(version=one).archives() for one in ("3.6", "3.5"))
    assert "Legacy" in old.headers and "Legacy" not in new.headers
    entry = old.json()["chats"][0]
    assert not entry["thread"].keys() & {"summary", "customer_visit"}
    customer = entry["users"][0]
    assert "last_visit" in customer and "visit" not in customer
    assert "visit" in new.json()["chats"][0]["users"][0]


def test_3_4_is_deprecated_and_older_versions_are_gone(client_of):
    assert "Deprecation" in client_of(version="3.4").archives().headers
    for version in ("3.3", "2.0", "3.8"):
        answer = client_of(version=version).archives()
        assert answer.json()["error"]["type"] == "unsupported_version"


def test_lists_of_chats_are_called_differently_from_3_7_on(client_of, add_threads):
    add_threads(2)
    path = "agent/action/list_chats"
    now = client_of().post(path).json()["chats_summary"][0]
    assert now["last_thread_summary"]["id"] == "T000000001"
    assert now["last_event_per_type"]["message"]["event"]["text"] == "Hello"
    later = client_of(version="3.7").post(path).json()["chats_info"][0]
    assert "last_event_per_type" in later["last_thread_info"]


@pytest.mark.parametrize(("version", "name"), [("3.6", "active"), ("3.5", "include_active")])
def test_open_chats_are_listed_by_the_version_s_own_filter(client_of, add_thread, version, name):
    add_thread(1, active=True)
    add_thread(2)
    client = client_of(version=version)
    listed = client.post("agent/action/list_chats", {"filters": {name: False}}).json()
    assert [one["id"] for one in listed["chats_summary"]] == ["C000000002"]
    other = {"active": "include_active", "include_active": "active"}[name]
    refused = client.refusal({"filters": {other: False}}, "agent/action/list_chats")
    assert refused == "validation"


def test_a_chat_is_had_with_its_latest_thread_or_the_one_asked_for(client, add_thread, clock):
    for number in range(2):
        add_thread(number, at=clock() * 1000 + number, chat="CHAT000001")
    path = "agent/action/get_chat"
    assert client.post(path, {"chat_id": "CHAT000001"}).json()["thread"]["id"] == "T000000001"
    asked = {"chat_id": "CHAT000001", "thread_id": "T000000000"}
    assert client.post(path, asked).json()["thread"]["id"] == "T000000000"
    assert client.refusal({"chat_id": "nothing"}, path) == "not_found"
    assert client.refusal({}, path) == "validation"


def test_a_customer_is_had_by_id(client, add_threads):
    add_threads(1)
    customer = client.page()["chats"][0]["users"][0]
    path = "agent/action/get_customer"
    assert client.post(path, {"id": customer["id"]}).json() == customer
    assert client.refusal({"id": NORMAL}, path) == "not_found"
