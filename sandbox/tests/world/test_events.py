import itertools
from collections import Counter

import pytest
from sandbox.world import World
from sandbox.world.agents import DEACTIVATED_LATER
from sandbox.world.crm_events import FREQUENCIES, ONCE
from sandbox.world.events import NEW_STAGE, REMOVED_STAGE
from sandbox.world.values import DAY_MS

ROUNDS = 12


def snapshot(world):
    return {
        archived: {
            one.id: (one.properties, one.updated_at, one.archived_at)
            for one in world.portal.records("tickets", archived=archived)
        }
        for archived in (False, True)
    }


@pytest.fixture(scope="module")
def story():
    """A world, and what its portal showed before and after each of many rounds."""
    world = World(tickets=120, elapsed=lambda: 0)
    shown, happened = [snapshot(world)], Counter()
    for _ in range(ROUNDS):
        happened += world.advance(4)
        shown.append(snapshot(world))
    return world, shown, happened


def states(world):
    return {key: row["state"] for key, row in world.truth()["gone"]["ticket"].items()}


def pairs(story):
    _, shown, _ = story
    return list(itertools.pairwise(shown))


def test_every_kind_of_event_happens(story):
    _, _, happened = story
    assert set(happened) == {
        *("create", "edit", "move", "reopen", "change_pipeline", "reassign", "flap", "unassign"),
        *("clear", "burst", "drift", "archive", "restore", "purge", "merge", "associate"),
        *("dissociate", "define_property", "owner_leaves", "owner_returns", "add_stage"),
        *("remove_stage", "rename_pipeline"),
        *(f"crm_{event}" for event in (*FREQUENCIES, *ONCE.values(), "define_property")),
    }


def test_tickets_appear_in_every_round(story):
    assert all(after[False].keys() - before[False].keys() for before, after in pairs(story))


def test_an_archived_ticket_keeps_its_modified_date(story):
    moved = [
        (before[False][key], after[True][key])
        for before, after in pairs(story)
        for key in after[True].keys() & before[False].keys()
    ]
    assert any(old[1] == new[1] and new[2] is not None for old, new in moved)


def test_restored_tickets_come_back_with_and_without_a_new_modified_date(story):
    touched = {
        before[True][key][1] != after[False][key][1]
        for before, after in pairs(story)
        for key in after[False].keys() & before[True].keys()
    }
    assert touched == {True, False}


def test_tickets_vanish_and_the_truth_names_them(story):
    world, shown, _ = story
    there = shown[-1][False].keys() | shown[-1][True].keys()
    ever = {key for one in shown for key in one[False].keys() | one[True].keys()}
    gone = states(world)
    assert {str(key) for key in ever - there} <= gone.keys()
    assert set(gone.values()) == {"purged", "merged"}


def test_merges_make_new_ids_and_also_keep_old_ones(story):
    kept = {
        key in before[False]
        for before, after in pairs(story)
        for key, (now, _, _) in after[False].items()
        if now.get("hs_merged_object_ids")
        and now["hs_merged_object_ids"]
        != before[False].get(key, ({}, 0, 0))[0].get("hs_merged_object_ids")
    }
    assert kept == {True, False}


def test_calculated_values_drift_without_a_new_modified_date(story):
    drifted = [
        key
        for before, after in pairs(story)
        for key in after[False].keys() & before[False].keys()
        if before[False][key][1] == after[False][key][1]
        and before[False][key][0] != after[False][key][0]
    ]
    assert drifted


def test_properties_are_cleared(story):
    cleared = {
        name
        for before, after in pairs(story)
        for key in after[False].keys() & before[False].keys()
        for name in before[False][key][0].keys() - after[False][key][0].keys()
    }
    assert {"hubspot_owner_id", "hs_ticket_priority"} <= cleared


def test_several_tickets_change_in_one_millisecond(story):
    _, shown, _ = story
    changed = Counter(at for _, at, _ in shown[-1][False].values())
    assert max(changed.values()) >= 3


def test_an_owner_changes_twice_in_one_millisecond(story):
    world, _, _ = story
    doubles = [
        versions
        for one in world.portal.records("tickets")
        for versions in one.history.values()
        if len({version.at for version in versions}) < len(versions)
    ]
    assert doubles
    for versions in doubles:
        assert versions[0].at >= versions[-1].at


def test_new_properties_are_defined_and_used(story):
    world, shown, _ = story
    new = {name for name in world.portal.definitions["tickets"] if name.startswith("added_in_")}
    assert len(new) == ROUNDS // 2
    used = {name for now, _, _ in shown[-1][False].values() for name in now}
    assert len(new & used) >= len(new) - 1


def test_an_owner_leaves_and_returns():
    world = World(tickets=50, elapsed=lambda: 0)
    archived = []
    for _ in range(6):
        world.advance(4)
        archived.append(_owner(world)["archived"])
    assert archived == [False, False, True, True, True, False]


def _owner(world):
    mailbox = DEACTIVATED_LATER.lower().replace(" ", ".")
    owners = world.portal.owners.values()
    return next(one for one in owners if (one["email"] or "").startswith(f"{mailbox}@"))


def test_stages_come_and_go_and_the_truth_keeps_the_removed_one_flagged(story):
    world, _, _ = story
    shown = {stage["id"] for one in world.portal.pipelines["tickets"] for stage in one["stages"]}
    assert NEW_STAGE in shown
    assert REMOVED_STAGE not in shown
    told = world.truth()["ticket_pipeline_stage"]
    assert told[f"7002/{REMOVED_STAGE}"]["_fivetran_deleted"] is True
    assert told[f"7002/{NEW_STAGE}"]["_fivetran_deleted"] is False
    assert f"hs_v2_date_entered_{NEW_STAGE}" in world.portal.definitions["tickets"]


def test_associations_change_without_moving_the_modified_date():
    world = World(tickets=400, elapsed=lambda: 0)
    known = {one.id: (_contacts(world, one.id), one.updated_at) for one in _live(world)}
    for _ in range(4):
        world.advance(4)
    more = fewer = 0
    for one in _live(world):
        before, at = known.get(one.id, (None, None))
        if at == one.updated_at:
            more += bool(_contacts(world, one.id) - before)
            fewer += bool(before - _contacts(world, one.id))
    assert more
    assert fewer


def _live(world):
    return list(world.portal.records("tickets"))


def _contacts(world, ticket):
    linked = world.portal.associations.everything_of("tickets", ticket)
    return {far_id for far, far_id, _ in linked if far == "contacts"}


def test_the_recycle_bin_forgets_after_ninety_days():
    world = World(tickets=60, elapsed=lambda: 0)
    archived = {str(one.id) for one in world.portal.records("tickets", archived=True)}
    assert archived
    world.settle(minutes=91 * DAY_MS / 60_000)
    assert not list(world.portal.records("tickets", archived=True))
    told = world.truth()
    assert {told["gone"]["ticket"][key]["state"] for key in archived} == {"purged"}


def test_a_misfit_is_never_mended_since_a_log_of_rejections_cannot_be_unwritten():
    world = World(tickets=60, elapsed=lambda: 0)
    known = _rejected(world)
    for _ in range(10):
        world.advance(4)
    gone = states(world)
    assert {key for key in known if key[0] not in gone} <= _rejected(world)


def _rejected(world):
    rows = world.truth()["rejected_value"]
    return {(r["record_id"], r["column_name"]) for r in rows if r["stream"] == "ticket"}


def test_more_new_tickets_come_when_asked_for():
    world = World(tickets=60, tickets_per_day=600, elapsed=lambda: 0)
    assert world.advance(4)["create"] == 100


def test_a_very_long_advance_lets_the_bin_expire_too():
    world = World(tickets=60, elapsed=lambda: 0)
    archived = {str(one.id) for one in world.portal.records("tickets", archived=True)}
    world.advance(100 * 24)
    told = world.truth()
    assert all(told["ticket"][key]["property_hs_object_id"] == int(key) for key in archived)
    shown = {
        str(one.id) for a in (False, True) for one in world.portal.records("tickets", archived=a)
    }
    assert shown == told["ticket"].keys() - told["gone"]["ticket"].keys()
    assert not archived & {str(one.id) for one in world.portal.records("tickets", archived=True)}
