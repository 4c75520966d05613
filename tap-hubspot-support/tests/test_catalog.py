"""The catalog is a promise: a change here is a change for everybody who loads these tables.

`UPDATE_SNAPSHOTS=1 pytest tap-hubspot-support/tests/test_catalog.py` writes the promise anew.
"""

import io
import json
import os
from pathlib import Path

from sandbox.hubspot.server import Behaviour, serve
from sandbox.world import World
from tap_hubspot_support._messages import MessageWriter
from tap_hubspot_support.tap import TapHubSpotSupport

SNAPSHOT = Path(__file__).with_name("catalog.json")


def discovered() -> dict:
    """Key, replication and columns of every stream of a whole, small account."""
    world = World(tickets=60, seed=4)
    with serve(world.portal, Behaviour(limits=False)) as server:
        config = {"access_token": min(server.portal.tokens), "api_base_url": server.url}
        tap = TapHubSpotSupport(config=config, message_writer=MessageWriter(io.BytesIO()))
        return {entry["tap_stream_id"]: shape(entry) for entry in tap.catalog_dict["streams"]}


def shape(entry: dict) -> dict:
    properties = entry["schema"]["properties"]
    return {
        "key": list(entry["key_properties"]),
        "replication_key": entry.get("replication_key"),
        "columns": " ".join(f"{name}:{kind(spec)}" for name, spec in properties.items()),
    }


def kind(spec: dict) -> str:
    types = [spec["type"]] if isinstance(spec["type"], str) else spec["type"]
    return "|".join(types) + (f"({spec['format']})" if "format" in spec else "")


def test_streams_keys_and_columns_are_as_promised() -> None:
    found = discovered()
    if os.environ.get("UPDATE_SNAPSHOTS"):
        SNAPSHOT.write_text(json.dumps(found, indent=1) + "\n")
    promised = json.loads(SNAPSHOT.read_text())
    assert found.keys() == promised.keys()
    assert {name: found[name] for name in found if found[name] != promised[name]} == {}
