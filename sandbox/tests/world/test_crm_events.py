"""What happens to everything but tickets, as a client of the portal would see it."""

from __future__ import annotations

import itertools

import pytest
from sandbox.world import World
from sandbox.world.crm_arrivals import NEW_STAGE, REMOVED_STAGE

ROUNDS = 10
TYPES = ("contacts", "companies", "deals", "line_items", "emails", "appointments", "divisions")


def snapshot(world):
    """Per type and bin: properties, modified instant; and the associations of live records."""
    records = {
        (kind, archived, one.id): (one.properties, one.updated_at)
        for kind in TYPES
        for archived in (False, True)
        for one in world.portal.records(kind, archived=archived)
    }
    links = {
        (kind, one.id): {
            (far, far_id): frozenset(ties)
            for far, far_id, ties in world.portal.associations.everything_of(kind, one.id)
        }
        for kind in TYPES
        for one in world.portal.records(kind)
    }
    return records, links


@pytest.fixture(scope="module")
def story():
    world = World(tickets=60, elapsed=lambda: 0)
    shown = [snapshot(world)]
    for _ in range(ROUNDS):
        world.advance(4)
        world.settle(2)
        shown.append(snapshot(world))
    return world, list(itertools.pairwise(shown))


def live_in_both(before, after):
    return [key for key in after if not key[1] and key in before]


def test_calculated_values_drift_without_a_new_modified_date(story):
    drifted = {
        key[0]
        for (before, _), (after, _) in story[1]
        for key in live_in_both(before, after)
        if before[key][1] == after[key][1] and before[key][0] != after[key][0]
    }
    assert len(drifted) >= 3


def test_associations_come_and_go_without_a_new_modified_date(story):
    came, went, labelled, unlabelled = set(), set(), set(), set()
    for (before, old), (after, new) in story[1]:
        for kind, record in old.keys() & new.keys():
            key = (kind, False, record)
            if before[key][1] != after[key][1]:
                continue
            was, now = old[kind, record], new[kind, record]
            came |= {kind for _ in now.keys() - was.keys()}
            went |= {kind for _ in was.keys() - now.keys()}
            labelled |= {kind for end in was.keys() & now.keys() if now[end] - was[end]}
            unlabelled |= {kind for end in was.keys() & now.keys() if was[end] - now[end]}
    assert len(came) >= 4
    assert len(went) >= 4
    assert labelled
    assert unlabelled


@pytest.mark.parametrize("kind", TYPES)
def test_records_of_every_type_come_and_change(story, kind):
    new = {
        key
        for (before, _), (after, _) in story[1]
        for key in after.keys() - before.keys()
        if key[:2] == (kind, False)
    }
    changed = {
        key
        for (before, _), (after, _) in story[1]
        for key in live_in_both(before, after)
        if key[0] == kind and before[key][1] < after[key][1]
    }
    assert new
    assert changed


def test_merged_deals_are_always_a_new_one_and_answer_to_their_old_ids(story):
    world, _ = story
    survivors = [
        one for one in world.portal.records("deals") if "hs_merged_object_ids" in one.properties
    ]
    assert survivors
    for one in survivors:
        for old in map(int, one.properties["hs_merged_object_ids"].split(";")):
            answered = world.portal.get("deals", old)
            assert answered is not None
            assert answered.id == one.id


def test_contacts_keep_and_change_their_id_when_merged(story):
    world, _ = story
    kept = {
        str(one.id) < one.properties["hs_merged_object_ids"]
        for kind in ("contacts", "companies")
        for one in world.portal.records(kind)
        if "hs_merged_object_ids" in one.properties
    }
    assert len(kept) == 2


def test_a_deal_stage_comes_and_an_appointment_stage_goes(story):
    world, _ = story
    stages = [s["id"] for p in world.portal.pipelines["deals"] for s in p["stages"]]
    assert NEW_STAGE in stages
    assert f"hs_v2_date_entered_{NEW_STAGE}" in world.portal.definitions["deals"]
    truth = world.truth()
    (gone,) = (row for row in truth["appointment_pipeline_stage"].values() if row["is_deleted"])
    assert gone["stage_id"] == REMOVED_STAGE
    assert any(
        row["property_hs_pipeline_stage"] == REMOVED_STAGE for row in truth["appointment"].values()
    )


def test_a_role_is_renamed_and_a_user_leaves():
    world = World(tickets=50, elapsed=lambda: 0)
    everybody = set(world.portal.users)
    names = {one["name"] for one in world.portal.roles.values()}
    for _ in range(3):
        world.advance(4)
    (left,) = everybody - set(world.portal.users)
    assert {row["id"] for row in world.truth()["users"] if row["is_deleted"]} == {int(left)}
    assert {one["name"] for one in world.portal.roles.values()} != names


def test_custom_objects_have_schemas_with_their_associations(story):
    world, _ = story
    schema = world.portal.schemas["divisions"]
    assert schema["fullyQualifiedName"] == "p4242_divisions"
    ends = {(one["fromObjectTypeId"], one["toObjectTypeId"]) for one in schema["associations"]}
    assert {("2-28111222", "0-1"), ("0-1", "2-28111222"), ("2-28111222", "2-28111333")} <= ends
