"""The two console scripts joined by a real pipe, as a scheduler joins them."""

from __future__ import annotations

import json
import os
import re
import signal
import subprocess
import sys
import tempfile
from collections.abc import Callable, Iterator
from contextlib import ExitStack, contextmanager
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import Any

import psycopg
import pytest
from sandbox.testing import RunningSandbox, running_sandbox
from sandbox.verification import Difference, differences
from sandbox.verification_parts import part_differences
from sandbox.world.chats import ChatPart
from sandbox.world.parts import PARTS

BIN = Path(sys.executable).parent
TAPS = {"hubspot": "tap-hubspot-support", "livechat": "tap-livechat", "gorgias": "tap-gorgias"}
ADDRESS = re.compile(r"[\w.+-]+@[\w-]+\.\w+")
INSTANT = re.compile(r"\d{4}-\d\d-\d\dT")


def strings_in(value: Any) -> Iterator[str]:
    """Every string anywhere in a JSON value, names of keys not counted."""
    if isinstance(value, str):
        yield value
    elif isinstance(value, (dict, list)):
        for one in value.values() if isinstance(value, dict) else value:
            yield from strings_in(one)


@dataclass
class Run:
    """How one run of the pair ended."""

    tap_exit: int
    target_exit: int
    log: str

    @property
    def clean(self) -> bool:
        return self.tap_exit == 0 and self.target_exit == 0


@dataclass
class Pipeline:
    """tap | target over one sandbox, with the state kept between runs.

    `vendor` names the tap, the part of the truth and the schema of the warehouse.
    """

    sandbox: RunningSandbox
    folder: Path
    vendor: str = "hubspot"
    tap_config: dict[str, Any] = field(default_factory=dict)
    target_config: dict[str, Any] = field(default_factory=dict)
    environment: dict[str, str] = field(default_factory=dict)

    @property
    def state_file(self) -> Path:
        return self.folder / "state.json"

    def run(self, *, kill: str | None = None, after: float = 0.0, **settings: Any) -> Run:
        """Run once; after `after` seconds `kill` strikes: SIGKILL for the "tap" or the "target".

        "terminate" is SIGTERM for the tap, as a scheduler sends it.
        """
        tap, target, log = self._start(settings)
        if kill:
            victim = target if kill == "target" else tap
            _kill(victim, after, signal.SIGTERM if kill == "terminate" else signal.SIGKILL)
        states, _ = target.communicate(timeout=240)
        tap_exit = tap.wait(timeout=60)
        self._keep(states)
        return Run(tap_exit, target.returncode, log.read_text())

    def until_clean(self) -> Run:
        run = self.run()
        assert run.clean, run.log[-4000:]
        return run

    def differences(self) -> list[Difference]:
        truth = self.sandbox.world.truth()
        with psycopg.connect(self.sandbox.database.url) as connection:
            if self.vendor == "hubspot":
                return differences(truth, connection)
            return part_differences(truth, connection, self.vendor)

    def told(self, run: Run, *tables: str) -> list[str]:
        """E-mail addresses in a run's log, and texts of these tables of the truth in it.

        Only texts long enough not to be met by chance count.
        """
        truth = self.sandbox.world.truth()
        rows = [row for table in tables for row in truth[f"{self.vendor}.{table}"].values()]
        texts = {text for text in strings_in(rows) if len(text) > 12 and not INSTANT.match(text)}
        assert len(texts) > 300, "too little to look for"
        return [*ADDRESS.findall(run.log), *(text for text in texts if text in run.log)]

    def query(self, statement: str) -> list[tuple[Any, ...]]:
        with psycopg.connect(self.sandbox.database.url) as connection:
            return connection.execute(statement).fetchall()  # type: ignore[arg-type]

    def _start(
        self, settings: dict[str, Any]
    ) -> tuple[subprocess.Popen[bytes], subprocess.Popen[bytes], Path]:
        log = self.folder / "log.txt"
        with log.open("w") as errors:
            tap = subprocess.Popen(
                self._tap_command(settings),
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **self.environment},
            )
            target = subprocess.Popen(
                self._target_command(),
                stdin=tap.stdout,
                stdout=subprocess.PIPE,
                stderr=errors,
                env={**os.environ, **self.environment},
            )
        assert tap.stdout is not None
        tap.stdout.close()
        return tap, target, log

    def _tap_command(self, settings: dict[str, Any]) -> list[str]:
        config = {**SETTINGS[self.vendor](self.sandbox), **self.tap_config, **settings}
        command = [str(BIN / TAPS[self.vendor]), "--config", self._write("tap", config)]
        if self.state_file.exists():
            command += ["--state", str(self.state_file)]
        return command

    def _target_command(self) -> list[str]:
        config = {
            "database_url": self.sandbox.database.url,
            "default_target_schema": self.vendor,
            **self.target_config,
        }
        return [str(BIN / "target-postgres"), "--config", self._write("target", config)]

    def _write(self, name: str, config: dict[str, Any]) -> str:
        path = self.folder / f"{name}.json"
        path.write_text(json.dumps(config))
        return str(path)

    def _keep(self, states: bytes) -> None:
        """The last whole state line counts; a torn last line is what a kill may leave."""
        whole = [line for line in states.split(b"\n")[:-1] if line]
        if whole:
            self.state_file.write_bytes(whole[-1])


def _hubspot(sandbox: RunningSandbox) -> dict[str, Any]:
    token = sandbox.environment["TAP_HUBSPOT_ACCESS_TOKEN"]
    return {"access_token": token, "api_base_url": sandbox.hubspot.url}


def _livechat(sandbox: RunningSandbox) -> dict[str, Any]:
    names = ("api_base_url", "account_id", "access_token")
    return {name: sandbox.environment[f"TAP_LIVECHAT_{name.upper()}"] for name in names}


def _gorgias(sandbox: RunningSandbox) -> dict[str, Any]:
    return {
        "accounts": json.loads(sandbox.environment["TAP_GORGIAS_ACCOUNTS"]),
        "agent_email_pattern": "getwrrk",
        "count_unanswered_surveys": True,
    }


SETTINGS: dict[str, Callable[[RunningSandbox], dict[str, Any]]] = {
    "hubspot": _hubspot,
    "livechat": _livechat,
    "gorgias": _gorgias,
}
"""What each tap has to be told to read its stand-in."""


def _kill(process: subprocess.Popen[bytes], after: float, how: signal.Signals) -> None:
    try:
        process.wait(timeout=after)
    except subprocess.TimeoutExpired:
        process.send_signal(how)


@contextmanager
def building(folder: Path) -> Iterator[Callable[..., Pipeline]]:
    """A builder of pipelines; their sandboxes stop with the block."""
    with ExitStack() as stack:

        def build(vendor: str = "hubspot", **world: Any) -> Pipeline:
            if vendor != "hubspot":
                world = {"parts": (vendor,), **world}
            # A second one under the same folder gets a folder of its own.
            own = Path(tempfile.mkdtemp(dir=folder)) if (folder / "sandbox").exists() else folder
            sandbox = stack.enter_context(running_sandbox(own / "sandbox", **world))
            return Pipeline(sandbox, own, vendor)

        yield build


@pytest.fixture
def pipeline_over(tmp_path: Path) -> Iterator[Callable[..., Pipeline]]:
    """Build a pipeline over a sandbox of its own; it stops with the test."""
    with building(tmp_path) as build:
        yield build


@pytest.fixture(scope="session")
def lasting_pipeline_over(
    tmp_path_factory: pytest.TempPathFactory,
) -> Iterator[Callable[..., Pipeline]]:
    """Build a pipeline that several tests look at, and none of them changes."""
    with building(tmp_path_factory.mktemp("pipeline")) as build:
        yield build


@pytest.fixture
def livechat_over(pipeline_over, monkeypatch: pytest.MonkeyPatch) -> Callable[..., Pipeline]:
    """Build a pipeline from the chats of a company that has more of them than tickets."""

    def build(threads: int, **world: Any) -> Pipeline:
        monkeypatch.setitem(PARTS, "livechat", partial(ChatPart, threads=threads))
        return pipeline_over("livechat", **{"tickets": 100, **world})

    return build
