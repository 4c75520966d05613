"""Serving a licence over HTTP, from a thread of this process."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.livechat.app import LiveChatApp, Request
from sandbox.livechat.behaviour import Behaviour, Fault
from sandbox.loopback import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sandbox.livechat.limits import Bill
    from sandbox.livechat.organization import Organization

__all__ = ["Behaviour", "Fault", "Request", "RunningServer", "serve"]


@dataclass
class RunningServer:
    """A licence being served; `behaviour` may be changed while it runs."""

    url: str
    app: LiveChatApp

    @property
    def organization(self) -> Organization:
        """The licence that is served."""
        return self.app.organization

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves."""
        return self.app.behaviour

    @property
    def journal(self) -> list[Request]:
        """The requests so far, oldest first; of very many only the last 10,000 to 20,000."""
        return self.app.journal

    @property
    def bill(self) -> Bill:
        """What the requests cost."""
        return self.app.bill


@contextmanager
def serve(
    organization: Organization,
    behaviour: Behaviour | None = None,
    *,
    port: int = 0,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[RunningServer]:
    """Serve a licence on loopback until the block ends.

    Args:
        organization: What to serve.
        behaviour: Limits, latency and faults.
        port: 0 takes a free one.
        now: Monotonic seconds, for the rate limit.
    """
    app = LiveChatApp(organization, behaviour or Behaviour(), now=now)
    with listening(app, port) as url:
        yield RunningServer(url, app)
