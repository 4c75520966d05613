"""Whoever reads the stand-in by the rules of CHATS.md has the truth."""

import re

import pytest
import requests
from sandbox.livechat.server import Behaviour, serve
from sandbox.livechat.wire import instant_text, parse_instant
from sandbox.world import World

EVENT_COLUMNS = (
    "custom_id",
    "type",
    "visibility",
    "text",
    "properties",
    "system_message_type",
    "text_vars",
    "form_type",
    "author_id",
)
USER_COLUMNS = (
    "type",
    "name",
    "email",
    "present",
    "visibility",
    "avatar",
    "email_verified",
    "session_fields",
    "statistics",
    "visit",
)
USER_INSTANTS = (
    "created_at",
    "events_seen_up_to",
    "agent_last_event_created_at",
    "customer_last_event_created_at",
)
CLOSING = re.compile(
    "manual_archived_(agent|customer)|archived_customer_disconnected|system_archived"
    "|routing.archived_.*|customer_banned"
)


class Reader:
    """Reads a licence as CHATS.md says a tap would."""

    def __init__(self, server):
        token = server.organization.tokens[0]
        self.url = server.url
        self.session = requests.Session()
        self.session.auth = (token.account_id, token.secret)
        self.bots = {one["id"] for one in self.lists("list_bots", all=True)}
        self.chats, self.events, self.users = {}, {}, {}
        for entry in self.entries():
            self.take(entry)

    def post(self, path, body):
        answer = self.session.post(f"{self.url}/v3.6/{path}", json=body, timeout=20)
        assert answer.status_code == 200, answer.text
        return answer.json()

    def lists(self, action, **body):
        return self.post(f"configuration/action/{action}", body)

    def entries(self):
        body = {"limit": 100, "sort_order": "asc"}
        while body:
            page = self.post("agent/action/list_archives", body)
            yield from page["chats"]
            body = {"page_id": page["next_page_id"]} if "next_page_id" in page else None

    def kind(self, users, user_id):
        user = users.get(user_id)
        if user and user["type"] == "customer":
            return "customer"
        if user_id in self.bots or re.fullmatch("[0-9a-f]{32}", user_id):
            return "bot"
        return "human" if user or "@" in user_id else "unknown"

    def take(self, entry):
        users = {one["id"]: one for one in entry["users"]}
        thread = entry["thread"]
        self.chats[thread["id"]] = without_nul(self.chat_row(entry, thread, users))
        for position, event in enumerate(thread.get("events", []), 1):
            row = self.event_row(entry, thread, users, event) | {"position": position}
            self.events[f"{thread['id']}/{event['id']}"] = without_nul(row)
        for user in users.values():
            row = self.user_row(entry, users, user)
            self.users[f"{entry['id']}/{user['id']}"] = without_nul(row)

    def chat_row(self, entry, thread, users):
        people = thread["user_ids"]
        kinds = [self.kind(users, one) for one in people]
        seen = {
            kind
            for one, kind in zip(people, kinds, strict=True)
            if users[one].get("visibility") != "agents"
        }
        summary = thread.get("summary", {})
        customers = [key for key, one in users.items() if one["type"] == "customer"]
        return {
            "thread_id": thread["id"],
            "chat_id": entry["id"],
            "active": thread["active"],
            "created_at": canonical(thread["created_at"]),
            "ended_at": ended(thread),
            "customer_id": customers[0] if customers else None,
            "participants": [
                {"id": one, "kind": kind} for one, kind in zip(people, kinds, strict=True)
            ],
            "has_bot": "bot" in seen,
            "has_human": "human" in seen,
            "tags": thread.get("tags", []),
            "group_ids": thread.get("access", {}).get("group_ids"),
            "properties": thread.get("properties"),
            **rating(thread),
            "queue": thread.get("queue"),
            "queues_duration": thread.get("queues_duration"),
            "restricted_access": thread.get("restricted_access"),
            "summary_status": summary.get("status"),
            "summary_text": summary.get("text"),
            "summary_updated_at": canonical(summary.get("updated_at")),
            "customer_visit": thread.get("customer_visit"),
            **{
                f"{side}{access}_thread_id": thread.get(f"{side}{access}_thread_id")
                for side in ("previous", "next")
                for access in ("", "_accessible")
            },
            "chat_properties": entry.get("properties"),
            "chat_group_ids": entry.get("access", {}).get("group_ids"),
        }

    def event_row(self, entry, thread, users, event):
        author = event.get("author_id")
        form = event.get("form_id")
        known = {"id", "created_at", "deleted", "form_id", *EVENT_COLUMNS}
        content = {name: value for name, value in event.items() if name not in known}
        return {
            "thread_id": thread["id"],
            "event_id": event["id"],
            "chat_id": entry["id"],
            "created_at": canonical(event["created_at"]),
            "author_type": "system" if author is None else self.kind(users, author),
            "deleted": event.get("deleted", False),
            "form_id": None if form is None else str(form),
            "content": content or None,
            **{name: event.get(name) for name in EVENT_COLUMNS},
        }

    def user_row(self, entry, users, user):
        known = {"id", *USER_COLUMNS, *USER_INSTANTS}
        return {
            "chat_id": entry["id"],
            "user_id": user["id"],
            "author_type": self.kind(users, user["id"]),
            **{name: user.get(name) for name in USER_COLUMNS},
            **{name: canonical(user.get(name)) for name in USER_INSTANTS},
            "content": {k: v for k, v in user.items() if k not in known} or None,
        }


def canonical(text):
    return None if text is None else instant_text(parse_instant(text))


def without_nul(value):
    if isinstance(value, str):
        return value.replace("\0", "")
    if isinstance(value, list):
        return [without_nul(one) for one in value]
    if isinstance(value, dict):
        return {name: without_nul(one) for name, one in value.items()}
    return value


def ended(thread):
    events = thread.get("events", [])
    if thread["active"] or not events:
        return None
    closing = [one for one in events if CLOSING.fullmatch(one.get("system_message_type", ""))]
    return canonical((closing or [events[-1]])[0]["created_at"])


def rating(thread):
    history = []
    for event in thread.get("events", []):
        kind = event.get("system_message_type", "")
        name = {
            "rating.chat_rated": "rated",
            "rating.chat_commented": "commented",
            "rating.chat_rating_canceled": "canceled",
        }.get(kind)
        if name:
            words = event["text_vars"]
            score = {"good": 1, "bad": 0}[words["score"]] if name == "rated" else None
            at = canonical(event["created_at"])
            comment = words.get("comment")
            history.append({"at": at, "event": name, "score": score, "comment": comment})
    standing = []
    for step in history:
        standing = [] if step["event"] == "canceled" else [*standing, step]
    rated = [one for one in standing if one["event"] == "rated"][-1:]
    said = [one for one in standing if one["event"] == "commented"][-1:]
    stated = thread.get("properties", {}).get("rating", {})
    return {
        "rating_score": stated.get("score", rated[0]["score"] if rated else None),
        "rating_comment": stated.get("comment", said[0]["comment"] if said else None),
        "rated_at": rated[0]["at"] if rated else None,
        "rating_history": history,
    }


@pytest.fixture(scope="module")
def world():
    return World(tickets=600, parts=("livechat",), elapsed=lambda: 0)


def differing(expected, actual):
    keys = expected.keys() | actual.keys()
    return {
        key: (expected.get(key), actual.get(key))
        for key in keys
        if expected.get(key) != actual.get(key)
    }


def compare(world):
    part = world.parts["livechat"]
    truth = {f"livechat.{name}": rows for name, rows in part.truth(world.clock()).items()}
    with serve(part.organization, Behaviour(limits=False)) as server:
        reader = Reader(server)
        for stream, rows in (
            ("chats", reader.chats), ("events", reader.events), ("chat_users", reader.users),
        ):  # fmt: skip
            assert differing(truth[f"livechat.{stream}"], rows) == {}
        compare_lists(truth, reader)


def compare_lists(truth, reader):
    fields = ["groups", "suspended", "job_title", "max_chats_count", "last_logout"]
    agents = reader.lists("list_agents", fields=[*fields, "awaiting_approval"])
    listed = {
        one["id"]: {
            "agent_id": one.pop("id"),
            "job_title": None,
            **one,
            "last_logout": canonical(one.get("last_logout")),
        }
        for one in [dict(agent) for agent in agents]
    }
    assert differing(truth["livechat.agents"], listed) == {}
    bots = reader.lists("list_bots", all=True, fields=["groups", "job_title"])
    listed = {one["id"]: {"bot_id": one.pop("id"), **one} for one in [dict(bot) for bot in bots]}
    assert differing(truth["livechat.bots"], listed) == {}
    groups = reader.lists("list_groups", fields=["agent_priorities", "routing_status"])
    listed = {str(one["id"]): {"group_id": one.pop("id"), **one} for one in groups}
    assert differing(truth["livechat.groups"], listed) == {}
    tags = reader.lists(
        "list_tags", filters={"group_ids": [one["group_id"] for one in listed.values()]}
    )
    listed = {one["name"]: {**one, "created_at": canonical(one["created_at"])} for one in tags}
    assert differing(truth["livechat.tags"], listed) == {}


def test_the_year_and_ten_rounds_after_it_are_served_as_they_were_meant(world):
    compare(world)
    for _ in range(10):
        world.advance(4)
        compare(world)


def test_other_worlds_are_served_as_they_were_meant_too():
    for seed in (1, 2):
        made = World(seed=seed, tickets=300, parts=("livechat",), elapsed=lambda: 0)
        made.advance(30)
        compare(made)


def test_a_few_instants_are_written_with_an_offset(world):
    organization = world.parts["livechat"].organization
    assert any(one["created_at"].endswith("+01:00") for one in organization.tags.values())
    created = [
        user.get("created_at", "")
        for chat in organization.chats.values()
        for user in chat.users.values()
        if user["type"] == "customer"
    ]
    assert {one[-6:] == "+01:00" for one in created} == {True, False}


def test_the_truth_is_a_copy(world):
    before = world.truth()["livechat.chats"]
    first = next(iter(before.values()))
    first["properties"]["spoilt"] = True
    again = world.truth()["livechat.chats"]
    assert "spoilt" not in again[first["thread_id"]]["properties"]
