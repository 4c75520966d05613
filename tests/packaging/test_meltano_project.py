"""meltano.yml and the plugins' own settings say the same."""

import json
import os
import shutil
import subprocess
import sys
from functools import cache
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PROJECT = yaml.safe_load((ROOT / "meltano.yml").read_text())
EVERY = [*PROJECT["plugins"]["extractors"], *PROJECT["plugins"]["loaders"]]
# Ours: neither somebody else's nor a second configuration of the same.
PLUGINS = [plugin for plugin in EVERY if not plugin.keys() & {"variant", "inherit_from"}]
BY_NAME = pytest.mark.parametrize("plugin", PLUGINS, ids=lambda plugin: plugin["name"])
FROM_THE_SDK = {
    "stream_maps",
    "stream_map_config",
    "faker_config",
    "flattening_enabled",
    "flattening_max_depth",
    "flattening_max_key_length",
    "flattening_separator",
    "batch_config",
}


@cache
def about(executable: str) -> dict[str, Any]:
    command = [str(Path(sys.executable).with_name(executable)), "--about", "--format=json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    return json.loads(done.stdout)


@BY_NAME
def test_every_setting_of_the_plugin_is_listed(plugin: dict[str, Any]) -> None:
    own = set(about(plugin["executable"])["settings"]["properties"]) - FROM_THE_SDK
    assert {setting["name"] for setting in plugin["settings"]} == own


@BY_NAME
def test_every_secret_is_marked_sensitive(plugin: dict[str, Any]) -> None:
    settings = about(plugin["executable"])["settings"]["properties"]
    secret = {name for name, schema in settings.items() if schema.get("secret")}
    marked = {setting["name"] for setting in plugin["settings"] if setting.get("sensitive")}
    assert secret and marked == secret


@BY_NAME
def test_every_setting_of_the_plugin_says_what_it_does(plugin: dict[str, Any]) -> None:
    settings = about(plugin["executable"])["settings"]["properties"]
    assert [name for name, schema in settings.items() if not schema.get("description")] == []


def test_every_schedule_runs_a_job_every_four_hours() -> None:
    jobs = {job["name"] for job in PROJECT["jobs"]}
    assert {schedule["interval"] for schedule in PROJECT["schedules"]} == {"0 */4 * * *"}
    assert {schedule["job"] for schedule in PROJECT["schedules"]} <= jobs


def schemas_of(environment: dict[str, Any]) -> dict[str, str]:
    """Raw schema by source: where its rows are loaded."""
    own = environment.get("config", {}).get("plugins", {}).get("extractors", [])
    changed = {plugin["name"]: plugin["load_schema"] for plugin in own}
    return {
        plugin["name"]: changed.get(plugin["name"], plugin["load_schema"])
        for plugin in PLUGINS
        if "load_schema" in plugin
    }


@pytest.mark.capability("S3-16")
def test_every_environment_has_schemas_of_its_own() -> None:
    environments = {one["name"]: one for one in PROJECT["environments"]}
    assert list(environments) == ["sandbox", "dev", "staging", "prod"]
    written = [
        schema
        for name in ("dev", "staging", "prod")
        for schema in (
            *schemas_of(environments[name]).values(),
            environments[name]["env"]["DBT_SCHEMA"],
            environments[name]["env"]["DBT_QUALITY_SCHEMA"],
        )
    ]
    assert len(written) == len(set(written)) == 15


def test_the_models_read_where_the_taps_load() -> None:
    names = {"tap-hubspot": "DBT_RAW_SCHEMA"} | {
        f"tap-{name}": f"DBT_{name.upper()}_SCHEMA" for name in ("livechat", "gorgias")
    }
    for environment in PROJECT["environments"]:
        for tap, schema in schemas_of(environment).items():
            assert environment["env"][names[tap]] == schema


@pytest.mark.capability("S4-27")
def test_every_command_that_reads_hubspot_is_a_configuration_of_one_tap() -> None:
    extractors = {one["name"]: one for one in PROJECT["plugins"]["extractors"]}
    hubspot = {name for name in extractors if name.startswith("tap-hubspot")}
    own = {name for name in hubspot if "executable" in extractors[name]}
    assert own == {"tap-hubspot"}
    assert {extractors[name]["inherit_from"] for name in hubspot - own} == {"tap-hubspot"}
    switched = {name for job in PROJECT["jobs"] for task in job["tasks"] for name in task.split()}
    assert hubspot <= switched


def test_no_secret_stands_in_the_project_file() -> None:
    text = (ROOT / "meltano.yml").read_text()
    for word in ("pat-", "postgresql://"):
        assert word not in text


@pytest.mark.capability("S2-18", "S3-16")
def test_settings_in_a_dotenv_file_are_read(tmp_path: Path) -> None:
    shutil.copy(ROOT / "meltano.yml", tmp_path)
    (tmp_path / ".env").write_text("TAP_HUBSPOT_START_DATE=2026-01-02\n")
    command = [str(Path(sys.executable).with_name("meltano")), "config", "print", "tap-hubspot"]
    done = subprocess.run(
        command, cwd=tmp_path, env=dict(os.environ), capture_output=True, text=True, timeout=60
    )
    assert json.loads(done.stdout)["start_date"] == "2026-01-02"
