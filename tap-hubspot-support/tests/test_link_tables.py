"""Which pairs of objects have links, from which side they are read, and where they go."""

from __future__ import annotations

from typing import Any

import pytest
from singer_sdk.exceptions import ConfigValidationError
from tap_hubspot_support.links.family import LinkFamily, check_pairs, chosen_pairs
from tap_hubspot_support.links.rows import link_rows, removals
from tap_hubspot_support.links.settings import LinkSettings
from tap_hubspot_support.links.tables import Pair, possible_pairs
from tap_hubspot_support.links.wire import Link, LinkType
from tap_hubspot_support.objects import STANDARD, ObjectType
from tap_hubspot_support.settings import Settings

BY_TABLE = {o.table: o for o in STANDARD}
DIVISIONS = ObjectType("divisions", "2-111", "2-111", names=("p_divisions",))
SITES = ObjectType("installations", "2-222", "2-222")
KEYS = {
    "ticket_company": ("ticket_id", "company_id", "type_id", "category"),
    "ticket_contact": ("ticket_id", "contact_id", "type_id", "category"),
    "ticket_deal": ("ticket_id", "deal_id", "type_id", "category"),
    "ticket_engagement": ("ticket_id", "engagement_id", "type_id", "category"),
    "deal_company": ("deal_id", "company_id", "type_id", "category"),
    "deal_contact": ("deal_id", "contact_id", "type_id", "category"),
    "engagement_company": ("engagement_id", "company_id", "type_id", "category"),
    "engagement_contact": ("engagement_id", "contact_id", "type_id", "category"),
    "engagement_deal": ("engagement_id", "deal_id", "type_id", "category"),
    "line_item_deal": ("line_item_id", "deal_id", "type_id", "category"),
    "association": ("from_object_type", "from_id", "to_object_type", "to_id", "type_id", "category"),
}  # fmt: skip


def settings(**config: Any) -> Settings:
    return Settings.of({"access_token": "none", **config})


def names(*chosen: str, **config: Any) -> list[str]:
    """Pairs that are read when these tables' objects are loaded."""
    pairs = chosen_pairs(LinkSettings.of(config), [BY_TABLE[name] for name in chosen], ())
    return [f"{pair.near.table}>{pair.far.table}" for pair in pairs]


def test_link_tables_have_the_names_columns_and_keys_of_fivetrans_schema() -> None:
    tables = LinkFamily().tables(settings(), STANDARD)
    assert {table.name: table.keys for table in tables} == KEYS
    for table in tables:
        assert {*table.keys, "label", "portal_id"} <= set(table.columns)
        assert all(table.columns[key]["type"] in ("integer", "string") for key in table.keys)


def test_every_pair_is_read_once_from_one_side() -> None:
    pairs = possible_pairs(STANDARD)
    assert len({frozenset((p.near.table, p.far.table)) for p in pairs}) == len(pairs)


def test_only_pairs_of_loaded_objects_are_read() -> None:
    assert names("ticket", "contact") == ["ticket>contact", "ticket>ticket", "contact>contact"]
    assert names("product", "line_item") == []


@pytest.mark.capability("S4-39")
@pytest.mark.parametrize("text", ["contacts/deals", "deals/contacts", "0-1/deal"])
def test_the_two_objects_of_an_association_can_be_chosen(text: str) -> None:
    assert names("ticket", "contact", "deal", association_pairs=[text]) == ["deal>contact"]
    tables = LinkFamily().tables(settings(association_pairs=[text]), STANDARD)
    assert [table.name for table in tables] == ["deal_contact"]


@pytest.mark.capability("S4-40")
def test_associations_can_be_left_out() -> None:
    assert names("ticket", "contact", associations=False) == []
    assert LinkFamily().tables(settings(associations=False), STANDARD) == []


def test_a_pair_of_an_object_that_is_not_loaded_is_refused_with_the_choice() -> None:
    wrong = {"association_pairs": ["contacts/tickets", "tickets/spaceships"]}
    with pytest.raises(ConfigValidationError) as refused:
        check_pairs(settings(**wrong), [BY_TABLE["ticket"], BY_TABLE["contact"]])
    assert names("ticket", "contact", **wrong) == ["ticket>contact"]
    assert "no object 'spaceships' is loaded" in refused.value.errors[0]
    assert "tickets, contacts" in refused.value.errors[0]


def test_in_one_of_several_portals_an_object_of_a_pair_may_be_missing(
    caplog: pytest.LogCaptureFixture,
) -> None:
    portals = [{"name": "north", "access_token": "none"}]
    (north,) = Settings.of_portals({"portals": portals, "association_pairs": ["tickets/divisions"]})
    check_pairs(north, STANDARD)
    assert "portal north: association_pairs: no object 'divisions' is loaded" in caplog.text


def test_custom_objects_are_read_from_where_the_schemas_say_there_are_links() -> None:
    objects = [*STANDARD, DIVISIONS, SITES]
    told = [("0-2", "2-111"), ("2-111", "0-2"), ("2-222", "2-111"), ("2-111", "2-999")]
    custom = [p for p in possible_pairs(objects, told) if p.near.is_custom or p.far.is_custom]
    assert [(p.near.table, p.far.table, p.table_name) for p in custom] == [
        ("divisions", "company", "association"),
        ("divisions", "installations", "association"),
    ]


def test_rows_carry_ends_kind_label_and_flags() -> None:
    pair = Pair(BY_TABLE["deal"], BY_TABLE["company"])
    links = [Link(1, 2, LinkType(37, "USER_DEFINED", "Reseller"))]
    assert link_rows(pair, links, portal_id=9, synced="now") == [
        {
            "deal_id": 1, "company_id": 2, "type_id": 37, "category": "USER_DEFINED",
            "label": "Reseller", "portal_id": 9, "is_deleted": False, "_fivetran_deleted": False,
            "_fivetran_synced": "now", "_sdc_deleted_at": None,
        }
    ]  # fmt: skip


def test_generic_rows_name_the_object_types() -> None:
    pair = Pair(BY_TABLE["appointment"], BY_TABLE["engagement_call"])
    (row,) = link_rows(pair, [Link(1, 2, LinkType(3, "X"))], portal_id=9, synced="now")
    assert (row["from_object_type"], row["from_id"]) == ("appointment", 1)
    assert (row["to_object_type"], row["to_id"]) == ("engagement_call", 2)


def test_the_ids_of_ways_are_those_of_the_tables_direction() -> None:
    pair = Pair(BY_TABLE["engagement_email"], BY_TABLE["ticket"])
    kinds = [LinkType(224, "HUBSPOT_DEFINED"), LinkType(224, "USER_DEFINED")]
    rows = link_rows(pair, [Link(1, 2, kind) for kind in kinds], portal_id=9, synced="now")
    assert [(r["engagement_id"], r["ticket_id"], r["type_id"]) for r in rows] == [
        (1, 2, 223),
        (1, 2, 224),
    ]


def test_a_removal_holds_the_records_part_of_the_key_and_no_more_of_it() -> None:
    pair = Pair(DIVISIONS, BY_TABLE["company"])
    (row,) = removals(pair, pair.near_column, [5], portal_id=9, synced="now")
    carried = {name: row[name] for name in KEYS["association"] if name in row}
    assert carried == {
        "from_object_type": "divisions",
        "from_id": 5,
        "to_object_type": "company",
    }
    assert row["is_deleted"] is row["_fivetran_deleted"] is True
    assert row["_sdc_deleted_at"] == "now"
