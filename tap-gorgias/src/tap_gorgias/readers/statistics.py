"""Rows of `agent_statistics`: an agent's figures in a channel and calendar month."""

from __future__ import annotations

import logging
from typing import TYPE_CHECKING

from tap_gorgias.instants import instant, written
from tap_gorgias.months import Month, complete_months, months_to_load
from tap_gorgias.readers.places import unreadable
from tap_gorgias.run import AccountRun, Batch
from tap_gorgias.statistics.figures import FIGURES, VALUE_COLUMNS, Subject, Values, cut, percent
from tap_gorgias.statistics.ladder import Loaded, load
from tap_gorgias.statistics.raw import unanswered
from tap_gorgias.tables import AGENT_STATISTICS

if TYPE_CHECKING:
    from collections.abc import Iterator

    from tap_gorgias.run import State, User
    from tap_gorgias.wire import Row

logger = logging.getLogger(__name__)


def read_statistics(run: AccountRun) -> Iterator[Batch]:
    """The months this run has to load; rows of other months are left as they are."""
    state, agents = run.state(AGENT_STATISTICS.name), run.agents
    known = _known_month(state) if state.get("asked") == _asked(run) else None
    months = _months(run, known)
    if not agents:
        _warn_of_nobody(run)
    if not agents or not months:
        return
    if run.settings.limit is not None:
        yield from _some(run, agents, months, run.settings.limit)
        return
    loaded = load(run, agents, months)
    everything = _months(run, None)
    if known is not None and loaded.sources != state.get("sources") and months != everything:
        logger.warning(
            "figures have other sources than before, so all months are read again account=%s",
            run.account.client,
        )
        loaded = load(run, agents, everything)
    if run.settings.count_unanswered_surveys:
        _count_unanswered(run, loaded)
    for month in loaded.months:
        yield Batch(AGENT_STATISTICS.name, _rows(run, agents, month, loaded))
    yield Batch(AGENT_STATISTICS.name, [], _remembered(run, loaded))


def _some(run: AccountRun, agents: list[User], months: list[Month], limit: int) -> Iterator[Batch]:
    """As few of the latest months as a limit can use; nothing is remembered of them."""
    rows_a_month = len(agents) * max(1, len(run.account.channels))
    chosen = months[-max(1, -(-limit // rows_a_month)) :]
    loaded = load(run, agents, chosen)
    for month in reversed(chosen):
        yield Batch(AGENT_STATISTICS.name, _rows(run, agents, month, loaded))


def _months(run: AccountRun, known: Month | None) -> list[Month]:
    settings = run.settings
    return months_to_load(
        run.started,
        run.zone,
        count=settings.statistics_months,
        refresh=settings.statistics_refresh_months,
        known=known,
    )


def _asked(run: AccountRun) -> State:
    """What the figures depend on beside time: another of these makes other series."""
    pattern = run.settings.agent_email_pattern
    return {
        "agents": pattern.pattern if pattern else "",
        "channels": sorted(run.account.channels),
        "zone": run.zone_name,
        "months": run.settings.statistics_months,
        "whole": run.settings.whole_numbers,
    }


def _remembered(run: AccountRun, loaded: Loaded) -> State:
    last = complete_months(run.started, run.zone, 1)[-1]
    return {
        "replication_key": "month",
        "replication_key_value": last.first_day.isoformat(),
        "asked": _asked(run),
        "sources": loaded.sources,
    }


def _known_month(state: State) -> Month | None:
    text = state.get("replication_key_value")
    try:
        return Month.of(instant(text).date()) if text else None
    except (TypeError, ValueError, AttributeError):
        raise unreadable() from None


def _rows(run: AccountRun, agents: list[User], month: Month, loaded: Loaded) -> list[Row]:
    """One row per agent and channel: the account's channels, or those anything happened in."""
    chosen = {agent.id: agent for agent in agents}
    subjects = {Subject(id_, name) for id_ in chosen for name in run.account.channels}
    subjects |= {subject for m, subject in loaded.values if m == month}
    wanted = set(run.account.channels)
    return [
        _row(run, chosen[subject.agent], subject, month, loaded)
        for subject in sorted(subjects)
        if subject.agent in chosen and (not wanted or subject.channel in wanted)
    ]


def _row(run: AccountRun, agent: User, subject: Subject, month: Month, loaded: Loaded) -> Row:
    values = _values(loaded, month, subject)
    if run.settings.whole_numbers:
        values = {name: cut(value) for name, value in values.items()}
    return {
        "account": run.account.client,
        "agent_id": agent.id,
        "agent_name": agent.name,
        "agent_email": agent.email,
        "agent_role": agent.role,
        "channel": subject.channel,
        "month": month.first_day.isoformat(),
        "time_zone": run.zone_name,
        "period_start": written(month.start(run.zone)),
        "period_end": written(month.last_second(run.zone)),
        **values,
        "sources": _sources(loaded, values),
    }


def _values(loaded: Loaded, month: Month, subject: Subject) -> Values:
    """All value columns; what counts something is 0 when its source had nothing to tell."""
    found = loaded.values.get((month, subject), {})
    values: Values = dict.fromkeys(VALUE_COLUMNS)
    for figure in FIGURES:
        missing = all(found.get(column) is None for column in figure.columns)
        if loaded.sources[figure.name] != "legacy" and missing:
            values.update(dict.fromkeys(figure.counts, 0))
    values |= {name: value for name, value in found.items() if value is not None}
    if values["one_touch_percent"] is None and _same_source(loaded):
        values["one_touch_percent"] = percent(values["one_touch_tickets"], values["closed_tickets"])
    # A share of nothing is none, although some say 0.
    for share, base in (
        ("one_touch_percent", "closed_tickets"),
        ("csat_response_rate", "csat_sent"),
    ):
        values[share] = None if values[base] == 0 else values[share]
    return values


def _same_source(loaded: Loaded) -> bool:
    """Whether the share of one-touch tickets can be had without mixing two ways of counting."""
    return loaded.sources["one_touch"] == loaded.sources["closed"]


def _sources(loaded: Loaded, values: Values) -> dict[str, str]:
    counted = values.get("csat_sent") is not None and loaded.sources["satisfaction"] == "reporting"
    named = {c: loaded.sources[figure.name] for figure in FIGURES for c in figure.columns}
    if counted and values.get("csat_response_rate") == 0 and not values.get("csat_scored"):
        named["csat_sent"] = "raw"
    return named


def _count_unanswered(run: AccountRun, loaded: Loaded) -> None:
    """Fill in how many surveys were sent where none was answered, which no share can tell."""
    unknown = [
        (key, values)
        for key, values in loaded.values.items()
        if values.get("csat_response_rate") == 0 and values.get("csat_sent") is None
    ]
    if not unknown:
        return
    counted = unanswered(run, sorted({month for (month, _), _ in unknown}))
    for (month, subject), values in unknown:
        values["csat_sent"] = counted[subject, month]


def _warn_of_nobody(run: AccountRun) -> None:
    logger.warning(
        "no user's address fits agent_email_pattern, so there are no figures account=%s users=%d",
        run.account.client,
        len(run.users),
    )
