"""The whole sandbox inside a test's own process: no daemon, nothing left behind."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.postgres import embedded_postgres
from sandbox.standins import HubSpotService, Setting, stand_ins
from sandbox.world import World

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from sandbox.hubspot.server import RunningServer
    from sandbox.postgres import Database
    from sandbox.standins import Service

__all__ = ["RunningSandbox", "running_sandbox"]


@dataclass(frozen=True)
class RunningSandbox:
    """Everything that runs.

    Attributes:
        world: The company; advance it, ask it for the truth.
        services: The stand-ins by vendor.
        database: The embedded PostgreSQL.
        environment: Variables that point taps, targets and dbt at all of it.
    """

    world: World
    services: dict[str, Service]
    database: Database
    environment: dict[str, str]

    @property
    def hubspot(self) -> RunningServer:
        """HubSpot's stand-in: its URL, behaviour, journal and portal."""
        service = self.services["hubspot"]
        assert isinstance(service, HubSpotService)  # noqa: S101 - for the type checker
        return service.server


@contextlib.contextmanager
def running_sandbox(
    directory: str | os.PathLike[str],
    *,
    tickets: int = 200,
    behaviour: dict[str, Any] | None = None,
    **world: Any,
) -> Iterator[RunningSandbox]:
    """Run world, stand-ins and database until the block ends.

    Args:
        directory: Holds the database; made if it is absent.
        tickets: Size of the world.
        behaviour: Settings of the stand-ins, such as `{"latency": 0.3}`.
        world: Further arguments of `World`.

    Yields:
        The running sandbox; ready in about a second.
    """
    with embedded_postgres(Path(directory) / "postgres") as database:
        company = World(tickets=tickets, **world)
        with stand_ins(Setting(company, behaviour=behaviour or {})) as services:
            yield RunningSandbox(company, services, database, environment_of(services, database))


def environment_of(services: dict[str, Service], database: Database) -> dict[str, str]:
    """All variables of the running parts."""
    variables = database.environment()
    for service in services.values():
        variables |= service.environment
    return variables
