"""Ids arrive as numbers on both sides, so that a join finds the related record."""

from __future__ import annotations

from typing import Any

import pytest

JOINED = """
select t.portal_id, t.id, c.property_name from hubspot.ticket t
join hubspot.company c on c.portal_id = t.portal_id and c.id = t.property_hs_primary_company_id
"""
DEALS = """
select l.portal_id, l.id, d.property_dealname from hubspot.line_item l
join hubspot.deal d on d.portal_id = l.portal_id and d.deal_id = l.property_deal_id
"""


def of(truth: dict[str, Any], table: str) -> dict[tuple[int, int], dict[str, Any]]:
    return {(row["portal_id"], row["id"]): row for row in truth[table].values()}


def named(pipeline: Any, query: str) -> dict[tuple[int, int], str]:
    return {(portal, id_): name for portal, id_, name in pipeline.query(query)}


def wanted(left: Any, reference: str, right: Any, name: str) -> dict[tuple[int, int], str]:
    pairs = {key: (key[0], row.get(reference)) for key, row in left.items()}
    return {key: right[other].get(name) for key, other in pairs.items() if other in right}


@pytest.mark.capability("S2-33", "S2-34")
def test_a_ticket_joins_to_its_company_and_a_line_item_to_its_deal(loaded: Any) -> None:
    pipeline, _ = loaded
    truth = pipeline.sandbox.world.truth()
    tickets = wanted(
        of(truth, "ticket"), "property_hs_primary_company_id", of(truth, "company"), "property_name"
    )
    assert named(pipeline, JOINED) == tickets
    items = wanted(
        of(truth, "line_item"), "property_deal_id", of(truth, "deal"), "property_dealname"
    )
    assert named(pipeline, DEALS) == items
    assert min(len(tickets), len(items)) > 30
