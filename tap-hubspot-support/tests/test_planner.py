"""What a run costs, foreseen and spent."""

from __future__ import annotations

import json
import re
from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest
from sandbox.hubspot.bulk import BulkPortal
from sandbox.hubspot.server import Behaviour, serve
from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client
from tap_hubspot_support.estimate import estimate
from tap_hubspot_support.plan import WalkSize, walk_requests
from tap_hubspot_support.settings import Settings

if TYPE_CHECKING:
    from pathlib import Path

    from sandbox.hubspot.portal import Portal

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
OTHERS = {"contacts": (300, 12), "companies": (100, 12)}
MANY = {"contacts": (300_000, 12), "companies": (100_000, 12)}
LINE = re.compile(r"run (planned|finished) .*?requests=(\d+) requests_general=(\d+) "
                  r"requests_search=(\d+) requests_associations=(\d+)")  # fmt: skip


def spent(runner: Any) -> Counter[str]:
    found: Counter[str] = Counter()
    for request in runner.server.journal:
        if "/associations/" in request.path:
            found["associations"] += 1
        else:
            found["search" if request.path.endswith("/search") else "general"] += 1
    return found


def incremental(
    new_runner: Any, tables: tuple[str, ...], changed: dict[str, int], after: Any = None
) -> Any:
    """A second run over a million tickets, after a first one that found a thousand."""
    limits = Behaviour(limits=False, burst_limit=10**6)
    with serve(BulkPortal(1_000, 12, others=OTHERS), limits) as server:
        runner = new_runner(server)
        catalog = runner.catalog(*tables)
        state = runner.sync(catalog=catalog).state
    portal = BulkPortal(1_000_000, 12, others=MANY)
    for name, count in changed.items():
        portal.change_some(name, count)
    later = portal.clock() + 60_000
    portal.clock = lambda: later
    with serve(portal, limits) as server:
        runner = new_runner(server)
        return runner, runner.sync(catalog=catalog, state=state, **(after or {}))


def test_500_changes_in_a_million_cost_at_most_12_requests(new_runner: Any) -> None:
    runner, output = incremental(new_runner, ("ticket",), {"tickets": 500})
    assert len(output.ids()) == 500
    assert sum(spent(runner).values()) <= 12


def test_links_of_500_changes_add_association_requests_only(new_runner: Any) -> None:
    tables = ("ticket", "ticket_contact", "ticket_company")
    runner, output = incremental(new_runner, tables, {"tickets": 500})
    assert len(output.ids()) == 500
    found = spent(runner)
    assert found["general"] + found["search"] <= 12
    assert found["associations"] == 2


def test_objects_without_changes_add_a_search_and_a_look_into_the_bin(new_runner: Any) -> None:
    tables = ("ticket", "contact", "company", "deal", "line_item", "product", "quote")
    runner, _ = incremental(new_runner, tables, {"tickets": 500})
    assert sum(spent(runner).values()) <= 12 + 2 * 2


def test_empty_objects_cost_one_look_ever(runner: Any) -> None:
    catalog = runner.catalog("deal", "quote")
    start = len(runner.server.journal)
    first = runner.sync(catalog=catalog)
    asked = [r.path for r in list(runner.server.journal)[start:] if "/objects/" in r.path]
    assert len(asked) == 2
    start = len(runner.server.journal)
    runner.sync(catalog=catalog, state=first.state)
    assert not [r for r in list(runner.server.journal)[start:] if "/objects/" in r.path]


def test_the_first_record_of_an_empty_object_is_found(
    runner: Any, portal: Portal, clock: Any
) -> None:
    state = runner.sync("deal").state
    clock.at += 3 * DAY
    portal.create("deals", {}, at=clock.at - 2 * DAY, record_id=7)
    second = runner.sync("deal", state=state)
    assert second.ids("deal") == [7]
    clock.at += DAY
    portal.purge("deals", 7)
    clock.at += 8 * DAY
    third = runner.sync("deal", state=second.state)
    assert [m["type"] for m in third.messages].count("ACTIVATE_VERSION") == 1


def test_a_count_that_lags_hides_no_record(
    runner: Any, portal: Portal, clock: Any, monkeypatch: Any
) -> None:
    from tap_hubspot_support.facts import Limits

    portal.create("deals", {}, at=NOON - DAY, record_id=7)
    with monkeypatch.context() as lagging:
        lagging.setattr(Limits, "counts", {"0-3": 0, "0-5": 0})
        state = runner.sync("deal").state
    clock.at += HOUR
    assert runner.sync("deal", state=state).ids("deal") == [7]


def test_small_objects_are_listed_without_a_search(
    runner: Any, add_tickets: Any, portal: Any
) -> None:
    add_tickets(portal, 900)
    assert len(runner.sync("ticket").ids()) == 900
    assert spent(runner)["search"] == 0


def test_an_account_that_does_not_tell_its_sizes_is_read_all_the_same(
    runner: Any, portal: Portal, behaviour: Behaviour, add_tickets: Any
) -> None:
    from sandbox.hubspot.server import Fault

    ids = add_tickets(portal, 250)
    catalog = runner.catalog("ticket", "deal")
    # An answer without counts, as an account may give that knows none.
    behaviour.faults.append(Fault("GET .*/limits/records", "530", times=None))
    output = runner.sync(catalog=catalog)
    assert sorted(output.ids()) == ids


@pytest.mark.parametrize("tables", [("ticket",), None])
def test_planned_and_actual_requests_are_close(
    new_runner: Any, caplog: Any, tables: tuple[str, ...] | None
) -> None:
    caplog.set_level("INFO")
    portal = BulkPortal(6_000, 12, others={"contacts": (3_000, 12), "companies": (1_500, 12)})
    with serve(portal, Behaviour(limits=False, burst_limit=10**6)) as server:
        runner = new_runner(server)
        catalog = runner.catalog(*tables) if tables else runner.tap().catalog_dict
        server.app.journal.clear()
        # Several readers divide ranges while they read them, which costs a request here and there.
        runner.sync(catalog=catalog, max_concurrency=1)
        actual = spent(runner)
    lines = [found for found in map(LINE.search, caplog.messages) if found]
    assert [line[1] for line in lines] == ["planned", "finished"]
    planned, finished = ([int(n) for n in line.groups()[1:]] for line in lines)
    assert finished == [
        sum(actual.values()),
        *(actual[b] for b in ("general", "search", "associations")),
    ]
    assert all(abs(p - a) <= max(4, 0.02 * a) for p, a in zip(planned, finished, strict=True))


def test_the_estimate_agrees_with_what_a_run_costs(new_runner: Any) -> None:
    portal = BulkPortal(6_000, 12, others={"contacts": (3_000, 12), "companies": (1_500, 12)})
    with serve(portal, Behaviour(limits=False, burst_limit=10**6)) as server:
        runner = new_runner(server)
        catalog = runner.tap().catalog_dict
        server.app.journal.clear()
        # Several readers divide ranges while they read them, which costs a request here and there.
        runner.sync(catalog=catalog, max_concurrency=1)
        actual = spent(runner)
    client = Client("http://127.0.0.1:9", "none", Budgets())
    sizes = {"ticket": 6_000, "contact": 3_000, "company": 1_500}
    foreseen = estimate(Settings.of({}), client, sizes)
    for budget in ("general", "search", "associations"):
        assert abs(foreseen[budget] - actual[budget]) <= max(6, 0.02 * actual[budget]), budget


@pytest.mark.parametrize(
    ("size", "expected"),
    [
        (WalkSize(1_000_000, listed=True), {"general": 10_002, "search": 1}),
        (WalkSize(1_000_000, listed=True, page=50), {"general": 20_002, "search": 1}),
        (WalkSize(1_000_000, listed=True, in_address=False), {"general": 20_002, "search": 1}),
        (WalkSize(0, listed=True), {"general": 1}),
        (WalkSize(950, listed=True), {"general": 12}),
        (WalkSize(950, listed=True, known=False), {"general": 12, "search": 1}),
        (WalkSize(0, listed=False), {"general": 1, "search": 1}),
        (
            WalkSize(2_500, listed=False, companions=(1_000, 1_000)),
            {"general": 26, "search": 13, "associations": 6},
        ),
        (WalkSize(5, listed=False, bin_pages=40), {"general": 41, "search": 1}),
    ],
)
def test_the_requests_of_a_walk_follow_from_its_size(
    size: WalkSize, expected: dict[str, int]
) -> None:
    assert dict(walk_requests(size)) == expected


# Discovery


def test_discovery_asks_for_properties_in_parallel(runner: Any, behaviour: Behaviour) -> None:
    behaviour.latency = 0.1
    runner.tap()
    at = sorted(r.at for r in runner.server.journal if "/properties/" in r.path)
    assert len(at) > 10
    assert at[-1] - at[0] < 0.1 * len(at) / 2


def test_a_catalog_saves_the_property_definitions(
    runner: Any, portal: Portal, add_tickets: Any
) -> None:
    add_tickets(portal, 5)
    catalog = runner.catalog("ticket")
    start = len(runner.server.journal)
    assert len(runner.sync(catalog=catalog).ids()) == 5
    assert not any("/properties/" in r.path for r in list(runner.server.journal)[start:])


def test_names_too_long_for_a_column_survive_a_catalog(runner: Any, portal: Portal) -> None:
    name = "a_name_" * 9 + "end"
    portal.define_property("tickets", {"name": name, "type": "string"})
    portal.create("tickets", {name: "kept"}, at=NOON - DAY, record_id=5)
    [row] = runner.sync(catalog=runner.catalog("ticket")).records("ticket")
    assert "kept" in row.values()


def test_a_schema_cache_saves_discovery_until_it_is_old_or_about_something_else(
    runner: Any, tmp_path: Path
) -> None:
    file = tmp_path / "schemas.json"

    def discovered(**settings: Any) -> int:
        start = len(runner.server.journal)
        runner.tap(schema_cache=str(file), **settings)
        return len(runner.server.journal) - start

    assert discovered() > 10
    assert "pat-" not in file.read_text()
    assert discovered() == 0
    assert discovered(properties={"deny": ["content"]}) > 10
    assert discovered(schema_cache_hours=0) > 10
    assert discovered() == 0
    file.write_text(json.dumps({"made": 1, "key": 5}))
    assert discovered() > 10


def test_without_the_setting_nothing_is_cached(runner: Any, tmp_path: Path) -> None:
    runner.tap()
    assert not list(tmp_path.iterdir())


# Objects


@pytest.mark.parametrize("name", ["deal", "deals", "0-3"])
def test_objects_are_chosen_by_table_path_or_type_id(runner: Any, name: str) -> None:
    streams = runner.tap(objects=[name]).streams
    assert "deal" in streams
    assert "contact" not in streams


@pytest.mark.parametrize("name", ["divisions", "p4242_divisions", "2-111", "p_divisions"])
def test_custom_objects_are_chosen_by_any_of_their_names(
    runner: Any, portal: Portal, name: str
) -> None:
    portal.define_custom_object("divisions", "2-111")
    portal.create("divisions", {}, at=NOON - DAY, record_id=3)
    output = runner.sync("divisions", objects=[name])
    assert output.ids("divisions") == [3]


def test_an_object_nobody_knows_is_named(runner: Any) -> None:
    from singer_sdk.exceptions import ConfigValidationError

    with pytest.raises(ConfigValidationError) as caught:
        runner.tap(objects=["unicorns"])
    assert "unicorns" in caught.value.errors[0]


def test_an_object_that_is_switched_off_is_left_out_quietly(
    runner: Any, portal: Portal, caplog: Any
) -> None:
    caplog.set_level("INFO")
    portal.enabled.clear()
    assert "appointment" not in runner.tap().streams
    [line] = [r for r in caplog.records if "not switched on" in r.getMessage()]
    assert line.levelname == "INFO"


def test_objects_the_token_may_not_read_are_left_out_by_default_and_fail_when_named(
    runner: Any, portal: Portal, caplog: Any
) -> None:
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    assert "deal" not in runner.tap(access_token="pat-na1-narrow").streams
    assert "crm.objects.deals.read" in caplog.text
    caplog.clear()
    output = runner.sync(access_token="pat-na1-narrow", objects=["tickets", "deals"])
    assert "deal" in str(output.error)
    assert "crm.objects.deals.read" in caplog.text


def test_the_copies_in_the_deals_table_say_what_the_properties_say(
    runner: Any, portal: Portal
) -> None:
    values = {"pipeline": "default", "dealstage": "closedwon", "hubspot_owner_id": "41001"}
    for name in values:
        portal.define_property("deals", {"name": name, "type": "enumeration"})
    portal.create("deals", values, at=NOON - DAY, record_id=9)
    [row] = runner.sync("deal").records("deal")
    assert (row["deal_id"], row["id"]) == (9, 9)
    assert (row["deal_pipeline_id"], row["deal_pipeline_stage_id"]) == ("default", "closedwon")
    assert row["owner_id"] == row["property_hubspot_owner_id"] == 41001
