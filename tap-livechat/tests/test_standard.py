"""The framework's own suite, against a synthetic company with records in every stream."""

from __future__ import annotations

from contextlib import ExitStack
from typing import Any

import pytest
from sandbox.livechat.server import Behaviour, serve
from sandbox.world import World
from singer_sdk.testing import SuiteConfig, get_tap_test_class
from tap_livechat.tap import TapLiveChat

# The suite asks the tap for its streams while it is being collected, so the stand-in (a thread
# on loopback) has to be there by then.
_open = ExitStack()
_organization = World(seed=11, tickets=300, parts=("livechat",)).parts["livechat"].organization
_server = _open.enter_context(serve(_organization, Behaviour(limits=False)))
_token = _organization.tokens[0]

_CONFIG = {
    "account_id": _token.account_id,
    "access_token": _token.secret,
    "api_base_url": _server.url,
    "requests_per_minute": 100_000,
    "start_date": "2025-06-01T00:00:00Z",
}


def _everything() -> dict[str, Any]:
    """A catalog with every stream selected, the daily reports too."""
    catalog = TapLiveChat(config=_CONFIG).catalog_dict
    for entry in catalog["streams"]:
        next(m for m in entry["metadata"] if not m["breadcrumb"])["metadata"]["selected"] = True
    return catalog


TestTapLiveChat = get_tap_test_class(
    TapLiveChat,
    config=_CONFIG,
    catalog=_everything(),
    suite_config=SuiteConfig(max_records_limit=None, ignore_no_records=False),
    parse_env_config=False,
)


@pytest.fixture(scope="module", autouse=True)
def _stand_in() -> Any:
    yield
    _open.close()
