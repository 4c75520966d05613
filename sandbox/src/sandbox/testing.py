"""The whole sandbox inside a test's own process: no daemon, nothing left behind."""

from __future__ import annotations

import contextlib
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING, Any

from sandbox.hubspot.service import HubSpotService
from sandbox.postgres import embedded_postgres
from sandbox.service import Setting
from sandbox.standins import stand_ins
from sandbox.world import World

if TYPE_CHECKING:
    import os
    from collections.abc import Iterator

    from sandbox.hubspot.server import RunningServer
    from sandbox.postgres import Database
    from sandbox.service import Service

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
    services: dict[str, Service[Any]]
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
    behaviours: dict[str, dict[str, Any]] | None = None,
    **world: Any,
) -> Iterator[RunningSandbox]:
    """Run world, stand-ins and database until the block ends.

    Args:
        directory: Holds the database; made if it is absent.
        tickets: Size of the world.
        behaviour: Settings of HubSpot's stand-in, such as `{"latency": 0.3}`.
        behaviours: The same by stand-in, for the others.
        world: Further arguments of `World`, such as `parts=("livechat",)`.

    Yields:
        The running sandbox; ready in about a second.
    """
    with embedded_postgres(Path(directory) / "postgres") as database:
        company = World(tickets=tickets, **world)
        chosen = {"hubspot": behaviour or {}, **(behaviours or {})}
        setting = Setting(company, behaviours=chosen, directory=Path(directory))
        with stand_ins(setting) as services:
            yield RunningSandbox(company, services, database, environment_of(services, database))


def environment_of(services: dict[str, Service[Any]], database: Database) -> dict[str, str]:
    """All variables of the running parts."""
    variables = database.environment()
    for service in services.values():
        variables |= service.environment
    return variables
