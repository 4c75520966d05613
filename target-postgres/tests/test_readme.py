"""The README's settings table is the program's own."""

from __future__ import annotations

import re
from pathlib import Path

from target_postgres.settings import SETTINGS

README = Path(__file__).parents[1] / "README.md"


def settings_table():
    lines = ["| setting | default | meaning |", "|---|---|---|"]
    for name, schema in SETTINGS.to_dict()["properties"].items():
        default = schema.get("default")
        shown = "" if default is None else f"`{default}`"
        secret = " Secret." if schema.get("secret") else ""
        lines.append(f"| `{name}` | {shown} | {schema['description']}{secret} |")
    return "\n".join(lines)


def test_the_settings_table_is_what_the_program_declares():
    found = re.search(
        r"<!-- settings: begin -->\n(.*)\n<!-- settings: end -->", README.read_text(), re.DOTALL
    )
    assert found, "the README has lost its settings markers"
    assert found[1] == settings_table()
