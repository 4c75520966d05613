"""No request waits for the answer to another one that it does not need."""

from __future__ import annotations

from itertools import pairwise
from typing import Any

import pytest
from sandbox.hubspot.server import Behaviour, Request, serve
from sandbox.world import World

LATENCY = 0.1


def kind_of(request: Request) -> str:
    if "/associations/" in request.path:
        return "associations"
    if "/properties/" in request.path:
        return "definitions"
    ending = request.path.rpartition("/")[2]
    if ending in ("search", "read"):
        return ending
    return "list" if "/objects/" in request.path else "reference"


def overlaps(requests: list[Request]) -> set[str]:
    """The kinds of which one was asked while another of that kind was not yet answered."""
    found: set[str] = set()
    for kind in {kind_of(one) for one in requests}:
        times = sorted(one.at for one in requests if kind_of(one) == kind)
        if any(later - earlier < LATENCY / 2 for earlier, later in pairwise(times)):
            found.add(kind)
    return found


@pytest.mark.capability("S4-15")
def test_requests_of_every_kind_are_in_flight_together(new_runner: Any) -> None:
    world = World(seed=5, tickets=60)
    behaviour = Behaviour(limits=False, burst_limit=100_000, latency=LATENCY)
    with serve(world.portal, behaviour) as server:
        runner = new_runner(server)
        first = runner.sync(max_concurrency=16)
        assert first.error is None
        full = overlaps(list(server.journal))
        assert full >= {"definitions", "list", "associations", "reference"}
        before = len(server.journal)
        world.advance(hours=4)
        world.settle(minutes=2)
        assert runner.sync(state=first.state, max_concurrency=16).error is None
        assert overlaps(list(server.journal)[before:]) >= {"search", "read", "associations"}
