"""Scripted faults: what kinds there are, which requests they hit, and how often."""

from __future__ import annotations

import random
import re
from dataclasses import dataclass, field
from typing import ClassVar, Generic, TypeVar

AnyFault = TypeVar("AnyFault", bound="ScriptedFault")


@dataclass
class ScriptedFault:
    """A scripted fault.

    Attributes:
        match: Regular expression searched for in "METHOD path?query".
        kind: What goes wrong; every stand-in has its own kinds.
        times: How many requests it hits; None for every one.
        after: How many matching requests pass unharmed first.
        share: Probability with which a matching request is hit.
        retry_after: Seconds for a Retry-After header; None sends none.
        delay: Seconds of silence before the fault answers.

    Raises:
        ValueError: There is no such kind.
    """

    kinds: ClassVar[frozenset[str]]
    """What may go wrong at this stand-in."""

    match: str
    kind: str
    times: int | None = 1
    after: int = 0
    share: float = 1.0
    retry_after: float | None = None
    delay: float = 0.0

    def __post_init__(self) -> None:
        if self.kind not in self.kinds:
            raise ValueError(f"No fault {self.kind!r}. Use one of {', '.join(sorted(self.kinds))}.")

    def spent(self) -> bool:
        """Tell whether the fault has hit as often as it was to."""
        return self.times is not None and self.times <= 0

    def wants(self, request: str, chance: random.Random) -> bool:
        """Tell whether this request is to be hit, counting those that pass first."""
        if self.spent() or not re.search(self.match, request):
            return False
        if self.after > 0:
            self.after -= 1
            return False
        return self.share >= 1 or chance.random() < self.share

    def use(self) -> None:
        """Count one hit."""
        if self.times is not None:
            self.times -= 1


@dataclass(kw_only=True)
class DisturbableBehaviour(Generic[AnyFault]):
    """What can be changed at every stand-in, at any time.

    Attributes:
        latency: Seconds every request takes beside the work itself.
        limits: False serves without any rate limit or quota.
        faults: Scripted faults, tried in order.
        seed: Makes the faults' chance reproducible.
    """

    latency: float = 0.0
    limits: bool = True
    faults: list[AnyFault] = field(default_factory=list)
    seed: int = 0

    def __post_init__(self) -> None:
        self._chance = random.Random(self.seed)  # noqa: S311 - reproducible, not secret

    def next_fault(self, request: str) -> AnyFault | None:
        """Return the first fault that hits this request ("METHOD path?query"), if any.

        All of them are asked, so that each counts the requests it lets pass.
        """
        wanted = [fault for fault in self.faults if fault.wants(request, self._chance)]
        return wanted[0] if wanted else None
