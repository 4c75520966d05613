"""Users, customers, events, views and the small lists (emulator rows 11, 12, 13)."""

import pytest


def test_users_are_found_by_their_exact_address_only(client):
    """Row 11."""
    assert client.ids("users", email="ben@getwrrk.example.com") == [7102]
    assert client.ids("users", email="ben@getwrrk") == []


def test_bots_and_deactivated_users_are_listed_by_name(client, make):
    """Row 11."""
    make.user(7104, "Zoë Former", active=False, deactivated_datetime=99)
    rows = client.get("users").json()["data"]
    assert [row["name"] for row in rows] == ["Ana Ito", "Ben Abara", "Wynn AI", "Zoë Former"]
    assert [row["role"]["name"] for row in rows] == ["agent", "agent", "bot", "agent"]
    assert rows[3]["active"] is False
    assert rows[3]["deactivated_datetime"] == "1970-01-01T00:00:00.000099+00:00"


def test_users_go_on_beyond_the_first_page(client, make):
    """The trap of the old notebook: thirty rows are not all."""
    for number in range(120):
        make.user(8000 + number, f"Person {number:03d}")
    assert len(client.ids("users")) == 30
    assert len(client.everything("users")) == 123


def test_users_are_narrowed_by_role_and_by_words(client):
    assert client.ids("users", **{"roles[]": "bot"}) == [7103]
    assert client.ids("users", search="ABARA") == [7102]


def test_a_users_address_is_a_whole_url_unlike_all_others(client, make):
    make.ticket("2026-02-01T00:00:00Z")
    assert client.get("users/7101").json()["uri"].startswith("https://acme.gorgias.com/")
    assert client.get("tickets").json()["data"][0]["uri"].startswith("/api/tickets/")


def test_custom_fields_have_to_be_asked_for_by_type(client, desk):
    for number, (kind, archived) in enumerate(
        [("Ticket", None), ("Customer", None), ("Ticket", 7)]
    ):
        row = {"id": number, "object_type": kind, "priority": number, "label": "x"}
        desk.put("custom_fields", {**row, "created_datetime": 0, "deactivated_datetime": archived})
    assert client.get("custom-fields").status_code == 400
    assert client.ids("custom-fields", object_type="Ticket") == [0]
    assert client.ids("custom-fields", object_type="Ticket", archived="true") == [2]
    assert client.ids("custom-fields", object_type="Customer") == [1]


def test_customers_sort_by_update_and_are_found_by_address(client, make):
    make.customer(9002, "Noor Xu")
    assert client.ids("customers", order_by="updated_datetime:desc") == [9002, 9001]
    assert client.ids("customers", email="noor@example.org") == [9002]
    both = {"channel_type": "email", "channel_address": "mia@example.org"}
    assert client.ids("customers", **both) == [9002, 9001]
    assert client.ids("customers", channel_type="sms") == []


@pytest.fixture
def events(make):
    ticket = make.ticket("2026-02-01T00:00:00Z")
    return [
        make.event("ticket-created", "2026-02-01T00:00:00Z", ticket),
        make.event("ticket-assigned", "2026-02-01T00:00:00.000001Z", ticket, user_id=7101),
        make.event("ticket-closed", "2026-02-02T00:00:00Z", ticket, user_id=7102),
        make.event("tag-created", "2026-02-03T00:00:00Z", 31, object_type="Tag"),
    ]


@pytest.mark.parametrize(
    ("bounds", "expected"),
    [
        ({"gte": "2026-02-01T00:00:00.000001Z"}, [1, 2, 3]),
        ({"gt": "2026-02-01T00:00:00.000001+00:00"}, [2, 3]),
        ({"lt": "2026-02-02T00:00:00"}, [0, 1]),
        ({"lte": "2026-02-02T01:00:00+01:00"}, [0, 1, 2]),
        ({"gte": "2026-02-01T12:00:00Z", "lt": "2026-02-03T00:00:00Z"}, [2]),
    ],
)
def test_events_are_filtered_by_a_range_in_brackets(client, events, bounds, expected):
    """Row 12."""
    query = {f"created_datetime[{name}]": text for name, text in bounds.items()}
    found = client.ids("events", order_by="created_datetime:asc", **query)
    assert found == [events[place] for place in expected]


def test_events_of_one_object_need_its_type_and_its_id(client, events):
    """Row 12."""
    assert client.ids("events", object_type="Tag", object_id=31) == [events[3]]
    for half in ({"object_type": "Ticket"}, {"object_id": 31}):
        assert client.get("events", **half).status_code == 400


@pytest.mark.parametrize("kind", ["Message", "TicketRule", "ticket"])
def test_object_types_that_do_not_exist_are_refused_with_a_list_of_those_that_do(client, kind):
    """Row 12."""
    answer = client.get("events", object_type=kind, object_id=1)
    assert answer.status_code == 400
    assert "TicketMessage" in answer.json()["error"]["data"]["object_type"][0]


def test_events_by_type_and_by_a_single_user(client, events):
    assert client.ids("events", types=["ticket-closed", "tag-created"]) == events[:1:-1]
    assert client.ids("events", **{"user_ids[]": 7102}) == [events[2]]
    assert client.get("events", user_ids=[7101, 7102]).status_code == 400
    assert client.get("events", **{"created_datetime[gte]": "soon"}).status_code == 400


def test_old_events_can_be_out_of_reach(client, server, events):
    """How far back events go is not known."""
    server.behaviour.events_days = 23
    assert client.ids("events") == [events[3]]


class TestViews:
    """Row 13."""

    @pytest.fixture
    def tickets(self, make):
        return [make.ticket(f"2026-02-0{day}T00:00:00Z", tag_ids=[day]) for day in (1, 2, 3)]

    def run(self, client, filters, **query):
        view = {"type": "ticket-list", "filters": filters, "order_by": "updated_datetime"}
        return client.send("PUT", "views/0/items", {"view": {**view, "order_dir": "asc"}}, **query)

    def test_an_unsaved_view_filters_on_the_servers_side(self, client, tickets):
        found = self.run(client, "gte(ticket.updated_datetime,'2026-02-02T00:00:00Z')").json()
        assert [row["id"] for row in found["data"]] == tickets[1:]

    def test_its_envelope_is_another_one_and_its_pages_are_paths(self, client, tickets):
        page = self.run(client, "", limit=2).json()
        assert set(page) == {"data", "meta"}
        assert set(page["meta"]) == {"next_items", "prev_items", "current_cursor"}
        assert page["meta"]["next_items"] == "/api/views/0/items?cursor=2&limit=2"

    def test_its_items_have_no_custom_fields(self, client, tickets):
        assert "custom_fields" not in self.run(client, "").json()["data"][0]

    @pytest.mark.parametrize(
        ("filters", "expected"),
        [
            ("eq(ticket.status, 'open') && containsAny(ticket.tags.id, [1,3])", [0, 2]),
            ("neq(ticket.customer.id, 9001)", []),
            ("lte(ticket.created_datetime, '2026-02-01T00:00:00Z')", [0]),
        ],
    )
    def test_conditions_are_joined(self, client, tickets, filters, expected):
        found = [row["id"] for row in self.run(client, filters).json()["data"]]
        assert found == [tickets[place] for place in expected]

    @pytest.mark.parametrize("filters", ["updated > 5", "like(ticket.subject, 'x')"])
    def test_what_is_no_filter_is_a_400(self, client, tickets, filters):
        assert self.run(client, filters).status_code == 400

    def test_a_saved_view_is_made_read_and_taken_away_again(self, client, tickets):
        made = client.send("POST", "views", {"filters": "eq(ticket.status,'open')", "name": "x"})
        assert made.status_code == 201
        path = f"views/{made.json()['id']}"
        assert len(client.get(f"{path}/items").json()["data"]) == 3
        assert client.send("DELETE", path).status_code == 204
        assert client.get(f"{path}/items").status_code == 404

    def test_saving_needs_the_right_to_write(self, desk, client_as):
        desk.grant_token("reader", 7101, frozenset({"tickets:read", "views:read"}))
        reader = client_as("Bearer reader")
        assert reader.send("POST", "views", {"name": "x"}).status_code == 403
        assert self.run(reader, "").status_code == 200


def test_lists_of_what_nobody_has_are_empty(client):
    for path in ("phone/voice-calls", "macros", "rules", "jobs", "views"):
        assert client.get(path).json()["data"] == []
