"""Monthly figures: what is right where the old notebook went wrong, and what they cost."""

from __future__ import annotations

import json
import logging
from decimal import Decimal
from typing import Any

import pytest
from sandbox.gorgias.server import serve

NOON = 1_781_524_800_000  # 2026-06-15T12:00:00Z
DAY = 86_400_000
MAY = NOON - 30 * DAY
FIGURES = 6


def rows_of(output: Any, **wanted: Any) -> list[dict[str, Any]]:
    assert output.error is None
    found = output.records("agent_statistics")
    return [row for row in found if all(row[name] == value for name, value in wanted.items())]


def statistics_requests(server: Any, account: str = "acme") -> int:
    return sum("/stats" in one.path for one in server.journal if one.account == account)


def planned(caplog: Any) -> str:
    return next(r.getMessage() for r in caplog.records if "statistics planned" in r.getMessage())


@pytest.mark.capability("S1-11", "S1-12", "S1-13", "S1-14", "S1-15", "S1-16", "S1-18")
def test_a_channel_has_one_row_per_agent_and_month_with_every_figure(
    runner: Any, desk: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    first = desk.talk(ana, opened=MAY, reply=30, close=90)
    desk.survey(first, created=MAY + DAY, score=4)
    second = desk.talk(ana, opened=MAY + DAY, reply=60, close=200)
    desk.message(second, at_=MAY + DAY + 5_000_000, agent=ana)
    desk.survey(second, created=MAY + 2 * DAY)
    (row,) = rows_of(runner.sync("agent_statistics"), agent_id=ana, month="2026-05-01")
    expected = {
        "account": "acme", "agent_name": "Ana", "agent_email": "ana@getwrrk.test",
        "channel": "email", "time_zone": "Europe/Vienna",
        "period_start": "2026-04-30T22:00:00Z", "period_end": "2026-05-31T21:59:59Z",
        "first_response_median_seconds": 2700, "one_touch_tickets": 1, "one_touch_percent": 50,
        "closed_tickets": 2, "messages_sent": 3, "csat_sent": 2, "csat_scored": 1,
        "csat_response_rate": 50, "csat_rating": 4, "resolution_median_seconds": 8700,
    }  # fmt: skip
    assert {name: row[name] for name in expected} == expected
    assert set(row["sources"].values()) == {"reporting"}


def test_a_first_response_under_an_hour_does_not_cost_the_month(runner: Any, desk: Any) -> None:
    # The notebook cut figures to whole hours and kept a month only if all eight were not 0.
    ana = desk.user("ana@getwrrk.test")
    desk.talk(ana, opened=MAY, reply=1, close=30)
    (row,) = rows_of(runner.sync("agent_statistics"), agent_id=ana, month="2026-05-01")
    assert row["first_response_median_seconds"] == 60
    assert row["csat_sent"] == 0
    assert row["csat_rating"] is None


def test_an_agent_without_any_work_has_zeros_for_counts_and_nothing_for_the_rest(
    runner: Any, desk: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    rows = rows_of(runner.sync("agent_statistics"), agent_id=ana)
    assert len(rows) == 19
    counts = {row[n] for row in rows for n in ("closed_tickets", "messages_sent", "csat_sent")}
    assert counts == {0}
    assert {row["first_response_median_seconds"] for row in rows} == {None}


@pytest.mark.capability("S1-19")
def test_whole_numbers_are_cut_and_zero_where_there_is_none_if_so_set(
    runner: Any, desk: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    for number in range(3):
        touched = desk.talk(ana, opened=MAY + number * DAY, reply=1, close=30)
        if number:
            desk.message(touched, at_=MAY + number * DAY + 90_000, agent=ana)
    output = runner.sync("agent_statistics", whole_numbers=True)
    (row,) = rows_of(output, agent_id=ana, month="2026-05-01")
    assert (row["one_touch_percent"], row["csat_rating"]) == (33, 0)
    assert all(isinstance(row[name], int) for name in row["sources"])


@pytest.mark.capability("S1-19")
def test_text_in_place_of_a_number_does_not_cost_the_month() -> None:
    from tap_gorgias.statistics.figures import CLOSED, SATISFACTION
    from tap_gorgias.statistics.reporting import _answers

    rows = [
        {"agentId": "7", "channel": "email", "ticketCount": "n/a"},
        {"agentId": 8, "channel": "email", "ticketCount": "41"},
        {"agentId": None, "channel": "email", "ticketCount": 3},
    ]
    assert list(_answers(CLOSED, rows).values()) == [
        {"closed_tickets": None},
        {"closed_tickets": 41},
    ]
    odd = {"agentId": 7, "channel": "email", "averageSurveyScore": {}, "responseRate": "none"}
    (values,) = _answers(SATISFACTION, [odd]).values()
    assert (values["csat_rating"], values["csat_sent"]) == (None, 0)


@pytest.mark.capability("S1-06")
def test_agents_are_chosen_by_their_address_in_any_case(runner: Any, desk: Any) -> None:
    inside = {desk.user("Ana@GetWrrk.test"), desk.user("bo@getwrrk.test", active=False)}
    desk.user("eve@elsewhere.test")
    desk.desk.change("users", desk.user("nobody@elsewhere.test"), email=None)
    output = runner.sync("agent_statistics", agent_email_pattern="getwrrk", statistics_months=1)
    assert {row["agent_id"] for row in rows_of(output)} == inside | {desk.robot}


@pytest.mark.capability("S1-06")
def test_users_beyond_the_first_page_are_agents_too(runner: Any, desk: Any) -> None:
    # The notebook read one page of thirty.
    ids = {desk.user(f"a{number:03}@getwrrk.test") for number in range(230)}
    output = runner.sync("agent_statistics", agent_email_pattern="^a\\d", statistics_months=1)
    assert {row["agent_id"] for row in rows_of(output)} == ids


def test_a_month_ends_with_the_accounts_own_midnight(runner: Any, desk: Any) -> None:
    # 22:30 UTC on the last of May is June in Vienna; at the notebook's fixed -05:00 it was May.
    ana = desk.user("ana@getwrrk.test")
    end_of_april = NOON - 46 * DAY + 10.5 * 3_600_000  # 2026-04-30T22:30Z
    desk.talk(ana, opened=int(end_of_april), reply=1, close=2)
    output = runner.sync("agent_statistics")
    closed = {r["month"]: r["closed_tickets"] for r in rows_of(output, agent_id=ana)}
    assert (closed["2026-04-01"], closed["2026-05-01"]) == (0, 1)


def test_rows_of_other_months_and_agents_are_left_whole(
    runner: Any, desk: Any, new_warehouse: Any
) -> None:
    # The notebook's merge turned every row that the new batch lacked into nulls.
    ana = desk.user("ana@getwrrk.test")
    desk.talk(ana, opened=NOON - 300 * DAY, reply=5, close=50)
    warehouse = new_warehouse()
    first = runner.sync("agent_statistics")
    warehouse.load(first.messages)
    before = {key: dict(row) for key, row in warehouse.table("agent_statistics").items()}
    desk.desk.remove("users", ana)
    warehouse.load(runner.sync("agent_statistics", state=first.state).messages)
    assert warehouse.table("agent_statistics") == before


@pytest.mark.capability("S1-37")
def test_nineteen_months_take_114_requests_then_18_whatever_the_number_of_agents(
    runner: Any, server: Any, desk: Any, caplog: Any
) -> None:
    for number in range(25):
        desk.user(f"a{number}@getwrrk.test")
    with caplog.at_level(logging.INFO):
        first = runner.sync("agent_statistics", agent_email_pattern="^a")
    assert statistics_requests(server) == 19 * FIGURES
    assert "requests=114 one_by_one_requests=2850" in planned(caplog)
    assert "agents=25 channels=1 months=19 figures=6" in planned(caplog)
    server.journal.clear()
    runner.sync("agent_statistics", agent_email_pattern="^a", state=first.state)
    assert statistics_requests(server) == 3 * FIGURES


@pytest.mark.capability("S1-17")
def test_each_figure_is_asked_by_period_agent_and_channel_and_again_after_a_429(
    runner: Any, server: Any, desk: Any, behaviour: Any
) -> None:
    from sandbox.gorgias.server import Fault

    ana = desk.user("ana@getwrrk.test")
    desk.talk(ana, opened=MAY, reply=5, close=50)
    behaviour.faults.append(Fault("/api/reporting/stats", "429", times=4, share=0.5))
    output = runner.sync("agent_statistics", agent_email_pattern="ana", statistics_months=2)
    assert rows_of(output, month="2026-05-01")[0]["closed_tickets"] == 1
    asked = [one for one in server.journal if "/stats" in one.path]
    assert sum(one.status == 429 for one in asked) == 4
    for one in asked:
        if one.status == 200:
            filters = {f["member"]: f["values"] for f in json.loads(one.body)["query"]["filters"]}
            assert filters["agentId"] == [str(ana)]
            assert filters["channel"] == ["email"]
            assert [filters[name][0] for name in ("periodStart", "periodEnd")] in (
                ["2026-04-01", "2026-05-01"],
                ["2026-05-01", "2026-06-01"],
            )


@pytest.mark.parametrize("status", [403, 404, 500])
def test_a_plan_without_the_reporting_api_is_served_by_the_legacy_one(
    runner: Any, server: Any, desk: Any, behaviour: Any, status: int
) -> None:
    behaviour.refused_statistics = {"acme": {"reporting"}}
    behaviour.refusal_status = status
    ana = desk.user("ana@getwrrk.test")
    ticket = desk.talk(ana, opened=MAY, reply=30, close=90)
    desk.survey(ticket, created=MAY + DAY, score=4)
    output = runner.sync("agent_statistics", agent_email_pattern="ana", statistics_months=2)
    (row,) = rows_of(output, month="2026-05-01")
    assert set(row["sources"].values()) == {"legacy"}
    assert row["first_response_median_seconds"] == 1800
    assert (row["closed_tickets"], row["one_touch_percent"], row["one_touch_tickets"]) == (
        1,
        100,
        None,
    )
    assert (row["csat_sent"], row["csat_response_rate"], row["csat_rating"]) == (1, 100, 4)


@pytest.mark.parametrize("channels", [["email"], []])
def test_without_either_statistics_figures_are_computed_from_the_objects(
    runner: Any, desk: Any, behaviour: Any, channels: list[str]
) -> None:
    ana = desk.user("ana@getwrrk.test")
    # Its question is older than the months asked for.
    old = desk.talk(ana, opened=NOON - 100 * DAY, reply=60 * 24 * 70, close=60 * 24 * 71)
    desk.survey(old, created=MAY, score=5)
    desk.talk(ana, opened=MAY, reply=30, close=90)
    settings = {"agent_email_pattern": "ana", "statistics_months": 2}
    accounts = runner.config()["accounts"]
    accounts[0]["channels"] = channels
    vendor = runner.sync("agent_statistics", accounts=accounts, **settings)
    behaviour.refused_statistics = {"*": {"reporting", "legacy"}}
    own = runner.sync("agent_statistics", accounts=accounts, **settings)
    (theirs,), (ours,) = rows_of(vendor, month="2026-05-01"), rows_of(own, month="2026-05-01")
    assert set(ours.pop("sources").values()) == {"raw"}
    theirs.pop("sources")
    assert ours == theirs


def test_one_figure_without_a_source_never_mixes_two_within_a_series(
    runner: Any, desk: Any, behaviour: Any, server: Any
) -> None:
    from sandbox.gorgias.server import Fault

    ana = desk.user("ana@getwrrk.test")
    desk.talk(ana, opened=MAY, reply=30, close=90)
    # The scope fails in a single month, by chance one in the middle.
    behaviour.faults.append(Fault("/api/reporting/stats", "403", after=5, times=1))
    output = runner.sync("agent_statistics", agent_email_pattern="ana", statistics_months=4)
    used = {name: set() for name in rows_of(output)[0]["sources"]}
    for row in rows_of(output):
        for name, source in row["sources"].items():
            used[name].add(source)
    assert {len(sources) for sources in used.values()} == {1}
    assert used["closed_tickets"] == {"legacy"}
    assert used["messages_sent"] == {"reporting"}
    (row,) = rows_of(output, month="2026-05-01")
    # Its count comes from one source, that of closed tickets from another: no share of both.
    assert (row["one_touch_tickets"], row["one_touch_percent"]) == (1, None)


def test_another_source_than_before_reads_all_months_again(
    runner: Any, desk: Any, behaviour: Any, caplog: Any
) -> None:
    ana = desk.user("ana@getwrrk.test")
    desk.talk(ana, opened=MAY, reply=30, close=90)
    settings = {"agent_email_pattern": "ana", "statistics_months": 6}
    first = runner.sync("agent_statistics", **settings)
    behaviour.refused_statistics = {"*": {"reporting"}}
    second = runner.sync("agent_statistics", state=first.state, **settings)
    assert len(rows_of(second)) == 6
    assert {s for row in rows_of(second) for s in row["sources"].values()} == {"legacy"}
    assert "other sources than before" in caplog.text


def test_no_source_at_all_fails_the_stream_and_says_why(
    runner: Any, desk: Any, behaviour: Any
) -> None:
    behaviour.refused_statistics = {"*": {"reporting"}}
    output = runner.sync("agent_statistics", statistics_sources=["reporting"])
    assert "acme (agent_statistics)" in str(output.error)
    assert output.records("agent_statistics") == []


def test_unanswered_surveys_are_counted_from_the_surveys_if_so_set(runner: Any, desk: Any) -> None:
    ana = desk.user("ana@getwrrk.test")
    for number in range(3):
        ticket = desk.talk(ana, opened=MAY + number, reply=5, close=50)
        desk.survey(ticket, created=MAY + number)
    settings = {"agent_email_pattern": "ana", "statistics_months": 1}
    (plain,) = rows_of(runner.sync("agent_statistics", **settings))
    assert (plain["csat_sent"], plain["csat_response_rate"]) == (None, 0)
    output = runner.sync("agent_statistics", count_unanswered_surveys=True, **settings)
    (counted,) = rows_of(output)
    assert (counted["csat_sent"], counted["sources"]["csat_sent"]) == (3, "raw")


@pytest.mark.parametrize("fraction", [False, True])
def test_a_share_is_a_percentage_whichever_way_it_comes(
    runner: Any, desk: Any, behaviour: Any, *, fraction: bool
) -> None:
    behaviour.rate_as_fraction = fraction
    ana = desk.user("ana@getwrrk.test")
    for number in range(4):
        ticket = desk.talk(ana, opened=MAY + number, reply=5, close=50)
        desk.survey(ticket, created=MAY + number, score=5 if number < 3 else None)
    (row,) = rows_of(runner.sync("agent_statistics", agent_email_pattern="ana"), month="2026-05-01")
    assert (row["csat_response_rate"], row["csat_sent"]) == (75, 4)


def test_a_change_of_the_pattern_or_the_channels_loads_all_months_again(
    runner: Any, desk: Any
) -> None:
    desk.user("ana@getwrrk.test")
    desk.user("cleo@getwrrk.test")
    first = runner.sync("agent_statistics", agent_email_pattern="ana")
    second = runner.sync("agent_statistics", state=first.state, agent_email_pattern="ana|cleo")
    assert len(rows_of(second)) == 2 * 19


@pytest.mark.capability("S1-05")
def test_every_channel_of_a_client_has_rows_and_medians_of_its_own(runner: Any, desk: Any) -> None:
    ana = desk.user("ana@getwrrk.test")
    for reply, channel in ((10, "email"), (20, "email"), (90, "chat")):
        ticket = desk.talk(ana, opened=MAY + reply, reply=reply, close=100)
        desk.desk.change("tickets", ticket, channel=channel)
    accounts = [
        {"client": "acme", "authorization": entry["authorization"], "channels": [channel]}
        for entry in runner.config()["accounts"]
        for channel in ("email", "chat")
    ]
    output = runner.sync(
        "agent_statistics", accounts=accounts, agent_email_pattern="ana", statistics_months=1
    )
    medians = {row["channel"]: row["first_response_median_seconds"] for row in rows_of(output)}
    assert medians == {"chat": Decimal(5400), "email": Decimal(900)}


def test_accounts_count_in_zones_of_their_own(new_desk: Any, clock: Any, new_runner: Any) -> None:
    from sandbox.gorgias.server import Behaviour

    desks = [
        new_desk("east", "Australia/Sydney", clock),
        new_desk("west", "America/New_York", clock),
    ]
    with serve([one.desk for one in desks], Behaviour(limits=False)) as server:
        output = new_runner(server).sync("agent_statistics", statistics_months=1)
    starts = {row["account"]: row["period_start"] for row in rows_of(output)}
    assert starts == {"east": "2026-04-30T14:00:00Z", "west": "2026-05-01T04:00:00Z"}
