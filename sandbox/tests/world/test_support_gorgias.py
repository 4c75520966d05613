"""Gorgias' conversations, on a few things said and done by hand."""

from pathlib import Path

import pytest
from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.world.helpdesk_cases import Case, Line
from sandbox.world.helpdesk_objects import Survey
from sandbox.world.helpdesk_office import Office
from sandbox.world.support_gorgias import gorgias_conversations
from sandbox.world.support_rows import Rows
from sandbox.world.support_settings import rules_of

RULES = rules_of(Path(__file__).parents[3] / "transform")
SECOND = 1_000_000
BEGUN = 1_780_000_000 * SECOND


@pytest.fixture
def office() -> Office:
    return Office(Helpdesk("harbor", "America/New_York", lambda: 0), "7", BEGUN, 20)


@pytest.fixture
def case(office) -> Case:
    made = Case(500, BEGUN, "email", 9, "Hello", "email", by_agent=False, integration=None)
    office.open_case(made)
    return made


def line(case, second, author=None, *, sent=None, **more) -> Line:
    made = Line(
        len(case.lines) + 1,
        BEGUN + second * SECOND,
        author or case.customer,
        "words",
        "email",
        by_agent=author is not None,
        via=more.pop("via", "helpdesk" if author else "email"),
        sent=None if sent is None else BEGUN + sent * SECOND,
        **more,
    )
    case.lines.append(made)
    return made


def desk_row(office) -> dict:
    (made,) = gorgias_conversations(office, RULES)
    return Rows(RULES).conversation(made)


def test_a_helpdesk_message_counts_when_it_went_out(office, case) -> None:
    nadia, tomas = office.workers[:2]
    line(case, 0)
    line(case, 10, nadia.id, sent=500)
    line(case, 20, tomas.id, sent=21)
    line(case, 30, office.bot, rule=7, via="rule", sent=1)
    row = desk_row(office)
    assert (row["first_response_seconds"], row["first_responder_name"]) == ("21", "Tomas Lindqvist")
    assert row["bot_response_at"] is None
    assert row["team_message_count"] == 3


def test_a_rule_or_an_outside_mailbox_answers_nobody(office, case) -> None:
    line(case, 0)
    line(case, 1, office.bot, rule=7, via="rule", sent=2)
    line(case, 5, office.workers[0].id, via="email")
    line(case, 6, office.workers[0].id, public=False)
    row = desk_row(office)
    assert row["first_response_at"] is None
    assert (row["team_message_count"], row["handled_by"]) == (2, "human_only")
    assert (row["response_count"], row["total_wait_seconds"]) == (0, None)


def test_a_bots_answer_alone_contains_once_it_is_closed(office, case) -> None:
    line(case, 0)
    line(case, 9, office.helper)
    row = desk_row(office)
    assert (row["bot_response_seconds"], row["human_response_seconds"]) == ("9", None)
    assert (row["handled_by"], row["is_contained"]) == ("bot_only", False)
    office.close(case, BEGUN + 60 * SECOND, None)
    assert desk_row(office)["is_contained"] is True
    assert desk_row(office)["is_one_touch"] is True
    line(case, 70, office.workers[0].id, via="email")
    row = desk_row(office)
    assert (row["is_contained"], row["is_handed_over"]) == (False, True)


def test_an_agents_ticket_has_no_first_question(office, case) -> None:
    case.by_agent = True
    line(case, 0, office.workers[0].id)
    line(case, 5)
    line(case, 9, office.workers[0].id)
    row = desk_row(office)
    assert row["customer_first_at"] is row["first_response_at"] is None
    assert row["response_count"] == 1


def test_snoozing_closes_nothing_and_waking_reopens_nothing(office, case) -> None:
    office.close(case, BEGUN + 10, None)
    office.reopen(case, BEGUN + 20)
    office.snooze(case, BEGUN + 30, BEGUN + 90)
    row = desk_row(office)
    assert row["first_resolution_seconds"] == "0.00001"
    assert (row["resolved_at"], row["reopen_count"]) == (None, 1)
    office.reopen(case, BEGUN + 90, office.bot)
    office.close(case, BEGUN + 100, None)
    (made,) = gorgias_conversations(office, RULES)
    assert (made.closings, made.reopenings) == ([BEGUN + 10, BEGUN + 100], [BEGUN + 20])
    assert (made.resolved, made.reopen_count) == (BEGUN + 100, 1)


def test_assignments_to_another_agent_are_transfers(office, case) -> None:
    nadia, tomas = office.workers[:2]
    for second, agent in enumerate((nadia.id, nadia.id, None, nadia.id, tomas.id, None)):
        office.assign(case, BEGUN + second, agent)
    row = desk_row(office)
    assert (row["transfer_count"], row["agent_name"]) == (1, None)


def test_a_survey_rates_when_it_is_answered(office, case) -> None:
    case.survey = Survey(1, case.customer, BEGUN, BEGUN, BEGUN, BEGUN + SECOND, 3)
    row = desk_row(office)
    assert (row["csat"], row["csat_score"]) == (None, 3)
    assert row["rated_at"].endswith("Z")


@pytest.mark.parametrize(
    ("changes", "reason"),
    [({"spam": True}, "spam"), ({"trashed": 5, "spam": True}, "deleted"), ({}, None)],
)
def test_spam_and_the_trash_do_not_count(office, case, changes, reason) -> None:
    for name, value in changes.items():
        setattr(case, name, value)
    assert desk_row(office)["removal_reason"] == reason
