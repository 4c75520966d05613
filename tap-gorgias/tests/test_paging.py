"""Lists with cursors, when the other side misbehaves."""

from __future__ import annotations

import base64
import json
from types import SimpleNamespace
from typing import Any

import pytest
from singer_sdk.exceptions import FatalSyncError
from tap_gorgias._exact_json import MalformedReply
from tap_gorgias.client import RefusedError
from tap_gorgias.paging import Listing, pages, rows
from tap_gorgias.wire import Page, read_object, read_page

LISTING = Listing("listing tickets", "/api/tickets", (("order_by", "updated_datetime:asc"),))


class Canned:
    """A client that answers from a script and remembers what it was asked."""

    def __init__(self, *answers: Any) -> None:
        self.answers, self.asked = list(answers), []

    def read(self, call: Any) -> Page:
        self.asked.append(dict(call.query))
        answer = self.answers.pop(0)
        if isinstance(answer, Exception):
            raise answer
        return answer


def page(*ids: int, cursor: str | None = None) -> Page:
    return Page([{"id": id_} for id_ in ids], cursor)


def ids(client: Any) -> list[int]:
    return [row["id"] for row in rows(client, LISTING)]


def test_an_empty_page_with_a_cursor_is_not_the_end() -> None:
    assert ids(Canned(page(1, cursor="a"), page(cursor="b"), page(2))) == [1, 2]


def test_order_and_size_go_with_every_page() -> None:
    client = Canned(page(1, cursor="a"), page(2))
    ids(client)
    first, second = client.asked
    assert first == {"limit": 100, "order_by": "updated_datetime:asc"}
    assert second == first | {"cursor": "a"}


@pytest.mark.parametrize("circle", [["a", "a"], ["a", "b", "a"], ["a", "b", "c", "b"]])
def test_cursors_that_run_in_a_circle_stop_the_stream(circle: list[str]) -> None:
    client = Canned(*(page(number, cursor=text) for number, text in enumerate(circle)))
    with pytest.raises(FatalSyncError, match="circle"):
        list(pages(client, LISTING))


def test_a_cursor_that_is_refused_starts_the_list_again() -> None:
    stale = RefusedError("no", 400)
    assert ids(Canned(page(1, cursor="a"), stale, page(1, cursor="c"), page(2))) == [1, 1, 2]


def test_it_is_not_started_again_for_ever() -> None:
    client = Canned(*(answer for _ in range(3) for answer in (page(1, cursor="a"), no())))
    with pytest.raises(RefusedError):
        ids(client)
    assert client.answers == []


def no() -> RefusedError:
    return RefusedError("no", 400)


@pytest.mark.parametrize("status", [403, 404])
def test_other_refusals_are_not_repeated(status: int) -> None:
    client = Canned(page(1, cursor="a"), RefusedError("no", status))
    with pytest.raises(RefusedError):
        ids(client)


@pytest.mark.parametrize(
    "body",
    [
        {"data": []},
        {"data": [], "meta": {}},
        {"meta": {"next_cursor": None}},
        {"data": ["text"], "meta": {"next_cursor": None}},
        {"data": [], "meta": {"next_cursor": 7}},
        [],
    ],
)
def test_a_reply_without_rows_or_cursor_is_never_taken_for_the_end(body: Any) -> None:
    with pytest.raises(MalformedReply):
        read_page(json.dumps(body).encode())


def test_half_an_emoji_and_long_numbers_survive() -> None:
    body = b'{"text": "\\ud83d!", "id": 9007199254740993, "price": 1.10}'
    found = read_object(body)
    assert (found["text"], found["id"], str(found["price"])) == ("\ufffd!", 2**53 + 1, "1.10")


def test_rows_out_of_order_stop_the_stream(runner: Any, desk: Any, server: Any) -> None:
    for number in range(5):
        desk.ticket(created=desk.clock() - (number + 1) * 60_000)
    table = desk.desk.table("tickets")
    real = table.walk

    def shuffled(field: str, after: Any, *, descending: bool) -> Any:
        found = list(real(field, after, descending=descending))
        return iter([*found[2:], *found[:2]])

    desk.desk.tables["tickets"] = SimpleNamespace(walk=shuffled, get=table.get, gone={}, revision=1)
    output = runner.sync("tickets")
    assert "acme (tickets)" in str(output.error)


def test_the_stand_ins_cursor_is_a_place_and_none_is_kept(runner: Any, desk: Any) -> None:
    for number in range(150):
        desk.ticket(created=desk.clock() - (number + 1) * 60_000)
    output = runner.sync("tickets")
    assert len(output.ids()) == 150
    for text in json.dumps(output.state).split('"'):
        with pytest.raises(ValueError):
            assert json.loads(base64.b64decode(text, validate=True))[0] == "next"
