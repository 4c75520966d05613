"""The figures of the helpdesks, from what the world meant to happen."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from datetime import date, timedelta
from fractions import Fraction
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from sandbox.world.helpdesk_objects import EPOCH, LIVE, SECOND, Row, canonical

if TYPE_CHECKING:
    from sandbox.world.helpdesk_cases import Case, Line
    from sandbox.world.helpdesk_office import Office

REPORTED = (
    "first_response_median_seconds",
    "resolution_median_seconds",
    "one_touch_percent",
    "closed_tickets",
    "messages_sent",
    "csat_sent",
    "csat_response_rate",
    "csat_rating",
)


@dataclass(frozen=True)
class Figures:
    """What there is to say of one ticket; durations in microseconds.

    Attributes:
        reply: The first answer, by a human or a bot; None for tickets an agent began.
        human_reply: The first answer by a human.
    """

    asked: int | None
    reply: Line | None
    human_reply: Line | None
    resolution: int | None
    closed: int | None
    one_touch: bool
    reopens: int
    score: int | None

    def row(self) -> Row:
        """The figures in canonical form, durations as decimal seconds."""
        return {
            "first_response_seconds": _seconds(self._waited(self.reply)),
            "first_response_by": self.reply.author if self.reply else None,
            "human_first_response_seconds": _seconds(self._waited(self.human_reply)),
            "human_first_response_by": self.human_reply.author if self.human_reply else None,
            "resolution_seconds": _seconds(self.resolution),
            "closed_at": canonical(self.closed),
            "is_one_touch": self.one_touch,
            "reopens": self.reopens,
            "csat_score": self.score,
        }

    def waited(self) -> int | None:
        """From the question to the first answer."""
        return self._waited(self.reply)

    def _waited(self, line: Line | None) -> int | None:
        return None if line is None or self.asked is None else went_out(line) - self.asked


def figures(office: Office, case: Case) -> Figures:
    """What there is to say of a ticket."""
    spoken = sorted((one for one in case.lines if one.public), key=lambda one: (one.at, one.id))
    questions = [] if case.by_agent else [one.at for one in spoken if not one.by_agent]
    answers = [one for one in spoken if one.by_agent]
    asked = questions[0] if questions else None
    written = [
        one
        for one in answers
        if asked is not None and one.at > asked and one.rule is None and one.via == "helpdesk"
    ]
    human = [one for one in written if one.author not in (office.bot, office.helper)]
    resolved = case.closed is not None and asked is not None and bool(answers)
    return Figures(
        asked,
        written[0] if written else None,
        human[0] if human else None,
        (case.closed or 0) - (asked or 0) if resolved else None,
        case.closed,
        case.closed is not None and len(answers) == 1,
        case.reopenings,
        case.survey.score if case.survey else None,
    )


@dataclass
class _Month:
    """What one agent did within one month on one channel."""

    waits: list[int]
    resolutions: list[int]
    closed: int = 0
    touched_once: int = 0
    sent: int = 0
    asked: int = 0
    scores: list[int] | None = None

    def row(self) -> Row:
        scores = self.scores or []
        return {
            "first_response_median_seconds": _median(self.waits),
            "resolution_median_seconds": _median(self.resolutions),
            "one_touch_percent": _share(self.touched_once, self.closed),
            "closed_tickets": self.closed,
            "messages_sent": self.sent,
            "csat_sent": self.asked,
            "csat_response_rate": _share(len(scores), self.asked),
            "csat_rating": _decimal(Fraction(sum(scores), len(scores)), 2) if scores else None,
        }


def statistics(office: Office, channels: tuple[str, ...], start: int, now: int) -> dict[str, Row]:
    """Rows of `agent_statistics`: per agent, channel and month in the account's zone."""
    ledger = _Ledger(office)
    for case in office.cases.values():
        if case.state == LIVE and not case.spam and case.trashed is None:
            ledger.enter(case)
    months = _months(start, now, ledger.zone)
    agents = {one.id: one.email for one in office.users.values() if one.ours}
    return {
        f"{office.name}/{agent}/{channel}/{month}": {
            "account": office.name,
            "agent_id": agent,
            "agent_email": agents[agent],
            "channel": channel,
            "month": month,
            **held.row(),
            "sources": dict.fromkeys(REPORTED, "reporting"),
        }
        for (agent, channel, month), held in sorted(ledger.months.items(), key=str)
        if agent in agents and channel in channels and month in months
    }


class _Ledger:
    def __init__(self, office: Office) -> None:
        self.zone = ZoneInfo(office.desk.zone)
        self._office = office
        self.months: dict[tuple[Any, str, str], _Month] = defaultdict(lambda: _Month([], []))

    def enter(self, case: Case) -> None:
        """Put a ticket's figures where they belong."""
        found = figures(self._office, case)
        waited = found.waited()
        if found.reply is not None and waited is not None:
            at = went_out(found.reply)
            self._at(found.reply.author, case.channel, at).waits.append(waited)
        if found.closed is not None:
            month = self._at(case.assignee, case.channel, found.closed)
            month.closed += 1
            month.touched_once += found.one_touch
            if found.resolution is not None:
                month.resolutions.append(found.resolution)
        for line in case.lines:
            if line.public and line.by_agent and line.failed is None:
                self._at(line.author, line.channel, went_out(line)).sent += 1
        self._enter_survey(case)

    def _enter_survey(self, case: Case) -> None:
        survey = case.survey
        if survey is None or survey.sent is None:
            return
        month = self._at(case.assignee, case.channel, survey.at)
        month.asked += 1
        if survey.score is not None:
            month.scores = [*(month.scores or []), survey.score]

    def _at(self, agent: int | None, channel: str, at: int) -> _Month:
        local = (EPOCH + timedelta(microseconds=at)).astimezone(self.zone)
        return self.months[agent, channel, local.date().replace(day=1).isoformat()]


def went_out(line: Line) -> int:
    """When a message was sent; when it was written, as long as nothing is known of that."""
    return line.at if line.sent is None else line.sent


def _months(start: int, now: int, zone: ZoneInfo) -> set[str]:
    first, last = (
        (EPOCH + timedelta(microseconds=at)).astimezone(zone).date().replace(day=1)
        for at in (start, now)
    )
    found = set()
    while first <= last:
        found.add(first.isoformat())
        first = date(first.year + first.month // 12, first.month % 12 + 1, 1)
    return found


def _median(durations: list[int]) -> str | None:
    if not durations:
        return None
    ordered = sorted(durations)
    low, high = ordered[(len(ordered) - 1) // 2], ordered[len(ordered) // 2]
    return str(round(Fraction(low + high, 2 * SECOND)))


def _share(part: int, whole: int) -> str | None:
    return _decimal(Fraction(100 * part, whole), 2) if whole else None


def _decimal(value: Fraction, places: int) -> str:
    scaled = round(value * 10**places)
    text = f"{scaled // 10**places}.{scaled % 10**places:0{places}d}"
    return text.rstrip("0").rstrip(".")


def _seconds(duration: int | None) -> str | None:
    return None if duration is None else _decimal(Fraction(duration, SECOND), 6)
