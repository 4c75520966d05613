"""The Gorgias stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.behaviour import Behaviour, Fault
from sandbox.gorgias.server import RunningServer, serve
from sandbox.service import Service, Setting
from sandbox.world.helpdesk import HelpdeskPart, credentials

if TYPE_CHECKING:
    from collections.abc import Iterator


@dataclass(frozen=True)
class GorgiasService(Service[RunningServer]):
    """The Gorgias stand-in, running."""

    part: HelpdeskPart
    fault = Fault

    @property
    def environment(self) -> dict[str, str]:
        """The tap's accounts, as the JSON list of its setting."""
        return {"TAP_GORGIAS_ACCOUNTS": json.dumps([self.account(name) for name in self.accounts])}

    @property
    def accounts(self) -> list[str]:
        """The accounts' domains."""
        return list(self.part.offices)

    def account(self, name: str) -> dict[str, Any]:
        """What a tap has to know of one account."""
        username, key = credentials(self.part.offices[name])
        return {
            "client": name,
            "username": username,
            "api_key": key,
            "api_base_url": self.server.urls[name],
            "channels": list(self.part.channels[name]),
        }


@contextlib.contextmanager
def gorgias(setting: Setting) -> Iterator[GorgiasService]:
    """Serve the accounts of the world's part."""
    part = setting.world.parts["gorgias"] if setting.world is not None else None
    if not isinstance(part, HelpdeskPart):
        raise TypeError("Gorgias' stand-in needs a world with the part gorgias.")
    with serve(part.desks, Behaviour(), port=setting.ports.get("gorgias", 0)) as server:
        service = GorgiasService(server, part)
        service.behave(setting.behaviours.get("gorgias", {}))
        yield service
