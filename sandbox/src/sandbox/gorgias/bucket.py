"""The leaky buckets: one per account and kind of authorisation."""

from __future__ import annotations

import math
import threading
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.gorgias.behaviour import Behaviour

WINDOW_SECONDS = 20.0
ENTERPRISE_WINDOW_SECONDS = 10.0


@dataclass(frozen=True)
class Level:
    """How full a bucket is after a request, and how long (seconds) one refused has to wait."""

    used: int
    size: int
    wait: int | None = None


@dataclass
class _Bucket:
    level: float = 0.0
    at: float = 0.0


class Buckets:
    """Fill with every request and leak evenly: a full bucket is empty after one window.

    Args:
        now: Monotonic seconds.
    """

    def __init__(self, now: Callable[[], float] = time.monotonic) -> None:
        self._now = now
        self._buckets: dict[tuple[str, str], _Bucket] = {}
        self._lock = threading.Lock()

    def take(self, account: str, kind: str, behaviour: Behaviour, *, enterprise: bool) -> Level:
        """Pour one request in; a refused one leaves the bucket as it was.

        Args:
            account: The account's domain.
            kind: "basic" or "bearer"; each has a bucket of its own.
            behaviour: Sizes, and whether there are limits at all.
            enterprise: Whether the account's window is the shorter one.
        """
        size = behaviour.oauth_bucket if kind == "bearer" else behaviour.key_bucket
        if not behaviour.limits:
            return Level(1, size)
        window = ENTERPRISE_WINDOW_SECONDS if enterprise else WINDOW_SECONDS
        rate = size / window
        with self._lock:
            now = self._now()
            bucket = self._buckets.setdefault((account, kind), _Bucket(at=now))
            bucket.level = max(0.0, bucket.level - (now - bucket.at) * rate)
            bucket.at = now
            if bucket.level + 1 > size:
                wait = math.ceil((bucket.level + 1 - size) / rate)
                return Level(size, size, max(1, wait))
            bucket.level += 1
            return Level(math.ceil(bucket.level), size)
