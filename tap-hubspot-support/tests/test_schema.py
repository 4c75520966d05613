"""What the columns of a whole account cover."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.server import Behaviour, serve
from sandbox.world import World
from sandbox.world.columns import column_name

INTEGER, TEXT = {"type": ["integer", "null"]}, {"type": ["string", "null"]}
NUMBER, BOOLEAN = {"type": ["number", "null"]}, {"type": ["boolean", "null"]}
INSTANT = {"type": ["string", "null"], "format": "date-time"}
MEANINGS = {
    "core fields": {"subject": TEXT, "content": TEXT, "time_to_close": NUMBER, "num_notes": NUMBER},
    "system ids": {"hs_object_id": INTEGER, "hs_created_by_user_id": INTEGER},
    "relationships": {
        "hubspot_owner_id": INTEGER,
        "hubspot_team_id": INTEGER,
        "hs_primary_company_id": INTEGER,
        "escalation_owner": INTEGER,
        "hs_all_owner_ids": TEXT,
    },
    "categories": {
        "hs_pipeline": TEXT,
        "hs_pipeline_stage": TEXT,
        "hs_ticket_priority": TEXT,
        "hs_ticket_category": TEXT,
        "hs_was_imported": BOOLEAN,
    },
    "times": {"createdate": INSTANT, "hs_lastmodifieddate": INSTANT, "closed_date": INSTANT},
}


@pytest.mark.capability("S2-09", "S2-10")
def test_columns_cover_every_property_of_a_whole_account_by_its_meaning(new_runner: Any) -> None:
    portal = World(tickets=50).portal
    with serve(portal, Behaviour(limits=False)) as server:
        catalog = new_runner(server).tap().catalog_dict
    [ticket] = [s for s in catalog["streams"] if s["tap_stream_id"] == "ticket"]
    columns = ticket["schema"]["properties"]
    properties = {name for name in columns if name.startswith("property_")}
    assert properties == set(map(column_name, portal.definitions["tickets"]))
    for wanted in MEANINGS.values():
        for name, schema in wanted.items():
            assert columns[column_name(name)] == schema
    assert set(columns) - properties == {
        "id",
        "portal_id",
        "is_deleted",
        "_fivetran_deleted",
        "_fivetran_synced",
        "_sdc_deleted_at",
    }
