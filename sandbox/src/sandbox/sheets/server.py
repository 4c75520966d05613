"""Serving a store over HTTP, from a thread of this process."""

from __future__ import annotations

import time
from contextlib import contextmanager
from dataclasses import dataclass
from typing import TYPE_CHECKING

from sandbox.loopback import listening
from sandbox.sheets.accounts import DEFAULT_EMAIL
from sandbox.sheets.app import SheetsApp
from sandbox.sheets.behaviour import Behaviour, Fault, Intervention
from sandbox.sheets.journal import Request
from sandbox.sheets.store import Store

if TYPE_CHECKING:
    import os
    from collections.abc import Callable, Iterator

__all__ = [
    "DEFAULT_EMAIL",
    "Behaviour",
    "Fault",
    "Intervention",
    "Request",
    "RunningSheets",
    "Store",
    "serve",
]


@dataclass
class RunningSheets:
    """A store being served; its `behaviour` may be changed while it runs."""

    url: str
    app: SheetsApp

    @property
    def store(self) -> Store:
        """The spreadsheets."""
        return self.app.store

    @property
    def behaviour(self) -> Behaviour:
        """How it behaves."""
        return self.app.behaviour

    @property
    def journal(self) -> list[Request]:
        """The requests so far, oldest first; of very many only the last 10,000 to 20,000."""
        return self.app.journal

    def service_account_info(self, email: str = DEFAULT_EMAIL) -> dict[str, str]:
        """Return the key file of an account that gets its tokens here."""
        return self.store.service_account_info(self.url, email)


@contextmanager
def serve(
    directory: str | os.PathLike[str] | None = None,
    behaviour: Behaviour | None = None,
    *,
    port: int = 0,
    clock: Callable[[], float] = time.time,
) -> Iterator[RunningSheets]:
    """Serve spreadsheets on loopback until the block ends.

    Args:
        directory: Where they are kept; None keeps them in memory only.
        behaviour: Quotas, latency, faults and switches.
        port: 0 takes a free one.
        clock: Unix seconds, which quotas and tokens go by.
    """
    store = Store(directory, behaviour, clock)
    app = SheetsApp(store)
    try:
        with listening(app, port) as url:
            yield RunningSheets(url, app)
    finally:
        store.close()
