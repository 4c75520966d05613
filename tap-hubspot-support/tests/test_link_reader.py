"""Reading associations: batches of 1,000, pages inside each record, and what may go wrong."""

from __future__ import annotations

import time
from typing import Any

import pytest
from sandbox.hubspot.portal import Portal
from sandbox.hubspot.server import Behaviour, Fault, RunningServer
from singer_sdk.exceptions import FatalAPIError
from tap_hubspot_support.budgets import Budgets
from tap_hubspot_support.client import Client
from tap_hubspot_support.links.wire import Link, LinkReader
from tap_hubspot_support.paths import Paths

TOKEN = "pat-na1-sandbox-0000"
BEYOND_FLOATS = 9_007_199_254_740_993  # 2^53 + 1


class SkippingTime:
    """Waits pass at once: they only move this clock."""

    def __init__(self) -> None:
        self._skipped = 0.0

    def clock(self) -> float:
        return time.monotonic() + self._skipped

    def wait(self, seconds: float) -> None:
        self._skipped += seconds


@pytest.fixture
def reader_of(server: RunningServer) -> Any:
    def make(near: str, far: str, version: str = "2026-09") -> LinkReader:
        moment = SkippingTime()
        budgets = Budgets(clock=moment.clock, wait=moment.wait)
        client = Client(server.url, TOKEN, budgets, sleep=moment.wait)
        return LinkReader(client, Paths(version), near, far)

    return make


def associate(portal: Portal, ticket: int, contact: int, type_id: int = 16, **more: Any) -> None:
    portal.associate("tickets", ticket, "contacts", contact, type_id=type_id, **more)


def ends(links: Any) -> list[tuple[int, int]]:
    return [(link.parent, link.child) for link in links]


def asked(server: RunningServer) -> int:
    return sum("/associations/" in request.path for request in server.journal)


@pytest.mark.capability("S4-13")
@pytest.mark.parametrize("version", ["2026-09", "2026-03", "v3"])
def test_all_links_of_all_records_are_read_with_every_label(
    reader_of: Any, portal: Portal, version: str
) -> None:
    associate(portal, 1, 50)
    associate(portal, 1, 50, type_id=37, category="USER_DEFINED", label="Reseller")
    associate(portal, 3, 51)
    links = list(reader_of("tickets", "contacts", version).read(["1", "2", "3"]))
    assert [(x.parent, x.child, x.kind.type_id, x.kind.category, x.kind.label) for x in links] == [
        (1, 50, 16, "HUBSPOT_DEFINED", None),
        (1, 50, 37, "USER_DEFINED", "Reseller"),
        (3, 51, 16, "HUBSPOT_DEFINED", None),
    ]


@pytest.mark.parametrize("count", [499, 500, 501, 1_000, 1_001, 2_345])
def test_a_record_with_any_number_of_links_is_read_to_the_end(
    reader_of: Any, portal: Portal, count: int
) -> None:
    for contact in range(count):
        associate(portal, 7, 100 + contact)
    associate(portal, 8, 5)
    links = list(reader_of("tickets", "contacts").read(["7", "8", "9"]))
    assert sorted(ends(links)) == [*((7, 100 + n) for n in range(count)), (8, 5)]


def test_many_records_with_many_pages_share_requests(
    reader_of: Any, portal: Portal, server: RunningServer, behaviour: Behaviour
) -> None:
    behaviour.association_page = 10
    expected = [(ticket, 1_000 + n) for ticket in range(1, 201) for n in range(35)]
    for ticket, contact in expected:
        associate(portal, ticket, contact)
    links = list(reader_of("tickets", "contacts").read([str(n) for n in range(1, 201)]))
    assert sorted(ends(links)) == expected
    assert asked(server) == 4


def test_more_than_a_thousand_records_take_a_request_per_thousand(
    reader_of: Any, portal: Portal, server: RunningServer
) -> None:
    expected = [(ticket, 5) for ticket in range(1, 2_501, 2)]
    for ticket, contact in expected:
        associate(portal, ticket, contact)
    links = list(reader_of("tickets", "contacts").read([str(n) for n in range(1, 2_501)]))
    assert sorted(ends(links)) == expected
    assert asked(server) == 3


def test_ids_no_float_could_hold_stay_exact(reader_of: Any, portal: Portal) -> None:
    associate(portal, BEYOND_FLOATS, BEYOND_FLOATS + 2)
    links = list(reader_of("tickets", "contacts").read([str(BEYOND_FLOATS)]))
    assert ends(links) == [(BEYOND_FLOATS, BEYOND_FLOATS + 2)]


@pytest.mark.parametrize("kind", ["500", "502", "reset", "truncated", "cut", "html", "429_burst"])
def test_faults_in_the_middle_lose_nothing(
    reader_of: Any, portal: Portal, behaviour: Behaviour, kind: Any
) -> None:
    behaviour.association_page = 10
    behaviour.faults = [Fault("associations", kind, times=2, after=1)]
    for contact in range(45):
        associate(portal, 7, contact + 1)
    links = list(reader_of("tickets", "contacts").read(["7"]))
    assert ends(links) == [(7, n + 1) for n in range(45)]


def test_an_answer_that_says_nothing_about_a_record_is_asked_for_again(
    reader_of: Any, portal: Portal, behaviour: Behaviour
) -> None:
    behaviour.faults = [Fault("associations", "empty_page")]
    associate(portal, 7, 50)
    assert ends(reader_of("tickets", "contacts").read(["7"])) == [(7, 50)]


class Answers:
    """A client that gives prepared replies."""

    def __init__(self, *bodies: bytes) -> None:
        self.bodies = list(bodies)

    def read(self, call: Any) -> Any:
        return call.decode(self.bodies.pop(0))


def page(token: str) -> bytes:
    return (
        b'{"results":[{"from":{"id":"7"},"to":[{"toObjectId":"9","associationTypes":['
        b'{"category":"HUBSPOT_DEFINED","typeId":16},{"category":"HUBSPOT_DEFINED","typeId":16}'
        b']}],"paging":{"next":{"after":"' + token.encode() + b'"}}}]}'
    )


def test_page_tokens_that_come_back_end_the_run() -> None:
    client: Any = Answers(page("a"), page("b"), page("a"))
    with pytest.raises(FatalAPIError, match="repeated a page token"):
        list(LinkReader(client, Paths(), "tickets", "contacts").read(["7"]))


def test_ids_as_text_and_ways_told_twice_are_understood() -> None:
    body = page("x").replace(b'"paging"', b'"unread"')
    links = list(LinkReader(Answers(body), Paths(), "tickets", "contacts").read(["7"]))  # type: ignore[arg-type]
    assert [(type(link), link.child) for link in links] == [(Link, 9)]


def test_an_error_of_another_kind_is_fatal() -> None:
    body = b'{"results":[],"errors":[{"category":"VALIDATION_ERROR"}]}'
    with pytest.raises(FatalAPIError, match="could not read some records"):
        list(LinkReader(Answers(body), Paths(), "tickets", "contacts").read(["7"]))  # type: ignore[arg-type]
