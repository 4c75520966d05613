"""The README's tables are the tap's own; `python tests/test_readme.py` writes them anew."""

from __future__ import annotations

import json
import re
from pathlib import Path
from typing import TYPE_CHECKING

from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client
from tap_hubspot_support.discovery import fixed_tables, record_table
from tap_hubspot_support.estimate import estimate
from tap_hubspot_support.objects import STANDARD
from tap_hubspot_support.settings import SETTINGS_SCHEMA, Settings

if TYPE_CHECKING:
    from collections.abc import Callable

README = Path(__file__).parents[1] / "README.md"
FROM_THE_SDK = re.compile("stream_map|faker|flattening|batch_config")
DEFAULTS = Settings.of({})
ACCOUNT = {"ticket": 1_000_000, "contact": 300_000, "company": 100_000}
CHANGED = {"ticket": 500}
RECORDS = {"ticket", "contact", "company"}
SELECTIONS = {
    "`ticket`": {"ticket"},
    "`ticket`, `ticket_property_history`": {"ticket", "ticket_property_history"},
    "`ticket`, `contact`, `company`": RECORDS,
    "the same with `ticket_contact`, `ticket_company`, `association`": {
        *RECORDS,
        "ticket_contact",
        "ticket_company",
        "association",
    },
    "everything": None,
}


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, spec in SETTINGS_SCHEMA["properties"].items():
        if not FROM_THE_SDK.match(name):
            default = f"`{json.dumps(spec['default'])}`" if "default" in spec else ""
            secret = " Secret." if spec.get("secret") else ""
            rows.append(f"| `{name}` | {default} | {spec['description']}{secret} |")
    return "\n".join(rows) + "\n"


def streams_table() -> str:
    rows = ["| stream | one row per | key |", "|---|---|---|"]
    tables = [*(record_table(o, []) for o in STANDARD), *fixed_tables(DEFAULTS, STANDARD)]
    for table in tables:
        keys = ", ".join(f"`{key}`" for key in table.keys)
        grain = table.grain.removeprefix("one row per ")
        rows.append(f"| `{table.name}` | {grain} | {keys} |")
    return "\n".join(rows) + "\n"


def requests_table() -> str:
    client = Client("http://127.0.0.1:9", "none", Budgets())
    first, later = "first run: general", "500 tickets changed: general"
    head = ["selected", first, "search", "associations", later, "search", "associations"]
    rows = [f"| {' | '.join(head)} |", "|---" * len(head) + "|"]
    for words, tables in SELECTIONS.items():
        runs = [
            estimate(DEFAULTS, client, ACCOUNT, tables=tables, changed=changed)
            for changed in (None, CHANGED)
        ]
        budgets = ("general", "search", "associations")
        figures = [f"{run[budget]:,}" for run in runs for budget in budgets]
        rows.append(f"| {words} | {' | '.join(figures)} |")
    return "\n".join(rows) + "\n"


BLOCKS: dict[str, Callable[[], str]] = {
    "settings": settings_table,
    "streams": streams_table,
    "requests": requests_table,
}


def block(name: str) -> tuple[str, str]:
    return f"<!-- {name}: begin -->\n", f"<!-- {name}: end -->"


def written(name: str) -> str:
    begin, end = block(name)
    return README.read_text().split(begin)[1].split(end)[0]


def test_the_settings_table_in_the_readme_is_current() -> None:
    assert written("settings") == settings_table()


def test_the_streams_table_in_the_readme_is_current() -> None:
    assert written("streams") == streams_table()


def test_the_requests_in_the_readme_are_the_planners_own() -> None:
    assert written("requests") == requests_table()


def test_every_setting_is_described_and_tokens_are_secret() -> None:
    specs = SETTINGS_SCHEMA["properties"]
    assert all(spec["description"] for spec in specs.values())
    assert specs["access_token"]["secret"]


if __name__ == "__main__":
    text = README.read_text()
    for name, make in BLOCKS.items():
        begin, end = block(name)
        before, rest = text.split(begin)
        text = before + begin + make() + end + rest.split(end)[1]
    README.write_text(text)
