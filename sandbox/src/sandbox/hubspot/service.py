"""The HubSpot stand-in as a part of the sandbox."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.behaviour import Behaviour, Fault
from sandbox.hubspot.budgets import TIERS
from sandbox.hubspot.portal import DEFAULT_TOKEN
from sandbox.hubspot.portal_file import load_portal
from sandbox.hubspot.server import RunningServer, serve
from sandbox.service import Service, Setting

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping


@dataclass(frozen=True)
class HubSpotService(Service[RunningServer]):
    """The HubSpot stand-in, running."""

    fault = Fault

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

    @property
    def behaviours(self) -> list[Behaviour]:
        """How each portal behaves."""
        return list(self.server.behaviours.values())

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change attributes of `Behaviour`.

        Raises:
            ValueError: There is no such attribute or no such tier.
        """
        if "tier" in settings and settings["tier"] not in TIERS:
            raise ValueError(
                f"No tier {settings['tier']!r}. Use one of {', '.join(sorted(TIERS))}."
            )
        super().behave(settings)


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
