"""Serving accounts over HTTP, from a thread of this process."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.gorgias.app import GorgiasApp, Request
from sandbox.gorgias.behaviour import Behaviour, Fault
from sandbox.loopback import listening

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from sandbox.gorgias.helpdesk import Helpdesk

__all__ = ["Behaviour", "Fault", "Request", "RunningServer", "serve"]


@dataclass
class RunningServer:
    """Accounts being served; `behaviour` may be changed while they are.

    Attributes:
        url: The server's own address; below it only accounts answer.
        urls: By domain, what stands for `https://{domain}.gorgias.com`.
    """

    url: str
    app: GorgiasApp

    @property
    def urls(self) -> dict[str, str]:
        """Each account's base URL."""
        return {domain: f"{self.url}/{domain}" for domain in self.app.desks}

    @property
    def desks(self) -> dict[str, Helpdesk]:
        """The accounts by domain."""
        return self.app.desks

    @property
    def behaviour(self) -> Behaviour:
        """How they behave."""
        return self.app.behaviour

    @property
    def journal(self) -> list[Request]:
        """The requests so far, oldest first; of very many only the last 10,000 to 20,000."""
        return self.app.journal


@contextmanager
def serve(
    helpdesks: Sequence[Helpdesk],
    behaviour: Behaviour | None = None,
    *,
    port: int = 0,
    now: Callable[[], float] = time.monotonic,
) -> Iterator[RunningServer]:
    """Serve accounts on loopback until the block ends.

    Args:
        helpdesks: The accounts; each answers below `/{domain}`.
        behaviour: Limits, latency, plans and faults; by default the documented limits.
        port: 0 takes a free one.
        now: Monotonic seconds for the leaky buckets.
    """
    app = GorgiasApp(helpdesks, behaviour or Behaviour(), now=now)
    with listening(app, port) as url:
        yield RunningServer(url, app)
