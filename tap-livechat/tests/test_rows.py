"""What a row says of a thread, an event and a user."""

import pytest

NOON = 1_780_000_000_000_000
BOT = "0a1b2c3d4e5f60718293a4b5c6d7e8f9"


def said(kind, at=1, **values):
    return {
        "id": f"e{at}", "type": "system_message", "system_message_type": kind,
        "created_at": f"2026-05-28T20:00:{at:02d}.000000Z", "visibility": "all", **values,
    }  # fmt: skip


def rated(score, at):
    return said("rating.chat_rated", at, text_vars={"customer": "Mia", "score": score})


CANCELED = "rating.chat_rating_canceled"


@pytest.mark.capability("S0-21")
@pytest.mark.parametrize(
    ("properties", "events", "score"),
    [
        ({"rating": {"score": 1}}, [], 1),
        ({"rating": {"score": 0, "comment": "no"}}, [rated("good", 1)], 0),
        ({}, [rated("good", 1)], 1),
        ({}, [rated("bad", 1)], 0),
        ({}, [rated("good", 1), said(CANCELED, 2)], None),
        ({}, [rated("good", 1), said(CANCELED, 2), rated("bad", 3)], 0),
        ({}, [], None),
    ],
)
def test_a_rating_is_good_bad_or_none(runner, licence, properties, events, score):
    licence.thread(NOON, properties=properties, events=events)
    (row,) = runner.sync("chats").records("chats")
    assert row["rating_score"] == score
    assert [step["event"] for step in row["rating_history"]] == [
        "canceled" if e["system_message_type"] == CANCELED else "rated" for e in events
    ]


@pytest.mark.capability("S0-19")
def test_bots_people_and_customers_are_told_apart(runner, licence):
    licence.organization.bots["b" * 32] = {"id": "b" * 32, "name": "Wynn AI", "avatar_path": ""}
    organization = licence.organization
    id_ = licence.thread(NOON, user_ids=["u1", "ana@example.com", "b" * 32])
    users = organization.chats[organization.thread(id_).chat_id].users
    users["b" * 32] = {"id": "b" * 32, "type": "agent", "name": "Wynn AI", "present": False}
    authors = ["u1", "ana@example.com", "b" * 32, BOT, "gone@example.com", "nobody", None]
    organization.thread(id_).shape["events"] = [
        {"id": f"e{n}", "type": "message", "created_at": "2026-05-28T20:00:00.000000Z"}
        | ({"author_id": author} if author else {})
        for n, author in enumerate(authors)
    ]
    output = runner.sync("chats", "events", "chat_users")
    assert [row["author_type"] for row in output.records("events")] == [
        "customer", "human", "bot", "bot", "human", "unknown", "system",
    ]  # fmt: skip
    kinds = {row["user_id"]: row["author_type"] for row in output.records("chat_users")}
    assert kinds == {"u1": "customer", "ana@example.com": "human", "b" * 32: "bot"}


def test_a_thread_ends_with_its_first_closing_message_else_with_its_last_event(runner, licence):
    closed = [said("agent_left", 1), said("routing.archived_inactive", 2), said("x", 3)]
    licence.thread(NOON, events=closed)
    licence.thread(NOON + 1, events=closed[::2])
    licence.thread(NOON + 2, events=closed, active=True)
    ends = [row["ended_at"] for row in runner.sync("chats").records("chats")]
    assert ends == ["2026-05-28T20:00:02.000000Z", "2026-05-28T20:00:03.000000Z", None]


def test_a_form_id_is_text_and_what_has_no_column_is_kept(runner, licence):
    form = {
        "id": "e1", "type": "filled_form", "form_id": 1001, "created_at": "2026-05-28T20:00:00Z",
        "fields": [{"answer": "x"}], "invented": {"deep": 1.10},
    }  # fmt: skip
    licence.thread(NOON, events=[form])
    (row,) = runner.sync("events").records("events")
    assert row["form_id"] == "1001"
    assert row["created_at"] == "2026-05-28T20:00:00.000000Z"
    assert set(row["content"]) == {"fields", "invented"}


def test_a_deselected_column_is_left_out(runner, licence):
    licence.thread(NOON)
    catalog = runner.catalog("events")
    for entry in catalog["streams"]:
        for part in entry["metadata"]:
            if part["breadcrumb"] == ["properties", "text"]:
                part["metadata"]["selected"] = False
    (row,) = runner.sync(catalog=catalog).records("events")
    assert "text" not in row and row["type"] == "message"


def test_vanished_agents_are_no_longer_of_the_active_version(runner, licence):
    output = runner.sync("agents")
    kinds = [m["type"] for m in output.messages if m.get("stream") == "agents"]
    assert kinds == ["SCHEMA", "RECORD", "RECORD", "ACTIVATE_VERSION"]
    assert {row["is_deleted"] for row in output.records("agents")} == {False}


def test_daily_reports_have_zeros_where_the_vendor_says_nothing(runner, licence):
    licence.thread(NOON, properties={"rating": {"score": 1}})
    licence.thread(NOON + 3 * 86_400_000_000)
    rows = runner.sync("chats", "daily_reports", start_date="2026-05-27T00:00:00Z").records(
        "daily_reports"
    )
    assert sum(row["chats"] for row in rows) == 2
    assert sum(row["rated_good"] for row in rows) == 1
    assert all(row["rated_bad"] == 0 for row in rows)
