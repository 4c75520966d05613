"""Scripted faults: which requests they hit, and how often."""

from __future__ import annotations

import re
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeVar

if TYPE_CHECKING:
    import random
    from collections.abc import Iterable

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
    """

    match: str
    kind: str
    times: int | None = 1
    after: int = 0
    share: float = 1.0
    retry_after: float | None = None
    delay: float = 0.0

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


def first_to_hit(
    faults: Iterable[AnyFault], request: str, chance: random.Random
) -> AnyFault | None:
    """Return the first fault that hits this request ("METHOD path?query"), if any.

    All of them are asked, so that each counts the requests it lets pass.
    """
    wanted = [fault for fault in faults if fault.wants(request, chance)]
    return wanted[0] if wanted else None
