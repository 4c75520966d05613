"""Histories of a portal file, as recorded answers really carry them."""

from __future__ import annotations

from typing import Any

from sandbox.hubspot.portal_file import build_portal


def versions(entries: list[dict[str, Any]]) -> list[tuple[str, str, str | None]]:
    record = {
        "id": "501",
        "createdAt": "2026-01-14T09:31:07.412Z",
        "updatedAt": "2026-02-02T18:00:00Z",
        "propertiesWithHistory": {"subject": entries},
    }
    found = build_portal({"objects": {"tickets": [record]}}).get("tickets", 501)
    assert found is not None
    return [(v.value, v.source_type, v.source_id) for v in found.history["subject"]]


def test_a_version_without_a_source_counts_as_an_edit_in_the_app() -> None:
    at = {"value": "a", "timestamp": "2026-01-14T09:31:07.412Z"}

    assert versions([at]) == [("a", "CRM_UI", None)]
    assert versions([{**at, "sourceType": None, "sourceId": None}]) == [("a", "CRM_UI", None)]


def test_versions_of_one_instant_keep_the_order_of_the_file() -> None:
    newer = {"value": "b", "timestamp": "2026-01-14T09:31:07Z", "sourceType": "MERGE"}
    older = {"value": "a", "timestamp": "2026-01-14T09:31:07.000Z", "sourceType": "API"}

    assert versions([newer, older]) == [("b", "MERGE", None), ("a", "API", None)]
