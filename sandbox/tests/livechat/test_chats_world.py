"""What the company's chats are like, and how they change."""

import json
import os
import random
import subprocess
import sys
from collections import Counter
from datetime import datetime, timedelta
from zoneinfo import ZoneInfo

import pytest
from sandbox.livechat.wire import parse_instant
from sandbox.world import World
from sandbox.world.agents import CANONICAL
from sandbox.world.chats import ChatPart

LOOK_BACK_US = 7 * 86_400_000_000


def frozen(**arguments):
    wanted = {"tickets": 900, "parts": ("livechat",), "elapsed": lambda: 0, **arguments}
    return World(**wanted)


@pytest.fixture(scope="module")
def year():
    return frozen()


@pytest.fixture(scope="module")
def rows(year):
    return {
        name.partition(".")[2]: stream
        for name, stream in year.truth().items()
        if name.startswith("livechat.")
    }


def chats_of(world):
    """The truth of the chats alone: that of the tickets takes its time."""
    truth = world.parts["livechat"].truth(world.clock())
    return {f"livechat.{name}": rows for name, rows in truth.items()}


def moment(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


@pytest.fixture(scope="module")
def lived():
    """When each of many rounds began (microseconds), and the chats before and after it."""
    world = frozen(tickets=200)
    rounds = []
    before = chats_of(world)
    for hours in (6, 6, 6, 6, 1, 6, 6, 6, 6, 24, 6, 6, 72):
        start = world.clock() * 1000
        world.advance(hours)
        after = chats_of(world)
        rounds.append((start, before, after))
        before = after
    return rounds


def test_there_is_a_thread_for_every_nine_tickets_and_sixty_at_least(rows, lived):
    assert len(rows["chats"]) == 100
    assert len(lived[0][1]["livechat.chats"]) == 60


def test_any_number_of_threads_can_be_made(year):
    assert len(ChatPart(year, threads=651).truth(0)["chats"]) == 651


def test_the_same_company_and_steps_make_the_same_bytes(year):
    first, second = ChatPart(year), ChatPart(year)
    for part in (first, second):
        for number, hours in enumerate((4, 24, 1)):
            start = year.clock.base + number * 86_400_000
            part.advance(start, hours * 3_600_000, random.Random(number))
    assert json.dumps(first.truth(0)) == json.dumps(second.truth(0))
    assert json.dumps(first.metrics_truth()) == json.dumps(second.metrics_truth())


def test_every_process_makes_the_same_chats():
    program = (
        "import hashlib, json; from sandbox.world import World;"
        "world = World(tickets=50, parts=('livechat',), elapsed=lambda: 0); world.advance(4);"
        "truth = world.parts['livechat'].truth(0);"
        "print(hashlib.sha256(json.dumps(truth).encode()).hexdigest())"
    )
    seen = {
        subprocess.run(
            [sys.executable, "-c", program],
            env={**os.environ, "PYTHONHASHSEED": seed},
            capture_output=True,
            text=True,
            check=True,
            timeout=60,
        ).stdout
        for seed in ("1", "2")
    }
    assert len(seen) == 1


def test_tickets_are_the_same_with_chats_and_without(year):
    without = World(tickets=900, elapsed=lambda: 0)
    assert without.truth()["ticket"] == year.truth()["ticket"]


def test_the_bots_have_the_names_of_the_old_system(rows):
    assert {one["name"] for one in rows["bots"].values()} == {"Wynn AI", "Agent Scrape"}
    former = {one["name"] for one in rows["chat_users"].values() if one["author_type"] == "bot"}
    assert former == {"Wynn AI", "Agent Scrape", "Customer Support TEST Bot"}


def test_agents_go_by_other_names_and_addresses_than_in_hubspot(year, rows):
    owners = year.truth()["owner"].values()
    addresses = {one["email"] for one in owners}
    for agent in rows["agents"].values():
        assert agent["name"] not in CANONICAL and agent["agent_id"] not in addresses


def test_customers_are_those_of_the_company(year, rows):
    known = {
        one.properties["email"]
        for one in year.portal.records("contacts")
        if one.properties.get("email")
    }
    emails = [one["email"] for one in rows["chat_users"].values() if one["type"] == "customer"]
    named = [one for one in emails if one]
    assert len(named) > 0.7 * len(emails) and set(named) <= known
    nameless = [
        one for one in rows["chat_users"].values() if one["type"] == "customer" and not one["name"]
    ]
    assert any(one["visit"] for one in nameless), "visitors who never said their name"
    assert any(one["visit"] is None for one in nameless), "customers who were anonymised"


def test_every_kind_of_conversation_happens(year):
    measures = year.parts["livechat"].metrics_truth().values()
    handled = Counter(one["handled_by"] for one in measures)
    assert handled.keys() == {"bot_only", "human_only", "bot_then_human", "unanswered"}
    for name in ("handed_over", "contained", "missed"):
        assert {one[name] for one in measures} == {True, False}
    assert {one["csat"] for one in measures} == {"good", "bad", None}
    requested = [one for one in measures if one["handover_at"] and one["handled_by"] == "bot_only"]
    assert requested and not any(one["contained"] or one["handed_over"] for one in requested)


def test_every_kind_of_event_happens(rows):
    kinds = {one["type"] for one in rows["events"].values()}
    documented = {
        "message", "file", "form", "filled_form", "rich_message", "custom", "system_message",
        "system",
    }  # fmt: skip
    assert documented <= kinds and kinds - documented
    said = {one["system_message_type"] for one in rows["events"].values()}
    for prefix in ("chat_transferred", "agent_added", "routing.assigned_", "rating.chat_rated"):
        assert any(str(one).startswith(prefix) for one in said)
    authors = {one["author_type"] for one in rows["events"].values()}
    assert authors == {"customer", "human", "bot", "system", "unknown"}
    assert any(one["deleted"] for one in rows["events"].values())
    assert any(one["visibility"] == "agents" for one in rows["events"].values())


def test_awkward_threads_happen(rows):
    threads = rows["chats"].values()
    with_events = {one["thread_id"] for one in rows["events"].values()}
    assert any(one["thread_id"] not in with_events for one in threads)
    assert any(one["restricted_access"] for one in threads)
    assert any(one["active"] for one in threads)
    assert any(one["group_ids"] is None for one in threads)
    assert any(one["previous_thread_id"] for one in threads)
    assert any(one["queues_duration"] for one in threads)
    waiting = [one for one in threads if one["queue"]]
    assert waiting and all(one["active"] for one in waiting)
    assert len({one["created_at"] for one in threads}) < len(threads)
    assert {len(one["group_ids"] or []) for one in threads} >= {1, 2}


def test_ratings_come_in_every_way(rows):
    histories = [
        [step["event"] for step in one["rating_history"]] for one in rows["chats"].values()
    ]
    assert ["rated", "canceled"] in histories
    assert any(one[:1] == ["rated"] and one[-1:] == ["rated"] and len(one) > 1 for one in histories)
    silent = [
        one
        for one in rows["chats"].values()
        if one["rating_score"] is not None and not one["rating_history"]
    ]
    told = [
        one
        for one in rows["chats"].values()
        if one["rating_score"] is not None and "rating" not in (one["properties"] or {})
    ]
    assert silent and told
    assert {one["rating_score"] for one in rows["chats"].values()} == {0, 1, None}


def test_texts_are_hard(rows):
    texts = [one["text"] or "" for one in rows["events"].values()]
    assert any(len(one) >= 40_000 for one in texts)
    assert any("👨" in one or "🦊" in one for one in texts)
    assert any("<script" in one or "<html" in one for one in texts)
    assert not any("\0" in one for one in texts)
    big = [one["content"] for one in rows["events"].values() if one["type"] == "custom"]
    assert any((one["content"] or {}).get("big") == 2**53 + 1 for one in big)


def test_threads_begin_around_midnight_and_both_clock_changes(year):
    made = ChatPart(year, threads=200).truth(0)["chats"].values()
    begun = [moment(one["created_at"]) for one in made]
    zone = ZoneInfo("America/Halifax")
    for month, day in ((3, 8), (11, 2)):
        assert any(
            (one.month, one.day, one.hour) in {(month, day, hour) for hour in (4, 5, 6, 7)}
            for one in begun
        )
    near = timedelta(seconds=1)
    midnights = [one.astimezone(zone) for one in begun]
    gaps = {
        (one - one.replace(hour=0, minute=0, second=0, microsecond=0)) < near for one in midnights
    }
    assert gaps == {True, False}


def test_some_chats_became_tickets_and_say_so(year, rows):
    measures = year.parts["livechat"].metrics_truth()
    linked = {key: one["hubspot_ticket_id"] for key, one in measures.items()}
    linked = {key: ticket for key, ticket in linked.items() if ticket}
    tickets = year.truth()["ticket"]
    assert len(linked) >= 3
    for thread, ticket in linked.items():
        row = rows["chats"][thread]
        assert moment(row["created_at"]) < moment(tickets[str(ticket)]["property_createdate"])
        assert {"hubspot_ticket_id": str(ticket)} in row["properties"].values()
        assert "ticket-created" in row["tags"]


def changed(before, after):
    return {key for key in before.keys() & after.keys() if before[key] != after[key]}


def test_what_changes_is_young_enough_for_a_look_back_of_a_week(lived):
    for start, before, after in lived:
        young = {
            key
            for key, one in after["livechat.chats"].items()
            if parse_instant(one["created_at"]) >= start - LOOK_BACK_US
        }
        threads = changed(before["livechat.chats"], after["livechat.chats"])
        events = changed(before["livechat.events"], after["livechat.events"])
        users = changed(before["livechat.chat_users"], after["livechat.chat_users"])
        assert threads | {key.partition("/")[0] for key in events} <= young
        chats = {after["livechat.chats"][key]["chat_id"] for key in young}
        assert {key.partition("/")[0] for key in users} <= chats


def test_new_threads_are_dated_within_their_round_and_none_vanishes(lived):
    for start, before, after in lived:
        new = after["livechat.chats"].keys() - before["livechat.chats"].keys()
        assert new
        assert all(parse_instant(after["livechat.chats"][key]["created_at"]) > start for key in new)
        assert before["livechat.chats"].keys() <= after["livechat.chats"].keys()


def test_old_threads_change_in_every_way_there_is(lived):
    seen = set()
    for _, before, after in lived:
        for key, old in before["livechat.chats"].items():
            now = after["livechat.chats"][key]
            seen |= {name for name in now if now[name] != old[name]}
    late = {"rating_score", "tags", "summary_text", "next_thread_id", "active", "ended_at"}
    assert late <= seen
    gone = [
        key
        for _, before, after in lived
        for key, old in before["livechat.events"].items()
        if after["livechat.events"][key]["deleted"] and not old["deleted"]
    ]
    assert gone


def test_conversations_are_open_at_the_end_of_a_round_and_over_later(lived):
    was_open = {
        key
        for _, _, after in lived[:-1]
        for key, one in after["livechat.chats"].items()
        if one["active"]
    }
    assert len(was_open) > 2
    last = lived[-1][2]["livechat.chats"]
    assert not any(last[key]["active"] for key in was_open)


def test_agents_and_tags_vanish_and_are_remembered(lived):
    before, after = lived[0][1], lived[-1][2]
    assert after["livechat.gone"] == {
        "agents/jo@chat.example.com": "removed",
        "tags/Feature request": "removed",
    }
    assert len(after["livechat.agents"]) == len(before["livechat.agents"]) - 1
    assert "added/by hand" in after["livechat.tags"]


def test_time_alone_changes_nothing():
    world = frozen(tickets=50)
    before = chats_of(world)
    world.settle(600)
    assert chats_of(world) == before
