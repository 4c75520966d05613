"""LiveChat's conversations, on a few things said by hand."""

from pathlib import Path

import pytest
from sandbox.world.chats_model import (
    ASKED,
    BOT,
    ENDED,
    HANDED,
    HUMAN,
    PRECHAT,
    REPLIED,
    Chat,
    Customer,
    Event,
    Rating,
    Thread,
    User,
)
from sandbox.world.support_livechat import livechat_conversations, origins
from sandbox.world.support_rows import Rows
from sandbox.world.support_settings import rules_of

RULES = rules_of(Path(__file__).parents[3] / "transform")
SECOND = 1_000_000
BEGUN = 1_780_000_000 * SECOND
CUSTOMER = Customer("c", "customer", "A customer")
HELPER = User("0" * 32, BOT, "Wynn AI")
NADIA = User("nadia.k@chat.example.com", HUMAN, "Nadia K.", "nadia.k@chat.example.com")
TOMMY = User("tommy@chat.example.com", HUMAN, "Tommy", "tommy@chat.example.com")


def event(second: float, role: str, author: User | None = None, kind: str = "") -> Event:
    own = {"system_message_type": kind} if kind else {}
    return Event(BEGUN + int(second * SECOND), "message", author, own, role)


def thread(*events: Event, people=(), active: bool = False, **more) -> Thread:
    chat = Chat("CHAT", CUSTOMER, {}, [])
    return Thread("THREAD", chat, BEGUN, None, active, list(people), list(events), **more)


def chat_row(one: Thread) -> dict:
    (made,) = livechat_conversations([one], RULES)
    return Rows(RULES).conversation(made)


def chat_turns(one: Thread) -> list[tuple]:
    (made,) = livechat_conversations([one], RULES)
    found = Rows(RULES).responses(made)
    return [
        (row["responder_kind"], row["responder_name"], row["response_seconds"]) for row in found
    ]


def ended(second: float) -> Event:
    return event(second, ENDED, kind="manual_archived_agent")


def test_a_chat_that_a_bot_hands_over() -> None:
    one = thread(
        event(1, ASKED),
        event(2, REPLIED, HELPER),
        event(10, ASKED),
        event(12, HANDED, kind="chat_transferred"),
        event(13, HANDED, kind="agent_added"),
        event(30, REPLIED, NADIA),
        event(40, ASKED),
        event(45, REPLIED, TOMMY),
        ended(100.5),
        people=[CUSTOMER, HELPER, NADIA, TOMMY],
    )
    row = chat_row(one)
    waits = [row[f"{who}_response_seconds"] for who in ("first", "bot", "human")]
    assert waits == ["1", "1", "29"]
    assert (row["first_responder_name"], row["agent_name"]) == ("Nadia Okafor", "Tomas Lindqvist")
    assert (row["handle_seconds"], row["full_resolution_seconds"]) == ("70.5", "100.5")
    assert (row["team_message_count"], row["customer_message_count"]) == (3, 3)
    assert (row["transfer_count"], row["reopen_count"]) == (1, None)
    assert (row["is_handed_over"], row["is_contained"]) == (True, False)
    assert row["handled_by"] == "bot_then_human"
    assert chat_turns(one) == [
        ("bot", "Wynn AI", "1"),
        ("human", "Nadia Okafor", "20"),
        ("human", "Tomas Lindqvist", "5"),
    ]
    assert (row["total_wait_seconds"], row["response_count"]) == ("26", 3)


def test_the_form_before_a_chat_asks_only_where_the_customer_wrote_nothing() -> None:
    form = event(1, PRECHAT)
    answered = thread(form, event(5, REPLIED, HELPER), event(9, ASKED), event(11, REPLIED, HELPER))
    assert chat_turns(answered) == [("bot", "Wynn AI", "2")]
    assert chat_row(answered)["first_response_seconds"] == "2"
    silent = thread(form, event(5, REPLIED, HELPER))
    assert chat_turns(silent) == [("bot", "Wynn AI", "4")]
    asked = thread(form, event(3, ASKED), event(5, REPLIED, HELPER))
    assert chat_turns(asked) == [("bot", "Wynn AI", "2")]
    alone = thread(form, ended(60))
    assert chat_turns(alone) == [(None, None, None)]
    assert chat_row(alone)["customer_first_at"] is not None
    assert chat_row(alone)["handled_by"] == "unanswered"


def test_what_was_taken_back_was_never_said() -> None:
    gone = event(1, ASKED)
    gone.deleted = True
    row = chat_row(thread(gone, event(4, ASKED), event(6, REPLIED, NADIA), ended(8)))
    assert (row["first_response_seconds"], row["customer_message_count"]) == ("2", 1)
    assert row["is_one_touch"] is True


def test_a_chat_that_is_open_has_no_ending() -> None:
    row = chat_row(thread(event(1, ASKED), event(2, REPLIED, NADIA), active=True))
    assert row["resolved_at"] is row["handle_seconds"] is row["is_one_touch"] is None


def test_a_chat_that_is_over_without_a_trace_is_in_no_backlog() -> None:
    (made,) = livechat_conversations([thread()], RULES)
    assert (made.resolved, made.closings) == (None, [BEGUN])
    (made,) = livechat_conversations([thread(active=True)], RULES)
    assert made.closings == []


def test_a_chat_whose_events_are_kept_back_tells_nothing() -> None:
    one = thread(event(1, ASKED), event(2, REPLIED, NADIA), ended(3), restricted="too old")
    one.ticket_id = 12
    row = chat_row(one)
    names = ("agent_name", "customer_first_at", "resolved_at", "team_message_count")
    assert [row[name] for name in (*names, "transfer_count", "handled_by", "response_count")] == [
        None
    ] * 7
    assert chat_turns(one) == []
    assert origins([one]) == {}


@pytest.mark.parametrize(
    ("ratings", "stated", "score", "rated"),
    [
        ([], {}, None, None),
        ([(5, "rated", 0)], {"score": 0}, 1, 5),
        ([(5, "rated", 0), (6, "canceled", None)], {}, None, None),
        ([(5, "rated", 0), (6, "canceled", None), (7, "rated", 1)], {"score": 1}, 5, 7),
        ([(5, "rated", 0), (6, "commented", None)], {}, 1, 5),
        ([], {"score": 1}, 5, None),
    ],
)
def test_a_rating_is_the_one_that_stands(ratings, stated, score, rated) -> None:
    one = thread(event(1, ASKED), properties={"rating": stated} if stated else {})
    one.ratings = [Rating(BEGUN + when * SECOND, kind, mark) for when, kind, mark in ratings]
    (made,) = livechat_conversations([one], RULES)
    assert (made.score, made.rated) == (score, rated and BEGUN + rated * SECOND)
