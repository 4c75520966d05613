"""What a stand-in is started with, and what it offers while it runs."""

from __future__ import annotations

from abc import ABC, abstractmethod
from dataclasses import dataclass, field, fields
from typing import TYPE_CHECKING, Any, ClassVar, Generic, Protocol, TypeVar

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from sandbox.faults import DisturbableBehaviour, ScriptedFault
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


class JournalLine(Protocol):
    """One request, as every stand-in remembers it."""

    @property
    def method(self) -> str:
        """Its method."""

    @property
    def path(self) -> str:
        """Its path, without the query."""

    @property
    def status(self) -> int:
        """How it was answered."""


class Running(Protocol):
    """A server that serves what is imitated."""

    @property
    def url(self) -> str:
        """Where it answers."""

    @property
    def behaviour(self) -> DisturbableBehaviour[Any]:
        """How it behaves."""

    @property
    def journal(self) -> Sequence[JournalLine]:
        """The requests so far, oldest first."""


Server = TypeVar("Server", bound=Running)


@dataclass(frozen=True)
class Service(ABC, Generic[Server]):
    """A running stand-in."""

    server: Server

    fault: ClassVar[type[ScriptedFault]]
    """What `disturb` adds."""
    scripted: ClassVar[frozenset[str]] = frozenset({"faults"})
    """What of the behaviour is code, so that `behave` cannot set it."""

    @property
    def url(self) -> str:
        """Where it answers."""
        return self.server.url

    @property
    @abstractmethod
    def environment(self) -> dict[str, str]:
        """The variables that point its tap at it."""

    @property
    def behaviours(self) -> Sequence[DisturbableBehaviour[Any]]:
        """How it behaves: once, or once for each account that it serves."""
        return [self.server.behaviour]

    def journal(self) -> list[tuple[str, str, int]]:
        """Method, path and status of every request so far."""
        return [(one.method, one.path, one.status) for one in self.server.journal]

    def behave(self, settings: Mapping[str, Any]) -> None:
        """Change how it behaves.

        Raises:
            ValueError: There is no such setting.
        """
        known = {one.name for one in fields(self.server.behaviour)} - self.scripted
        for name, value in settings.items():
            if name not in known:
                raise ValueError(f"No behaviour {name!r}. Use one of {', '.join(sorted(known))}.")
            for behaviour in self.behaviours:
                setattr(behaviour, name, value)

    def disturb(self, fault: Mapping[str, Any]) -> None:
        """Add a scripted fault, which all accounts share.

        Raises:
            ValueError: It is not a fault this stand-in knows.
        """
        try:
            added = self.fault(**fault)
        except TypeError as error:
            raise ValueError(f"Not a fault: {error}.") from error
        for behaviour in self.behaviours:
            behaviour.faults.append(added)

    def calm(self) -> None:
        """Drop all faults."""
        for behaviour in self.behaviours:
            behaviour.faults.clear()
