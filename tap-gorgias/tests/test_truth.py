"""Round after round, what was emitted is what the synthetic company knows to be true."""

from __future__ import annotations

import json
import random
from decimal import Decimal
from typing import Any

import pytest
from sandbox.gorgias.server import Behaviour, Fault, serve
from sandbox.gorgias.service import GorgiasService
from sandbox.world import World
from tap_gorgias.instants import instant
from tap_gorgias.streams import GorgiasStream

STREAMS = (
    "tickets", "messages", "users", "teams", "customers", "satisfaction_surveys", "tags",
    "events", "custom_fields", "integrations",
)  # fmt: skip
FIGURES = ("account", "agent_id", "channel", "month")
PASSING = ["500", "502", "503", "504", "reset", "truncated", "cut", "html", "429"]
# Kept whole since a ticket was deleted: nothing names them any more, their ticket is flagged.
UNTOLD = ("messages", "satisfaction_surveys")


def canonical(name: str, value: Any) -> Any:
    """The truth's form: instants with six digits, decimals as plain text."""
    if isinstance(value, str) and (name.endswith("_datetime") or name.startswith("period_")):
        return instant(value).strftime("%Y-%m-%dT%H:%M:%S.%fZ")
    if isinstance(value, (Decimal, float)):
        plain = format(Decimal(value), "f")
        return plain.rstrip("0").rstrip(".") if "." in plain else plain
    return json.loads(json.dumps(value, default=str)) if isinstance(value, (dict, list)) else value


def differences(truth: dict[str, Any], warehouse: Any, known: set[str]) -> list[Any]:
    found: list[Any] = []
    for stream in STREAMS:
        expected = truth[f"gorgias.{stream}"]
        table = {f"{key[0]}/{key[1]}": row for key, row in warehouse.table(stream).items()}
        live = {key: row for key, row in table.items() if not row.get("_sdc_deleted_at")}
        found += [(stream, key, "missing") for key in expected.keys() - live.keys()]
        gone = {key for key in live.keys() - expected.keys() if stream not in UNTOLD}
        found += [(stream, key, "should be gone") for key in gone]
        for key in expected.keys() & live.keys():
            found += [
                (stream, key, name, value, live[key].get(name))
                for name, value in expected[key].items()
                if canonical(name, live[key].get(name, "no column")) != canonical(name, value)
            ]
    return found + gone_differences(truth, warehouse, known)


def gone_differences(truth: dict[str, Any], warehouse: Any, known: set[str]) -> list[Any]:
    found = []
    for text in truth["gorgias.gone"]:
        stream, account, id_ = text.split("/")
        row = warehouse.table(stream).get((account, int(id_)))
        if stream in ("tickets", "customers") and text in known and not row["is_deleted"]:
            found.append((text, "not flagged"))
    return found


def figure_differences(truth: dict[str, Any], warehouse: Any) -> list[Any]:
    table = {
        "/".join(str(part) for part in key): row
        for key, row in warehouse.table("agent_statistics").items()
    }
    months = {row["month"] for row in table.values()}
    expected = {
        key: row for key, row in truth["gorgias.agent_statistics"].items() if row["month"] in months
    }
    found: list[Any] = [(key, "missing") for key in expected.keys() - table.keys()]
    for key in expected.keys() & table.keys():
        for name, value in expected[key].items():
            ours = canonical(name, table[key][name])
            theirs = canonical(name, value)
            if name != "sources" and str(ours) != str(theirs):
                found.append((key, name, theirs, ours))
    return found


def known_rows(warehouse: Any) -> set[str]:
    return {
        f"{stream}/{key[0]}/{key[1]}"
        for stream in ("tickets", "customers")
        for key in warehouse.table(stream)
    }


class Company:
    """A world with Gorgias accounts, served, and the tap's settings for it."""

    def __init__(self, server: Any, world: Any, new_runner: Any) -> None:
        self.world = world
        service = GorgiasService(server, world.parts["gorgias"])
        self.settings = {
            "accounts": [service.account(name) for name in service.accounts],
            "agent_email_pattern": "getwrrk",
            "count_unanswered_surveys": True,
        }
        self.runner = new_runner(server)


@pytest.mark.parametrize("trouble", ["none", "faults", "kills"])
def test_a_full_sync_and_ten_rounds_of_changes_agree_with_the_truth(
    new_runner: Any, new_warehouse: Any, trouble: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    world = World(seed=5, tickets=60, parts=("gorgias",))
    behaviour, dice = Behaviour(limits=False), random.Random(11)
    monkeypatch.setattr(GorgiasStream, "STATE_MSG_FREQUENCY", 40)
    if trouble == "faults":
        behaviour.faults = [Fault("/api/", kind, times=None, share=0.01) for kind in PASSING]
    with serve(world.parts["gorgias"].desks, behaviour) as server:
        company, warehouse, state = Company(server, world, new_runner), new_warehouse(), None
        for _ in range(11):
            known = known_rows(warehouse)
            if trouble == "kills":
                output = company.runner.sync(*STREAMS, state=state, **company.settings)
                state = cut_off(output.messages, dice, warehouse, state)
            output = company.runner.sync(*STREAMS, state=state, **company.settings)
            assert output.error is None
            warehouse.load(output.messages)
            state = output.state
            assert differences(world.truth(), warehouse, known) == []
            world.advance(hours=5)


def cut_off(messages: list[Any], dice: random.Random, warehouse: Any, state: Any) -> Any:
    """Load what a killed run had written until then; returns the last state in it."""
    written = messages[: dice.randrange(len(messages))]
    warehouse.load(written)
    states = [message["value"] for message in written if message["type"] == "STATE"]
    return states[-1] if states else state


@pytest.mark.capability("S1-11", "S1-12", "S1-13", "S1-14", "S1-15", "S1-16")
@pytest.mark.parametrize("source", ["reporting", "raw"])
def test_every_agents_figures_agree_with_the_truth(
    new_runner: Any, new_warehouse: Any, source: str
) -> None:
    world = World(seed=8, tickets=300, parts=("gorgias",))
    with serve(world.parts["gorgias"].desks, Behaviour(limits=False)) as server:
        company = Company(server, world, new_runner)
        for _ in range(3):
            warehouse = new_warehouse()
            settings = company.settings | {"statistics_sources": [source]}
            output = company.runner.sync("agent_statistics", **settings)
            assert output.error is None
            warehouse.load(output.messages)
            assert len(warehouse.table("agent_statistics")) > 19
            assert figure_differences(world.truth(), warehouse) == []
            world.advance(hours=40)
