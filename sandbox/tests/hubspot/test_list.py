"""Listing records: order, cursors, limits, properties, the URL's length (rows 2 to 6)."""

from __future__ import annotations

import pytest

LIST = "/crm/objects/2026-09/tickets"


def test_pages_come_in_ascending_id_and_the_cursor_is_the_last_id_plus_one(client, add_tickets):
    add_tickets(5)
    page = client.get(LIST, limit=2).json()
    assert [row["id"] for row in page["results"]] == ["101", "104"]
    assert page["paging"]["next"]["after"] == "105"
    assert "after=105" in page["paging"]["next"]["link"]


def test_paging_is_absent_on_the_last_page_even_when_it_is_full(client, add_tickets):
    add_tickets(4)
    page = client.get(LIST, limit=2, after="105").json()
    assert [row["id"] for row in page["results"]] == ["107", "110"]
    assert "paging" not in page


@pytest.mark.parametrize(("after", "first"), [("0", "101"), ("104", "104"), ("105", "107")])
def test_any_id_may_be_sought_and_answers_ids_from_there_on(client, add_tickets, after, first):
    add_tickets(3)
    assert client.ids(after=after)[0] == first


def test_ids_beyond_the_precision_of_a_float_stay_exact(client, portal, clock):
    for record_id in (2**53 + 1, 2**53 + 3):
        portal.create("tickets", {}, at=clock.now, record_id=record_id)
    page = client.get(LIST, limit=1).json()
    assert page["results"][0]["id"] == "9007199254740993"
    assert client.ids(after=page["paging"]["next"]["after"]) == ["9007199254740995"]


def test_an_empty_type_answers_an_empty_page_without_paging(client):
    assert client.get(LIST).json() == {"results": []}


def test_the_default_limit_is_ten(client, add_tickets):
    add_tickets(12)
    assert len(client.ids()) == 10


@pytest.mark.parametrize(
    "query",
    [
        {"limit": 101},
        {"limit": 0},
        {"limit": "many"},
        {"after": "soon"},
        {"limit": 51, "propertiesWithHistory": "subject"},
    ],
)
def test_a_limit_or_cursor_that_breaks_the_rules_is_a_validation_error(client, query):
    answer = client.get(LIST, **query)
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_a_limit_above_the_maximum_can_be_clamped_instead(client, server, add_tickets):
    add_tickets(102)
    server.behaviour.over_limit = "clamp"
    assert len(client.ids(limit=500)) == 100


def test_an_opaque_cursor_pages_through_everything_once(client, server, add_tickets):
    added = add_tickets(7)
    server.behaviour.cursor = "opaque"
    seen, after = [], None
    while True:
        page = client.get(LIST, limit=3, **({"after": after} if after else {})).json()
        seen += [int(row["id"]) for row in page["results"]]
        if "paging" not in page:
            break
        after = page["paging"]["next"]["after"]
        assert not after.isdigit()
    assert seen == added


def test_with_opaque_cursors_a_sought_id_is_refused_or_begins_at_the_start(
    client, server, add_tickets
):
    add_tickets(3)
    server.behaviour.cursor = "opaque"
    assert client.get(LIST, after="104").status_code == 400
    server.behaviour.cursor = "from_start"
    assert client.ids(after="104") == ["101", "104", "107"]


def test_without_names_the_default_properties_come_in_alphabetical_order(client, add_tickets):
    add_tickets(1)
    assert list(client.get(LIST).json()["results"][0]["properties"]) == [
        "content",
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "hs_pipeline",
        "hs_pipeline_stage",
        "hs_ticket_category",
        "hs_ticket_priority",
        "subject",
    ]


def test_unknown_names_are_dropped_unset_ones_are_null_and_three_always_come(client, add_tickets):
    add_tickets(1)
    row = client.get(LIST, properties="vip,nonsense,subject").json()["results"][0]
    assert list(row["properties"]) == [
        "createdate",
        "hs_lastmodifieddate",
        "hs_object_id",
        "subject",
        "vip",
    ]
    assert row["properties"]["vip"] is None
    assert row["properties"]["subject"] == "Ticket 0"


def test_names_may_be_repeated_instead_of_joined(client, add_tickets):
    add_tickets(1)
    row = client.get(LIST, properties=["vip", "due"]).json()["results"][0]
    assert {"vip", "due"} <= set(row["properties"])


def test_contacts_carry_lastmodifieddate_and_activities_hs_createdate(client, portal, clock):
    portal.create("contacts", {"email": "a@example.com"}, at=clock.now)
    portal.create("notes", {}, at=clock.now)
    contact = client.get("/crm/v3/objects/contacts").json()["results"][0]
    note = client.get("/crm/v3/objects/notes").json()["results"][0]
    assert list(contact["properties"]) == [
        "createdate",
        "email",
        "firstname",
        "hs_object_id",
        "lastmodifieddate",
        "lastname",
    ]
    assert list(note["properties"]) == ["hs_createdate", "hs_lastmodifieddate", "hs_object_id"]


def test_every_value_is_text_or_null_and_empty_text_is_not_null(client, portal, clock):
    values = {"score": "-12.50", "vip": "true", "due": "2026-03-08", "notes": ""}
    portal.create("tickets", values, at=clock.now)
    properties = client.get(LIST, properties="score,vip,due,notes,tier").json()["results"][0][
        "properties"
    ]
    assert {name: properties[name] for name in (*values, "tier")} == {**values, "tier": None}


def test_a_whole_second_has_no_fraction_and_any_other_instant_has_three_digits(
    client, portal, clock
):
    portal.create("tickets", {}, at=clock.now)
    portal.create("tickets", {}, at=clock.now + 7)
    created = [row["createdAt"] for row in client.get(LIST).json()["results"]]
    assert created == ["2026-02-02T02:40:00Z", "2026-02-02T02:40:00.007Z"]


def test_chosen_datetimes_can_be_answered_as_epoch_milliseconds(client, server, portal, clock):
    portal.create("tickets", {"closed_date": "2026-02-02T02:40:00.007Z"}, at=clock.now)
    assert _closed(client) == "2026-02-02T02:40:00.007Z"
    server.behaviour.datetime_as_ms = frozenset({"closed_date"})
    assert _closed(client) == "1770000000007"


def _closed(client):
    row = client.get(LIST, properties="closed_date").json()["results"][0]
    return row["properties"]["closed_date"]


def test_a_record_links_to_its_page_in_the_app(client, add_tickets):
    add_tickets(1)
    assert client.get(LIST).json()["results"][0]["url"].endswith("/contacts/4242/record/0-5/101")


def test_a_url_of_sixteen_thousand_characters_is_answered_by_the_edge_in_html(client):
    answer = client.get(LIST, properties="x" * 16_100)
    assert answer.status_code == 414
    assert answer.headers["content-type"] == "text/html"
    assert answer.headers["Date"] == "Mon, 02 Feb 2026 02:40:00 GMT"
    assert "<h1>414" in answer.text
    assert client.get(LIST, properties="x" * 15_000).status_code == 200


def test_a_changed_record_is_answered_anew(client, portal, clock, add_tickets):
    (ticket,) = add_tickets(1)
    assert client.get(LIST).json()["results"][0]["properties"]["subject"] == "Ticket 0"
    portal.change("tickets", ticket, {"subject": "Mended"}, at=clock.now + 1)
    assert client.get(LIST).json()["results"][0]["properties"]["subject"] == "Mended"
