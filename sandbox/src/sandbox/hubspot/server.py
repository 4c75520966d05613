"""Serving a portal over HTTP, from a thread of this process."""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.hubspot.app import HubSpotApp, Request
from sandbox.hubspot.behaviour import Behaviour, Fault
from sandbox.loopback import listening, server_config

if TYPE_CHECKING:
    from collections.abc import Iterator

    from sandbox.hubspot.portal import Portal

__all__ = ["Behaviour", "Fault", "Request", "RunningServer", "serve", "server_config"]


@dataclass
class RunningServer:
    """A portal being served; `behaviour` may be changed while it runs."""

    url: str
    app: HubSpotApp

    @property
    def portal(self) -> Portal:
        """The portal that is served."""
        return self.app.portal

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves."""
        return self.app.behaviour

    @property
    def journal(self) -> list[Request]:
        """The requests so far, oldest first; of very many only the last 10,000 to 20,000."""
        return self.app.journal


@contextmanager
def serve(
    portal: Portal, behaviour: Behaviour | None = None, *, port: int = 0
) -> Iterator[RunningServer]:
    """Serve a portal on loopback until the block ends.

    Args:
        portal: What to serve.
        behaviour: Limits, latency and faults; the defaults are those of a Professional
            account without latency.
        port: 0 takes a free one.
    """
    app = HubSpotApp(portal, behaviour or Behaviour())
    with listening(app, port) as url:
        yield RunningServer(url, app)
