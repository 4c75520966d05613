"""Round after round, what was emitted is what the synthetic company knows to be true."""

from __future__ import annotations

import json
from decimal import Decimal
from typing import Any

import pytest
from sandbox.hubspot.server import Behaviour, Fault, serve
from sandbox.world import World

FLAGS = ("is_deleted", "_fivetran_deleted")
# HubSpot forgets old versions, and the records that were merged away with theirs; rows stay.
REMEMBERED = ("_property_history", "deal_stage")
HISTORY = {
    "tickets": ["hs_pipeline", "hs_pipeline_stage", "hubspot_owner_id"],
    "deals": ["pipeline", "dealstage", "hubspot_owner_id"],
    "contacts": ["lifecyclestage", "hs_lead_status", "hubspot_owner_id"],
    "companies": ["lifecyclestage", "hubspot_owner_id"],
    "appointments": ["hs_pipeline_stage"],
    "divisions": ["hs_pipeline_stage", "region"],
}
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


def differences(truth: Any, warehouse: Any) -> list[Any]:
    """What the tables say otherwise than the truth; every table of the truth is compared."""
    found = []
    for stream in sorted(truth.keys() - {"gone", "rejected_value"}):
        rows = truth[stream].values() if isinstance(truth[stream], dict) else truth[stream]
        gone = {canonical(row["id"]) for row in truth["gone"].get(stream, {}).values()}
        key = warehouse.keys[stream]
        table = {tuple(map(canonical, k)): row for k, row in warehouse.table(stream).items()}
        expected = {tuple(canonical(row.get(k, row.get("id"))) for k in key): row for row in rows}
        found += [(stream, k, "extra") for k in extra(stream, table, expected, gone)]
        for identity, row in expected.items():
            actual = table.get(identity)
            if actual is not None or identity[0] not in gone:
                columns = FLAGS if identity[0] in gone else row
                found += [(stream, identity, *d) for d in unequal(row, actual, columns)]
    return found


def extra(stream: str, table: Any, expected: Any, gone: set[str]) -> list[Any]:
    """Rows that say of something that it is there although it is not."""
    if stream.endswith(REMEMBERED):
        return []
    return [
        key
        for key, row in table.items()
        if key not in expected and not row.get("is_deleted") and key[0] not in gone
    ]


def unequal(row: Any, actual: Any, columns: Any) -> list[Any]:
    if actual is None:
        return [("missing",)]
    return [(c, row[c], actual[c]) for c in columns if canonical(actual[c]) != canonical(row[c])]


@pytest.mark.capability("S2-24", "S2-56", "S2-30", "S2-31", "S2-32", "S2-10")
@pytest.mark.parametrize("faults", [False, True], ids=["calm", "with faults"])
def test_a_full_sync_and_ten_rounds_of_changes_agree_with_the_truth(
    new_runner: Any, new_warehouse: Any, faults: Any
) -> None:
    world = World(seed=5, tickets=300)
    behaviour = Behaviour(limits=False, burst_limit=100_000)
    if faults:
        behaviour.faults = [Fault("/crm/", kind, times=None, share=0.03) for kind in PASSING]
    with serve(world.portal, behaviour) as server:
        runner, warehouse, state = new_runner(server), new_warehouse(), None
        for round_ in range(11):
            # Purged tickets and silently drifting values show when everything is listed again.
            days = 0 if round_ % 5 == 0 else 7
            output = runner.sync(state=state, reconcile_days=days, history_properties=HISTORY)
            assert output.error is None
            warehouse.load(output.messages)
            state = output.state
            if round_ % 5 == 0:
                assert differences(world.truth(), warehouse) == []
            world.advance(hours=4)
            world.settle(minutes=2)
