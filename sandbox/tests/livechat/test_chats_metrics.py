"""The measures that were meant follow from the rows by the definitions of the metric table."""

import re
from datetime import datetime
from decimal import Decimal

import pytest
import requests
from sandbox.livechat.server import Behaviour, serve
from sandbox.world import World
from sandbox.world.chats import ChatPart
from sandbox.world.chats_people import DISPLAYED

SPOKEN = ("message", "file", "rich_message")
HANDED = re.compile("chat_transferred|agent_added|agent_joined|routing.assigned_.*")
MISSED = (
    "routing.archived_inactive",
    "routing.archived_offline",
    "manual_archived_customer",
    "archived_customer_disconnected",
)
NAMES = {mail: name for name, accounts in DISPLAYED.items() for _, mail in accounts}


@pytest.fixture(scope="module")
def part():
    return ChatPart(World(tickets=200, elapsed=lambda: 0), threads=400)


def at(text):
    return datetime.fromisoformat(text.replace("Z", "+00:00"))


def seconds(start, end):
    if start is None or end is None:
        return None
    span = at(end) - at(start)
    micro = (span.days * 86_400 + span.seconds) * 1_000_000 + span.microseconds
    return Decimal(micro) / 1_000_000


def spoken(event):
    greeting = "lc2" in (event["properties"] or {})
    shown = event["type"] in SPOKEN and event["visibility"] == "all"
    return shown and not event["deleted"] and not greeting


def first(events, after):
    return next((one["created_at"] for one in events if after and one["created_at"] >= after), None)


def measured(chat, events):
    said = [one for one in events if spoken(one)]
    asked = [one["created_at"] for one in said if one["author_type"] == "customer"]
    form = [one["created_at"] for one in events if one["form_type"] == "prechat"]
    begun = (asked or form or [None])[0]
    bots = [one for one in said if one["author_type"] == "bot"]
    people = [one for one in said if one["author_type"] == "human"]
    replies = [one for one in said if one["author_type"] in ("bot", "human")]
    handed = [
        one["created_at"] for one in events if HANDED.fullmatch(one["system_message_type"] or "")
    ]
    handover = (handed or [one["created_at"] for one in people] or [None])[0]
    handover = handover if chat["has_bot"] else None
    ends = [one["system_message_type"] for one in events if one["created_at"] == chat["ended_at"]]
    offline = chat["properties"]["routing"].get("offline_message", False)
    answered = ("bot" if bots else "") + ("human" if people else "")
    return {
        "customer_first_at": begun,
        "first_response_seconds": seconds(begun, first(replies, begun)),
        "bot_response_seconds": seconds(begun, first(bots, begun)),
        "human_response_seconds": seconds(begun, first(people, begun)),
        "handover_at": handover,
        "human_after_handover_seconds": seconds(handover, first(people, handover)),
        "duration_seconds": seconds(chat["created_at"], chat["ended_at"]),
        "queue_seconds": chat["queues_duration"],
        "handled_by": {
            "": "unanswered",
            "bot": "bot_only",
            "human": "human_only",
            "bothuman": "bot_then_human",
        }[answered],
        "handed_over": handover is not None and bool(people),
        "contained": bool(bots) and handover is None,
        "missed": not replies and not offline and any(one in MISSED for one in ends),
        "csat": {1: "good", 0: "bad", None: None}[chat["rating_score"]],
        "agent": people[-1]["author_id"] if people else None,
    }


def comparable(measures):
    row = {
        name: value for name, value in measures.items() if name not in ("bot", "hubspot_ticket_id")
    }
    for name, value in row.items():
        if name.endswith("_seconds") and value is not None:
            row[name] = Decimal(value)
    return row


def test_every_thread_measures_what_was_meant(part):
    rows = part.truth(0)
    by_thread = {}
    for event in rows["events"].values():
        by_thread.setdefault(event["thread_id"], []).append(event)
    meant = part.metrics_truth()
    assert len(meant) > 300
    for thread, measures in meant.items():
        chat = rows["chats"][thread]
        found = measured(chat, by_thread.get(thread, []))
        found["agent"] = NAMES.get(found["agent"], found["agent"] and "Sandy")
        assert comparable(measures) == found, thread


def test_threads_that_cannot_be_read_have_no_measures(part):
    restricted = {key for key, one in part.truth(0)["chats"].items() if one["restricted_access"]}
    assert restricted and not restricted & part.metrics_truth().keys()


def test_durations_are_decimal_text_without_trailing_zeros(part):
    texts = [
        value
        for one in part.metrics_truth().values()
        for name, value in one.items()
        if name.endswith("_seconds") and value is not None
    ]
    assert any("." in one for one in texts)
    assert not [one for one in texts if "." in one and one.endswith(("0", "."))]


def test_the_vendor_s_reports_agree_with_what_was_meant(part):
    meant = part.metrics_truth().values()
    waits = [
        Decimal(one["first_response_seconds"]) for one in meant if one["first_response_seconds"]
    ]
    chats = part.truth(0)["chats"]
    scores = [one["rating_score"] for one in chats.values()]
    with serve(part.organization, Behaviour(limits=False)) as server:
        totals = reported(server, "chats/total_chats")
        ratings = reported(server, "chats/ratings")
        responses = reported(server, "chats/first_response_time")
    assert sum(one["total"] for one in totals) == len(chats)
    for score, name in enumerate(("bad", "good")):
        assert sum(one.get(name, 0) for one in ratings) == scores.count(score)
    assert sum(one["count"] for one in responses) == len(waits)
    whole = sum(Decimal(str(one["first_response_time"])) * one["count"] for one in responses)
    assert abs(whole / len(waits) - sum(waits) / len(waits)) < Decimal("0.01")


def reported(server, name):
    token = server.organization.tokens[0]
    ends = {"from": "2025-05-01T00:00:00Z", "to": "2026-07-01T00:00:00Z"}
    answer = requests.post(
        f"{server.url}/v3.6/reports/{name}",
        json={"distribution": "month", "filters": ends},
        auth=(token.account_id, token.secret),
        timeout=20,
    )
    return [one for one in answer.json()["records"].values() if one]
