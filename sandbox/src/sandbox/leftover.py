"""PostgreSQL servers found by the lock file in their directory, whoever started them."""

from __future__ import annotations

import os
import signal
import socket
import time
from pathlib import Path

STOP_TIMEOUT_SECONDS = 20.0
LOCK_FILE_LINES = 8  # the last one is the server's status, "ready" once it takes connections


class PostgresError(RuntimeError):
    """The embedded PostgreSQL could not be prepared, started or stopped."""


def running_server(directory: str | os.PathLike[str]) -> int | None:
    """The process that serves a directory; None when none answers."""
    lines = lock_lines(Path(directory) / "data" / "postmaster.pid")
    sockets = Path(directory) / "sockets_in"
    if len(lines) < LOCK_FILE_LINES or not sockets.exists():
        return None
    if not _answers(Path(sockets.read_text()), int(lines[3])):
        return None
    return int(lines[0])


def remember_sockets(directory: Path, sockets: Path) -> None:
    """Write down where a directory's server has its socket, by a name everybody can use."""
    (directory / "sockets_in").write_text(str(sockets))


def stop_left_behind(directory: str | os.PathLike[str]) -> bool:
    """Stop a server whose owner was killed; False when none runs.

    Raises:
        PostgresError: It does not end.
    """
    server = running_server(directory)
    if server is not None:
        _stop_by_id(server, Path(directory) / "data" / "postmaster.pid")
    return server is not None


def lock_lines(lock_file: Path) -> list[str]:
    """The lines of a server's lock file; none when it has none."""
    try:
        return lock_file.read_text().splitlines()
    except FileNotFoundError:
        return []


def _answers(socket_directory: Path, port: int) -> bool:
    with socket.socket(socket.AF_UNIX) as probe:
        try:
            probe.connect(str(socket_directory / f".s.PGSQL.{port}"))
        except OSError:
            return False
        return True


def _stop_by_id(process_id: int, lock_file: Path) -> None:
    """Stop a server that is not our child: its lock file vanishes when it is done."""
    os.kill(process_id, signal.SIGINT)
    deadline = time.monotonic() + STOP_TIMEOUT_SECONDS
    while lock_file.exists():
        if time.monotonic() > deadline:
            raise PostgresError(f"Process {process_id} does not stop. End it by hand, then retry.")
        time.sleep(0.02)
