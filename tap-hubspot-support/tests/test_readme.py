"""The README's settings table is the tap's own."""

from __future__ import annotations

import json
from pathlib import Path

from tap_hubspot_support.settings import SETTINGS_SCHEMA

README = Path(__file__).parents[1] / "README.md"
BEGIN, END = "<!-- settings: begin -->\n", "<!-- settings: end -->"


def settings_table() -> str:
    rows = ["| setting | default | meaning |", "|---|---|---|"]
    for name, spec in SETTINGS_SCHEMA["properties"].items():
        if name in OWN:
            default = f"`{json.dumps(spec['default'])}`" if "default" in spec else ""
            secret = " Secret." if spec.get("secret") else ""
            rows.append(f"| `{name}` | {default} | {spec['description']}{secret} |")
    return "\n".join(rows) + "\n"


OWN = {
    "access_token", "api_base_url", "api_version", "start_date", "limit", "properties",
    "sensitive_properties", "history_properties", "reconcile_days", "lookback_seconds",
    "quota_share", "max_concurrency", "max_url_length",
}  # fmt: skip


def test_the_settings_table_in_the_readme_is_current() -> None:
    written = README.read_text().split(BEGIN)[1].split(END)[0]
    assert written == settings_table()


def test_every_own_setting_is_described() -> None:
    specs = SETTINGS_SCHEMA["properties"]
    assert set(specs) >= OWN
    assert all(specs[name]["description"] for name in OWN)
    assert specs["access_token"]["secret"]
