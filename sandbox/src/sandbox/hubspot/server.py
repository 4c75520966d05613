"""Serving a portal over HTTP, from a thread of this process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.hubspot.app import HubSpotApp, Request
from sandbox.hubspot.behaviour import Behaviour, Fault
from sandbox.hubspot.portal import Portal
from sandbox.loopback import listening

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

__all__ = ["Behaviour", "Fault", "Request", "RunningServer", "serve"]


@dataclass
class RunningServer:
    """Portals being served; a behaviour may be changed while it runs."""

    url: str
    app: HubSpotApp

    @property
    def portal(self) -> Portal:
        """The portal that is served, the first of several."""
        return self.app.portal

    @property
    def behaviour(self) -> Behaviour:
        """How the first portal behaves."""
        return self.app.behaviour

    @property
    def behaviours(self) -> dict[int, Behaviour]:
        """How each portal behaves, by portal id."""
        return {one.portal.portal_id: one.behaviour for one in self.app.services}

    @property
    def journal(self) -> list[Request]:
        """The requests so far, oldest first; of very many only the last 10,000 to 20,000."""
        return self.app.journal


@contextmanager
def serve(
    portal: Portal | Sequence[Portal],
    behaviour: Behaviour | Sequence[Behaviour] | None = None,
    *,
    port: int = 0,
) -> Iterator[RunningServer]:
    """Serve one portal, or several told apart by token, on loopback until the block ends.

    Args:
        portal: What to serve.
        behaviour: Limits, latency and faults, one for all or one per portal; the defaults are
            those of a Professional account without latency.
        port: 0 takes a free one.
    """
    portals = [portal] if isinstance(portal, Portal) else list(portal)
    each = behaviour or Behaviour()
    behaviours = [each] * len(portals) if isinstance(each, Behaviour) else list(each)
    first, *others = zip(portals, behaviours, strict=True)
    with listening(app := HubSpotApp(*first, others=others), port) as url:
        yield RunningServer(url, app)
