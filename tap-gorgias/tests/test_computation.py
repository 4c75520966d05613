"""Figures computed from raw objects are the vendor's own, for every agent, channel and month."""

from __future__ import annotations

import random
from typing import Any

import pytest

NOON = 1_781_524_800_000
DAY, HOUR, MINUTE = 86_400_000, 3_600_000, 60_000
COUNTS = ("closed_tickets", "one_touch_tickets", "messages_sent", "csat_scored")
OTHERS = (
    "first_response_median_seconds",
    "resolution_median_seconds",
    "one_touch_percent",
    "csat_response_rate",
    "csat_rating",
)


def a_busy_year(desk: Any, *, seed: int, tickets: int) -> None:
    """Tickets of all kinds: odd hours, month ends, notes, rules, bots, spam, trash, reopened."""
    dice = random.Random(seed)
    agents = [desk.user(f"agent{number}@getwrrk.test") for number in range(4)]
    agents.append(desk.user("bot@getwrrk.test", role="bot"))
    for _ in range(tickets):
        opened = NOON - dice.randrange(1, 250 * DAY)
        closed = opened + dice.randrange(HOUR, 40 * DAY)
        kind = dice.choice(["closed"] * 6 + ["open", "spam", "trash", "outbound"])
        channel = dice.choice(["email", "chat"])
        ticket = desk.ticket(
            created=opened,
            agent=dice.choice([*agents, None]),
            channel=channel,
            status="open" if kind == "open" else "closed",
            closed_datetime=closed if kind != "open" else None,
            updated_datetime=max(closed, opened + 41 * DAY),
            spam=kind == "spam",
            trashed_datetime=closed if kind == "trash" else None,
            from_agent=kind == "outbound",
        )
        a_talk(desk, dice, ticket, opened, agents)
        if dice.random() < 0.5:
            score = dice.choice([None, None, 1, 3, 4, 5])
            desk.survey(ticket, created=closed, score=score)


def a_talk(desk: Any, dice: random.Random, ticket: int, opened: int, agents: list[int]) -> None:
    when = opened
    for _ in range(dice.randrange(0, 6)):
        by_agent = dice.random() < 0.6
        values: dict[str, Any] = {"channel": dice.choice(["email", "email", "chat"])}
        if by_agent:
            sent = when + dice.randrange(1, 5 * MINUTE)
            values["sent_datetime"] = dice.choice([sent, sent, None])
            values["rule_id"] = dice.choice([None] * 5 + [77])
            values["via"] = dice.choice(["helpdesk"] * 5 + ["api"])
            values["failed_datetime"] = dice.choice([None] * 9 + [sent])
        values["public"] = dice.random() < 0.9
        agent = dice.choice(agents) if by_agent else None
        desk.message(ticket, at_=when, agent=agent, **values)
        when += dice.randrange(MINUTE, 6 * DAY)


@pytest.mark.capability("S1-11", "S1-12", "S1-13", "S1-14", "S1-15", "S1-16")
@pytest.mark.parametrize("seed", [1, 2, 3])
@pytest.mark.parametrize("zone", ["Europe/Vienna", "America/New_York"])
def test_own_figures_equal_the_vendors(
    new_desk: Any, clock: Any, new_runner: Any, seed: int, zone: str
) -> None:
    from sandbox.gorgias.server import Behaviour, serve

    desk = new_desk("acme", zone, clock)
    a_busy_year(desk, seed=seed, tickets=300)
    with serve([desk.desk], Behaviour(limits=False)) as server:
        runner = new_runner(server)
        accounts = runner.config()["accounts"]
        accounts[0]["channels"] = ["email", "chat"]
        settings = {"accounts": accounts, "statistics_months": 9}
        vendor = runner.sync("agent_statistics", **settings)
        own = runner.sync("agent_statistics", statistics_sources=["raw"], **settings)
    theirs, ours = keyed(vendor), keyed(own)
    assert theirs.keys() == ours.keys()
    assert sum(bool(row["closed_tickets"]) for row in theirs.values()) > 20
    for key, row in theirs.items():
        different = {n: (row[n], ours[key][n]) for n in COUNTS + OTHERS if row[n] != ours[key][n]}
        assert different == {}, key
        if row["csat_sent"] is not None:
            assert row["csat_sent"] == ours[key]["csat_sent"], key


def keyed(output: Any) -> dict[Any, dict[str, Any]]:
    assert output.error is None
    names = ("agent_id", "channel", "month")
    return {tuple(row[n] for n in names): row for row in output.records("agent_statistics")}
