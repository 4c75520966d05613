"""Pipelines that load everything there is in one HubSpot account, or in two at once."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, Any

import pytest
from sandbox.world import TRACKED

if TYPE_CHECKING:
    from collections.abc import Callable


FAULTS = (
    {"match": "objects/.*(contacts|0-1)", "kind": "502", "after": 1},
    {"match": "batch/read", "kind": "truncated", "after": 2},
    {"match": "owners", "kind": "html"},
    {"match": "associations", "kind": "429_burst", "retry_after": 1},
)


def build_whole(over: Callable[..., Any], portals: int = 2, **world: Any) -> Any:
    """A pipeline over all objects, links and past values of every account of a world.

    Rate limits are off: what they cost is measured elsewhere, and here they would only be waited
    for. Searches overlap by nothing, so that a run sees its own changes and no others by chance.
    """
    behaviour = {"limits": False, **world.pop("behaviour", {})}
    pipeline = over(portals=portals, **{"tickets": 60, **world}, behaviour=behaviour)
    pipeline.tap_config = {
        "history_properties": TRACKED,
        "lookback_seconds": 0,
        "reconcile_days": 7,
        "link_removals": "tombstone",
    }
    if portals > 1:
        tokens = pipeline.sandbox.world.tokens
        pipeline.tap_config["portals"] = [
            {"name": f"account {number}", "access_token": token} for number, token in tokens.items()
        ]
    return pipeline


@pytest.fixture
def whole_hubspot_over(pipeline_over: Callable[..., Any]) -> Callable[..., Any]:
    """Build a pipeline over everything in the HubSpot accounts of a world."""
    return partial(build_whole, pipeline_over)


@pytest.fixture(scope="session")
def loaded(lasting_pipeline_over: Callable[..., Any]) -> tuple[Any, Any]:
    """A pipeline that has loaded two whole accounts once, and that run with all it logged."""
    pipeline = build_whole(lasting_pipeline_over)
    levels = ("LOGLEVEL", "TAP_HUBSPOT_SUPPORT_LOGLEVEL", "TARGET_POSTGRES_LOGLEVEL")
    pipeline.environment.update(dict.fromkeys(levels, "DEBUG"))
    for fault in FAULTS:
        pipeline.sandbox.services["hubspot"].disturb(fault)
    return pipeline, pipeline.until_clean()
