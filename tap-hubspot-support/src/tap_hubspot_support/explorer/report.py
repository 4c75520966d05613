"""An analysis as JSON and as a summary to read."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_hubspot_support.kinds import Kind

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_hubspot_support.explorer.analysis import Analysis, Findings

POSTGRES_TYPES = {
    Kind.TEXT: "text",
    Kind.INTEGER: "bigint",
    Kind.NUMBER: "numeric",
    Kind.BOOLEAN: "boolean",
    Kind.DATE: "date",
    Kind.INSTANT: "timestamptz",
    Kind.JSON: "jsonb",
}
_FULLEST = 20


def as_json(analysis: Analysis) -> dict[str, Any]:
    """Everything found, as the JSON file holds it."""
    return {
        "object": analysis.object_type.path,
        "table": analysis.object_type.table,
        "object_type_id": analysis.object_type.type_id,
        "portal_id": analysis.portal_id,
        "api_version": analysis.api_version,
        "generator": "tap-hubspot-support",
        "generated_at": analysis.generated_at,
        "properties_total": len(analysis.findings),
        "properties_by_type": analysis.by_type,
        "test_report": _test_report(analysis),
        "empty_properties": analysis.empty,
        "suggested_columns": _suggestions(analysis),
        "properties": [_property(analysis, findings) for findings in analysis.findings],
    }


def as_text(analysis: Analysis) -> str:
    """The summary."""
    lines = [
        *_heading(analysis),
        *_types(analysis),
        *_tested(analysis),
        *_fullest(analysis),
        *_columns(analysis),
        *_unused(analysis),
    ]
    return "\n".join(lines) + "\n"


def _test_report(analysis: Analysis) -> dict[str, Any]:
    return {
        "records": analysis.sampled,
        "records_in_account": analysis.in_account,
        "errors": analysis.errors,
        "columns": len(analysis.findings),
        "seconds": round(analysis.seconds, 2),
        "key_fields": analysis.key_fields,
    }


def _suggestions(analysis: Analysis) -> dict[str, list[str]]:
    """Column names by type, without those that the sample never fills."""
    found: dict[str, list[str]] = {name: [] for name in POSTGRES_TYPES.values()}
    for each in analysis.findings:
        if each.filled:
            found[POSTGRES_TYPES[each.column.kind]].append(each.column.name)
    return found


def _property(analysis: Analysis, findings: Findings) -> dict[str, Any]:
    definition = findings.definition
    return {
        "name": definition.name,
        "label": definition.label,
        "type": definition.type,
        "field_type": definition.field_type,
        "group_name": definition.group_name,
        "description": definition.description,
        "calculated": bool(definition.calculated),
        "hubspot_defined": bool(definition.hubspot_defined),
        "unique": bool(definition.has_unique_value),
        "external_options": bool(definition.external_options),
        "filled": findings.filled,
        "fill_rate": analysis.fill_rate(findings),
        "errors": findings.misfits,
        "options": dict(findings.options.most_common()),
        "other_values": findings.others,
        "column": {
            "name": findings.column.name,
            "type": POSTGRES_TYPES[findings.column.kind],
        },
    }


def _heading(analysis: Analysis) -> Iterator[str]:
    title = f"Properties of {analysis.object_type.path} in HubSpot account {analysis.portal_id}"
    yield title
    yield "=" * len(title)
    yield f"Generated: {analysis.generated_at}, API version {analysis.api_version}"
    yield f"Properties: {len(analysis.findings)}, {len(analysis.empty)} of them empty in the sample"


def _types(analysis: Analysis) -> Iterator[str]:
    yield from ("", "Properties by type", "------------------")
    yield from (f"{kind:<20} {count:>6}" for kind, count in analysis.by_type.items())


def _tested(analysis: Analysis) -> Iterator[str]:
    in_account = "unknown" if analysis.in_account is None else analysis.in_account
    yield from ("", "Test report", "-----------")
    yield f"Records read:        {analysis.sampled} (in the account: {in_account})"
    yield f"Values in error:     {analysis.errors}"
    yield f"Columns:             {len(analysis.findings)}"
    yield f"Seconds:             {analysis.seconds:.2f}"
    yield "Key fields filled:"
    yield from (f"  {name:<30} {rate:>7.1%}" for name, rate in analysis.key_fields.items())


def _fullest(analysis: Analysis) -> Iterator[str]:
    own = [f for f in analysis.findings if f.filled and not f.definition.calculated]
    own.sort(key=lambda f: (-f.filled, f.definition.name))
    yield from ("", f"The {min(_FULLEST, len(own))} fullest properties that are not calculated")
    yield "-" * 51
    for each in own[:_FULLEST]:
        rate = analysis.fill_rate(each)
        yield f"{each.definition.name:<40} {each.definition.type:<12} {rate:>7.1%}"


def _columns(analysis: Analysis) -> Iterator[str]:
    yield from ("", "Suggested columns", "-----------------")
    for kind, names in _suggestions(analysis).items():
        if names:
            yield f"{kind} ({len(names)}):"
            yield from (f"  {name}" for name in names)


def _unused(analysis: Analysis) -> Iterator[str]:
    yield from ("", "Empty in the sample", "-------------------")
    yield from (f"  {name}" for name in analysis.empty)
