"""Turns, reopenings, hand-overs, periods and the backlog, on conversations made by hand."""

from datetime import datetime, timedelta
from fractions import Fraction
from zoneinfo import ZoneInfo

import pytest
from sandbox.world.life import Move
from sandbox.world.support_backlog import backlog
from sandbox.world.support_conversation import (
    BOT,
    CUSTOMER,
    HUMAN,
    Conversation,
    Message,
    Turn,
    first_answer,
    handovers,
    turns,
)
from sandbox.world.support_gorgias import openings as case_openings
from sandbox.world.support_hubspot import openings
from sandbox.world.support_periods import agent_periods, support_periods
from sandbox.world.support_rows import Rows, removal_reason
from sandbox.world.support_rules import Rules, Schedule
from sandbox.world.values import EPOCH

SECOND = 1_000_000
HALIFAX = ZoneInfo("America/Halifax")
PLAN = Schedule(HALIFAX, (0, 0), (((0, 1440),),) * 7, 0, ((),) * 7)
RULES = Rules(HALIFAX, PLAN, deny=frozenset({"morgan vale"}))
A, B, MANAGER = "Nadia Okafor", "Priya Raman", "Morgan Vale"


def at(text: str) -> int:
    return (datetime.fromisoformat(f"{text}+00:00") - EPOCH) // timedelta(microseconds=1)


def said(*messages: tuple[int, str]) -> list[Message]:
    return [Message(when, order, kind, A) for order, (when, kind) in enumerate(messages)]


def asked_and_replied(found: list[Turn]) -> list[tuple[int, int | None]]:
    return [(one.asked, one.reply.at if one.reply else None) for one in found]


@pytest.mark.parametrize(
    ("messages", "expected"),
    [
        ([], []),
        ([(1, HUMAN), (2, BOT)], []),
        ([(1, CUSTOMER)], [(1, None)]),
        ([(1, CUSTOMER), (2, CUSTOMER), (5, HUMAN), (6, HUMAN)], [(1, 5)]),
        ([(1, CUSTOMER), (2, BOT), (3, CUSTOMER), (9, HUMAN)], [(1, 2), (3, 9)]),
        ([(1, HUMAN), (2, CUSTOMER), (3, HUMAN), (4, CUSTOMER)], [(2, 3), (4, None)]),
        # Of one instant the customer's comes first, wherever it was written.
        ([(4, HUMAN), (4, CUSTOMER)], [(4, 4)]),
        (
            [(1, CUSTOMER), (4, HUMAN), (4, CUSTOMER), (7, HUMAN)],
            [
                (1, 4),
            ],
        ),
    ],
)
def test_a_turn_lasts_until_the_team_writes(messages, expected) -> None:
    assert asked_and_replied(turns(said(*messages))) == expected


def test_the_first_answer_lies_at_or_after_the_question() -> None:
    messages = said((1, HUMAN), (5, BOT), (5, CUSTOMER), (8, HUMAN))
    assert first_answer(messages, 5, (BOT, HUMAN)) == messages[1]
    assert first_answer(messages, 5, (HUMAN,)) == messages[3]
    assert first_answer(messages, None, (HUMAN,)) is None


@pytest.mark.parametrize(
    ("agents", "count"),
    [
        ([], 0),
        ([A], 0),
        ([None, A], 0),
        ([A, A, B], 1),
        ([A, None, A], 0),
        ([A, None, B], 1),
        ([A, B, A], 2),
    ],
)
def test_handovers_are_between_two_agents(agents, count) -> None:
    assert handovers(agents) == count


def moves(*steps: tuple[int, bool]) -> list[Move]:
    return [Move(when, "0", "4" if closed else "1", closed) for when, closed in steps]


@pytest.mark.parametrize(
    ("steps", "closings", "reopenings"),
    [
        ([(0, False)], [], []),
        ([(0, False), (5, True)], [5], []),
        ([(0, False), (5, True), (7, False), (9, True)], [5, 9], [7]),
        # From one closed stage into another it stays closed.
        ([(0, False), (5, True), (7, True), (9, False)], [5], [9]),
        ([(0, True)], [0], []),
        # Of one millisecond only the last move can be known.
        ([(0, False), (5, True), (5, False)], [], []),
    ],
)
def test_a_ticket_is_closed_and_opened_by_its_moves(steps, closings, reopenings) -> None:
    assert openings(moves(*steps)) == (closings, reopenings)


def test_a_second_closing_without_a_reopening_is_none() -> None:
    assert case_openings([5, 7, 20], [9]) == ([5, 20], [9])


def talk(number: int, created: str, agent: str | None = A, **more) -> Conversation:
    return Conversation(f"gorgias:x/{number}", "gorgias", at(created), agent, agent, **more)


def test_one_touch_is_told_of_resolved_conversations_only() -> None:
    made = talk(1, "2026-06-01T12:00:00", team_messages=1)
    assert made.one_touch is None
    made.resolved = made.created
    assert made.one_touch is True
    made.team_messages = 0
    assert made.one_touch is False


def test_three_of_five_is_neither_good_nor_bad() -> None:
    marks = [talk(1, "2026-06-01T12:00:00", score=one).csat for one in (None, 1, 2, 3, 4, 5)]
    assert marks == [None, "bad", "bad", None, "good", "good"]


@pytest.mark.parametrize(
    ("changes", "reason"),
    [
        ({"deleted": True, "spam": True}, "deleted"),
        ({"spam": True, "agent": MANAGER}, "spam"),
        ({"agent": MANAGER}, "denied_agent"),
        ({"shown_agent": " MORGAN vale"}, "denied_agent"),
        ({"agent": None, "shown_agent": None}, "unassigned"),
        ({"agent": None, "shown_agent": None, "source": "livechat"}, None),
        ({"agent": B, "shown_agent": "Pri"}, "not_on_allow_list"),
        ({}, None),
    ],
)
def test_the_first_rule_that_holds_removes_a_conversation(changes, reason) -> None:
    made = talk(1, "2026-06-01T12:00:00")
    for name, value in changes.items():
        setattr(made, name, value)
    rules = Rules(
        HALIFAX, PLAN, deny=RULES.deny, allow=frozenset({A.casefold()}), keep_unassigned=False
    )
    assert removal_reason(made, rules) == reason


@pytest.fixture
def team() -> list[Conversation]:
    """Two of one agent's and one of nobody's, around Sunday midnight in Halifax."""
    sunday, monday = "2026-06-01T02:00:00", "2026-06-01T04:00:00"
    first = talk(1, sunday, reopen_count=1, transfers=2, handled=90 * SECOND, team_messages=1)
    first.resolved = first.created + 100 * SECOND
    first.score, first.rated = 5, at("2026-06-08T12:00:00")
    second = talk(2, monday, reopen_count=0, transfers=0, team_messages=2)
    second.resolved = second.created + 50 * SECOND
    second.score, second.rated = 3, at("2026-06-08T13:00:00")
    nobodys = talk(3, monday, None, reopen_count=None)
    nobodys.customer_first = nobodys.created
    nobodys.human_response, nobodys.first_responder = nobodys.created + 7 * SECOND, MANAGER
    start = nobodys.created
    nobodys.messages = [
        Message(start, 1, CUSTOMER),
        Message(start + 2 * SECOND, 2, BOT, "Wynn AI"),
        Message(start + 3 * SECOND, 3, CUSTOMER),
        Message(start + 7 * SECOND, 4, HUMAN, MANAGER),
        Message(start + 8 * SECOND, 5, CUSTOMER),
        Message(start + 9 * SECOND, 6, HUMAN, B),
    ]
    return [first, second, nobodys]


def test_agents_periods_count_their_own(team) -> None:
    found = agent_periods(team, RULES, "week", frozenset({"Wynn AI"}))
    assert set(found) == {
        (A, "gorgias", "2026-05-25"),
        (A, "gorgias", "2026-06-01"),
        (A, "gorgias", "2026-06-08"),
        (B, "gorgias", "2026-06-01"),
    }
    before, week, rated = (
        found[A, "gorgias", day] for day in ("2026-05-25", "2026-06-01", "2026-06-08")
    )
    assert before["conversations_created"] == before["reopened_count"] == 1
    assert before["handle_seconds"] == "90"
    assert (before["transfers"], before["one_touch_count"]) == (2, 1)
    assert (week["reopened_count"], week["one_touch_count"], week["handle_seconds"]) == (0, 0, None)
    assert week["full_resolution_median_seconds"] == 50
    assert (rated["csat_good"], rated["csat_bad"], rated["csat_scored"]) == (1, 0, 2)
    assert (rated["csat_score_sum"], rated["csat_average"], rated["csat_percent"]) == (8, 4, 100)
    assert found[B, "gorgias", "2026-06-01"]["response_average_seconds"] == 1


def test_support_periods_are_over_everybody(team) -> None:
    found = support_periods(team, RULES, "month")
    assert set(found) == {("gorgias", "2026-05-01"), ("gorgias", "2026-06-01")}
    june = found["gorgias", "2026-06-01"]
    assert (june["conversations_created"], june["responses"], june["first_responses"]) == (2, 3, 1)
    assert june["response_median_seconds"] == 2
    assert june["response_average_seconds"] == Fraction(7, 3)
    assert june["first_response_median_seconds"] == 7


def test_a_median_of_two_lies_between_them(team) -> None:
    team[1].created, team[1].resolved = team[0].created, team[0].created + 3 * SECOND
    (row,) = (
        one for one in support_periods(team, RULES, "day").values() if one["conversations_resolved"]
    )
    assert row["full_resolution_median_seconds"] == Fraction(103, 2)


def test_waiting_sums_the_turns_that_were_answered(team) -> None:
    row = Rows(RULES).conversation(team[2])
    assert (row["total_wait_seconds"], row["response_count"]) == ("7", 3)
    assert Rows(RULES).conversation(team[0])["response_count"] is None
    kinds = [
        (one["responder_kind"], one["response_seconds"]) for one in Rows(RULES).responses(team[2])
    ]
    assert kinds == [("bot", "2"), ("human", "4"), ("human", "1")]


def test_the_backlog_runs_on_from_day_to_day() -> None:
    first = talk(1, "2026-06-01T12:00:00")
    first.closings = [at("2026-06-01T13:00:00"), at("2026-06-04T02:59:59")]
    first.reopenings = [at("2026-06-03T12:00:00")]
    second = talk(2, "2026-06-02T03:00:00")  # midnight in Halifax
    found = backlog([first, second], RULES, at("2026-06-05T10:00:00"))
    assert [(day, *row.values()) for (_, day), row in found.items()] == [
        ("2026-06-01", 1, 1, 0),
        ("2026-06-02", 1, 0, 1),
        ("2026-06-03", 1, 1, 1),
        ("2026-06-04", 0, 0, 1),
        ("2026-06-05", 0, 0, 1),
    ]
