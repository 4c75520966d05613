"""Each plugin's wheel serves alone: built, installed beside third-party packages only, asked."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(p.parent.name for p in ROOT.glob("t*-*/pyproject.toml"))
# The uv that installed the environment has filled the cache this reads from.
UV = str(ROOT / os.environ.get("UV", Path(sys.executable).with_name("uv")))


def run(*command: str, cwd: Path, environment: dict[str, str] | None = None) -> str:
    done = subprocess.run(
        command,
        cwd=cwd,
        env={**os.environ, "UV_OFFLINE": "1", **(environment or {})},
        capture_output=True,
        text=True,
        timeout=240,
    )
    assert done.returncode == 0, done.stderr
    return done.stdout


@pytest.fixture(scope="module")
def wheels(tmp_path_factory: pytest.TempPathFactory) -> Path:
    folder = tmp_path_factory.mktemp("wheels")
    for plugin in PLUGINS:
        run(UV, "build", "--wheel", "--package", plugin, "--out-dir", str(folder), cwd=ROOT)
    return folder


def clean_environment(plugin: str, wheels: Path, folder: Path) -> Path:
    """An environment with the plugin's locked third-party packages and its wheel, no member else."""
    run(
        *(UV, "sync", "--package", plugin, "--frozen", "--no-default-groups"),
        "--no-install-workspace",
        cwd=ROOT,
        environment={"UV_PROJECT_ENVIRONMENT": str(folder), "VIRTUAL_ENV": ""},
    )
    wheel = next(wheels.glob(f"{plugin.replace('-', '_')}-*.whl"))
    run(
        *(UV, "pip", "install", "--no-deps", "--python", str(folder / "bin/python"), str(wheel)),
        cwd=folder,
    )
    return folder / "bin"


def test_every_plugin_of_the_tree_is_looked_at() -> None:
    assert {"tap-hubspot-support", "target-postgres"} <= set(PLUGINS)


@pytest.mark.parametrize("plugin", PLUGINS)
def test_wheel_answers_about_in_a_clean_environment(
    plugin: str, wheels: Path, tmp_path: Path
) -> None:
    bin_folder = clean_environment(plugin, wheels, tmp_path / "env")
    about = json.loads(
        run(str(bin_folder / plugin), "--about", "--format=json", cwd=tmp_path).split("\n", 0)[0]
    )
    assert about["name"] == plugin
    assert about["settings"]["properties"]
    others = [other.replace("-", "_") for other in PLUGINS if other != plugin] + ["sandbox"]
    check = f"import importlib.util as u; print([m for m in {others!r} if u.find_spec(m)])"
    assert run(str(bin_folder / "python"), "-c", check, cwd=tmp_path).strip() == "[]"


@pytest.mark.parametrize("plugin", PLUGINS)
def test_wheel_carries_types_and_no_tests(plugin: str, wheels: Path) -> None:
    wheel = next(wheels.glob(f"{plugin.replace('-', '_')}-*.whl"))
    names = run(sys.executable, "-m", "zipfile", "-l", str(wheel), cwd=ROOT)
    assert "py.typed" in names
    assert "test_" not in names
