import json
import os
import subprocess
import sys

import pytest
from sandbox.world import World


def frozen(**arguments):
    return World(**{"tickets": 60, "elapsed": lambda: 0, **arguments})


def image(world):
    """Every byte the portal can answer with, and the truth about it."""
    portal = world.portal
    records = [
        (kind, archived, one.id, one.properties, one.created_at, one.updated_at, one.archived_at)
        for kind in ("tickets", "contacts", "companies")
        for archived in (False, True)
        for one in portal.records(kind, archived=archived)
    ]
    histories = [
        (one.id, name, version.value, version.at, version.source_type, version.source_id)
        for one in portal.records("tickets")
        for name, versions in sorted(one.history.items())
        for version in versions
    ]
    links = [
        (one.id, sorted(portal.associations.everything_of("tickets", one.id), key=repr))
        for one in portal.records("tickets")
    ]
    meta = [portal.owners, portal.pipelines, portal.definitions, world.truth()]
    return json.dumps([records, histories, repr(links), meta, world.metrics_truth()])


def test_the_same_seed_and_steps_make_the_same_bytes():
    first, second = frozen(), frozen()
    for world in (first, second):
        for hours in (4, 4, 1, 24, 4, 4, 4):
            world.advance(hours)
            world.settle()
    assert image(first) == image(second)


def test_every_process_makes_the_same_bytes():
    program = (
        "import hashlib, json; from sandbox.world import World;"
        "world = World(tickets=60, elapsed=lambda: 0); world.advance(4);"
        "print(hashlib.sha256(json.dumps(world.truth()).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_another_seed_makes_another_company():
    assert image(frozen(seed=1)) != image(frozen(seed=2))


def test_the_order_of_advances_matters():
    first, second = frozen(), frozen()
    first.advance(1), first.advance(4)
    second.advance(4), second.advance(1)
    assert first.clock() == second.clock()
    assert image(first) != image(second)


def test_recorded_operations_make_the_same_world_again():
    first = frozen()
    first.advance(4)
    first.settle(3)
    first.advance(0.7)
    second = frozen()
    second.replay(first.operations)
    assert image(first) == image(second)
    assert second.operations == first.operations


def test_real_time_that_is_short_changes_nothing_but_the_clock():
    now = [0]
    ticking, still = frozen(elapsed=lambda: now[0]), frozen()
    now[0] = 29 * 60_000
    assert ticking.clock() == still.clock() + now[0]
    for world in (ticking, still):
        world.advance(4)
    assert image(ticking) == image(still)
    assert ticking.clock() == still.clock()


def test_the_clock_never_runs_backwards_however_long_the_world_stood_idle():
    now = [0]
    world = frozen(elapsed=lambda: now[0])
    for idle_minutes in (1, 31, 600, 5, 0):
        now[0] += idle_minutes * 60_000
        before = world.clock()
        newest = max(one.updated_at for one in world.portal.records("tickets"))
        world.advance(0.5)
        assert world.clock() > before
        fresh = [one for one in world.portal.records("tickets") if one.updated_at > newest]
        assert min(one.updated_at for one in fresh) >= before - 15 * 60_000


def test_nothing_happens_in_the_future():
    world = frozen()
    for _ in range(5):
        world.advance(4)
        for archived in (False, True):
            for one in world.portal.records("tickets", archived=archived):
                assert one.updated_at <= world.clock()


def test_a_world_too_small_for_its_oddities_is_refused():
    with pytest.raises(ValueError, match="at least 50"):
        World(tickets=49)


@pytest.mark.parametrize("step", [0, -1])
def test_time_only_moves_forward(step):
    with pytest.raises(ValueError, match="forward"):
        frozen().advance(step)
