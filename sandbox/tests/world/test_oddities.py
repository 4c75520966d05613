from collections import Counter

import pytest
from sandbox.world import World
from sandbox.world.instants import AUTUMN_UTC, SPRING_UTC
from sandbox.world.metrics import weekend


@pytest.fixture(scope="module", params=[50, 700])
def world(request):
    return World(tickets=request.param, elapsed=lambda: 0)


@pytest.fixture(scope="module")
def tickets(world):
    return [one for a in (False, True) for one in world.portal.records("tickets", archived=a)]


def texts(tickets):
    return [value for one in tickets for value in one.properties.values()]


def types(world):
    return {name: one["type"] for name, one in world.portal.definitions["tickets"].items()}


def test_there_are_more_than_230_properties_of_every_type(world):
    kinds = Counter(types(world).values())
    assert sum(kinds.values()) >= 230
    custom = [
        one for one in world.portal.definitions["tickets"].values() if not one["hubspotDefined"]
    ]
    assert {one["type"] for one in custom} == {
        *("string", "number", "date", "datetime", "enumeration", "bool"),
        *("phone_number", "object_coordinates", "json"),
    }
    assert any(one["fieldType"] == "checkbox" for one in custom)


def test_two_property_names_share_their_first_54_characters(world):
    long = [name for name in types(world) if len(name) > 54]
    assert len({name[:54] for name in long}) < len(long)


def test_numbers_that_point_to_other_objects_say_so(world):
    references = [
        one.get("referencedObjectType") for one in world.portal.definitions["tickets"].values()
    ]
    assert {"COMPANY", "OWNER", "TICKET"} <= set(references)


def test_ids_go_beyond_what_a_double_can_hold(tickets):
    large = [one.id for one in tickets if one.id > 2**53]
    assert len(large) >= 2
    assert any(int(float(key)) != key for key in large)
    assert sum(one.id < 2**40 for one in tickets) > len(tickets) / 2


@pytest.mark.parametrize(
    "wanted",
    [
        lambda text: "\0" in text,
        lambda text: len(text) == 40_000 and len(text.encode()) > 40_000,
        lambda text: "🦊" in text,
        lambda text: "<html>" in text,
        lambda text: "O'X said \"" in text,
        lambda text: text == "",
        lambda text: text == "Unknown",
        lambda text: text == "3092727991;3881228353",
        lambda text: text == "maybe",
        lambda text: "\\N" in text,
        lambda text: text == "9007199254740995",
    ],
)
def test_awkward_text_is_there(tickets, wanted):
    assert any(map(wanted, texts(tickets)))


@pytest.mark.parametrize(
    ("kind", "wanted"),
    [
        ("datetime", "Unknown"),
        ("date", "Unknown"),
        ("bool", "maybe"),
        ("bool", "1"),
        ("bool", "yes"),
        ("bool", "on"),
        ("number", "3092727991;3881228353"),
        ("number", "NaN"),
        ("number", "1.0E7"),
        ("json", "{broken"),
        *(
            (kind, "")
            for kind in ("datetime", "date", "bool", "number", "json", "string", "enumeration")
        ),
    ],
)
def test_values_misfit_or_hide_their_type(world, tickets, kind, wanted):
    names = {name for name, type_ in types(world).items() if type_ == kind}
    assert any(one.properties.get(name) == wanted for one in tickets for name in names)


@pytest.mark.parametrize("kind", ["datetime", "date"])
def test_some_times_are_epoch_milliseconds(world, tickets, kind):
    names = {name for name, type_ in types(world).items() if type_ == kind}
    found = [one.properties[name] for one in tickets for name in names & one.properties.keys()]
    assert any(len(text) == 13 and text.isdigit() for text in found)


def test_instants_drop_their_fraction_only_when_it_is_zero(tickets):
    written = [one.properties["createdate"] for one in tickets]
    assert any("." not in text for text in written)
    assert not any(".000Z" in text for text in written)


def test_numbers_are_long_negative_and_fractional(tickets):
    found = [
        one.properties.get(f"{area}_amount", "") for one in tickets for area in ("billing", "api")
    ]
    assert any(text.startswith("-") for text in found)
    assert any(len(text.replace(".", "")) > 28 for text in found)


def test_about_half_of_the_properties_are_unset(world, tickets):
    share = sum(len(one.properties) for one in tickets) / len(tickets) / len(types(world))
    assert 0.3 < share < 0.7


def test_tickets_were_created_in_both_clock_changes(tickets):
    written = {one.properties["createdate"] for one in tickets}
    for day, times in (("2025-11-02", AUTUMN_UTC), ("2026-03-08", SPRING_UTC)):
        for text in times:
            assert f"{day}T{text}Z".replace(".000Z", "Z") in written


def test_tickets_were_created_on_the_edges_of_the_weekend(world):
    told = world.metrics_truth().values()
    edges = {
        row["created_local"]["America/New_York"][11:]: row["is_weekend"]
        for row in told
        if row["created_local"]["America/New_York"][11:]
        in ("17:59:59.999", "18:00:00.000", "04:59:59.999", "05:00:00.000")
    }
    assert edges == {
        "17:59:59.999": False,
        "18:00:00.000": True,
        "04:59:59.999": True,
        "05:00:00.000": False,
    }


def test_the_weekend_follows_the_wall_clock_not_the_offset():
    summer_friday_2159_utc, winter_friday_2259_utc = 1_751_666_399_000, 1_767_999_599_000
    for at in (summer_friday_2159_utc, winter_friday_2259_utc):
        assert not weekend(at)
        assert weekend(at + 1000)


def test_some_tickets_have_more_associations_than_a_page_holds(world, tickets):
    counts = [
        sum(
            far == "contacts"
            for far, _, _ in world.portal.associations.everything_of("tickets", one.id)
        )
        for one in tickets
    ]
    assert sum(count > 100 for count in counts) >= 2
    assert max(counts) > 500


def test_associations_carry_labels_of_the_account(world, tickets):
    labels = {
        kind.label
        for one in tickets
        for _, _, kinds in world.portal.associations.everything_of("tickets", one.id)
        for kind in kinds
        if kind.category == "USER_DEFINED" and kind.label
    }
    assert labels == {"Reseller", "Decision maker"}


def test_owners_include_a_deactivated_one_a_queue_and_a_stranger(world):
    owners = world.portal.owners.values()
    former = [one for one in owners if one["archived"]]
    assert [(one["userId"], one["firstName"], one["lastName"]) for one in former] == [
        (None, "", "")
    ]
    assert any(one["type"] == "QUEUE" for one in owners)
    assert any(f"{one['firstName']} {one['lastName']}" == "Sam Unlisted" for one in owners)


def test_the_chat_pipeline_keeps_its_trailing_space(world):
    assert "Live Chat " in [one["label"] for one in world.portal.pipelines["tickets"]]


def test_life_is_uneven():
    world = World(tickets=1500, elapsed=lambda: 0)
    rows = [row for row in world.metrics_truth().values() if not row["is_deleted"]]
    closed = sorted(float(row["resolution_seconds"]) for row in rows if row["resolution_seconds"])
    assert closed[-1] > 200 * closed[len(closed) // 2]
    assert {row["agent"] for row in rows} >= {"Nadia Okafor", "Morgan Vale", None}
    assert {row["owner_name"] for row in rows} >= {None, "Sam Unlisted", "Tom L", "Escalations"}
    assert any(row["pipeline"] == "SPAM Tickets" for row in rows)
    assert 0.1 < sum(row["is_weekend"] for row in rows) / len(rows) < 0.35
    per_minute = Counter(row["created_at"][:16] for row in rows)
    assert max(per_minute.values()) >= 3
    truth = world.truth()
    assert any(row["property_hs_ticket_reopened_at"] for row in truth["ticket"].values())
    assert any(row["property_hs_merged_object_ids"] for row in truth["ticket"].values())
    assert any(row["is_deleted"] for row in truth["ticket"].values())
