"""The six figures: what they are called by each source, and which columns they fill."""

from __future__ import annotations

from dataclasses import dataclass
from decimal import ROUND_DOWN, ROUND_HALF_EVEN, Decimal
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol

from tap_gorgias.columns import exact

if TYPE_CHECKING:
    from tap_gorgias.months import Month

Values = dict[str, Any]
"""Values of one agent, channel and month by column."""


class Subject(NamedTuple):
    """Whom and what a value is about."""

    agent: int
    channel: str


Answers = dict[Subject, Values]


@dataclass(frozen=True)
class Figure:
    """One figure.

    Attributes:
        name: For messages and the state.
        scope: Its name in the reporting API.
        measures: What to ask for there.
        columns: What it fills.
        counts: Those of the columns that count something: 0, not null, when there is nothing.
        legacy: The legacy endpoint that has it.
    """

    name: str
    scope: str
    measures: tuple[str, ...]
    columns: tuple[str, ...]
    counts: tuple[str, ...] = ()
    legacy: str = "overview"


FIRST_RESPONSE = Figure(
    "first_response",
    "first-response-time",
    ("medianFirstResponseTime",),
    ("first_response_median_seconds",),
)
CLOSED = Figure(
    "closed", "tickets-closed", ("ticketCount",), ("closed_tickets",), ("closed_tickets",)
)
ONE_TOUCH = Figure(
    "one_touch",
    "one-touch-tickets",
    ("ticketCount",),
    ("one_touch_tickets", "one_touch_percent"),
    ("one_touch_tickets",),
)
MESSAGES_SENT = Figure(
    "messages_sent", "messages-sent", ("messagesCount",), ("messages_sent",), ("messages_sent",)
)
SATISFACTION = Figure(
    "satisfaction",
    "satisfaction-surveys",
    ("averageSurveyScore", "scoredSurveysCount", "responseRate"),
    ("csat_sent", "csat_scored", "csat_response_rate", "csat_rating"),
    ("csat_sent", "csat_scored"),
    legacy="satisfaction-surveys",
)
RESOLUTION = Figure(
    "resolution", "resolution-time", ("medianResolutionTime",), ("resolution_median_seconds",)
)
FIGURES = (FIRST_RESPONSE, CLOSED, ONE_TOUCH, MESSAGES_SENT, SATISFACTION, RESOLUTION)
VALUE_COLUMNS = tuple(column for figure in FIGURES for column in figure.columns)


class Source(Protocol):
    """Somewhere figures come from; a remote one takes a request for each."""

    name: str
    is_remote: bool

    def planned(self, figures: tuple[Figure, ...], months: list[Month]) -> int | None:
        """How many requests these figures will take; None when it cannot be known before."""

    def read(self, figure: Figure, month: Month) -> Answers:
        """One figure of a month for all agents and channels.

        Raises:
            SourceError: This source does not have it; another may.
        """


class SourceError(Exception):
    """A source does not have a figure; the text says why."""


def seconds(value: Any) -> Decimal | None:
    """A duration as whole seconds, half to even.

    >>> seconds("5340.5"), seconds(None), seconds(0)
    (Decimal('5340'), None, Decimal('0'))
    """
    return _rounded(exact(value), "1")


def two_places(value: Any) -> Decimal | None:
    """A figure rounded to two decimals, half to even.

    >>> two_places("4.665"), two_places("text")
    (Decimal('4.66'), None)
    """
    return _rounded(exact(value), "0.01")


def percent(part: int | None, whole: int | None) -> Decimal | None:
    """A share in percent; None without anything to share.

    >>> percent(1, 3), percent(0, 3), percent(0, 0)
    (Decimal('33.33'), Decimal('0.00'), None)
    """
    if part is None or not whole:
        return None
    return two_places(Decimal(100 * part) / Decimal(whole))


def cut(value: Any) -> int:
    """A figure cut to a whole number, 0 where there is none.

    >>> cut(Decimal("31.9")), cut(None)
    (31, 0)
    """
    number = exact(value)
    return int(number.to_integral_value(ROUND_DOWN)) if number is not None else 0


def _rounded(number: Decimal | None, step: str) -> Decimal | None:
    return None if number is None else number.quantize(Decimal(step), ROUND_HALF_EVEN)
