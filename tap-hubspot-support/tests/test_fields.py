"""Each kind of records has columns of its own, and its values arrive in their types."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

NOON = 1_780_000_000_000
DAY = 86_400_000
MOMENT = "2026-04-01T08:30:00Z"
MILLISECONDS = "1775032200000"

# By table: name in paths, rows it proves, and name: (type, as HubSpot sends it, as it arrives).
KINDS: dict[str, tuple[str, str, dict[str, tuple[str, str, Any]]]] = {
    "contact": (
        "contacts",
        "S4-16",
        {
            "firstname": ("string", "Zoë", "Zoë"),
            "phone": ("string", "+1 902 555 0000", "+1 902 555 0000"),
            "price": ("number", "1299.90", Decimal("1299.90")),
            "hs_google_click_id": ("string", "", ""),
            "original_lead_source_created": ("datetime", MILLISECONDS, MOMENT),
        },
    ),
    "appointment": (
        "appointments",
        "S4-17",
        {
            "hs_appointment_start": ("datetime", MOMENT, MOMENT),
            "complete_date": ("datetime", "", None),
            "is_complete": ("bool", "1", True),
            "user_id": ("number", "9007199254740993", 9007199254740993),
            "date": ("date", "2026-04-01", "2026-04-01"),
            "hubspot_owner_id": ("enumeration", "77", 77),
        },
    ),
    "divisions": (
        "divisions",
        "S4-18",
        {
            "division_name": ("string", "Atlantic", "Atlantic"),
            "zip": ("string", "01234", "01234"),
            "hs_pipeline": ("enumeration", "0", "0"),
            "address2": ("string", "", ""),
        },
    ),
    "deal": (
        "deals",
        "S4-19",
        {
            "dealname": ("string", "Renewal", "Renewal"),
            "amount": ("number", "15000.25", Decimal("15000.25")),
            "closedate": ("datetime", MILLISECONDS, MOMENT),
            "hubspot_owner_id": ("enumeration", "77", 77),
            "priority": ("enumeration", "high", "high"),
        },
    ),
}
CASES = [
    pytest.param(table, path, values, id=table, marks=pytest.mark.capability(row))
    for table, (path, row, values) in KINDS.items()
]


def defined(portal: Portal, path: str, values: dict[str, tuple[str, str, Any]]) -> None:
    if path == "divisions":
        portal.define_custom_object("divisions", "2-37778609")
    for name, (kind, _, _) in values.items():
        portal.define_property(path, {"name": name, "type": kind})
    sent = {name: text for name, (_, text, _) in values.items()}
    portal.create(path, sent, at=NOON - DAY, record_id=5)


def same_instant(value: Any) -> Any:
    return value.replace(".000Z", "Z") if isinstance(value, str) else value


@pytest.mark.parametrize(("table", "path", "values"), CASES)
def test_a_kind_of_records_has_its_fields_each_in_its_type(
    runner: Any, portal: Portal, table: str, path: str, values: Any
) -> None:
    defined(portal, path, values)
    output = runner.sync(table, objects=[path])
    assert output.error is None
    [row] = output.records(table)
    arrived = {name: same_instant(row[f"property_{name}"]) for name in values}
    assert arrived == {name: value for name, (_, _, value) in values.items()}


@pytest.mark.capability("S4-20")
def test_no_kind_of_records_has_fields_of_another(runner: Any, portal: Portal) -> None:
    for path, _, values in KINDS.values():
        defined(portal, path, values)
    paths = [path for path, _, _ in KINDS.values()]
    schemas = {
        entry["tap_stream_id"]: entry["schema"]["properties"]
        for entry in runner.tap(objects=paths).catalog_dict["streams"]
    }
    for table, (path, _, values) in KINDS.items():
        own = {f"property_{name}" for name in portal.definitions[path]}
        assert {name for name in schemas[table] if name.startswith("property_")} == own
        assert {f"property_{name}" for name in values} <= own


@pytest.mark.capability("S3-17", "S4-41")
def test_with_a_limit_exactly_so_many_records_of_each_kind_are_read(
    runner: Any, portal: Portal
) -> None:
    paths = [path for path, _, _ in KINDS.values()]
    portal.define_custom_object("divisions", "2-37778609")
    for path in paths:
        for id_ in range(1, 251):
            portal.create(path, {}, at=NOON - DAY, record_id=id_)
    for limit in (1, 99, 100, 137):
        output = runner.sync(*KINDS, objects=paths, limit=limit)
        assert output.error is None
        assert {table: len(set(output.ids(table))) for table in KINDS} == dict.fromkeys(
            KINDS, limit
        )
        assert all(len(output.records(table)) == limit for table in KINDS)


@pytest.mark.capability("S3-18")
def test_without_a_limit_every_record_of_each_kind_is_read(runner: Any, portal: Portal) -> None:
    paths = [path for path, _, _ in KINDS.values()]
    portal.define_custom_object("divisions", "2-37778609")
    for path in paths:
        for id_ in range(1, 251):
            portal.create(path, {}, at=NOON - DAY, record_id=id_)
    output = runner.sync(*KINDS, objects=paths)
    assert {table: sorted(output.ids(table)) for table in KINDS} == {
        key: list(range(1, 251)) for key in KINDS
    }
