"""The truth of every support figure, from what the world meant by what it did.

The definitions are those of `transform/DECISIONS.md`; nothing here reads wire text or a warehouse.

Forms of the values: instants `YYYY-MM-DDTHH:MM:SS.ffffffZ`; wall times
`YYYY-MM-DD HH:MM:SS.ffffff`; durations and their sums decimal seconds as text, exact to the
microsecond; means, medians and percentages exact fractions (`fractions.Fraction`; of seconds
where they are durations). Nothing is rounded.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from sandbox.world.chats import ChatPart
from sandbox.world.chats_model import BOT
from sandbox.world.helpdesk import HelpdeskPart
from sandbox.world.support_backlog import backlog
from sandbox.world.support_gorgias import gorgias_conversations
from sandbox.world.support_hubspot import hubspot_conversations
from sandbox.world.support_livechat import livechat_conversations, origins
from sandbox.world.support_periods import agent_periods, support_periods
from sandbox.world.support_rows import Rows, removal_reason
from sandbox.world.support_time import PERIODS

if TYPE_CHECKING:
    from sandbox.world.company import World
    from sandbox.world.support_conversation import Conversation
    from sandbox.world.support_rules import Rules


def support_truth(world: World, rules: Rules) -> dict[str, Any]:
    """Every support figure of the first HubSpot account, LiveChat and Gorgias, as of now.

    Returns:
        `conversations`: a row by conversation id, those that do not count too (their
        `removal_reason` says why) but for tickets that are gone for good. `responses`: the turns
        by conversation id. `agent_periods`: per `day`, `week` and `month` a row by agent, source
        and the period's first day; `support_periods`: the same over everybody, by source and
        first day. `backlog`: a row by source and day. The last three are of the conversations
        that count.

        In the periods, counts of conversations, replies and ratings are zero where there was
        none; `one_touch_count`, `reopened_count`, `transfers`, `handle_seconds` and
        `csat_score_sum` are null where no conversation of the period tells.
    """
    now = world.clock()
    with world.portal.lock:
        found = conversations(world, rules, now)
    rows = Rows(rules)
    counted = [one for one in found if removal_reason(one, rules) is None]
    bots = bot_names(world)
    return {
        "conversations": {one.id: rows.conversation(one) for one in found},
        "responses": {one.id: rows.responses(one) for one in found},
        "agent_periods": {each: agent_periods(counted, rules, each, bots) for each in PERIODS},
        "support_periods": {each: support_periods(counted, rules, each) for each in PERIODS},
        "backlog": backlog(counted, rules, now * 1000),
    }


def conversations(world: World, rules: Rules, now: int) -> list[Conversation]:
    """Every conversation of the three tools, at `now` (epoch milliseconds)."""
    chats, desks = world.parts.get("livechat"), world.parts.get("gorgias")
    threads = chats.threads if isinstance(chats, ChatPart) else []
    found = list(hubspot_conversations(world.population, rules, now, origins(threads)))
    found += livechat_conversations(threads, rules)
    for office in desks.offices.values() if isinstance(desks, HelpdeskPart) else ():
        found += gorgias_conversations(office, rules)
    return found


def bot_names(world: World) -> frozenset[str]:
    """What the bots of the chat tool and of the helpdesks are called."""
    chats, desks = world.parts.get("livechat"), world.parts.get("gorgias")
    threads = chats.threads if isinstance(chats, ChatPart) else []
    offices = desks.offices.values() if isinstance(desks, HelpdeskPart) else ()
    talking = {user.name for thread in threads for user in thread.people if user.kind == BOT}
    helping = {user.name for one in offices for user in one.users.values() if user.role == "bot"}
    return frozenset(name for name in talking | helping if name is not None)
