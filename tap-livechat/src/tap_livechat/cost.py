"""What requests cost: LiveChat bills personal access tokens by the request."""

from __future__ import annotations

import threading
from decimal import Decimal

DOLLARS_PER_THOUSAND = Decimal("0.27")
"""The vendor's price up to a million requests a month; above, it is lower."""

_NOT_BILLED = 500


class Bill:
    """Counts requests, and those of them that are billed: all but those answered with 500."""

    def __init__(self) -> None:
        self._lock = threading.Lock()
        self.planned = 0
        self.requests = 0
        self.billed = 0

    def plan(self, requests: int) -> None:
        """Note requests that are about to be needed."""
        with self._lock:
            self.planned += requests

    def count(self, status: int) -> None:
        """Note a request with its status; 0 for one that was never answered."""
        with self._lock:
            self.requests += 1
            self.billed += status != _NOT_BILLED

    @property
    def dollars(self) -> Decimal:
        """The price of what was billed so far."""
        return dollars(self.billed)


def dollars(requests: int) -> Decimal:
    """The price of so many requests.

    >>> str(dollars(11))
    '0.00297'
    """
    return requests * DOLLARS_PER_THOUSAND / 1000
