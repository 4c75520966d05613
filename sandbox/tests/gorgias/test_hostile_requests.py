"""Whatever is sent, the stand-in answers with a status of its own, never with a breakdown."""

from __future__ import annotations

import json
from typing import Any

import pytest
import requests
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st
from sandbox.gorgias.behaviour import Behaviour
from sandbox.gorgias.errors import ApiError
from sandbox.gorgias.instants import parse_instant, wire_instant
from sandbox.gorgias.statistics.reporting_query import read_query

from_json = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(max_size=8),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=8), inner),
    max_leaves=8,
)
KEYS = ("scope", "timezone", "measures", "dimensions", "filters", "time_dimensions", "order")
GOOD: dict[str, Any] = {
    "scope": "tickets-closed",
    "timezone": "UTC",
    "measures": ["ticketCount"],
    "filters": [
        {"member": "periodStart", "operator": "afterDate", "values": ["2026-03-01"]},
        {"member": "periodEnd", "operator": "beforeDate", "values": ["2026-04-01"]},
    ],
}


@settings(max_examples=300, deadline=None)
@given(key=st.sampled_from(KEYS), value=from_json)
def test_any_value_of_any_key_is_either_understood_or_refused(key, value):
    error = refusal({**GOOD, key: value})
    assert error is None or (error.status == 400 and error.message)


@settings(max_examples=200, deadline=None)
@given(values=from_json, member=st.sampled_from(["tags", "customFields", "agentId", "score"]))
def test_any_values_of_a_filter_are_either_understood_or_refused(values, member):
    one = {"member": member, "operator": "one-of", "values": values}
    error = refusal({**GOOD, "filters": [*GOOD["filters"], one]})
    assert error is None or error.status == 400


def refusal(query: dict[str, Any]) -> ApiError | None:
    try:
        read_query({"query": query}, Behaviour())
    except ApiError as error:
        return error
    return None


@pytest.mark.parametrize("years", [("0001", "0002"), ("9998", "9999"), ("1969", "1970")])
def test_years_out_of_reach_are_refused_by_both_statistics(client, years):
    start, end = (f"{year}-01-01" for year in years)
    assert client.report("tickets-closed", ["ticketCount"], (start, end)).status_code == 400
    times = (f"{start}T00:00:00+02:00", f"{end}T00:00:00+02:00")
    assert client.legacy("overview", *times).status_code == 400


@settings(max_examples=100, deadline=None)
@given(at=st.integers(min_value=0, max_value=4_000_000_000_000_000))
def test_an_instant_read_back_is_the_same_to_the_microsecond(at):
    text = wire_instant(at)
    assert len(text) == 32
    assert parse_instant(text) == at
    # A plus that a query string turned into a blank.
    assert parse_instant(text.replace("+", " ")) == at


@settings(
    max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture]
)
@given(body=st.binary(max_size=40) | from_json.map(lambda value: json.dumps(value).encode()))
@pytest.mark.parametrize("path", ["stats/overview", "reporting/stats", "views", "views/0/items"])
def test_any_body_is_answered_with_200_201_or_400(client, path, body):
    method = "PUT" if path.endswith("items") else "POST"
    url = f"{client.url}/api/{path}"
    answer = client.session.request(method, url, data=body, timeout=20)
    assert answer.status_code in (200, 201, 400), answer.text


@pytest.mark.parametrize(
    "query",
    [
        "limit=10&limit=20", "cursor=%00", "order_by=%F0%9F%A6%8A", "limit=1e3", "trashed=",
        "ticket_ids=1,2,x", "customer_id=", "created_datetime[gte]=", "cursor=AAAA",
        "external_id=" + "x" * 5000,
    ],
)  # fmt: skip
def test_odd_queries_are_answered_too(client, make, query):
    make.ticket("2026-02-01T00:00:00Z")
    answer = client.session.get(f"{client.url}/api/tickets?{query}", timeout=20)
    assert answer.status_code in (200, 400)


def test_a_path_without_an_account_is_a_web_page(server):
    for path in ("", "/", "//", "/api/tickets"):
        assert requests.get(server.url + path, timeout=20).status_code == 404


def test_a_view_compares_only_like_with_like(client, make):
    make.ticket("2026-02-01T00:00:00Z")
    for filters in ("gte(ticket.subject, 5)", "lte(ticket.tags, 'x')", "eq(ticket.nothing, 1)"):
        view = {"view": {"filters": filters}}
        assert client.send("PUT", "views/0/items", view).json()["data"] == []
