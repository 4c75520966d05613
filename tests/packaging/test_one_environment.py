"""One lock file makes one environment, in which the whole monthly job runs."""

import os
import subprocess
import sys
from importlib.metadata import requires, version
from pathlib import Path

import pytest
import yaml
from packaging.requirements import Requirement

ROOT = Path(__file__).parents[2]
BIN = Path(sys.executable).parent
UV = str(ROOT / os.environ.get("UV", BIN / "uv"))
PROJECT = yaml.safe_load((ROOT / "meltano.yml").read_text())


def executables(job: str) -> set[str]:
    """The commands that the plugins of a job are started by."""
    (tasks,) = [one["tasks"] for one in PROJECT["jobs"] if one["name"] == job]
    names = {word.partition(":")[0] for task in tasks for word in task.split()}
    plugins = [one for kind in PROJECT["plugins"].values() for one in kind]
    by_name = {one["name"]: one for one in plugins}
    return {by_name[name].get("executable", name.partition("-")[0]) for name in names}


@pytest.mark.capability("S1-01")
def test_the_locked_environment_has_every_command_of_the_monthly_job() -> None:
    locked = subprocess.run(
        [UV, "sync", "--all-packages", "--frozen", "--check"],
        cwd=ROOT,
        env={**os.environ, "UV_OFFLINE": "1", "UV_PROJECT_ENVIRONMENT": sys.prefix},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert locked.returncode == 0, locked.stderr
    wanted = executables("gorgias-to-postgres")
    assert wanted == {"tap-gorgias", "target-postgres", "dbt"}
    for name in [*wanted, "meltano"]:
        done = subprocess.run([BIN / name, "--version"], capture_output=True, timeout=60)
        assert done.returncode == 0, name


@pytest.mark.capability("S1-01")
def test_the_locked_environment_can_read_the_clients_from_a_google_sheet() -> None:
    needed = [Requirement(text) for text in requires("tap-gorgias") or ()]
    extra = [one for one in needed if one.marker and one.marker.evaluate({"extra": "sheet"})]
    assert extra
    for one in extra:
        assert version(one.name) in one.specifier
