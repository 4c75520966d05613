"""What dbt gives to a template, for sqlfluff: enough to render every model without a database.

sqlfluff has stand-ins of its own for ref, source, this and is_incremental. Variables and the
schedule are the project's own; the one query that models ask while they are rendered is answered
with a few tables, so that the loops over raw tables have rounds.
"""

from __future__ import annotations

import json
import os
import re
from pathlib import Path
from types import SimpleNamespace
from typing import Any

import yaml
from jinja2.runtime import Macro
from jinja2.sandbox import SandboxedEnvironment
from sqlfluff.core.templaters.builtins.dbt import DBT_BUILTINS, MacroReturn, RelationEmulator
from sqlfluff.core.templaters.jinja import DBTTestExtension

PROJECT = Path(__file__).parents[1]
VARIABLES = yaml.safe_load((PROJECT / "dbt_project.yml").read_text())["vars"]
SCHEDULE = yaml.safe_load((PROJECT / "models" / "schedule" / "schedule.yml").read_text())
HUBSPOT = "id property_createdate property_email property_hubspot_owner_id _fivetran_synced"


class Answer(list[tuple[str, ...]]):
    """What a query gives: rows, and the columns with their values."""

    @property
    def rows(self) -> Answer:
        """The rows themselves."""
        return self

    @property
    def columns(self) -> list[SimpleNamespace]:
        """The columns, each with all its values."""
        return [
            SimpleNamespace(values=lambda column=column: column)
            for column in zip(*self, strict=True)
        ]


class Config:
    """The config of a model: set by a call, read by get."""

    def __call__(self, **_: Any) -> str:
        """Set nothing and print nothing."""
        return ""

    def get(self, name: str, default: Any = None) -> Any:
        """Return the schedule for the models that are configured with it."""
        return SCHEDULE["models"][0]["config"]["meta"] if name == "meta" else default


execute = True
invocation_id = "1"
project_name = "fundy"
graph = {
    "nodes": {
        "model.fundy.schedule_windows": SimpleNamespace(
            unique_id="model.fundy.schedule_windows",
            name="schedule_windows",
            resource_type="model",
            package_name="fundy",
            original_file_path="models/schedule/schedule_windows.sql",
            checksum=SimpleNamespace(checksum="1"),
            config=SCHEDULE["models"][0]["config"],
        )
    }
}
config = Config()
target = SimpleNamespace(schema="analytics", user="postgres", name="warehouse")
flags = SimpleNamespace(WHICH="build", FULL_REFRESH=False)
modules = SimpleNamespace(re=re)
adapter = SimpleNamespace(quote=lambda name: f'"{name}"')
api = SimpleNamespace(Relation=SimpleNamespace(create=lambda **_: RelationEmulator()))
exceptions = SimpleNamespace(raise_compiler_error=lambda _: "", warn=lambda _: "")


def var(name: str, default: Any = None) -> Any:
    """Return the project's own value of a variable."""
    return VARIABLES.get(name, default)


def env_var(name: str, default: str = "") -> str:
    """Return a variable of the environment."""
    return os.environ.get(name, default)


def run_query(query: str) -> Answer:
    """Answer a query about the tables with a few of them, and any other with one value."""
    if "pg_class" not in query:
        return Answer([("1",)])
    return Answer(
        [
            ("hubspot", "_sync_log", "run_id\nstream", "run_id\nstream"),
            ("hubspot", "contact", "\n".join(HUBSPOT.split()), "id"),
            ("hubspot", "ticket", "\n".join(HUBSPOT.split()), "id"),
            ("hubspot", "owner", "owner_id\nfirst_name\nlast_name\nemail", "owner_id"),
        ]
    )


def load_relation(relation: RelationEmulator) -> RelationEmulator:
    """Take every relation as there."""
    return relation


def local_md5(_: str) -> str:
    """Return a checksum."""
    return "1"


def tojson(value: Any) -> str:
    """Return a value as JSON."""
    return json.dumps(value)


def log(_: str, **__: Any) -> str:
    """Say nothing."""
    return ""


def macros(known: dict[str, Any]) -> dict[str, Macro]:
    """Return the project's macros, ready to be called from any model and from each other."""
    environment = SandboxedEnvironment(extensions=["jinja2.ext.do", DBTTestExtension])
    shared = {**environment.globals, **DBT_BUILTINS, **known}
    for path in sorted((PROJECT / "macros").glob("*.sql")):
        text = path.read_text()
        if "{% materialization" in text:  # a tag that only dbt knows
            continue
        module = environment.from_string(text).make_module(shared, shared=True)
        shared.update({k: v for k, v in vars(module).items() if isinstance(v, Macro)})
    return {name: macro for name, macro in shared.items() if isinstance(macro, Macro)}


def returning(plain_call: Any) -> Any:
    """Let a macro's call hand on what it returns, as dbt does.

    sqlfluff catches a return at the outermost macro only, so that a macro called by another of the
    same file would end both.
    """

    def call(macro: Macro, *args: Any, **kwargs: Any) -> Any:
        try:
            return plain_call(macro, *args, **kwargs)
        except MacroReturn as returned:
            return returned.value

    return call


# sqlfluff runs this module anew for every file; the class stays, and with it what takes long.
if not hasattr(Macro, "of_the_project"):
    Macro.__call__ = returning(Macro.__call__)
    Macro.of_the_project = macros(dict(globals()))
globals().update(Macro.of_the_project)
