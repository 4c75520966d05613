"""What runs cost the vendors: requests, none of them changing anything, and the time they take."""

import json
import subprocess
import sys
import time
from dataclasses import dataclass
from pathlib import Path

import pytest
from sandbox.hubspot.server import Behaviour, serve
from sandbox.livechat.server import Behaviour as ChatBehaviour
from sandbox.livechat.server import serve as serve_chats
from sandbox.world import World
from sandbox.world.chats import ChatPart

BIN = Path(sys.executable).parent
LATENCY = 0.3
TOKEN = "pat-na1-sandbox-0000"
HUBSPOT_DAY, SHARE_OF_DAY = 650_000, 0.0001


@dataclass
class Tap:
    """A tap's console script over a stand-in, with the state kept between runs."""

    name: str
    folder: Path
    config: dict[str, object]
    streams: tuple[str, ...]

    def run(self) -> float:
        """Run once; returns the seconds it took."""
        config = self._file("config", self.config)
        state = self.folder / f"{self.name}.state"
        command = [str(BIN / self.name), "--config", config, "--catalog", self._catalog(config)]
        began = time.monotonic()
        done = subprocess.run(
            [*command, *(["--state", str(state)] if state.exists() else [])],
            capture_output=True,
            timeout=120,
        )
        assert done.returncode == 0, done.stderr[-2000:]
        states = [line for line in done.stdout.splitlines() if line.startswith(b'{"type":"STATE"')]
        state.write_bytes(states[-1])
        return time.monotonic() - began

    def _catalog(self, config: str) -> str:
        path = self.folder / f"{self.name}.catalog"
        if not path.exists():
            found = subprocess.run(
                [str(BIN / self.name), "--config", config, "--discover"],
                capture_output=True,
                check=True,
            )
            catalog = json.loads(found.stdout)
            for entry in catalog["streams"]:
                root = next(one for one in entry["metadata"] if not one["breadcrumb"])
                root["metadata"]["selected"] = entry["tap_stream_id"] in self.streams
            path.write_text(json.dumps(catalog))
        return str(path)

    def _file(self, name: str, content: object) -> str:
        path = self.folder / f"{self.name}.{name}"
        path.write_text(json.dumps(content))
        return str(path)


@pytest.fixture(scope="module")
def world() -> World:
    return World(tickets=847, seed=12)


@pytest.fixture
def hubspot(world, tmp_path):
    with serve(world.portal, Behaviour(latency=LATENCY)) as server:
        config = {
            "access_token": TOKEN,
            "api_base_url": server.url,
            "objects": ["tickets"],
            "associations": False,
        }
        streams = ("ticket", "owner", "ticket_pipeline", "ticket_pipeline_stage")
        tap = Tap("tap-hubspot-support", tmp_path, config, streams)
        tap._catalog(tap._file("config", config))
        server.journal.clear()
        yield tap, server


@pytest.fixture
def livechat(world, tmp_path):
    part = ChatPart(world, threads=651)
    world.parts["livechat"] = part  # chats go on when the company does
    organization = part.organization
    with serve_chats(organization, ChatBehaviour(latency=LATENCY)) as server:
        token = organization.tokens[0]
        config = {
            "account_id": token.account_id,
            "access_token": token.secret,
            "api_base_url": server.url,
        }
        streams = ("chats", "events", "chat_users", "agents", "bots")
        yield Tap("tap-livechat", tmp_path, config, streams), server


@pytest.mark.capability("S0-62")
def test_nothing_is_ever_changed_at_the_vendors(hubspot, livechat) -> None:
    for tap, _ in (hubspot, livechat):
        tap.run()
    sent = {(one.method, one.path.rpartition("/")[2]) for one in hubspot[1].journal}
    assert {ending for method, ending in sent if method != "GET"} <= {"search", "read"}
    assert {one.path.rpartition("/")[2].partition("_")[0] for one in livechat[1].journal} == {
        "list"
    }


@pytest.mark.capability("S0-64", "S0-65")
def test_a_full_run_and_a_day_of_incremental_ones_are_cheap_and_quick(
    world, hubspot, livechat
) -> None:
    full = [tap.run() for tap, _ in (hubspot, livechat)]
    assert len(livechat[1].journal) <= 9
    assert len(hubspot[1].journal) <= 18
    assert max(full) < 60
    before = [len(server.journal) for _, server in (hubspot, livechat)]
    for _ in range(6):
        world.advance(hours=4)
        world.settle(minutes=2)
        later = [tap.run() for tap, _ in (hubspot, livechat)]
        assert max(later) < 15
    day = [
        len(server.journal) - earlier
        for (_, server), earlier in zip((hubspot, livechat), before, strict=True)
    ]
    assert day[0] <= 60 * 1.2
    assert day[1] <= 48
    assert day[0] / HUBSPOT_DAY < SHARE_OF_DAY * 1.2
