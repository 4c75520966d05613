"""A company with two HubSpot accounts."""

from __future__ import annotations

import json

import pytest
from sandbox.hubspot.server import Behaviour, serve
from sandbox.world import World
from sandbox.world.flavours import FIRST, SECOND


@pytest.fixture(scope="module")
def world():
    made = World(tickets=150, portals=2, elapsed=lambda: 0)
    for _ in range(5):
        made.advance(4)
    return made


def test_the_accounts_differ_in_more_than_their_records(world):
    first, second = world.portals
    assert (first.portal_id, second.portal_id) == (FIRST.portal_id, SECOND.portal_id)
    assert (first.time_zone, second.time_zone) == ("America/Halifax", "Europe/Berlin")
    assert world.tokens == {4242: FIRST.token, 4343: SECOND.token}
    only_first = first.definitions["tickets"].keys() - second.definitions["tickets"].keys()
    only_second = second.definitions["tickets"].keys() - first.definitions["tickets"].keys()
    assert "training_amount" in only_first
    assert "eu_ticket_class" in only_second
    assert first.schemas.keys() ^ second.schemas.keys() == {"installations", "vehicles"}
    assert first.schemas["divisions"]["objectTypeId"] != second.schemas["divisions"]["objectTypeId"]
    assert ("appointments" in first.enabled, "appointments" in second.enabled) == (True, False)


def test_both_have_records_of_the_same_ids(world):
    ids = [{one.id for one in portal.records("contacts")} for portal in world.portals]
    assert ids[0] & ids[1]


@pytest.mark.parametrize("kind", ["tickets", "contacts", "deals", "divisions", "emails"])
def test_the_truth_has_the_records_of_both(world, kind):
    truth = world.truth()
    table = {
        "tickets": "ticket",
        "contacts": "contact",
        "deals": "deal",
        "emails": "engagement_email",
    }
    rows = truth[table.get(kind, kind)]
    gone = truth["gone"][table.get(kind, kind)]
    for portal in world.portals:
        there = {one.id for bin_ in (False, True) for one in portal.records(kind, archived=bin_)}
        told = {
            r["id"] for k, r in rows.items() if r["portal_id"] == portal.portal_id and k not in gone
        }
        assert told == there


def test_every_row_says_whose_it_is_and_the_truth_is_json(world):
    truth = world.truth()
    assert json.loads(json.dumps(truth)) == truth
    for table, rows in truth.items():
        each = rows if isinstance(rows, list) else rows.values()
        if table != "gone":
            assert {row["portal_id"] for row in each} <= {4242, 4343}
    assert {row["portal_id"] for row in truth["account"]} == {4242, 4343}
    assert {row["portal_id"] for row in truth["vehicles"].values()} == {4343}
    assert {row["portal_id"] for row in truth["appointment"].values()} == {4242}


def test_both_live_on_one_clock_and_are_made_the_same_again(world):
    again = World(tickets=150, portals=2, elapsed=lambda: 0)
    again.replay(world.operations)
    assert again.truth() == world.truth()
    assert {one.clock() for one in world.portals} == {world.clock()}


def test_the_first_account_is_that_of_a_world_with_one(world):
    alone = World(tickets=150, elapsed=lambda: 0)
    alone.replay(world.operations)
    whole, part = world.truth(), alone.truth()
    assert part["deal"].items() <= whole["deal"].items()


def test_one_server_serves_both(world):
    with serve(world.portals, [Behaviour() for _ in world.portals]) as server:
        assert server.portal is world.portal
        assert server.behaviours.keys() == world.tokens.keys()


@pytest.mark.parametrize("portals", [0, 3])
def test_there_are_one_or_two(portals):
    with pytest.raises(ValueError, match="one portal or two"):
        World(tickets=50, portals=portals)
