"""Tickets and messages: lists, details, the bin, merges, what comes late (rows 7 to 10, 14)."""

import pytest


@pytest.fixture
def ticket(make):
    number = make.ticket("2026-02-01T10:00:00Z", tag_ids=[31], custom_fields={"12": {"id": 12}})
    make.message(number, "2026-02-01T10:00:00Z")
    make.message(number, "2026-02-01T11:00:00Z", agent=7101)
    return number


def test_trashed_tickets_are_listed_unless_one_says_no(client, desk, ticket, make):
    """Row 7."""
    binned = make.ticket("2026-02-02T10:00:00Z", trashed_datetime="2026-02-03T10:00:00Z")
    assert client.ids("tickets") == [binned, ticket]
    assert client.ids("tickets", trashed="false") == [ticket]
    assert client.get("tickets", trashed="perhaps").status_code == 400


def test_a_deleted_ticket_answers_404_and_leaves_the_list(client, desk, ticket):
    """Row 7."""
    desk.remove("tickets", ticket)
    answer = client.get(f"tickets/{ticket}")
    assert answer.status_code == 404
    assert answer.json() == {"error": {"msg": "Resource not found."}}
    assert client.ids("tickets") == []


@pytest.mark.parametrize("resource", ["tickets", "customers"])
def test_what_was_merged_answers_301_to_the_survivor(client, desk, make, ticket, resource):
    """Row 7."""
    if resource == "tickets":
        gone, survivor = make.ticket("2026-02-02T10:00:00Z"), ticket
    else:
        make.customer(9002, "Mia Double")
        gone, survivor = 9002, 9001
    desk.remove(resource, gone, survivor)
    answer = client.get(f"{resource}/{gone}")
    assert answer.status_code == 301
    assert answer.headers["Location"] == f"/acme/api/{resource}/{survivor}/"


def test_list_and_detail_of_a_ticket_differ_as_recorded(client, desk, ticket, make):
    """Row 8."""
    make.survey(ticket, "2026-02-02T10:00:00Z", 5)
    make.event("ticket-created", "2026-02-01T10:00:00Z", ticket)
    listed = client.get("tickets").json()["data"][0]
    detail = client.get(f"tickets/{ticket}").json()
    assert set(listed) - set(detail) == {"excerpt", "messages_count", "integrations"}
    assert set(detail) - set(listed) == {
        "messages", "events", "imported", "assignee_user_id", "assignee_team_id",
        "processed_datetime", "satisfaction_survey", "reply_options", "requester",
    }  # fmt: skip
    assert len(detail["messages"]) == 2
    assert detail["satisfaction_survey"]["score"] == 5
    assert [one["type"] for one in detail["events"]] == ["ticket-created"]
    assert detail["customer"]["channels"][0]["created_datetime"] == (
        "1970-01-01T00:00:00.000007+00:00"
    )


def test_a_ticket_embeds_copies_of_customer_assignee_and_tags(client, desk, ticket):
    desk.put("tags", {"id": 31, "name": "vip", "decoration": None, "created_datetime": 0})
    row = client.get("tickets").json()["data"][0]
    assert row["customer"]["name"] == "Mia Kern"
    assert row["assignee_user"]["email"] == "ana@getwrrk.example.com"
    assert row["tags"] == [{"id": 31, "name": "vip", "decoration": None}]


def test_counters_and_excerpt_come_late_by_the_lag(client, server, ticket, make, clock):
    """Row 9: and no update time tells when they have caught up."""
    server.behaviour.count_lag_ms = 60_000
    before = client.get("tickets").json()["data"][0]
    make.message(ticket, "2026-02-25T06:13:00Z")  # twenty seconds ago
    late = client.get("tickets").json()["data"][0]
    clock.advance(60)
    caught_up = client.get("tickets").json()["data"][0]
    assert [one["messages_count"] for one in (before, late, caught_up)] == [2, 2, 3]
    assert caught_up["excerpt"] == "Text of 2026-02-25T06:13:00Z"
    assert caught_up["updated_datetime"] == before["updated_datetime"]


def test_a_message_is_sent_and_a_survey_scored_without_any_update_time(client, desk, ticket, make):
    """Row 10."""
    message = make.message(ticket, "2026-02-02T10:00:00Z", agent=7101, sent_datetime=None)
    survey = make.survey(ticket, "2026-02-02T10:00:00Z")
    desk.change("messages", message, sent_datetime=desk.now())
    desk.change("satisfaction_surveys", survey, score=4, scored_datetime=desk.now())
    row = client.get("messages").json()["data"][0]
    assert row["sent_datetime"] == "2026-02-25T06:13:20.000000+00:00"
    assert "updated_datetime" not in row
    scored = client.get("satisfaction-surveys").json()["data"][0]
    assert scored["score"] == 4
    assert "updated_datetime" not in scored


def test_messages_can_be_had_for_one_ticket_and_tell_who_wrote(client, ticket, make):
    other = make.ticket("2026-02-02T10:00:00Z")
    make.message(other, "2026-02-02T10:00:00Z")
    found = client.get("messages", ticket_id=ticket, order_by="created_datetime:asc").json()["data"]
    assert [one["sender"]["name"] for one in found] == ["Mia Kern", "Ana Ito"]
    assert [one["from_agent"] for one in found] == [False, True]
    assert client.get("messages", ticket_id="all").status_code == 400


def test_filtered_messages_page_like_all_others(client, ticket, make):
    for minute in range(5):
        make.message(ticket, f"2026-02-03T10:0{minute}:00Z")
    whole = client.ids("messages", ticket_id=ticket)
    first = client.get("messages", ticket_id=ticket, limit=4).json()
    cursor = first["meta"]["next_cursor"]
    rest = client.ids("messages", ticket_id=ticket, limit=4, cursor=cursor)
    assert [one["id"] for one in first["data"]] + rest == whole


def test_the_oldest_list_of_messages_is_numbered_by_pages(client, ticket, make):
    """Row 14."""
    for minute in range(5):
        make.message(ticket, f"2026-02-03T10:0{minute}:00Z")
    answer = client.get(f"tickets/{ticket}/messages", page=2, per_page=3).json()
    assert answer["meta"]["item_count"] == 7
    assert answer["meta"]["nb_pages"] == 3
    assert len(answer["data"]) == 3
    assert "next_cursor" not in answer["meta"]


def test_one_message_is_found_only_under_its_own_ticket(client, ticket, make):
    other = make.ticket("2026-02-02T10:00:00Z")
    message = make.message(other, "2026-02-02T10:00:00Z")
    assert client.get(f"tickets/{other}/messages/{message}").json()["id"] == message
    assert client.get(f"tickets/{ticket}/messages/{message}").status_code == 404


def test_tickets_are_filtered_by_customer_and_by_ids(client, ticket, make):
    make.customer(9002, "Noor Xu")
    other = make.ticket("2026-02-02T10:00:00Z", customer_id=9002)
    assert client.ids("tickets", customer_id=9002) == [other]
    assert client.ids("tickets", ticket_ids=[ticket, other]) == [other, ticket]
    assert client.get("tickets", ticket_ids=list(range(101))).status_code == 400


def test_ids_beyond_thirty_one_bits_are_served_exactly(client, make, desk):
    desk.put("tickets", {**desk.tables["tickets"].get(make.ticket("2026-02-01T00:00:00Z")),
                         "id": 2**53 + 1})  # fmt: skip
    assert 2**53 + 1 in client.ids("tickets")
