"""Several portals in one run, and several streams side by side."""

from __future__ import annotations

import json
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault, serve
from singer_sdk.exceptions import ConfigValidationError, FatalSyncError

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
TOKENS = {"north": "pat-na1-north-1111", "south": "pat-eu1-south-2222"}
NUMBERS = {"north": 4242, "south": 777}


@pytest.fixture
def portals(clock: Any) -> dict[str, Portal]:
    """Two accounts whose tickets have the same ids and partly other properties."""
    made = {}
    for name, number in NUMBERS.items():
        portal = Portal(number, clock=clock)
        scopes = next(iter(portal.tokens.values()))
        portal.tokens.clear()
        portal.tokens[TOKENS[name]] = scopes
        for prop, kind in {"subject": "string", "size": "number", name: "string"}.items():
            portal.define_property("tickets", {"name": prop, "type": kind})
        for id_ in (1, 2, 3):
            portal.create("tickets", {"subject": f"{name} {id_}"}, at=NOON - DAY, record_id=id_)
        made[name] = portal
    made["south"].define_property("tickets", {"name": "size", "type": "string"})
    return made


@pytest.fixture
def behaviours() -> list[Behaviour]:
    return [Behaviour(limits=False, burst_limit=100_000) for _ in TOKENS]


@pytest.fixture
def agency(portals: dict[str, Portal], behaviours: list[Behaviour], new_runner: Any) -> Any:
    """A runner over both portals."""
    with serve(list(portals.values()), behaviours) as server:
        runner = new_runner(server)
        tokens = [{"name": name, "access_token": token} for name, token in TOKENS.items()]
        original = runner.config

        def config(**settings: Any) -> dict[str, Any]:
            flat = original(portals=tokens)
            del flat["access_token"]
            return flat | settings

        runner.config = config
        yield runner


def rows(output: Any, stream: str = "ticket") -> dict[tuple[int, int], Any]:
    return {(row["portal_id"], row["id"]): row for row in output.records(stream)}


def test_every_portal_is_read_under_its_own_number(agency: Any) -> None:
    output = agency.sync("ticket", "ticket_pipeline")
    assert output.error is None
    found = rows(output)
    assert set(found) == {(number, id_) for number in NUMBERS.values() for id_ in (1, 2, 3)}
    assert found[777, 2]["property_subject"] == "south 2"
    schema = next(m for m in output.messages if m["type"] == "SCHEMA" and m["stream"] == "ticket")
    assert schema["key_properties"] == ["portal_id", "id"]
    assert {"property_north", "property_south"} <= set(schema["schema"]["properties"])
    # A number here and a text there: text holds both.
    assert schema["schema"]["properties"]["property_size"]["type"] == ["string", "null"]


def test_each_portal_keeps_a_bookmark_of_its_own(
    agency: Any, portals: dict[str, Portal], clock: Any
) -> None:
    first = agency.sync("ticket")
    partitions = first.bookmark()["partitions"]
    assert sorted(p["context"]["portal_id"] for p in partitions) == [777, 4242]
    clock.at += HOUR
    portals["south"].change("tickets", 2, {"subject": "Changed"}, at=clock.at - 1000)
    second = agency.sync("ticket", state=first.state, lookback_seconds=0)
    assert set(rows(second)) == {(777, 2)}


def test_a_portal_with_a_bad_token_does_not_stop_the_other(agency: Any, caplog: Any) -> None:
    bad = [
        {"name": "north", "access_token": "pat-na1-wrong"},
        {"name": "south", "access_token": TOKENS["south"]},
    ]
    output = agency.sync("ticket", portals=bad)
    assert {portal for portal, _ in rows(output)} == {777}
    assert str(output.error) == "These portals failed, see above: north."
    assert "north: " in caplog.text
    assert "put it into the setting access_token" in caplog.text
    assert not any(token in caplog.text + str(output.error) for token in TOKENS.values())
    assert "pat-na1-wrong" not in caplog.text


def test_a_portal_that_fails_on_the_way_does_not_stop_the_other(
    agency: Any, behaviours: list[Behaviour]
) -> None:
    catalog = agency.catalog("ticket")
    behaviours[0].faults.append(Fault("GET /crm/objects/.*/tickets", "530", times=None))
    output = agency.sync(catalog=catalog)
    assert {portal for portal, _ in rows(output)} == {777}
    assert isinstance(output.error, FatalSyncError)
    assert output.bookmark()["partitions"]


def test_a_portal_at_its_daily_limit_is_to_be_read_later_and_the_other_now(
    agency: Any, behaviours: list[Behaviour]
) -> None:
    from singer_sdk.exceptions import AbortedSyncPausedException

    catalog = agency.catalog("ticket")
    behaviours[0].faults.append(Fault("GET /crm/objects/.*/tickets", "429_daily", times=None))
    output = agency.sync(catalog=catalog)
    assert {portal for portal, _ in rows(output)} == {777}
    assert isinstance(output.error, AbortedSyncPausedException)
    behaviours[0].faults.clear()
    again = agency.sync(catalog=catalog, state=output.state, lookback_seconds=0)
    assert {portal for portal, _ in rows(again)} == {4242}


def test_a_ticket_purged_in_one_portal_is_flagged_there_alone(
    agency: Any, portals: dict[str, Portal], clock: Any, new_warehouse: Any
) -> None:
    warehouse = new_warehouse()
    first = agency.sync("ticket")
    warehouse.load(first.messages)
    portals["south"].purge("tickets", 2)
    clock.at += HOUR
    warehouse.load(agency.sync("ticket", state=first.state, reconcile_days=0).messages)
    gone = {key for key, row in warehouse.table("ticket").items() if row["is_deleted"]}
    assert gone == {(777, 2)}


def test_while_a_portal_fails_no_row_of_it_is_flagged(
    agency: Any, portals: dict[str, Portal], clock: Any, new_warehouse: Any
) -> None:
    warehouse = new_warehouse()
    first = agency.sync("ticket")
    warehouse.load(first.messages)
    portals["south"].purge("tickets", 2)
    portals["north"].tokens.clear()
    clock.at += HOUR
    warehouse.load(agency.sync("ticket", state=first.state, reconcile_days=0).messages)
    flags = {key: row["is_deleted"] for key, row in warehouse.table("ticket").items()}
    assert not any(flags[4242, id_] for id_ in (1, 2, 3))


def test_the_same_account_twice_is_refused(agency: Any) -> None:
    twice = [{"name": name, "access_token": TOKENS["north"]} for name in ("one", "two")]
    output = agency.sync("ticket", portals=twice)
    assert "same HubSpot account 4242" in str(output.error)


def test_a_state_of_one_portal_is_not_taken_for_that_of_several(agency: Any, runner: Any) -> None:
    alone = runner.sync("ticket")
    output = agency.sync("ticket", state=alone.state)
    assert "without the setting portals" in str(output.error)


def test_a_catalog_of_one_portal_is_not_taken_for_that_of_several(agency: Any, runner: Any) -> None:
    output = agency.sync(catalog=runner.catalog("ticket"))
    assert "Make the catalog again" in str(output.error)


def test_a_portal_without_a_token_is_refused_without_quoting_others(agency: Any) -> None:
    with pytest.raises(ConfigValidationError) as caught:
        agency.tap(portals=[{"name": "north", "access_token": TOKENS["north"]}, {"name": "x"}])
    assert "access_token" in str(caught.value.errors)
    assert TOKENS["north"] not in str(caught.value.errors)


def test_neither_tokens_nor_none_at_all_is_refused(agency: Any) -> None:
    with pytest.raises(ConfigValidationError) as caught:
        agency.tap(portals=[])
    assert "unless 'portals' is set" in str(caught.value.errors)


def test_about_marks_the_tokens_of_portals_as_secret() -> None:
    from tap_hubspot_support.tap import TapHubSpotSupport

    settings = TapHubSpotSupport.config_jsonschema["properties"]
    nested = settings["portals"]["items"]["properties"]["access_token"]
    assert nested["secret"] is settings["access_token"]["secret"] is True
    assert json.dumps(settings)


# Side by side


@pytest.mark.capability("S4-46")
def test_a_failing_object_does_not_stop_the_others(
    runner: Any, portal: Portal, behaviour: Behaviour, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 30)
    portal.create("contacts", {}, at=NOON - DAY, record_id=9)
    portal.create("deals", {}, at=NOON - DAY, record_id=8)
    catalog = runner.catalog("ticket", "contact", "deal")
    behaviour.faults.append(Fault("GET /crm/objects/.*/contacts", "530", times=None))
    output = runner.sync(catalog=catalog)
    assert sorted(output.ids()) == ids
    assert output.ids("deal") == [8]
    assert str(output.error) == "These streams failed, see above: contact."
    behaviour.faults.clear()
    assert runner.sync(catalog=catalog, state=output.state).ids("contact") == [9]


def test_streams_are_read_at_the_same_time(
    runner: Any, portal: Portal, behaviour: Behaviour, add_tickets: Any
) -> None:
    """While the tickets wait for a reply, the contacts are read to their end."""
    add_tickets(portal, 30)
    portal.create("contacts", {}, at=NOON - DAY, record_id=9)
    catalog = runner.catalog("ticket", "contact")
    behaviour.latency = 0.1
    runner.sync(catalog=catalog)
    times = {
        kind: [r.at for r in runner.server.journal if r.path.endswith(kind)]
        for kind in ("tickets", "contacts")
    }
    assert min(times["contacts"]) < max(times["tickets"])
    assert min(times["tickets"]) < max(times["contacts"])


@pytest.mark.parametrize("most", [1, 3])
def test_no_more_requests_are_in_flight_than_allowed(
    runner: Any, portal: Portal, monkeypatch: Any, add_tickets: Any, most: int
) -> None:
    import threading

    from tap_hubspot_support.client import Client

    add_tickets(portal, 2_500)
    lock, flying, peak = threading.Lock(), 0, 0
    original = Client._exchange

    def counted(self: Any, *args: Any) -> Any:
        nonlocal flying, peak
        with lock:
            flying += 1
            peak = max(peak, flying)
        try:
            return original(self, *args)
        finally:
            with lock:
                flying -= 1

    monkeypatch.setattr(Client, "_exchange", counted)
    output = runner.sync(max_concurrency=most)
    assert output.error is None
    assert 1 <= peak <= most


def test_rows_of_one_object_keep_the_order_of_the_search(
    runner: Any, portal: Portal, clock: Any, add_tickets: Any
) -> None:
    ids = add_tickets(portal, 700)
    first = runner.sync("ticket", "contact")
    clock.at += HOUR
    for id_ in ids:
        portal.change("tickets", id_, {"subject": "x"}, at=clock.at - 1000)
    clock.at += HOUR
    assert runner.sync("ticket", "contact", state=first.state).ids() == ids
