"""The background process: database, world and stand-ins behind one control interface."""

from __future__ import annotations

import argparse
import contextlib
import json
import os
import signal
import sys
import threading
import time
from collections import Counter
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, Any, TypeVar

from sandbox.control import serve_control
from sandbox.postgres import PostgresError, embedded_postgres, stop_left_behind
from sandbox.saved import SandboxDirectory, SandboxError, Saved, Spec, write_privately
from sandbox.saved_world import SavedWorld
from sandbox.service import Setting
from sandbox.standins import stand_ins
from sandbox.testing import environment_of
from sandbox.world.values import canonical_instant

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator
    from contextlib import AbstractContextManager

    from sandbox.postgres import Database
    from sandbox.service import Service

Running = TypeVar("Running")
LOCK_SECONDS = 2.0  # whoever asks whether a daemon runs holds its lock for a moment


class Daemon:
    """The actions of a running sandbox."""

    def __init__(
        self,
        saved: Saved,
        world: SavedWorld | None,
        services: dict[str, Service[Any]],
        database: Database,
    ) -> None:
        self._saved = saved
        self._world = world
        self._services = services
        self._database = database
        self._began = time.monotonic()
        self._stopping = threading.Event()
        self._one_at_a_time = threading.Lock()

    def actions(self) -> dict[str, Callable[[dict[str, Any]], Any]]:
        """What the control interface offers, by name."""
        return {
            "status": self._status,
            "environment": lambda _: environment_of(self._services, self._database),
            "advance": self._advance,
            "settle": self._settle,
            "truth": lambda _: self._living.world.truth(),
            "metrics_truth": lambda _: self._living.world.metrics_truth(),
            "behave": lambda wanted: self._service(wanted).behave(wanted["settings"]),
            "fault": lambda wanted: self._service(wanted).disturb(wanted["fault"]),
            "calm": lambda wanted: self._service(wanted).calm(),
            "journal": self._journal,
            "stop": lambda _: self.stop(),
        }

    def stop(self) -> None:
        """End the daemon soon."""
        self._stopping.set()

    def wait(self) -> None:
        """Return when the daemon is to end."""
        self._stopping.wait()

    @property
    def _living(self) -> SavedWorld:
        if self._world is None:
            raise SandboxError("A portal file is served: there is no world to ask or to advance.")
        return self._world

    def _service(self, wanted: dict[str, Any]) -> Service[Any]:
        name = wanted.get("service", "hubspot")
        if name not in self._services:
            raise SandboxError(f"No stand-in {name!r}. There are {', '.join(self._services)}.")
        return self._services[name]

    def _advance(self, wanted: dict[str, Any]) -> dict[str, int]:
        with self._one_at_a_time:
            return self._living.advance(float(wanted["hours"]))

    def _settle(self, wanted: dict[str, Any]) -> None:
        with self._one_at_a_time:
            self._living.settle(float(wanted["minutes"]))

    def _journal(self, wanted: dict[str, Any]) -> list[dict[str, Any]]:
        counted = Counter(self._service(wanted).journal())
        return [
            {"method": method, "path": path, "status": status, "count": count}
            for (method, path, status), count in sorted(counted.items())
        ]

    def _status(self, _: dict[str, Any]) -> dict[str, Any]:
        world = self._world and self._world.world
        requests = {name: len(one.journal()) for name, one in self._services.items()}
        return {
            "running": True,
            "pid": os.getpid(),
            "seconds": round(time.monotonic() - self._began),
            "requests": sum(requests.values()),
            "services": {
                name: {"url": one.url, "requests": requests[name]}
                for name, one in self._services.items()
            },
            "database": {"url": self._database.url, "tcp_port": self._database.port},
            "portal_file": self._saved.spec.portal_file,
            "world": world
            and {
                "seed": self._saved.spec.seed,
                "tickets": self._saved.spec.tickets,
                "now": canonical_instant(world.clock()),
                "advances": sum(kind == "advance" for kind, _ in world.operations),
            },
        }


@contextlib.contextmanager
def running_daemon(
    directory: SandboxDirectory, behaviour: dict[str, Any], ports: dict[str, int]
) -> Iterator[Daemon]:
    """Run everything until the block ends; `ports` must be had, those of last time may."""
    saved = directory.load() or Saved(Spec())
    stop_left_behind(directory.postgres)  # it would keep the port
    chosen = {name: port for name, port in ports.items() if port}
    choices = ({**saved.ports, **chosen}, chosen)
    with contextlib.ExitStack() as stack:
        say("Starting PostgreSQL")
        database = _first_that_starts(stack, lambda one: _database(directory, one), *choices)
        world = _world(directory, saved)
        say("Starting the stand-ins")
        company = None if world is None else world.world
        portal_file = None if saved.spec.portal_file is None else Path(saved.spec.portal_file)
        setting = Setting(company, {}, portal_file, {"hubspot": behaviour}, directory.path)
        services = _first_that_starts(
            stack, lambda one: stand_ins(replace(setting, ports=one)), *choices
        )
        saved.ports = {"postgres": database.port, **_ports(services)}
        directory.save(saved)
        yield Daemon(saved, world, services, database)


def _first_that_starts(
    stack: contextlib.ExitStack,
    start: Callable[[dict[str, int]], AbstractContextManager[Running]],
    wanted: dict[str, int],
    otherwise: dict[str, int],
) -> Running:
    """Start something on the wanted ports; if somebody has one of them now, on the others."""
    try:
        return stack.enter_context(start(wanted))
    except (OSError, PostgresError):
        if wanted == otherwise:
            raise
        say("A port of last time is taken: taking new ones")
        return stack.enter_context(start(otherwise))


def _database(
    directory: SandboxDirectory, ports: dict[str, int]
) -> AbstractContextManager[Database]:
    return embedded_postgres(directory.postgres, port=ports.get("postgres", 0))


def _world(directory: SandboxDirectory, saved: Saved) -> SavedWorld | None:
    if saved.spec.portal_file is not None:
        return None
    say(f"Building a world of {saved.spec.tickets} tickets from seed {saved.spec.seed}")
    return SavedWorld(directory, saved)


def _ports(services: dict[str, Service[Any]]) -> dict[str, int]:
    return {name: int(one.url.rpartition(":")[2]) for name, one in services.items()}


def say(text: str) -> None:
    """Tell whoever waits for the start how far it is."""
    sys.stderr.write(f"{text}\n")
    sys.stderr.flush()


def main(arguments: list[str] | None = None) -> int:
    """Run the daemon in the foreground; `sandbox up` starts it in the background."""
    parser = argparse.ArgumentParser(prog="python -m sandbox.daemon", description=main.__doc__)
    parser.add_argument("directory")
    parser.add_argument("--behaviour", type=json.loads, default={})
    parser.add_argument("--ports", type=json.loads, default={})
    options = parser.parse_args(arguments)
    directory = SandboxDirectory(options.directory)
    with directory.lock("daemon", wait=False, patience=LOCK_SECONDS) as mine:
        if not mine:
            say(f"A sandbox already runs in {directory.path}.")
            return 1
        try:
            _serve(directory, options.behaviour, options.ports)
        except (PostgresError, SandboxError, ValueError, OSError) as error:
            say(f"{error}")
            return 1
    return 0


def _serve(directory: SandboxDirectory, behaviour: dict[str, Any], ports: dict[str, int]) -> None:
    with running_daemon(directory, behaviour, ports) as daemon:
        for number in (signal.SIGTERM, signal.SIGINT):
            signal.signal(number, lambda *_: daemon.stop())
        with serve_control(daemon.actions()) as (url, key):
            address = {"pid": os.getpid(), "url": url, "key": key}
            write_privately(directory.daemon, address)
            say("Ready")
            daemon.wait()
            directory.daemon.unlink(missing_ok=True)


if __name__ == "__main__":
    sys.exit(main())
