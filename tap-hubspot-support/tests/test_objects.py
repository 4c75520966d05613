"""Every kind of records: in full, then what changed, then what was archived."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
ROWS = {
    "ticket": ("S2-01",),
    "contact": ("S2-01", "S4-09", "S4-14", "S4-22"),
    "company": ("S2-01", "S3-08"),
    "deal": ("S2-01", "S4-12", "S4-25"),
    "line_item": ("S2-01",),
    "product": ("S2-01",),
    "quote": (),
    "engagement_call": (),
    "engagement_email": (),
    "engagement_meeting": (),
    "engagement_note": (),
    "engagement_task": (),
    "appointment": ("S4-10", "S4-23"),
    "divisions": ("S4-11", "S4-24"),
}
PATHS = {"company": "companies", "divisions": "divisions"}
CASES = [
    pytest.param(stream, marks=[pytest.mark.capability(*rows)] if rows else [])
    for stream, rows in ROWS.items()
]


@pytest.mark.parametrize("stream", CASES)
def test_an_object_is_read_in_full_then_by_its_changes_and_deletions(
    runner: Any, portal: Portal, clock: Any, stream: str
) -> None:
    portal.define_custom_object("divisions", "2-111")
    path = PATHS.get(stream, f"{stream.removeprefix('engagement_')}s")
    for id_ in range(1, 31):
        portal.create(path, {}, at=NOON - DAY, record_id=id_)
    catalog = runner.catalog(stream, objects=[path])
    first = runner.sync(catalog=catalog, objects=[path])
    assert sorted(first.ids(stream)) == list(range(1, 31))
    clock.at += 5 * HOUR
    portal.define_property(path, {"name": "note_of_ours", "type": "string"})
    portal.change(path, 7, {"note_of_ours": "x"}, at=clock.at - 2000)
    portal.archive(path, 8, at=clock.at - 2000)
    second = runner.sync(catalog=catalog, objects=[path], state=first.state)
    flags = {row["id"]: row["is_deleted"] for row in second.records(stream)}
    assert flags == {7: False, 8: True}
