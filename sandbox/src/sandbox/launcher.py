"""Starting and stopping the daemon from another process."""

from __future__ import annotations

import json
import os
import shutil
import signal
import subprocess
import sys
import time
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from sandbox.control import Control
from sandbox.postgres import stop_left_behind
from sandbox.saved import SandboxError, Saved, Spec

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sandbox.saved import SandboxDirectory

START_SECONDS = 60.0
STOP_SECONDS = 30.0
POLL_SECONDS = 0.02


def up(
    directory: SandboxDirectory,
    spec: dict[str, Any],
    behaviour: dict[str, Any],
    port: int | None,
    tell: Callable[[str], None],
) -> None:
    """Make sure that a daemon with this world runs.

    Args:
        directory: The sandbox.
        spec: Fields of `Spec` that the caller asks for; None where anything will do.
        behaviour: Settings of the HubSpot stand-in; a running one takes them over too.
        port: Of the HubSpot stand-in; None keeps the last one.
        tell: Gets a line whenever there is something to tell.

    Raises:
        SandboxError: The directory holds another world, or the start failed.
    """
    with directory.lock("up", wait=True):
        saved = _checked(directory, spec)
        if directory.running():
            tell(f"Already running in {directory.path}.")
            if behaviour:
                control(directory).call("behave", settings=behaviour)
            return
        fresh = not directory.world.exists()
        directory.save(saved)
        try:
            _start(directory, behaviour, {"hubspot": port or 0}, tell)
        except SandboxError:
            if fresh:  # a world that cannot be made must not stand in the way of another
                directory.world.unlink(missing_ok=True)
            raise


def down(directory: SandboxDirectory) -> bool:
    """Stop the daemon, and a database that a killed one left; False when none was running.

    Raises:
        SandboxError: It does not end.
    """
    with directory.lock("up", wait=True):  # one that is just starting is waited for
        return _stop(directory)


def reset(directory: SandboxDirectory, tell: Callable[[str], None]) -> bool:
    """Throw away what happened; a running sandbox starts again, and True is returned."""
    was_running = down(directory)
    with directory.lock("up", wait=True):
        saved = directory.load() if was_running else None
        directory.world.unlink(missing_ok=True)
        # The password and the key stay, and so do the variables people have exported.
        shutil.rmtree(directory.postgres / "data", ignore_errors=True)
        for pattern in ("*.snapshot", "*.changes"):
            for kept in (directory.path / "gsheets").glob(pattern):
                kept.unlink()
        if saved is None:
            return False
        directory.save(replace(saved, operations=[], anchor=0))
        _start(directory, {}, {}, tell)
    return True


def control(directory: SandboxDirectory) -> Control:
    """The control interface of the running daemon.

    Raises:
        SandboxError: Nothing runs.
    """
    address = directory.running()
    if address is None:
        raise SandboxError(f"No sandbox runs in {directory.path}. Start it: sandbox up")
    return Control(address["url"], address["key"])


def _stop(directory: SandboxDirectory) -> bool:
    address = directory.running()
    if address is None:
        return stop_left_behind(directory.postgres)
    os.kill(address["pid"], signal.SIGTERM)
    deadline = time.monotonic() + STOP_SECONDS
    while not _ended(directory):
        if time.monotonic() > deadline:
            raise SandboxError(f"Process {address['pid']} does not stop. End it by hand.")
        time.sleep(POLL_SECONDS)
    stop_left_behind(directory.postgres)
    return True


def _checked(directory: SandboxDirectory, wanted: dict[str, Any]) -> Saved:
    saved = directory.load()
    if saved is None:
        return Saved(Spec(**{name: value for name, value in wanted.items() if value is not None}))
    different = saved.spec.differences(wanted)
    if different:
        raise SandboxError(
            f"{directory.path} holds a world with another {' and '.join(different)}. "
            "Run `sandbox down` and `sandbox reset` first, or use another --dir."
        )
    return saved


def _start(
    directory: SandboxDirectory,
    behaviour: dict[str, Any],
    ports: dict[str, int],
    tell: Callable[[str], None],
) -> None:
    directory.daemon.unlink(missing_ok=True)
    command = [sys.executable, "-m", "sandbox.daemon", str(directory.path)]
    command += ["--behaviour", json.dumps(behaviour), "--ports", json.dumps(ports)]
    with directory.log.open("w") as log:
        process = subprocess.Popen(  # noqa: S603 - our own program and arguments
            command,
            cwd=directory.path,
            stdin=subprocess.DEVNULL,
            stdout=log,
            stderr=log,
            start_new_session=True,
        )
    _await(directory, process, _Follower(directory.log, tell))


class _Follower:
    """Passes on the lines of a growing log."""

    def __init__(self, path: Path, tell: Callable[[str], None]) -> None:
        self._path = path
        self._tell = tell
        self._seen = 0

    def follow(self) -> None:
        lines = self._path.read_text().splitlines(keepends=True)
        for line in lines[self._seen :]:
            if line.endswith("\n"):
                self._tell(line.rstrip())
                self._seen += 1


def _await(directory: SandboxDirectory, process: subprocess.Popen[bytes], log: _Follower) -> None:
    deadline = time.monotonic() + START_SECONDS
    while not directory.daemon.exists():
        log.follow()
        if process.poll() is not None:
            log.follow()
            raise SandboxError(f"The sandbox did not start. More is in {directory.log}")
        if time.monotonic() > deadline:
            process.terminate()
            raise SandboxError(f"The sandbox took too long to start. See {directory.log}")
        time.sleep(POLL_SECONDS)
    log.follow()
    process.returncode = 0  # it goes on without us; silences the warning about that


def _ended(directory: SandboxDirectory) -> bool:
    with directory.lock("daemon", wait=False) as free:
        return free
