"""Round after round, what was emitted is what the synthetic company knows to be true."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from sandbox.hubspot.server import Behaviour, Fault, serve
from sandbox.world import World

KEYS = {
    "ticket": ("id",),
    "owner": ("owner_id",),
    "ticket_pipeline": ("pipeline_id",),
    "ticket_pipeline_stage": ("pipeline_id", "stage_id"),
    "ticket_property_history": ("ticket_id", "name", "timestamp_instant"),
}
FLAGS = ("is_deleted", "_fivetran_deleted")
PASSING = ["500", "502", "504", "reset", "truncated", "html", "423", "429_burst"]


def canonical(value: Any) -> Any:
    """The truth's form: decimals as plain text, instants with milliseconds, no NULs."""
    if isinstance(value, bool) or value is None:
        return value
    if isinstance(value, int):
        return str(value)
    if isinstance(value, Decimal):
        plain = format(value, "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    if isinstance(value, str):
        text = value.replace("\0", "")
        return text[:-1] + ".000Z" if is_whole_second(text) else text
    return json.loads(json.dumps(value, default=float).replace("\\u0000", ""))


def is_whole_second(text: str) -> bool:
    return len(text) == 20 and text[10] == "T" and text[-1] == "Z"


def differences(truth: Any, warehouse: Any, *, drifting: set[str]) -> list[Any]:
    found = []
    gone = {row["id"] for row in truth["gone"]["ticket"].values()}
    for stream, key in KEYS.items():
        rows = truth[stream].values() if isinstance(truth[stream], dict) else truth[stream]
        table = {tuple(map(canonical, k)): row for k, row in warehouse.table(stream).items()}
        for expected in rows:
            identity = tuple(canonical(expected[name]) for name in key)
            lost = stream == "ticket" and expected["id"] in gone
            actual = table.get(identity)
            if actual is None and lost:
                continue
            columns = FLAGS if lost else [c for c in expected if c not in drifting]
            found += [
                (stream, identity, column, expected[column], (actual or {}).get(column))
                for column in columns
                if actual is None or canonical(actual[column]) != canonical(expected[column])
            ]
    return found


@pytest.mark.capability("S2-24", "S2-56", "S2-30", "S2-31", "S2-32", "S2-10")
@pytest.mark.parametrize("faults", [False, True], ids=["calm", "with faults"])
def test_a_full_sync_and_ten_rounds_of_changes_agree_with_the_truth(
    new_runner: Any, new_warehouse: Any, faults: Any
) -> None:
    world = World(seed=5, tickets=500)
    behaviour = Behaviour(limits=False, burst_limit=100_000)
    if faults:
        behaviour.faults = [Fault("/crm/", kind, times=None, share=0.03) for kind in PASSING]
    with serve(world.portal, behaviour) as server:
        runner, warehouse, state = new_runner(server), new_warehouse(), None
        for round_ in range(11):
            # Purged tickets and silently drifting values show when everything is listed again.
            output = runner.sync(state=state, reconcile_days=0 if round_ % 5 == 0 else 7)
            assert output.error is None
            warehouse.load(output.messages)
            state = output.state
            if round_ % 5 == 0:
                assert differences(world.truth(), warehouse, drifting=set()) == []
            world.advance(hours=4)
            world.settle(minutes=2)
