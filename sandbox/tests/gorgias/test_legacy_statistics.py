"""`POST /api/stats/{name}` (emulator rows 15, 19 and 22)."""

import pytest
from sandbox.gorgias.statistics.scopes import SCOPES

MARCH = ("2026-03-01T00:00:00+01:00", "2026-03-31T23:59:59.999999+02:00")
REAL = (
    "overview", "satisfaction-surveys", "total-tickets-closed", "total-one-touch-tickets",
    "total-tickets-replied", "total-messages-sent", "tickets-closed-per-agent",
    "tickets-closed-per-agent-per-day", "support-volume", "median-first-response-time",
    "median-resolution-time",
)  # fmt: skip


@pytest.fixture
def march(make):
    """Ana closed three tickets in March, one with a single answer; Ben one in February."""
    for day, answers in ((2, 1), (3, 2), (4, 2)):
        ticket = make.ticket(
            f"2026-03-0{day}T08:00:00Z",
            status="closed",
            closed_datetime=f"2026-03-0{day}T12:00:00Z",
        )
        make.message(ticket, f"2026-03-0{day}T08:00:00Z")
        for hour in range(answers):
            make.message(ticket, f"2026-03-0{day}T{9 + hour:02d}:00:00Z", agent=7101)
    old = make.ticket("2026-02-10T08:00:00Z", status="closed", assignee_user_id=7102,
                      closed_datetime="2026-02-10T09:00:00Z")  # fmt: skip
    make.message(old, "2026-02-10T08:00:00Z")
    make.message(old, "2026-02-10T08:30:00Z", agent=7102)


def value(answer):
    assert answer.status_code == 200, answer.text
    return answer.json()["data"]["data"]["value"]


@pytest.mark.parametrize("name", REAL)
def test_every_name_seen_in_use_answers(client, march, name):
    """Row 15."""
    answer = client.legacy(name, *MARCH)
    assert answer.status_code == 200
    assert set(answer.json()) == {"data", "meta"}
    assert set(answer.json()["data"]) == {"data", "label", "legend"}


GUESSES = {"created-tickets", "agent-overview", "closed-tickets-per-agent", *SCOPES} - set(REAL)


@pytest.mark.parametrize("name", sorted(GUESSES))
def test_names_of_the_new_api_and_guesses_do_not_exist(client, name):
    """Row 15: why one public tool took the legacy API for dead."""
    answer = client.legacy(name, *MARCH)
    # `satisfaction-surveys` is a name of both.
    assert answer.status_code == 400
    assert "does not exist" in answer.json()["error"]["msg"]


def test_the_overview_is_a_list_of_scalars_with_their_types(client, march):
    """Row 15."""
    rows = {row["name"]: row for row in client.legacy("overview", *MARCH).json()["data"]["data"]}
    assert rows["total_closed_tickets"]["value"] == 3
    assert rows["total_one_touch_tickets"] == {
        "name": "total_one_touch_tickets",
        "type": "percent",
        "value": 33,
        "delta": -67,
    }
    assert (
        rows["median_first_response_time"]["type"],
        rows["median_first_response_time"]["value"],
    ) == ("duration", 3600)
    assert rows["total_new_tickets"]["more_is_better"] is False


def test_one_touch_is_a_percentage_despite_its_name(client, march):
    """Row 15."""
    assert value(client.legacy("total-one-touch-tickets", *MARCH)) == 33


def test_a_duration_without_anything_under_it_is_null_and_a_count_nought(client, march):
    """Row 15."""
    april = ("2026-04-01T00:00:00+02:00", "2026-04-30T23:59:59+02:00")
    assert value(client.legacy("median-first-response-time", *april)) is None
    assert value(client.legacy("median-resolution-time", *april)) is None
    assert value(client.legacy("total-tickets-closed", *april)) == 0


def test_delta_compares_with_the_equally_long_period_before(client, march):
    """Row 15: from nothing to something is a hundred."""
    answer = client.legacy("total-tickets-closed", *MARCH).json()
    assert answer["data"]["data"]["delta"] == 200
    assert answer["meta"]["start_datetime"] == MARCH[0]
    assert answer["meta"]["previous_start_datetime"].startswith("2026-01-29")
    later = client.legacy("total-tickets-closed", "2026-03-04T00:00:00Z", "2026-03-04T23:59:59Z")
    assert later.json()["data"]["data"]["delta"] == 0
    first = client.legacy("total-tickets-closed", "2026-02-10T00:00:00Z", "2026-02-10T23:59:59Z")
    assert first.json()["data"]["data"]["delta"] == 100


@pytest.mark.parametrize(
    ("lists", "expected"),
    [
        ({"agents": [7101]}, 3),
        ({"agents": [7102]}, 0),
        ({"agents": [7101, 7102], "channels": ["email"]}, 3),
        ({"channels": ["chat"]}, 0),
        ({"tags": [31]}, 0),
        ({"agents": []}, 3),
    ],
)
def test_lists_narrow_together(client, march, lists, expected):
    assert value(client.legacy("total-tickets-closed", *MARCH, **lists)) == expected


def test_a_body_without_a_period_is_a_400(client):
    for body in ({}, {"filters": {}}, {"filters": {"period": {"start_datetime": "x"}}}):
        assert client.send("POST", "stats/overview", body).status_code == 400
    assert client.legacy("overview", "yesterday", "today").status_code == 400
    assert client.legacy("overview", *MARCH, agents=["ana"]).status_code == 400


def test_the_last_instant_belongs_to_the_period_and_the_one_after_does_not(client, make):
    """Row 19: and 23:59:59 leaves the last second out."""
    make.ticket("2026-03-10T00:00:00Z", status="closed",
                closed_datetime="2026-03-31T21:59:59.999999Z")  # fmt: skip
    make.ticket("2026-03-10T00:00:00Z", status="closed",
                closed_datetime="2026-03-31T22:00:00Z")  # fmt: skip
    assert value(client.legacy("total-tickets-closed", *MARCH)) == 1
    short = (MARCH[0], "2026-03-31T23:59:59+02:00")
    assert value(client.legacy("total-tickets-closed", *short)) == 0


def test_satisfaction_is_a_list_with_sent_rate_and_rating(client, make):
    for day, score in ((1, 5), (2, 4), (3, None), (4, None)):
        ticket = make.ticket(f"2026-03-0{day}T08:00:00Z")
        make.survey(ticket, f"2026-03-0{day}T09:00:00Z", score)
    rows = client.legacy("satisfaction-surveys", *MARCH).json()["data"]["data"]
    found = {row["name"]: row["value"] for row in rows}
    assert (found["total_sent"], found["response_rate"], found["average_rating"]) == (4, 50, 4.5)
    assert isinstance(found["response_distribution"], dict)


def test_tables_and_series_have_their_own_shapes(client, march):
    table = client.legacy("tickets-closed-per-agent", *MARCH).json()["data"]["data"]
    assert table == {"lines": [[{"value": "Ana Ito"}, {"value": 3}]]}
    series = client.legacy("tickets-closed-per-agent-per-day", *MARCH).json()["data"]["data"]
    assert series["axes"]["x"][0] == 1_772_319_600  # 2026-03-01T00:00+01:00
    assert series["lines"][0]["name"] == "Ana Ito"
    assert sum(series["lines"][0]["data"]) == 3
    volume = client.legacy("support-volume", *MARCH).json()["data"]["data"]
    assert {line["name"]: sum(line["data"]) for line in volume["lines"]}["Closed"] == 3


def test_the_download_is_a_csv_of_sorts(client, march):
    """Row 22: the columns are not known."""
    period = {"start_datetime": MARCH[0], "end_datetime": MARCH[1]}
    answer = client.send("POST", "stats/overview/download", {"filters": {"period": period}})
    assert answer.headers["Content-Type"] == "text/csv"
    assert "total_closed_tickets,3" in answer.text.splitlines()


def test_a_longest_period_can_be_set(client, server, march):
    server.behaviour.legacy_maximum_days = 30
    answer = client.legacy("overview", *MARCH)
    assert answer.json()["error"]["msg"] == "Maximum allowed period size is 30 days"
