"""What any stranger's pipeline may expect of any plugin of the tree."""

import json
import os
import subprocess
import sys
from pathlib import Path

import pytest

ROOT = Path(__file__).parents[2]
TAPS = sorted(path.parent.name for path in ROOT.glob("tap-*/pyproject.toml"))
TARGETS = sorted(path.parent.name for path in ROOT.glob("target-*/pyproject.toml"))
# What each needs at least, here with nobody behind it; a tap's secret must stay unsaid.
NOWHERE = "http://127.0.0.1:9"
SECRET = "pat-na1-secret"
ACCOUNT = {"client": "acme", "username": "a@b.example", "api_key": SECRET}
LEAST: dict[str, dict[str, object]] = {
    "tap-gorgias": {"accounts": [ACCOUNT], "api_base_url": NOWHERE},
    "tap-hubspot-support": {"access_token": SECRET, "api_base_url": NOWHERE},
    "tap-livechat": {"access_token": SECRET, "api_base_url": NOWHERE},
    "target-gsheets": {"spreadsheet_id": "a" * 44, "api_base_url": NOWHERE},
    "target-postgres": {"database_url": "postgresql://nobody@127.0.0.1:9/none"},
}
SETTING_PREFIXES = ("TAP_", "TARGET_", "NEON_", "DATABASE_URL", "GOOGLE_SHEETS_", "PG")


def run(plugin: str, *words: str, stdin: str = "") -> subprocess.CompletedProcess[str]:
    quiet = {k: v for k, v in os.environ.items() if not k.startswith(SETTING_PREFIXES)}
    return subprocess.run(
        [str(Path(sys.executable).with_name(plugin)), *words],
        input=stdin,
        env=quiet,
        capture_output=True,
        text=True,
        timeout=60,
    )


def config(tmp_path: Path, settings: dict[str, object]) -> str:
    path = tmp_path / "config.json"
    path.write_text(json.dumps(settings))
    return str(path)


@pytest.mark.parametrize("plugin", [*TAPS, *TARGETS])
def test_version_and_about_need_no_settings(plugin: str) -> None:
    assert run(plugin, "--version").returncode == 0
    assert json.loads(run(plugin, "--about", "--format=json").stdout)["name"] == plugin


@pytest.mark.parametrize("plugin", [*TAPS, *TARGETS])
def test_a_missing_setting_is_named_and_fails_the_run(plugin: str, tmp_path: Path) -> None:
    done = run(plugin, "--config", config(tmp_path, {}))
    assert done.returncode == 1
    assert next(iter(LEAST[plugin])) in done.stderr
    assert "Traceback" not in done.stderr
    assert done.stdout == ""


@pytest.mark.capability("S2-15")
def test_without_a_token_nothing_is_asked_and_the_setting_is_named(tmp_path: Path) -> None:
    done = run("tap-hubspot-support", "--config", config(tmp_path, {"api_version": "v3"}))
    assert done.returncode == 1
    assert "'access_token' is a required property" in done.stderr


@pytest.mark.parametrize("tap", TAPS)
def test_a_tap_says_when_nobody_answers(tap: str, tmp_path: Path) -> None:
    done = run(tap, "--config", config(tmp_path, LEAST[tap]))
    assert done.returncode == 1
    assert "127.0.0.1" in done.stderr
    assert SECRET not in done.stderr
    assert "Traceback" not in done.stderr


@pytest.mark.parametrize("target", TARGETS)
@pytest.mark.parametrize("line", ["not json", '{"type": "RECORD"}', '{"type": "WHAT"}'])
def test_a_target_refuses_what_is_not_singer(target: str, line: str, tmp_path: Path) -> None:
    done = run(target, "--config", config(tmp_path, LEAST[target]), stdin=line + "\n")
    assert done.returncode != 0
    assert done.stdout == ""


@pytest.mark.parametrize("plugin", [*TAPS, *TARGETS])
def test_a_number_is_read_from_the_environment(plugin: str, tmp_path: Path) -> None:
    about = json.loads(run(plugin, "--about", "--format=json").stdout)["settings"]["properties"]
    kinds = {"number", "integer"}
    numbers = [name for name, spec in about.items() if kinds & {*spec.get("type", ())}]
    prefix = plugin.upper().replace("-", "_")
    environment = {f"{prefix}_{name.upper()}": "100" for name in numbers}
    settings = config(tmp_path, LEAST[plugin])
    done = subprocess.run(
        [str(Path(sys.executable).with_name(plugin)), "--config", "ENV", "--config", settings],
        input="",
        env={**os.environ, **environment},
        capture_output=True,
        text=True,
        timeout=60,
    )
    assert numbers
    assert "is not of type" not in done.stderr
    assert "Traceback" not in done.stderr
