"""Conversations and their turns as rows of the warehouse's marts."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.chats_truth import canonical
from sandbox.world.support_conversation import elapsed, turns
from sandbox.world.support_rules import folded
from sandbox.world.support_time import (
    BusinessTime,
    is_business,
    is_off_shift,
    is_weekend,
    seconds,
    wall_text,
)

if TYPE_CHECKING:
    from sandbox.world.support_conversation import Conversation, Turn
    from sandbox.world.support_rules import Rules

Row = dict[str, Any]
NOBODYS = "livechat"
"""The source whose conversations nobody has before somebody answers."""


class Rows:
    """Makes the rows under one set of rules."""

    def __init__(self, rules: Rules) -> None:
        self._rules = rules
        self._business = BusinessTime(rules.schedule)

    def conversation(self, one: Conversation) -> Row:
        """A row of `conversations`."""
        return {
            "conversation_id": one.id,
            "source_system": one.source,
            "agent_name": one.agent,
            "removal_reason": removal_reason(one, self._rules),
            "continues_conversation_id": one.continues,
            **self._created(one),
            **self._answered(one),
            **self._resolved(one),
            **_counted(one),
            **_waited(one),
        }

    def responses(self, one: Conversation) -> list[Row]:
        """The rows of `conversation_responses` of a conversation."""
        found = turns(one.messages or [])
        return [self._response(number, turn) for number, turn in enumerate(found, 1)]

    def _response(self, number: int, turn: Turn) -> Row:
        reply = turn.reply
        return {
            "turn_number": number,
            "asked_at": canonical(turn.asked),
            "replied_at": canonical(reply.at) if reply else None,
            **self._lengths("response", turn.asked, reply.at if reply else None),
            "responder_kind": reply.kind if reply else None,
            "responder_name": reply.author if reply else None,
        }

    def _created(self, one: Conversation) -> Row:
        schedule = self._rules.schedule
        return {
            "created_at": canonical(one.created),
            "created_at_reporting": wall_text(one.created, self._rules.reporting_zone),
            "is_weekend_conversation": is_weekend(schedule, one.created),
            "is_created_during_business_hours": is_business(schedule, one.created),
            "is_off_shift": is_off_shift(schedule, one.created, one.agent),
        }

    def _answered(self, one: Conversation) -> Row:
        asked = one.customer_first
        return {
            "customer_first_at": canonical(asked),
            "first_response_at": canonical(one.first_response),
            "bot_response_at": canonical(one.bot_response),
            "human_response_at": canonical(one.human_response),
            **self._lengths("first_response", asked, one.first_response),
            **self._lengths("bot_response", asked, one.bot_response),
            **self._lengths("human_response", asked, one.human_response),
            "first_responder_name": one.first_responder,
        }

    def _resolved(self, one: Conversation) -> Row:
        return {
            "first_resolved_at": canonical(one.first_resolved),
            "resolved_at": canonical(one.resolved),
            **self._lengths("first_resolution", one.created, one.first_resolved),
            **self._lengths("full_resolution", one.created, one.resolved),
        }

    def _lengths(self, name: str, start: int | None, end: int | None) -> Row:
        """A duration, and the business hours in it."""
        whole = elapsed(start, end)
        known = whole is not None and start is not None and end is not None
        return {
            f"{name}_seconds": seconds(whole),
            f"{name}_business_seconds": (
                seconds(self._business.between(start or 0, end or 0)) if known else None
            ),
        }


def _counted(one: Conversation) -> Row:
    return {
        "reopen_count": one.reopen_count,
        "team_message_count": one.team_messages,
        "customer_message_count": one.customer_messages,
        "is_one_touch": one.one_touch,
        "handle_seconds": seconds(one.handled),
        "transfer_count": one.transfers,
        "is_handed_over": one.handed_over,
        "is_contained": one.contained,
        "handled_by": one.written_by,
        "csat": one.csat,
        "csat_score": one.score,
        "rated_at": canonical(one.rated),
    }


def _waited(one: Conversation) -> Row:
    """Over the turns that were answered; nothing where turns are not known."""
    if one.messages is None:
        return {"total_wait_seconds": None, "response_count": None}
    waits = [turn.reply.at - turn.asked for turn in turns(one.messages) if turn.reply]
    return {
        "total_wait_seconds": seconds(sum(waits)) if waits else None,
        "response_count": len(waits),
    }


def removal_reason(one: Conversation, rules: Rules) -> str | None:
    """Why a conversation does not count: the first rule that holds; None if it does."""
    if one.deleted:
        return "deleted"
    if one.spam:
        return "spam"
    names = {folded(name) for name in (one.agent, one.shown_agent) if name is not None}
    if names & rules.deny:
        return "denied_agent"
    if one.agent is None:
        kept = rules.keep_unassigned or one.source == NOBODYS
        return None if kept else "unassigned"
    listed = not rules.allow or folded(one.agent) in rules.allow
    return None if listed else "not_on_allow_list"
