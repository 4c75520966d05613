"""The reporting API: one request per figure and month, whatever the number of agents."""

from __future__ import annotations

from decimal import Decimal
from typing import TYPE_CHECKING, Any

from tap_gorgias.client import ExhaustedError, RefusedError
from tap_gorgias.columns import exact, whole
from tap_gorgias.paging import Listing, rows
from tap_gorgias.statistics.figures import (
    FIRST_RESPONSE,
    RESOLUTION,
    SATISFACTION,
    Answers,
    Figure,
    SourceError,
    Subject,
    Values,
    seconds,
    two_places,
)

if TYPE_CHECKING:
    from tap_gorgias.months import Month
    from tap_gorgias.run import AccountRun, User
    from tap_gorgias.wire import Row

_PATH = "/api/reporting/stats"
_ROWS = 10_000  # The most it gives; unsaid it would be 30, and the rest cut off in silence.
PASSED_ON = frozenset({400, 403, 404, 405, 500, 501})
"""Statuses that mean "not here": some scopes always answer 500 on some plans."""


class Reporting:
    """`POST /api/reporting/stats`, grouped by agent and channel."""

    name = "reporting"
    is_remote = True

    def __init__(self, run: AccountRun, agents: list[User]) -> None:
        self._run, self._agents = run, agents

    def planned(self, figures: tuple[Figure, ...], months: list[Month]) -> int | None:
        """One request per figure and month."""
        return len(figures) * len(months)

    def read(self, figure: Figure, month: Month) -> Answers:
        """One figure of a month.

        Raises:
            SourceError: The account's plan has no such figure.
        """
        what = f"reading the figure {figure.name}"
        question = self._question(figure, month)
        listing = Listing(what, _PATH, body=question, page_size=_ROWS, optional=True)
        try:
            return _answers(figure, list(rows(self._run.client, listing)))
        except (RefusedError, ExhaustedError) as failure:
            if failure.status in PASSED_ON:
                raise SourceError(str(failure)) from None
            raise

    def _question(self, figure: Figure, month: Month) -> dict[str, Any]:
        # By days, of which the last is left out: an end with a time would have to name the last
        # instant that exists, and what happened behind it would belong to no month.
        filters = [
            _filter("periodStart", "afterDate", [month.first_day.isoformat()]),
            _filter("periodEnd", "beforeDate", [month.following.first_day.isoformat()]),
            _filter("agentId", "one-of", [str(agent.id) for agent in self._agents]),
        ]
        if self._run.account.channels:
            filters.append(_filter("channel", "one-of", list(self._run.account.channels)))
        query = {
            "scope": figure.scope,
            "timezone": self._run.zone_name,
            "measures": list(figure.measures),
            "dimensions": ["agentId", "channel"],
            "filters": filters,
        }
        return {"query": query}


def _filter(member: str, operator: str, values: list[str]) -> dict[str, Any]:
    return {"member": member, "operator": operator, "values": values}


def _answers(figure: Figure, found: list[Row]) -> Answers:
    answers: Answers = {}
    scale = _rate_scale(found)
    for row in found:
        agent, channel = whole(row.get("agentId")), row.get("channel")
        # Rows without an agent are about unassigned tickets.
        if agent is not None and isinstance(channel, str):
            answers[Subject(agent, channel)] = _values(figure, row, scale)
    return answers


def _values(figure: Figure, row: Row, rate_scale: int) -> Values:
    if figure is SATISFACTION:
        return _satisfaction(row, rate_scale)
    value = row.get(figure.measures[0])
    if figure in (FIRST_RESPONSE, RESOLUTION):
        return {figure.columns[0]: seconds(value)}
    return {figure.columns[0]: whole(value)}


def _satisfaction(row: Row, rate_scale: int) -> Values:
    """Satisfaction; what was sent follows from the share answered, unless nothing was."""
    scored, rate = whole(row.get("scoredSurveysCount")) or 0, exact(row.get("responseRate"))
    rate = rate * rate_scale if rate is not None else None
    values: Values = {
        "csat_scored": scored,
        "csat_response_rate": two_places(rate),
        "csat_rating": two_places(row.get("averageSurveyScore")),
    }
    if rate is None:
        values["csat_sent"] = 0
    else:
        values["csat_sent"] = round(Decimal(100 * scored) / rate) if rate and scored else None
    return values


def _rate_scale(found: list[Row]) -> int:
    """100 when rates come as fractions of one, 1 when in percent: a share is never above one."""
    rates = [rate for row in found if (rate := exact(row.get("responseRate"))) is not None]
    return 1 if any(rate > 1 for rate in rates) else 100
