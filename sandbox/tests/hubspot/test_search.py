"""Search: lag, caps, filters, sorts (rows 9 to 11)."""

from __future__ import annotations

import pytest

MODIFIED = "hs_lastmodifieddate"


def _filter(name, operator, value=None, **more):
    return {"propertyName": name, "operator": operator, "value": value, **more}


@pytest.fixture
def zoo(portal, clock):
    """Five tickets with values of every type; ids 1 to 5, modified a millisecond apart."""
    rows = [
        {"subject": "Login Fails", "score": "9", "vip": "true", "tier": "GOLD"},
        {"subject": "login works", "score": "10", "vip": "false", "tier": "gold"},
        {"subject": "Invoice twice", "score": "-2.5", "due": "2026-03-08"},
        {"subject": "refund", "score": "seven", "due": "2026-03-09"},
        {"notes": "", "closed_date": "2026-02-01T00:00:00.500Z"},
    ]
    for number, properties in enumerate(rows):
        portal.create("tickets", properties, at=clock.now + number, record_id=number + 1)
    clock.advance(seconds=1)


@pytest.mark.parametrize(
    ("filters", "expected"),
    [
        ([_filter("subject", "EQ", "LOGIN FAILS")], "1"),
        ([_filter("subject", "NEQ", "login fails")], "2345"),
        ([_filter("subject", "IN", values=["login fails", "refund"])], "14"),
        ([_filter("subject", "IN", values=["Login Fails"])], ""),
        ([_filter("tier", "EQ", "GOLD")], "1"),
        ([_filter("tier", "IN", values=["gold"])], "2"),
        ([_filter("tier", "NOT_IN", values=["gold"])], "1"),
        ([_filter("score", "GT", "9")], "2"),
        ([_filter("score", "GTE", "9.0")], "12"),
        ([_filter("score", "LT", "0")], "3"),
        ([_filter("score", "LTE", "9")], "13"),
        ([_filter("score", "BETWEEN", "-2.5", highValue="9")], "13"),
        ([_filter("vip", "EQ", "true")], "1"),
        ([_filter("vip", "EQ", value=True)], "1"),
        ([_filter("score", "EQ", 9)], "1"),
        ([_filter("due", "GT", "2026-03-08")], "4"),
        ([_filter("due", "HAS_PROPERTY")], "34"),
        ([_filter("notes", "HAS_PROPERTY")], ""),
        ([_filter("vip", "NOT_HAS_PROPERTY")], "345"),
        ([_filter("subject", "CONTAINS_TOKEN", "login")], "12"),
        ([_filter("subject", "CONTAINS_TOKEN", "inv*")], "3"),
        ([_filter("subject", "NOT_CONTAINS_TOKEN", "login")], "345"),
        ([_filter("closed_date", "EQ", "1769904000500")], "5"),
        ([_filter("closed_date", "GTE", "2026-02-01T00:00:00.5009Z")], "5"),
        ([_filter("hs_object_id", "GT", "3")], "45"),
        ([_filter("hs_object_id", "GTE", "2"), _filter("hs_object_id", "LT", "4")], "23"),
        ([_filter(MODIFIED, "GTE", "1770000000003")], "45"),
        ([_filter(MODIFIED, "GT", "1770000000003")], "5"),
        ([_filter(MODIFIED, "BETWEEN", "1770000000001", highValue="1770000000002")], "23"),
        ([_filter(MODIFIED, "LT", "2026-02-02T02:40:00.001Z")], "1"),
        ([_filter("nonsense", "EQ", "1")], ""),
    ],
)
def test_each_operator_finds_what_it_says(client, zoo, filters, expected):
    assert client.found(*filters) == list(expected)


def test_groups_are_alternatives_and_filters_within_one_all_hold(client, zoo):
    groups = [
        {"filters": [_filter("vip", "EQ", "true")]},
        {"filters": [_filter("score", "GT", "0"), _filter("vip", "EQ", "false")]},
    ]
    answer = client.search({"filterGroups": groups}).json()
    assert [row["id"] for row in answer["results"]] == ["1", "2"]


def test_a_query_finds_words_in_any_text(client, zoo):
    assert client.found(query="invoice") == ["3"]


def test_without_anything_all_records_come_oldest_created_first(client, zoo):
    body = client.search({}).json()
    assert body["total"] == 5
    assert [row["id"] for row in body["results"]] == list("12345")
    assert "associations" not in body["results"][0]
    assert "paging" not in body


@pytest.mark.parametrize(
    ("sorts", "expected"),
    [
        ([{"propertyName": "hs_object_id", "direction": "DESCENDING"}], "54321"),
        ([{"propertyName": "score", "direction": "ASCENDING"}], "31245"),
        (["-createdate"], "54321"),
        (["createdate", "-hs_object_id"], "12345"),
    ],
)
def test_the_first_sort_is_honoured_numbers_as_numbers(client, zoo, sorts, expected):
    assert client.found(sorts=sorts) == list(expected)


def test_the_cursor_of_search_is_an_offset(client, zoo):
    first = client.search({"limit": 2}).json()
    assert first["paging"] == {"next": {"after": "2"}}
    last = client.search({"limit": 2, "after": "4"}).json()
    assert [row["id"] for row in last["results"]] == ["5"]
    assert "paging" not in last


@pytest.mark.parametrize(
    "body",
    [
        {"limit": 201},
        {"limit": 200, "after": "9801"},
        {"after": "x"},
        {"query": "x" * 3_001},
        {"filterGroups": [{"filters": [_filter("vip", "EQ", "true")]}] * 6},
        {"filters": [_filter("vip", "EQ", "true")] * 7},
        {"filterGroups": [{"filters": [_filter("vip", "EQ", "true")] * 5}] * 4},
        {"filters": [_filter("vip", "LIKE", "true")]},
        {"filters": [_filter("score", "GT", "many")]},
        {"filters": [_filter("vip", "EQ")]},
        {"filters": [_filter("vip", "IN", "true")]},
        {"sorts": [{}]},
        {"filterGroups": ["x"]},
    ],
)
def test_a_search_beyond_the_limits_is_a_400(client, body):
    answer = client.search(body)
    assert answer.status_code == 400
    assert answer.json()["category"] == "VALIDATION_ERROR"


def test_two_thousand_property_names_fit_into_the_body(client, zoo):
    names = [f"a_rather_long_property_name_{number}" for number in range(2_000)]
    assert client.search({"properties": names}).status_code == 200


def test_the_total_is_not_capped_but_the_ten_thousandth_row_is_the_last(client, portal, clock):
    for number in range(10_050):
        portal.create("tickets", {}, at=clock.now, record_id=number + 1)
    last = client.search({"limit": 200, "after": "9800", "properties": ["subject"]}).json()
    assert last["total"] == 10_050
    assert last["results"][-1]["id"] == "10000"
    # The cursor that is offered cannot be followed: the cap is real.
    assert client.search({"limit": 200, **last["paging"]["next"]}).status_code == 400


def test_more_than_ten_thousand_rows_in_one_millisecond_can_be_walked_by_id(client, portal, clock):
    for number in range(10_050):
        portal.create("tickets", {}, at=clock.now, record_id=number + 1)
    rest = client.search(
        {
            "filters": [
                _filter(MODIFIED, "EQ", str(clock.now)),
                _filter("hs_object_id", "GT", "10000"),
            ],
            "sorts": [{"propertyName": "hs_object_id", "direction": "ASCENDING"}],
            "limit": 200,
        }
    ).json()
    assert rest["total"] == 50
    assert rest["results"][0]["id"] == "10001"


def test_contacts_are_found_by_lastmodifieddate_and_by_the_other_name_never(client, portal, clock):
    portal.create("contacts", {"email": "a@example.com"}, at=clock.now, record_id=7)
    since = {"operator": "GTE", "value": "1000"}
    assert client.found({"propertyName": "lastmodifieddate", **since}, kind="contacts") == ["7"]
    assert client.found({"propertyName": MODIFIED, **since}, kind="contacts") == []


def test_a_time_bound_of_zero_fails_as_it_has_been_seen_to(client, server, zoo):
    body = {"filters": [_filter(MODIFIED, "GTE", "0")]}
    assert client.search(body).status_code == 500
    server.behaviour.epoch_zero_500 = False
    assert client.search(body).json()["total"] == 5


def test_an_association_can_be_searched_for(client, portal, zoo, clock):
    portal.create("companies", {}, at=clock.now, record_id=9)
    portal.associate("tickets", 3, "companies", 9, type_id=339)
    assert client.found(_filter("associations.company", "EQ", "9")) == ["3"]
    portal.associate("tickets", 4, "companies", 9, type_id=339)
    assert client.found(_filter("associations.company", "EQ", "9")) == ["3", "4"]


class TestLag:
    @pytest.fixture
    def portal(self, portal):
        portal.search_lag_ms = (2_000, 30_000)
        return portal

    def test_search_keeps_the_old_image_until_the_change_is_indexed(self, client, portal, clock):
        portal.create("tickets", {"subject": "old"}, at=clock.now, record_id=1)
        assert client.found() == []
        clock.advance(seconds=30)
        assert client.found() == ["1"]
        portal.change("tickets", 1, {"subject": "new"}, at=clock.now)
        clock.advance(seconds=1)
        (stale,) = client.search({}).json()["results"]
        assert stale["properties"]["subject"] == "old"
        assert stale["updatedAt"] == "2026-02-02T02:40:00Z"
        assert client.found(_filter("subject", "EQ", "new")) == []
        clock.advance(seconds=29)
        (fresh,) = client.search({}).json()["results"]
        assert fresh["properties"]["subject"] == "new"
        assert fresh["updatedAt"] == "2026-02-02T02:40:30Z"

    def test_list_and_batch_read_see_a_change_at_once(self, client, portal, clock):
        portal.create("tickets", {"subject": "new"}, at=clock.now, record_id=1)
        batch = client.post("/crm/v3/objects/tickets/batch/read", {"inputs": [{"id": "1"}]})
        assert client.ids() == ["1"]
        assert batch.json()["results"][0]["properties"]["subject"] == "new"

    def test_changes_surface_out_of_order(self, client, portal, clock):
        for number in range(50):
            portal.create("tickets", {}, at=clock.now, record_id=number + 1)
        clock.advance(seconds=15)
        some = [int(record_id) for record_id in client.found()]
        assert 0 < len(some) < 50
        assert some != list(range(1, len(some) + 1))
        clock.advance(seconds=15)
        assert len(client.found()) == 50

    def test_an_archived_record_is_never_found_not_even_with_a_change_still_due(
        self, client, portal, clock
    ):
        portal.create("tickets", {}, at=clock.now, record_id=1)
        portal.archive("tickets", 1, at=clock.now)
        clock.advance(hours=1)
        assert client.found() == []
        portal.restore("tickets", 1, at=clock.now)
        assert client.found() == []
        clock.advance(seconds=30)
        assert client.found() == ["1"]

    def test_two_quick_changes_never_surface_in_reverse(self, client, portal, clock):
        for number in range(40):
            portal.create("tickets", {"subject": "0"}, at=clock.now, record_id=number + 1)
            for version in ("1", "2", "3"):
                portal.change("tickets", number + 1, {"subject": version}, at=clock.now)
        seen = {}
        for _ in range(31):
            for row in client.search({"limit": 200}).json()["results"]:
                version = row["properties"]["subject"]
                assert version >= seen.get(row["id"], "0")
                seen[row["id"]] = version
            clock.advance(seconds=1)
        assert set(seen.values()) == {"3"}


def test_numbers_beyond_the_precision_of_a_float_compare_exactly(client, portal, clock):
    for record_id in (2**53, 2**53 + 1):
        portal.create("tickets", {"score": str(record_id)}, at=clock.now, record_id=record_id)
    larger = _filter("score", "GT", str(2**53))
    assert client.found(larger) == [str(2**53 + 1)]
    assert client.found(_filter("hs_object_id", "GT", str(2**53))) == [str(2**53 + 1)]
