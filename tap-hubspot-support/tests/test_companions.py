"""Tables written beside records: never behind the bookmark, never read twice, found when new."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING, Any

import pytest

if TYPE_CHECKING:
    from sandbox.hubspot.portal import Portal

NOON = 1_780_000_000_000
DAY = 86_400_000
HOUR = 3_600_000
BOTH = ("ticket", "ticket_contact")


@pytest.fixture
def linked(portal: Portal, add_tickets: Any) -> list[int]:
    """Tickets, each with two contacts of forty."""
    ids: list[int] = add_tickets(portal, 1_300)
    for number in range(40):
        portal.create("contacts", {}, at=NOON - DAY, record_id=500 + number)
    for number, id_ in enumerate(ids):
        for contact in (500 + number % 40, 500 + (number + 7) % 40):
            portal.associate("tickets", id_, "contacts", contact, type_id=16)
    return ids


def links(output: Any) -> list[tuple[int, int]]:
    rows = output.records("ticket_contact")
    return sorted((row["ticket_id"], row["contact_id"]) for row in rows)


def requests(runner: Any, *, since: int = 0) -> Counter[str]:
    found: Counter[str] = Counter()
    for request in list(runner.server.journal)[since:]:
        kind = "associations" if "/associations/" in request.path else "records"
        if "/objects/" in request.path:
            kind = "search" if request.path.endswith("search") else "records"
        found[kind] += "/tickets" in request.path
    return found


def test_links_come_from_the_same_pages_as_their_records(runner: Any, linked: list[int]) -> None:
    alone = runner.catalog("ticket")
    together = runner.catalog(*BOTH)
    start = len(runner.server.journal)
    runner.sync(catalog=alone, max_concurrency=1)
    first = requests(runner, since=start)
    start = len(runner.server.journal)
    output = runner.sync(catalog=together, max_concurrency=1)
    second = requests(runner, since=start)
    assert len(links(output)) == 2 * len(linked) == len(set(links(output)))
    assert second["records"] == first["records"]
    assert second["search"] == first["search"]
    assert second["associations"] == 2, "a thousand parents at a time"


@pytest.mark.capability("S2-25")
def test_a_kill_between_a_record_and_its_links_loses_neither(
    runner: Any, linked: list[int], monkeypatch: Any, new_warehouse: Any
) -> None:
    from tap_hubspot_support.links.companions import NearEnd
    from tap_hubspot_support.table_stream import TableStream

    monkeypatch.setattr(TableStream, "STATE_MSG_FREQUENCY", 100)
    monkeypatch.setattr(NearEnd, "page_size", 150)
    catalog = runner.catalog(*BOTH)
    whole = runner.sync(catalog=catalog)
    states = [n for n, m in enumerate(whole.messages) if m["type"] == "STATE"]
    assert len(states) > 8
    for cut in states[:-1:2]:
        warehouse = new_warehouse()
        warehouse.load(whole.messages[: cut + 1])
        rest = runner.sync(catalog=catalog, state=whole.messages[cut]["value"])
        warehouse.load(rest.messages)
        assert sorted(key[0] for key in warehouse.table("ticket")) == linked
        assert len(warehouse.table("ticket_contact")) == 2 * len(linked)


def test_a_killed_window_of_changes_loses_no_link(
    runner: Any, portal: Portal, clock: Any, linked: list[int], monkeypatch: Any
) -> None:
    from tap_hubspot_support.table_stream import TableStream

    catalog = runner.catalog(*BOTH)
    state = runner.sync(catalog=catalog).state
    clock.at += HOUR
    for id_ in linked[:450]:
        portal.change("tickets", id_, {"subject": "New"}, at=clock.at - 1000)
        portal.associate("tickets", id_, "contacts", 539, type_id=16, label="Late")
    monkeypatch.setattr(TableStream, "STATE_MSG_FREQUENCY", 100)
    clock.at += HOUR
    whole = runner.sync(catalog=catalog, state=state)
    expected = set(links(whole))
    states = [n for n, m in enumerate(whole.messages) if m["type"] == "STATE"]
    for cut in states[:-1]:
        before = {
            (m["record"]["ticket_id"], m["record"]["contact_id"])
            for m in whole.messages[:cut]
            if m["type"] == "RECORD" and m["stream"] == "ticket_contact"
        }
        rest = runner.sync(catalog=catalog, state=whole.messages[cut]["value"])
        assert before | set(links(rest)) == expected


def test_links_selected_later_are_read_for_all_records_and_the_records_not_again(
    runner: Any, linked: list[int], clock: Any
) -> None:
    first = runner.sync("ticket")
    clock.at += HOUR
    catalog = runner.catalog(*BOTH)
    second = runner.sync(catalog=catalog, state=first.state, lookback_seconds=0)
    assert len(links(second)) == 2 * len(linked)
    assert second.ids() == []
    clock.at += HOUR
    third = runner.sync(catalog=catalog, state=second.state, lookback_seconds=0)
    assert links(third) == []


def test_what_changed_while_new_links_are_read_is_not_missed(
    runner: Any, portal: Portal, linked: list[int], clock: Any, new_warehouse: Any
) -> None:
    warehouse, first = new_warehouse(), runner.sync("ticket")
    warehouse.load(first.messages)
    clock.at += HOUR
    portal.change("tickets", linked[5], {"subject": "Meanwhile"}, at=clock.at - 1000)
    portal.archive("tickets", linked[6], at=clock.at - 1000)
    warehouse.load(runner.sync(*BOTH, state=first.state).messages)
    assert warehouse.table("ticket")[(linked[5],)]["property_subject"] == "Meanwhile"
    assert warehouse.table("ticket")[(linked[6],)]["is_deleted"] is True


def test_links_without_their_records_are_read_by_ids_alone(
    runner: Any, portal: Portal, linked: list[int], clock: Any
) -> None:
    catalog = runner.catalog("ticket_contact")
    first = runner.sync(catalog=catalog)
    assert len(links(first)) == 2 * len(linked)
    assert first.ids() == []
    clock.at += HOUR
    portal.change("tickets", linked[0], {"subject": "x"}, at=clock.at - 1000)
    second = runner.sync(catalog=catalog, state=first.state, lookback_seconds=0)
    assert {ticket for ticket, _ in links(second)} == {linked[0]}


def test_links_that_cannot_be_read_stop_neither_their_records_nor_a_later_reading(
    runner: Any, portal: Portal, linked: list[int], clock: Any, caplog: Any
) -> None:
    catalog = runner.catalog(*BOTH)
    portal.tokens["pat-na1-narrow"] = frozenset({"oauth", "tickets"})
    first = runner.sync(catalog=catalog, access_token="pat-na1-narrow")
    assert sorted(first.ids()) == linked
    assert str(first.error) == "These streams failed, see above: ticket_contact."
    assert "crm.objects.contacts.read" in caplog.text
    clock.at += HOUR
    second = runner.sync(catalog=catalog, state=first.state, lookback_seconds=0)
    assert second.error is None
    assert len(links(second)) == 2 * len(linked)


def test_a_table_that_several_walks_feed_flags_nobody_elses_rows(
    runner: Any, portal: Portal, new_warehouse: Any, clock: Any
) -> None:
    for number in range(3):
        portal.create("calls", {}, at=NOON - DAY, record_id=100 + number)
        portal.create("notes", {}, at=NOON - DAY, record_id=200 + number)
    warehouse, state = new_warehouse(), None
    for round_ in range(3):
        if round_ == 2:
            portal.purge("calls", 101)
        output = runner.sync("engagement", state=state, reconcile_days=0)
        warehouse.load(output.messages)
        state = output.state
        clock.at += HOUR
    gone = {key[0] for key, row in warehouse.table("engagement").items() if row["is_deleted"]}
    assert gone == {101}
