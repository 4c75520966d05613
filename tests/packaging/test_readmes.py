"""Each plugin's README says of its settings what the program says."""

import json
import re
import subprocess
import sys
from pathlib import Path
from typing import Any

import pytest
import yaml

ROOT = Path(__file__).parents[2]
PLUGINS = sorted(path.parent.name for path in ROOT.glob("t*-*/pyproject.toml"))
FROM_THE_SDK = re.compile("^(stream_map|faker|flattening|batch_config)")


def declared(plugin: str) -> dict[str, tuple[str, str]]:
    command = [str(Path(sys.executable).with_name(plugin)), "--about", "--format=json"]
    done = subprocess.run(command, capture_output=True, text=True, timeout=60, check=True)
    settings = json.loads(done.stdout)["settings"]["properties"]
    own = {name: schema for name, schema in settings.items() if not FROM_THE_SDK.match(name)}
    return {name: (default_of(schema), meaning_of(schema)) for name, schema in own.items()}


def default_of(schema: dict[str, Any]) -> str:
    default = schema.get("default")
    return "" if default is None else f"`{json.dumps(default)}`"


def meaning_of(schema: dict[str, Any]) -> str:
    return schema["description"] + (" Secret." if schema.get("secret") else "")


def written(plugin: str) -> dict[str, tuple[str, str]]:
    text = (ROOT / plugin / "README.md").read_text()
    block = re.search(r"<!-- settings: begin -->\n(.*)\n<!-- settings: end -->", text, re.DOTALL)
    assert block is not None, "the README has lost its settings markers"
    rows = [line.strip("|").split("|", 2) for line in block[1].splitlines()[2:]]
    return {name.strip(" `"): (default.strip(), meaning.strip()) for name, default, meaning in rows}


@pytest.mark.parametrize("plugin", PLUGINS)
def test_the_settings_table_is_the_programs_own(plugin: str) -> None:
    assert written(plugin) == declared(plugin)


@pytest.mark.capability("S2-58")
def test_the_crontab_line_of_the_readme_names_a_job_that_exists() -> None:
    (line,) = re.findall(
        r"^ +(0 \*/4 \* \* \* .*)$", (ROOT / "README.md").read_text(), re.MULTILINE
    )
    job = re.search(r"meltano run (\S+)", line)
    jobs = yaml.safe_load((ROOT / "meltano.yml").read_text())["jobs"]
    assert job is not None
    assert job[1] in {one["name"] for one in jobs}
