"""What a stand-in is started with, and what it offers while it runs."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any, Protocol

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from sandbox.world import World


@dataclass(frozen=True)
class Setting:
    """What a stand-in is started with.

    Attributes:
        world: The company to imitate; None when real data is served instead.
        ports: The wanted port by stand-in; absent or 0 takes a free one.
        portal_file: A HubSpot portal given as data.
        behaviours: Settings by stand-in, such as `{"hubspot": {"latency": 0.3}}`.
        directory: Where a stand-in may keep what must survive a restart; None keeps nothing.
    """

    world: World | None = None
    ports: Mapping[str, int] = field(default_factory=dict)
    portal_file: Path | None = None
    behaviours: Mapping[str, Mapping[str, Any]] = field(default_factory=dict)
    directory: Path | None = None


class Service(Protocol):
    """A running stand-in."""

    @property
    def url(self) -> str:
        """Where it answers."""

    @property
    def environment(self) -> dict[str, str]:
        """The variables that point its tap at it."""

    def journal(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every request so far."""

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change how it behaves.

        Raises:
            ValueError: There is no such setting.
        """

    def disturb(self, fault: Mapping[str, Any]) -> None:
        """Add a scripted fault.

        Raises:
            ValueError: It is not a fault this stand-in knows.
        """

    def calm(self) -> None:
        """Drop all faults."""
