import base64

import pytest


def threads(page):
    return [entry["thread"]["id"] for entry in page["chats"]]


def test_every_thread_comes_once_newest_first(client, add_threads):
    ids = add_threads(25)
    assert client.walk(limit=7) == ids[::-1]
    assert client.walk(limit=7, sort_order="asc") == ids


def test_the_page_size_is_ten_unless_asked(client, add_threads):
    add_threads(12)
    assert len(client.page()["chats"]) == 10
    assert len(client.page(limit=12)["chats"]) == 12


@pytest.mark.parametrize("limit", [0, 101, -1, "10", 1.5, True, None])
def test_other_limits_are_refused(client, limit):
    assert client.refusal({"limit": limit}) == "validation"


def test_other_orders_are_refused(client):
    assert client.refusal({"sort_order": "newest"}) == "validation"


@pytest.mark.parametrize("beside", [{"limit": 3}, {"sort_order": "desc"}, {"filters": {}}])
def test_a_page_id_goes_alone(client, add_threads, beside):
    add_threads(5)
    page = client.page(limit=3)
    assert client.refusal({"page_id": page["next_page_id"], **beside}) == "validation"


def test_a_page_id_remembers_what_was_asked(client, add_thread, clock):
    for number in range(12):
        add_thread(number, at=clock() * 1000 - number, tags=["bug"] if number % 2 else ["other"])
    first = client.page(limit=2, sort_order="asc", filters={"tags": {"values": ["bug"]}})
    second = client.page(page_id=first["next_page_id"])
    assert threads(first) == ["T000000011", "T000000009"]
    assert threads(second) == ["T000000007", "T000000005"]


def test_neighbours_are_absent_where_there_are_none(client, add_threads):
    add_threads(6)
    first = client.page(limit=3)
    assert "previous_page_id" not in first and "next_page_id" in first
    last = client.page(page_id=first["next_page_id"])
    assert "next_page_id" not in last and "previous_page_id" in last
    assert "next_page_id" not in client.page(limit=6)
    assert client.page(filters={"tags": {"values": ["nothing"]}}) == {"chats": [], "found_chats": 0}


def test_previous_pages_lead_back(client, add_threads):
    ids = add_threads(8)[::-1]
    first = client.page(limit=3)
    second = client.page(page_id=first["next_page_id"])
    third = client.page(page_id=second["next_page_id"])
    back = client.page(page_id=third["previous_page_id"])
    assert threads(back) == ids[3:6]
    assert threads(client.page(page_id=back["previous_page_id"])) == ids[:3]


def test_a_page_id_that_was_tampered_with_is_refused(client, add_threads):
    add_threads(5)
    page_id = client.page(limit=3)["next_page_id"]
    for wrong in (page_id[:-2] + "AA", "A" + page_id, "", 7, "žluť", page_id[:10]):
        assert client.refusal({"page_id": wrong}) == "validation"


def test_a_page_id_of_another_list_is_refused(client, add_threads):
    add_threads(5)
    page_id = client.page(limit=3)["next_page_id"]
    refused = client.refusal({"page_id": page_id}, "agent/action/list_chats")
    assert refused == "validation"


def test_a_page_id_lives_a_month(client, add_threads, clock):
    add_threads(5)
    page_id = client.page(limit=3)["next_page_id"]
    clock.advance(days=29.9)
    assert len(client.page(page_id=page_id)["chats"]) == 2
    clock.advance(days=0.2)
    assert client.refusal({"page_id": page_id}) == "validation"


def test_a_page_id_survives_a_restart_of_the_server(client, add_threads, organization):
    from sandbox.livechat.server import serve

    ids = add_threads(5)
    page_id = client.page(limit=3)["next_page_id"]
    with serve(organization) as other:
        client.url = other.url
        assert threads(client.page(page_id=page_id)) == ids[1::-1]


def test_a_page_id_hides_its_content_but_no_secret(client, add_threads):
    add_threads(5)
    page_id = client.page(limit=3)["next_page_id"]
    whole = base64.urlsafe_b64decode(page_id + "=" * (-len(page_id) % 4))
    assert b"sandbox_personal" not in whole


def test_the_number_found_is_an_estimate(client, add_threads, behaviour):
    add_threads(11)
    assert client.page()["found_chats"] != 11
    behaviour.found_chats = "exact"
    assert client.page()["found_chats"] == 11


def test_a_chat_comes_once_for_each_of_its_threads(client, add_thread, clock):
    for number in range(3):
        add_thread(number, at=clock() * 1000 - number, chat="CHAT000001")
    page = client.page()
    assert [entry["id"] for entry in page["chats"]] == ["CHAT000001"] * 3
    assert len(set(threads(page))) == 3


def test_rows_that_come_meanwhile_do_not_shift_pages(client, add_threads, clock, behaviour):
    old = add_threads(9)
    clock.advance(seconds=60)
    behaviour.before_serving = lambda line: add_threads(2, first=len(client.url) + clock())
    seen = client.walk(limit=3)
    assert [one for one in seen if one in old] == old[::-1]
    assert len(set(seen)) == len(seen)


def test_rows_that_come_meanwhile_are_seen_by_those_who_go_up(client, add_thread, clock, behaviour):
    for number in range(4):
        add_thread(number, at=clock() * 1000 - 10 + number)
    page = client.page(limit=3, sort_order="asc")
    add_thread(50, at=clock() * 1000 + 5)
    assert threads(client.page(page_id=page["next_page_id"])) == ["T000000003", "T000000050"]


def test_rows_that_go_meanwhile_take_nothing_with_them(client, add_threads, organization):
    ids = add_threads(9)
    page = client.page(limit=3)
    for gone in threads(page):
        organization.remove_thread(gone)
    rest = client.page(page_id=page["next_page_id"])
    assert threads(rest) == ids[5:2:-1]


def test_threads_of_one_microsecond_are_all_seen_unless_ties_are_lost(
    client, add_threads, behaviour
):
    ids = add_threads(10, step=0)
    for order in ("asc", "desc"):
        assert sorted(client.walk(limit=3, sort_order=order)) == ids
    behaviour.page_ties = "lost"
    assert len(client.walk(limit=3)) == 3


def test_a_full_last_page_may_lead_to_an_empty_one(client, add_threads, behaviour):
    ids = add_threads(6)
    behaviour.trailing_page = True
    first = client.page(limit=6)
    assert len(first["chats"]) == 6
    last = client.page(page_id=first["next_page_id"])
    assert last["chats"] == [] and "next_page_id" not in last
    assert client.walk(limit=3) == ids[::-1]


def test_651_threads_are_seven_pages(client, add_threads, server):
    add_threads(651)
    assert len(client.walk(limit=100)) == 651
    assert len(server.journal) == 7
    assert [line.records for line in server.journal] == [100] * 6 + [51]


def test_a_range_of_too_many_threads_may_time_out(client, add_threads, behaviour, clock):
    ids = add_threads(9, step=1)
    behaviour.slow_above = 5
    assert client.refusal({"limit": 3}) == "request_timeout"
    from sandbox.livechat.wire import instant_text

    assert client.found(**{"from": instant_text(clock() * 1000 - 4)}) == ids[4:]


def test_threads_of_a_chat_come_three_at_a_time(client, add_thread, clock):
    for number in range(5):
        add_thread(number, at=clock() * 1000 - number, chat="CHAT000001")
    path = "agent/action/list_threads"
    first = client.post(path, {"chat_id": "CHAT000001"}).json()
    assert [one["id"] for one in first["threads"]] == ["T000000000", "T000000001", "T000000002"]
    following = {"chat_id": "CHAT000001", "page_id": first["next_page_id"]}
    second = client.post(path, following).json()
    assert [one["id"] for one in second["threads"]] == ["T000000003", "T000000004"]
    assert "next_page_id" not in second
    both = {"chat_id": "CHAT000001", "min_events_count": 2, "limit": 3}
    assert client.refusal(both, path) == "validation"
