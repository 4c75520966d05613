"""The HubSpot stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass, fields
from typing import TYPE_CHECKING, Any, get_args

from sandbox.hubspot.behaviour import Behaviour, Fault, FaultKind
from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.hubspot.portal_file import load_portal
from sandbox.hubspot.server import RunningServer, serve

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from sandbox.service import Setting


@dataclass(frozen=True)
class HubSpotService:
    """The HubSpot stand-in, running."""

    server: RunningServer

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

    @property
    def environment(self) -> dict[str, str]:
        """The tap's settings, under the plugin's own prefix and under its short name."""
        token = min(self.server.portal.tokens)
        token = DEFAULT_TOKEN if DEFAULT_TOKEN in self.server.portal.tokens else token
        return {
            f"{prefix}_{name}": value
            for name, value in (("API_BASE_URL", self.url), ("ACCESS_TOKEN", token))
            for prefix in ("TAP_HUBSPOT", "TAP_HUBSPOT_SUPPORT")
        }

    def journal(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every request so far."""
        return [(one.method, one.path, one.status) for one in self.server.journal]

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change attributes of `Behaviour`."""
        known = {one.name for one in fields(Behaviour)} - {"faults"}
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"No behaviour {name!r}. Use one of {', '.join(sorted(known))}.")
            if name == "tier" and value not in TIERS:
                raise ValueError(f"No tier {value!r}. Use one of {', '.join(sorted(TIERS))}.")
            for behaviour in self.server.behaviours.values():
                setattr(behaviour, name, value)

    def disturb(self, fault: Mapping[str, Any]) -> None:
        """Add a `Fault`, which all portals share."""
        if fault.get("kind") not in get_args(FaultKind):
            kinds = ", ".join(get_args(FaultKind))
            raise ValueError(f"No fault {fault.get('kind')!r}. Use one of {kinds}.")
        try:
            added = Fault(**fault)
        except TypeError as error:
            raise ValueError(f"Not a fault: {error}.") from error
        for behaviour in self.server.behaviours.values():
            behaviour.faults.append(added)

    def calm(self) -> None:
        """Drop all faults."""
        for behaviour in self.server.behaviours.values():
            behaviour.faults.clear()


@contextlib.contextmanager
def hubspot(setting: Setting) -> Iterator[HubSpotService]:
    """Serve the world's portals, or the one in the portal file."""
    if setting.portal_file is not None:
        portals = [load_portal(setting.portal_file)]
    elif setting.world is not None:
        portals = setting.world.portals
    else:
        raise ValueError("HubSpot's stand-in needs a world or a portal file.")
    behaviours = [Behaviour() for _ in portals]
    with serve(portals, behaviours, port=setting.ports.get("hubspot", 0)) as server:
        service = HubSpotService(server)
        service.behave(setting.behaviours.get("hubspot", {}))
        yield service
