"""Accounts of any size, made up row by row."""

import tracemalloc

import pytest
import requests
from sandbox.gorgias.__main__ import bulk_sizes, helpdesks, parser
from sandbox.gorgias.bulk import KEY, BulkHelpdesk
from sandbox.gorgias.server import Behaviour, serve

NOW = 1_780_315_200_000


def rows_of(url, path, **query):
    query = {"limit": 100, **query}
    while True:
        page = requests.get(f"{url}/api/{path}", params=query, auth=KEY, timeout=20).json()
        yield from page["data"]
        query["cursor"] = page["meta"]["next_cursor"]
        if query["cursor"] is None:
            return


@pytest.fixture(scope="module")
def url():
    desk = BulkHelpdesk("harbor", {"tickets": 250, "messages": 750, "events": 500}, lambda: NOW)
    with serve([desk], Behaviour(limits=False)) as running:
        yield running.urls["harbor"]


@pytest.mark.parametrize(
    ("path", "count"), [("tickets", 250), ("messages", 750), ("events", 500), ("users", 20)]
)
def test_every_row_comes_once(url, path, count):
    ids = [row["id"] for row in rows_of(url, path)]
    assert len(ids) == len(set(ids)) == count


@pytest.mark.parametrize("way", ["asc", "desc"])
@pytest.mark.parametrize("field", ["created_datetime", "updated_datetime"])
def test_the_order_is_kept(url, field, way):
    found = [row[field] for row in rows_of(url, "tickets", order_by=f"{field}:{way}")]
    assert found == sorted(found, reverse=way == "desc")


def test_a_tickets_messages_are_found_by_its_id_and_counted_in_it(url):
    ticket = next(rows_of(url, "tickets"))
    found = list(rows_of(url, "messages", ticket_id=ticket["id"]))
    assert len(found) == ticket["messages_count"] == 3
    assert {row["ticket_id"] for row in found} == {ticket["id"]}


def test_a_million_rows_take_no_more_memory_than_a_page():
    desk = BulkHelpdesk("harbor", {"tickets": 100_000, "messages": 1_000_000}, lambda: NOW)
    tracemalloc.start()
    walked = desk.tables["messages"].walk("created_datetime", None, descending=True)
    for _ in zip(range(20_000), walked, strict=False):
        pass
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 2_000_000


def test_sizes_are_read_from_the_command_line():
    assert bulk_sizes("tickets=100000,messages=5") == {"tickets": 100_000, "messages": 5}
    with pytest.raises(SystemExit):
        parser().parse_args(["--bulk", "chats=7"])
    options = parser().parse_args(["--tickets", "200", "--accounts", "3", "--agents", "20"])
    desks, accounts = helpdesks(options)
    assert [desk.domain for desk in desks] == [one["client"] for one in accounts]
    assert len(desks) == 3
