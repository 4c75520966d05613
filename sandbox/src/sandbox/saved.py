"""What a sandbox directory remembers: which world, what has happened to it, which ports."""

from __future__ import annotations

import contextlib
import fcntl
import json
import os
import time
from dataclasses import asdict, dataclass, field
from pathlib import Path
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator

DEFAULT_TICKETS = 6000
DEFAULT_SEED = 7


class SandboxError(RuntimeError):
    """Something is not as it must be; the message says what to do."""


@dataclass
class Spec:
    """Which world the sandbox holds; a portal file takes the world's place."""

    tickets: int = DEFAULT_TICKETS
    seed: int = DEFAULT_SEED
    portal_file: str | None = None

    def differences(self, wanted: dict[str, Any]) -> list[str]:
        """The settings in `wanted` (None: no opinion) that this world was not made with."""
        mine = asdict(self)
        return [name for name, value in wanted.items() if value is not None and value != mine[name]]


@dataclass
class Saved:
    """The content of `world.json`.

    Attributes:
        spec: Which world.
        operations: What has been done to it, in order.
        anchor: Wall-clock epoch milliseconds at which the world's clock last jumped.
        ports: Port by service, taken again by the next start.
    """

    spec: Spec
    operations: list[tuple[str, int]] = field(default_factory=list)
    anchor: int = 0
    ports: dict[str, int] = field(default_factory=dict)


class SandboxDirectory:
    """The files of one sandbox."""

    def __init__(self, path: Path | str) -> None:
        self.path = Path(path).resolve()
        self.world = self.path / "world.json"
        self.daemon = self.path / "daemon.json"
        self.log = self.path / "daemon.log"
        self.postgres = self.path / "postgres"

    def load(self) -> Saved | None:
        """What was saved; None in a fresh directory.

        Raises:
            SandboxError: The file cannot be read.
        """
        if not self.world.exists():
            return None
        try:
            content = json.loads(self.world.read_text())
            operations = [(str(kind), int(length)) for kind, length in content["operations"]]
            spec = Spec(**content["spec"])
            return Saved(spec, operations, int(content["anchor"]), dict(content["ports"]))
        except (ValueError, KeyError, TypeError) as error:
            raise SandboxError(
                f"{self.world} is damaged ({type(error).__name__}). "
                "Run `sandbox reset` to begin anew."
            ) from error

    def save(self, saved: Saved) -> None:
        """Replace the file in one step."""
        write_privately(self.world, asdict(saved))

    def running(self) -> dict[str, Any] | None:
        """How to reach the daemon; None when none runs."""
        with self.lock("daemon", wait=False) as free:
            if free:
                return None
        try:
            found: dict[str, Any] = json.loads(self.daemon.read_text())
        except (FileNotFoundError, ValueError):
            return None
        return found

    @contextlib.contextmanager
    def lock(self, name: str, *, wait: bool, patience: float = 0.0) -> Iterator[bool]:
        """Hold a lock that dies with its process; yields False when somebody else has it.

        Args:
            name: Which lock.
            wait: Wait until it is free.
            patience: Without `wait`, seconds to go on trying.
        """
        self.path.mkdir(parents=True, exist_ok=True)
        handle = os.open(self.path / f"{name}.lock", os.O_RDWR | os.O_CREAT, 0o600)
        try:
            yield _locked(handle, wait=wait, until=time.monotonic() + patience)
        finally:
            os.close(handle)


def _locked(handle: int, *, wait: bool, until: float) -> bool:
    while not _try_lock(handle, fcntl.LOCK_EX if wait else fcntl.LOCK_EX | fcntl.LOCK_NB):
        if time.monotonic() >= until:
            return False
        time.sleep(0.02)
    return True


def _try_lock(handle: int, operation: int) -> bool:
    try:
        fcntl.flock(handle, operation)
    except BlockingIOError:
        return False
    return True


def write_privately(path: Path, content: Any) -> None:
    """Write JSON for the owner's eyes, whole or not at all."""
    draft = path.with_suffix(".new")
    draft.touch(mode=0o600)
    draft.write_text(json.dumps(content, indent=1))
    draft.replace(path)
