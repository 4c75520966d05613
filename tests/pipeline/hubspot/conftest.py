"""Pipelines that load everything there is in one HubSpot account, or in two at once."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest
from sandbox.world import TRACKED

if TYPE_CHECKING:
    from collections.abc import Callable


@pytest.fixture
def whole_hubspot_over(pipeline_over: Callable[..., Any]) -> Callable[..., Any]:
    """Build a pipeline over all objects, links and past values of every account of a world.

    Rate limits are off: what they cost is measured elsewhere, and here they would only be waited
    for. Searches overlap by nothing, so that a run sees its own changes and no others by chance.
    """

    def build(portals: int = 2, **world: Any) -> Any:
        behaviour = {"limits": False, **world.pop("behaviour", {})}
        pipeline = pipeline_over(portals=portals, **{"tickets": 60, **world}, behaviour=behaviour)
        pipeline.tap_config = {
            "history_properties": TRACKED,
            "lookback_seconds": 0,
            "reconcile_days": 7,
            "link_removals": "tombstone",
        }
        if portals > 1:
            tokens = pipeline.sandbox.world.tokens
            pipeline.tap_config["portals"] = [
                {"name": f"account {number}", "access_token": token}
                for number, token in tokens.items()
            ]
        return pipeline

    return build
