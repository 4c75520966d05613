"""The measures of a conversation, from what everybody meant by what they did."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.chats_model import ASKED, BOT, ENDED, HANDED, HUMAN, PRECHAT, REPLIED
from sandbox.world.chats_truth import canonical, ended_at

if TYPE_CHECKING:
    from sandbox.world.chats_model import Event, Thread

UNANSWERED_ENDS = (
    "routing.archived_inactive",
    "routing.archived_offline",
    "manual_archived_customer",
    "archived_customer_disconnected",
)


def thread_metrics(thread: Thread) -> dict[str, Any]:
    """A thread's measures; durations are decimal seconds as text, null for nothing."""
    asked = _asked_at(thread)
    replies = [one for one in thread.events if one.role == REPLIED and not one.deleted]
    bots, people = _by_kind(replies, BOT), _by_kind(replies, HUMAN)
    handover = _handover_at(thread, people)
    rating = _standing(thread)
    return {
        "customer_first_at": canonical(asked),
        "first_response_seconds": _since(asked, replies),
        "bot_response_seconds": _since(asked, bots),
        "human_response_seconds": _since(asked, people),
        "handover_at": canonical(handover),
        "human_after_handover_seconds": _since(handover, people),
        "duration_seconds": seconds(thread.at, ended_at(thread)),
        "queue_seconds": None if thread.queues_duration is None else str(thread.queues_duration),
        "handled_by": _handled_by(bots, people),
        "handed_over": bool(handover is not None and people),
        "contained": bool(bots) and handover is None,
        "missed": _is_missed(thread, replies),
        "csat": None if rating is None else ("bad", "good")[rating],
        "agent": _agent(people),
        "bot": str(bots[-1].author.name) if bots and bots[-1].author else None,
        "hubspot_ticket_id": thread.ticket_id,
    }


def seconds(start: int | None, end: int | None) -> str | None:
    """Seconds between two instants (epoch microseconds) as decimal text."""
    if start is None or end is None:
        return None
    whole, rest = divmod(end - start, 1_000_000)
    return f"{whole}.{rest:06d}".rstrip("0").rstrip(".") if rest else str(whole)


def _asked_at(thread: Thread) -> int | None:
    """The customer's first message, else the form before the chat."""
    for role in (ASKED, PRECHAT):
        found = [one.at for one in thread.events if one.role == role and not one.deleted]
        if found:
            return found[0]
    return None


def _by_kind(replies: list[Event], kind: str) -> list[Event]:
    return [one for one in replies if one.author and one.author.kind == kind]


def _since(start: int | None, replies: list[Event]) -> str | None:
    if start is None:
        return None
    later = [one.at for one in replies if one.at >= start]
    return seconds(start, later[0]) if later else None


def _handover_at(thread: Thread, people: list[Event]) -> int | None:
    """When a bot's conversation went to people, or was to; None without a bot."""
    if not any(user.kind == BOT for user in thread.people):
        return None
    handed = [one.at for one in thread.events if one.role == HANDED]
    return next(iter(handed or [one.at for one in people]), None)


def _handled_by(bots: list[Event], people: list[Event]) -> str:
    if bots and people:
        return "bot_then_human"
    if bots or people:
        return "bot_only" if bots else "human_only"
    return "unanswered"


def _is_missed(thread: Thread, replies: list[Event]) -> bool:
    offline = bool(thread.properties.get("routing", {}).get("offline_message"))
    ends = [one.own["system_message_type"] for one in thread.events if one.role == ENDED]
    return not replies and not offline and bool(ends) and ends[0] in UNANSWERED_ENDS


def _standing(thread: Thread) -> int | None:
    score: int | None = None
    for one in thread.ratings:
        score = {"rated": one.score, "canceled": None}.get(one.event, score)
    stated: int | None = thread.properties.get("rating", {}).get("score", score)
    return stated


def _agent(people: list[Event]) -> str | None:
    author = people[-1].author if people else None
    return None if author is None else author.canonical or author.name
