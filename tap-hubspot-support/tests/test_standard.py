"""The framework's own suite, against a synthetic company with records in every stream."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, serve
from sandbox.world import World
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_hubspot_support.tap import TapHubSpotSupport

# The suite asks the tap for its streams while it is being collected, so the stand-in (a thread
# on loopback) has to be there by then.
_open = ExitStack()
_STAGE = {"id": "91", "label": "Planned", "displayOrder": 0, "metadata": {"isClosed": "false"}}
_PIPELINE = {"id": "90", "label": "Installations", "displayOrder": 0, "stages": [_STAGE]}


def _furnished() -> Portal:
    """An account with something in every stream: merged deals, a pipeline of every object."""
    world = World(seed=11, tickets=300)
    world.advance(hours=24)
    world.portal.set_pipelines("installations", [_PIPELINE])
    return world.portal


_server = _open.enter_context(serve(_furnished(), Behaviour(limits=False, burst_limit=100_000)))

TestTapHubSpotSupport = get_tap_test_class(
    TapHubSpotSupport,
    config={
        "access_token": "pat-na1-sandbox-0000",
        "api_base_url": _server.url,
        # The suite takes every JSON value for an object, and this one is a list.
        "properties": {"deny": ["company.billing_terms"]},
    },
    suite_config=SuiteConfig(max_records_limit=None, ignore_no_records=False),
    parse_env_config=False,
)


@pytest.fixture(scope="module", autouse=True)
def _stand_in() -> Any:
    yield
    _open.close()
