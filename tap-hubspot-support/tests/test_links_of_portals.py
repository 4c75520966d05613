"""Links, histories and references of two accounts in one run, whose ids are the same."""

from __future__ import annotations

from typing import Any

import pytest
from sandbox.hubspot.portal import DEFAULT_TOKEN, Portal
from sandbox.hubspot.server import Behaviour, serve

NOON = 1_780_000_000_000
HOUR = 3_600_000
DAY = 86_400_000
SECOND_TOKEN = "pat-eu1-second"
STREAMS = (
    "ticket", "contact", "divisions", "ticket_contact", "association", "ticket_property_history",
    "owner", "divisions_pipeline", "property",
)  # fmt: skip


@pytest.fixture
def second(portal: Portal, clock: Any) -> Portal:
    other = Portal(4343, "Europe/Berlin", clock=clock)
    other.tokens = {SECOND_TOKEN: portal.tokens[DEFAULT_TOKEN]}
    return other


@pytest.fixture
def runner(portal: Portal, second: Portal, new_runner: Any) -> Any:
    behaviours = [Behaviour(limits=False, burst_limit=100_000) for _ in range(2)]
    for one, type_id, other_id in ((portal, "2-111", 60), (second, "2-222", 70)):
        one.define_custom_object("divisions", type_id)
        one.define_property("tickets", {"name": "hs_pipeline_stage", "type": "enumeration"})
        one.create("tickets", {"hs_pipeline_stage": str(other_id)}, at=NOON - DAY, record_id=1)
        one.create("divisions", {"name": "North"}, at=NOON - DAY, record_id=5)
        for contact in (50, other_id):
            one.create("contacts", {}, at=NOON - DAY, record_id=contact)
            one.associate("tickets", 1, "contacts", contact, type_id=16)
        one.associate("divisions", 5, "tickets", 1, type_id=90, category="USER_DEFINED")
        one.set_owner({"id": "8", "email": f"o{other_id}@example.com"})
        stage = {"id": "s", "label": "S", "createdAt": "1970-01-01T00:00:00Z", "metadata": {}}
        one.set_pipelines("divisions", [{"id": "p", "label": str(other_id), "stages": [stage]}])
    with serve([portal, second], behaviours) as running:
        yield new_runner(running)


def settings(runner: Any, *, second_token: str = SECOND_TOKEN) -> dict[str, Any]:
    url = runner.server.url
    return {
        "portals": [
            {"name": "one", "access_token": DEFAULT_TOKEN, "api_base_url": url},
            {"name": "two", "access_token": second_token, "api_base_url": url},
        ],
        "link_removals": "reconcile",
        "reconcile_days": 0,
        "lookback_seconds": 0,
    }


def live(warehouse: Any, stream: str, *columns: str) -> set[tuple[Any, ...]]:
    rows = [r for r in warehouse.table(stream).values() if not r.get("_fivetran_deleted")]
    return {tuple(row[name] for name in columns) for row in rows}


def test_the_same_ids_in_two_accounts_stay_apart(runner: Any, new_warehouse: Any) -> None:
    warehouse, output = new_warehouse(), runner.sync(*STREAMS, **settings(runner))
    assert output.error is None
    warehouse.load(output.messages)
    assert live(warehouse, "ticket_contact", "portal_id", "ticket_id", "contact_id") == {
        (4242, 1, 50), (4242, 1, 60), (4343, 1, 50), (4343, 1, 70),
    }  # fmt: skip
    ends = ("portal_id", "from_object_type", "from_id", "to_object_type", "to_id")
    assert live(warehouse, "association", *ends) == {
        (4242, "divisions", 5, "ticket", 1),
        (4343, "divisions", 5, "ticket", 1),
    }
    stages = {
        (row["portal_id"], row["value"])
        for row in warehouse.table("ticket_property_history").values()
        if row["name"] == "hs_pipeline_stage"
    }
    assert stages == {(4242, "60"), (4343, "70")}
    assert live(warehouse, "owner", "portal_id", "owner_id", "email") == {
        (4242, 8, "o60@example.com"),
        (4343, 8, "o70@example.com"),
    }
    assert live(warehouse, "divisions_pipeline", "portal_id", "label", "object_type_id") == {
        (4242, "60", "2-111"),
        (4343, "70", "2-222"),
    }
    assert all(keys[0] == "portal_id" for keys in warehouse.keys.values())
    defined = {row["portal_id"] for row in warehouse.table("property").values()}
    assert defined == {4242, 4343}


def test_a_link_removed_in_one_account_stays_in_the_other(
    runner: Any, new_warehouse: Any, portal: Portal, clock: Any
) -> None:
    warehouse, state = new_warehouse(), None
    for _ in range(2):
        output = runner.sync(*STREAMS, state=state, **settings(runner))
        assert output.error is None
        warehouse.load(output.messages)
        state = output.state
        clock.at += HOUR
        portal.dissociate("tickets", 1, "contacts", 50)
    assert live(warehouse, "ticket_contact", "portal_id", "contact_id") == {
        (4242, 60), (4343, 50), (4343, 70),
    }  # fmt: skip


def test_an_account_that_cannot_be_read_loses_no_link(
    runner: Any, new_warehouse: Any, portal: Portal, clock: Any
) -> None:
    warehouse = new_warehouse()
    first = runner.sync(*STREAMS, **settings(runner))
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.dissociate("tickets", 1, "contacts", 50)
    second = runner.sync(*STREAMS, state=first.state, **settings(runner, second_token="wrong"))
    assert "two" in str(second.error)
    warehouse.load(second.messages)
    assert {(4343, 50), (4343, 70)} <= live(warehouse, "ticket_contact", "portal_id", "contact_id")
    third = runner.sync(*STREAMS, state=second.state, **settings(runner))
    assert third.error is None
    warehouse.load(third.messages)
    assert live(warehouse, "ticket_contact", "portal_id", "contact_id") == {
        (4242, 60), (4343, 50), (4343, 70),
    }  # fmt: skip
