"""The older statistics: requests per agent, channel and month; figures read by their names."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any

from tap_gorgias._exact_json import MalformedReply
from tap_gorgias.client import Call, ExhaustedError, RefusedError
from tap_gorgias.columns import whole
from tap_gorgias.statistics.figures import (
    Answers,
    Figure,
    SourceError,
    Subject,
    Values,
    seconds,
    two_places,
)
from tap_gorgias.statistics.reporting import PASSED_ON
from tap_gorgias.wire import read_object

if TYPE_CHECKING:
    from collections.abc import Callable

    from tap_gorgias.months import Month
    from tap_gorgias.run import AccountRun, User
    from tap_gorgias.wire import Row

_COLUMNS: dict[str, tuple[str, Callable[[Any], Any]]] = {
    "median_first_response_time": ("first_response_median_seconds", seconds),
    "median_resolution_time": ("resolution_median_seconds", seconds),
    # A percentage in spite of its name.
    "total_one_touch_tickets": ("one_touch_percent", two_places),
    "total_closed_tickets": ("closed_tickets", whole),
    "total_messages_sent": ("messages_sent", whole),
    "total_sent": ("csat_sent", whole),
    "response_rate": ("csat_response_rate", two_places),
    "average_rating": ("csat_rating", two_places),
}


class Legacy:
    """`POST /api/stats/overview` and `/api/stats/satisfaction-surveys`."""

    name = "legacy"
    is_remote = True

    def __init__(self, run: AccountRun, agents: list[User]) -> None:
        self._run, self._agents = run, agents
        self._known: dict[tuple[str, Subject, Month], Values] = {}

    def planned(self, figures: tuple[Figure, ...], months: list[Month]) -> int | None:
        """One request per endpoint, agent, channel and month."""
        endpoints = {figure.legacy for figure in figures}
        return len(endpoints) * len(self._agents) * len(self._run.account.channels) * len(months)

    def read(self, figure: Figure, month: Month) -> Answers:
        """One figure of a month.

        Raises:
            SourceError: The account has no such figure, or no channels are set: these figures
                are not told apart by channel unless asked for one.
        """
        channels = self._run.account.channels
        if not channels:
            raise SourceError("the client's `channels` are not set, so it cannot be asked by them")
        subjects = [Subject(agent.id, name) for agent in self._agents for name in channels]
        return {subject: self._values(figure, subject, month) for subject in subjects}

    def _values(self, figure: Figure, subject: Subject, month: Month) -> Values:
        key = figure.legacy, subject, month
        if key not in self._known:
            self._known[key] = self._ask(figure.legacy, subject, month)
        values = self._known[key]
        return {column: values[column] for column in figure.columns if column in values}

    def _ask(self, name: str, subject: Subject, month: Month) -> Values:
        zone = self._run.zone
        period = {
            "start_datetime": month.start(zone).isoformat(),
            "end_datetime": month.last_instant(zone).isoformat(),
        }
        filters = {"period": period, "agents": [subject.agent], "channels": [subject.channel]}
        what, path = f"reading the older statistics {name}", f"/api/stats/{name}"
        call = Call(what, path, _read_items, body={"filters": filters}, optional=True)
        try:
            return _by_column(self._run.client.read(call))
        except (RefusedError, ExhaustedError) as failure:
            if failure.status in PASSED_ON:
                raise SourceError(str(failure)) from None
            raise


def _read_items(body: bytes) -> list[Row]:
    data = read_object(body).get("data")
    items = data.get("data") if isinstance(data, dict) else None
    if not isinstance(items, list):
        raise MalformedReply
    return [item for item in items if isinstance(item, dict)]


def _by_column(items: list[Row]) -> Values:
    """Values by column; unknown items are left alone, missing ones are not values."""
    values: Values = {}
    for item in items:
        if (name := item.get("name")) in _COLUMNS:
            column, fitted = _COLUMNS[name]
            # Some items have their value one level deeper.
            value = item.get("value")
            values[column] = fitted(value.get("value") if isinstance(value, dict) else value)
    return values
