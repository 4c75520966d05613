"""Limits, orders and cursors (emulator rows 4, 5, 6 and 21)."""

import base64
import json

import pytest


@pytest.fixture
def tickets(make):
    """Seven tickets, two of them created in the same microsecond."""
    instants = [f"2026-02-0{day}T10:00:00.123456Z" for day in (1, 2, 3, 3, 4, 5, 6)]
    return [make.ticket(at) for at in instants]


def test_a_page_has_thirty_rows_unless_told_otherwise(client, make):
    """Row 4."""
    for minute in range(35):
        make.ticket(f"2026-02-01T10:{minute:02d}:00Z")
    assert len(client.ids("tickets")) == 30
    assert len(client.ids("tickets", limit=100)) == 35


@pytest.mark.parametrize("limit", [0, 101, -1, "many"])
def test_a_limit_outside_one_to_a_hundred_is_a_400_that_names_it(client, limit):
    """Row 4."""
    answer = client.get("tickets", limit=limit)
    assert answer.status_code == 400
    assert list(answer.json()["error"]["data"]) == ["limit"]


@pytest.mark.parametrize("order", ["created_datetime:asc", "created_datetime:desc"])
@pytest.mark.parametrize("limit", [1, 2, 3, 7])
def test_pages_hold_every_row_once_ties_included(client, tickets, order, limit):
    """Row 5."""
    found, cursor = [], None
    for _ in range(10):
        page = client.get("tickets", limit=limit, order_by=order, cursor=cursor).json()
        found += [row["id"] for row in page["data"]]
        cursor = page["meta"]["next_cursor"]
        if cursor is None:
            break
    expected = tickets if order.endswith("asc") else tickets[::-1]
    assert found == expected


def test_a_cursor_is_direction_value_and_id_as_base64_json(client, tickets):
    """Rows 5 and 21: the time in a cursor has no offset."""
    meta = client.get("tickets", limit=2, order_by="created_datetime:asc").json()["meta"]
    told = json.loads(base64.b64decode(meta["next_cursor"]))
    assert told == ["next", "2026-02-02T10:00:00.123456", tickets[1]]
    assert meta["prev_cursor"] is None
    assert meta["total_resources"] is None


def test_one_can_go_back_the_way_one_came(client, tickets):
    first = client.get("tickets", limit=3, order_by="created_datetime:asc").json()
    second = client.get(
        "tickets", limit=3, order_by="created_datetime:asc", cursor=first["meta"]["next_cursor"]
    ).json()
    back = client.get(
        "tickets", limit=3, order_by="created_datetime:asc", cursor=second["meta"]["prev_cursor"]
    ).json()
    assert back["data"] == first["data"]
    assert back["meta"]["prev_cursor"] is None


@pytest.mark.parametrize(
    "cursor",
    [
        "!!!",
        base64.b64encode(b"{}").decode(),
        base64.b64encode(b'["sideways","2026-02-02T10:00:00.123456",1]').decode(),
        base64.b64encode(b'["next",5,1]').decode(),
        base64.b64encode(b'["next","yesterday",1]').decode(),
    ],
)
def test_a_bad_cursor_is_a_400(client, tickets, cursor):
    """Row 5 (the status is inferred)."""
    answer = client.get("tickets", cursor=cursor)
    assert answer.status_code == 400
    assert "cursor" in answer.json()["error"]["data"]


def test_rows_inserted_between_two_pages_do_not_shift_them(client, make, tickets):
    """Row 5."""
    first = client.get("tickets", limit=3).json()
    make.ticket("2026-02-20T00:00:00Z")
    rest = client.ids("tickets", limit=100, cursor=first["meta"]["next_cursor"])
    assert [row["id"] for row in first["data"]] + rest == tickets[::-1]


def test_a_row_updated_during_an_ascending_walk_moves_to_its_end(client, desk, tickets):
    """Row 5: it is seen again, and nothing else is missed."""
    order = {"order_by": "updated_datetime:asc"}
    first = client.get("tickets", limit=3, **order).json()
    desk.change("tickets", tickets[0], updated_datetime=desk.now())
    rest = client.ids("tickets", limit=100, cursor=first["meta"]["next_cursor"], **order)
    assert rest == [*tickets[3:], tickets[0]]


def test_a_row_updated_during_a_descending_walk_escapes_it(client, desk, tickets):
    """Row 5: why a tap reads again what changed since its walk began."""
    order = {"order_by": "updated_datetime:desc"}
    first = client.get("tickets", limit=3, **order).json()
    desk.change("tickets", tickets[0], updated_datetime=desk.now())
    rest = client.ids("tickets", limit=100, cursor=first["meta"]["next_cursor"], **order)
    assert tickets[0] not in rest


@pytest.mark.parametrize(
    ("path", "order"),
    [
        ("messages", "updated_datetime:desc"),
        ("satisfaction-surveys", "scored_datetime:desc"),
        ("tickets", "created_datetime"),
        ("users", "updated_datetime:asc"),
        ("events", "id:asc"),
    ],
)
def test_an_order_a_list_does_not_know_is_a_400_that_lists_those_it_does(client, path, order):
    """Row 6."""
    answer = client.get(path, order_by=order)
    assert answer.status_code == 400
    assert "created_datetime:desc" in answer.json()["error"]["data"]["order_by"][0]


def test_instants_have_six_digits_and_an_offset(client, make):
    """Row 21: also where there is nothing below the second."""
    make.ticket("2026-02-01T10:00:00Z")
    row = client.get("tickets").json()["data"][0]
    assert row["created_datetime"] == "2026-02-01T10:00:00.000000+00:00"


def test_the_envelope_has_the_recorded_keys(client, tickets):
    page = client.get("tickets", limit=2).json()
    assert list(page) == ["object", "uri", "data", "meta"]
    assert (page["object"], page["uri"]) == ("list", "/api/tickets?limit=2")


def test_tags_can_be_sorted_by_a_pair(client, desk):
    for number, (usage, name) in enumerate([(2, "b"), (2, "a"), (9, "c")]):
        desk.put("tags", {"id": number, "name": name, "usage": usage, "created_datetime": 0})
    order = {"order_by": "usage:desc,name:desc", "limit": 1}
    first = client.get("tags", **order).json()
    second = client.get("tags", cursor=first["meta"]["next_cursor"], **order).json()
    assert [first["data"][0]["name"], second["data"][0]["name"]] == ["c", "b"]
