"""A setup guide for one object, with nothing left to fill in."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

from tap_hubspot_support.explorer.report import POSTGRES_TYPES
from tap_hubspot_support.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from tap_hubspot_support.explorer.analysis import Analysis, Findings

_CORE = 15
_CHECKS = """\
-- rows, deleted ones, and the last sync
select count(*), count(*) filter (where is_deleted), max(_fivetran_synced) from TABLE;
-- changed in the last seven days
select count(*) from TABLE where MODIFIED > now() - interval '7 days';
-- how complete the key fields are
select COMPLETENESS from TABLE where not is_deleted;
-- no record twice
select id from TABLE group by id having count(*) > 1;"""


def setup_guide(analysis: Analysis) -> str:
    """The guide as Markdown."""
    parts = [_what(analysis), _settings(analysis), _steps(analysis)]
    parts += [_columns(analysis), _checks(analysis), no_records_help(analysis)]
    return "\n\n".join("\n".join(part) for part in parts) + "\n"


def no_records_help(analysis: Analysis) -> Iterator[str]:
    """What to look at when the table stays empty."""
    yield "## If the table stays empty"
    yield ""
    yield from (f"- {cause}" for cause in empty_causes(analysis))


def empty_causes(analysis: Analysis) -> list[str]:
    """Why an object may have no records, each with what to do."""
    object_type, portal = analysis.object_type, analysis.portal_id
    causes = [
        f"Account {portal} has no live {object_type.path}: look there, and in its recycle bin.",
        f"The access token belongs to another account than the one you think of: it is {portal}.",
        f"The token may not see them: give it the read scope of {object_type.path}.",
        "Records made in the last minute: search shows them a little late, so run again.",
    ]
    if object_type.switchable:
        causes.append(f"{object_type.path} are not switched on: do so in the object library.")
    return causes


def _what(analysis: Analysis) -> Iterator[str]:
    object_type = analysis.object_type
    count = "" if analysis.in_account is None else f" ({analysis.in_account} live records)"
    types = ", ".join(f"{kind} {number}" for kind, number in analysis.by_type.items())
    yield f"# HubSpot {object_type.path}"
    yield ""
    yield (
        f"Loads {object_type.path}{count} of HubSpot account {analysis.portal_id} into the table "
        f"`hubspot.{object_type.table}`, one row per record, key `{object_type.key}`."
    )
    yield f"Properties: {len(analysis.findings)} ({types}). Written {analysis.generated_at}."


def _settings(analysis: Analysis) -> Iterator[str]:
    settings = {"objects": [analysis.object_type.path], "api_version": analysis.api_version}
    yield "## Settings"
    yield ""
    yield (
        "Beside the token, which belongs into the environment variable "
        "`TAP_HUBSPOT_SUPPORT_ACCESS_TOKEN`, `config.json` holds:"
    )
    yield from ("", "```json", json.dumps(settings, indent=2), "```")


def _steps(analysis: Analysis) -> Iterator[str]:
    yield "## Run it"
    yield from ("", "```sh")
    yield "tap-hubspot-support --config config.json --config ENV --discover > catalog.json"
    yield "tap-hubspot-support --config config.json --config ENV --catalog catalog.json \\"
    yield "  | target-postgres --config ENV >> state.jsonl"
    yield "```"
    yield ""
    yield (
        "The first run reads everything; give later runs `--state state.jsonl`, and they read "
        f"what changed by `{analysis.object_type.modified}`."
    )


def _columns(analysis: Analysis) -> Iterator[str]:
    yield "## Columns"
    filled = [f for f in analysis.findings if f.filled]
    rest = [f for f in filled if not any(f in group for group in _groups(filled).values())]
    rest.sort(key=lambda f: (-f.filled, f.definition.name))
    for title, group in {"Core fields": rest[:_CORE], **_groups(filled)}.items():
        if group:
            yield from ("", f"### {title}", "", "| column | type | filled | label |")
            yield "|---|---|---|---|"
            yield from (_row(analysis, findings) for findings in group)
    yield ""
    further = max(0, len(rest) - _CORE)
    yield f"{further} further columns have values, {len(analysis.empty)} have none."


def _groups(filled: Iterable[Findings]) -> dict[str, list[Findings]]:
    groups: dict[str, list[Findings]] = {
        "System ids": [],
        "Relationships": [],
        "Categories": [],
        "Times": [],
    }
    for each in filled:
        title = _group_of(each)
        if title is not None:
            groups[title].append(each)
    return groups


def _group_of(findings: Findings) -> str | None:
    name, kind = findings.definition.name, findings.column.kind
    if kind in (Kind.INSTANT, Kind.DATE):
        return "Times"
    if kind is Kind.INTEGER:
        is_own = name == "hs_object_id" or name.endswith("user_id")
        return "System ids" if is_own else "Relationships"
    return "Categories" if findings.definition.type == "enumeration" else None


def _row(analysis: Analysis, findings: Findings) -> str:
    kind = POSTGRES_TYPES[findings.column.kind]
    label = (findings.definition.label or "").replace("|", "/").replace("\n", " ")
    return f"| `{findings.column.name}` | {kind} | {analysis.fill_rate(findings):.0%} | {label} |"


def _checks(analysis: Analysis) -> Iterator[str]:
    words = {
        "TABLE": f"hubspot.{analysis.object_type.table}",
        "MODIFIED": f"property_{analysis.object_type.modified}",
        "COMPLETENESS": _completeness(analysis),
    }
    queries = _CHECKS
    for word, meaning in words.items():
        queries = queries.replace(word, meaning)
    yield "## Check it"
    yield from ("", "```sql", queries, "```")


def _completeness(analysis: Analysis) -> str:
    columns = [f"property_{name}" for name in analysis.key_fields]
    return ", ".join(["count(*)", *(f"count({column})" for column in columns)])
