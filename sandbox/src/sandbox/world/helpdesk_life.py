"""How a ticket lives: questions, answers, closing, opening again, surveys, the bin."""

from __future__ import annotations

import math
from datetime import timedelta
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.helpdesk_definitions import (
    CHANNELS,
    FIRST_FIELD,
    FIRST_INTEGRATION,
    FIRST_TAG,
    FIRST_TEAM,
    REASONS,
    TAGS,
)
from sandbox.world.helpdesk_objects import (
    DAY,
    EPOCH,
    HOUR,
    LIVE,
    MINUTE,
    SECOND,
    Case,
    Line,
    Survey,
)
from sandbox.world.helpdesk_office import RULE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world.helpdesk_office import Office

FIRST_CASE, FIRST_LINE, FIRST_SURVEY = 500, 88_001, 3_001
CHANNEL_WEIGHTS = (52, 32, 9, 7)
MEDIAN_REPLY = {"chat": 2 * MINUTE}
USUAL_REPLY = 4 * HOUR
VIA = {"chat": "gorgias_chat"}
RETURNING = 0.5
BY_AGENT, SPAM, UNASSIGNED = 0.06, 0.04, 0.08
AUTOMATIC, HELPER, NOTE, FROM_ELSEWHERE = 0.2, 0.18, 0.2, 0.05
FAILED, SLOW_DELIVERY = 0.02, 0.05
ANSWERS_AGAIN, NEVER_CLOSED, REOPENED, SNOOZED = 0.4, 0.07, 0.14, 0.05
SURVEYED, SENT, SCORED = 0.6, 0.92, 0.5
TRASHED, DELETED_LATER, RESTORED = 0.03, 0.3, 0.2
LONGEST_LIFE_OF_SURVEY = 40 * DAY


class Narrator:
    """Plans the lives of one account's tickets and lets them happen."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._rng = office.rng

    def begin(self, at: int, *, channel: str | None = None, by_agent: bool | None = None) -> Case:
        """A new ticket: the first message, and the plan for what follows."""
        rng, office = self._rng, self.office
        channel = channel or rng.choices(CHANNELS, CHANNEL_WEIGHTS)[0]
        if by_agent is None:
            by_agent = rng.random() < BY_AGENT
        case = Case(
            office.next("case") + self._first_id - 1,
            at,
            channel,
            self._customer(at),
            rng.choice(texts.SUBJECTS),
            "helpdesk" if by_agent else VIA.get(channel, channel),
            by_agent,
            FIRST_INTEGRATION + CHANNELS.index(channel),
            language=rng.choice(("en", "en", "de", "fr")),
            priority=rng.choice(("normal", "normal", "high", "low", "critical")),
        )
        office.open_case(case)
        return case

    def live(self, at: int, *, channel: str | None = None) -> Case:
        """A new ticket that lives an ordinary life."""
        rng = self._rng
        case = self.begin(at, channel=channel)
        if rng.random() < SPAM and not case.by_agent:
            self.write(case, at)
            case.spam = True
            self.office.touch(case, at)
            self.office.later(at + HOUR, lambda when: self._if_live(case, self._shut, when))
            return case
        case.tags = sorted(rng.sample(range(FIRST_TAG, FIRST_TAG + len(TAGS)), rng.randrange(3)))
        if case.by_agent:
            case.assignee = self._agent(at)
            self._answer(case, at)
        else:
            self.write(case, at)
            self._greet(case, at)
        self._assign_soon(case, at)
        self.office.later(
            at + self._pause(case), lambda when: self._if_live(case, self._reply, when)
        )
        self._maybe_bin(case, at)
        return case

    # Steps; each takes the ticket and the instant

    def _greet(self, case: Case, at: int) -> None:
        """What machines answer before anybody has read the ticket."""
        rng, office = self._rng, self.office
        if rng.random() < AUTOMATIC:
            office.later(at + 2 * SECOND, lambda when: self._if_live(case, self._rule, when))
        if case.channel == "chat" and rng.random() < HELPER:
            wait = rng.randrange(5 * SECOND, 25 * SECOND)
            office.later(at + wait, lambda when: self._if_live(case, self._help, when))

    def _rule(self, case: Case, when: int) -> None:
        line = self._line(case, when, self.office.bot, "We have received your message.")
        line.rule, line.via, line.sent = RULE, "rule", when + SECOND
        self.office.say(case, line)

    def _help(self, case: Case, when: int) -> None:
        line = self._line(case, when, self.office.helper, "May I help you?")
        line.sent = when
        self.office.say(case, line)

    def _assign_soon(self, case: Case, at: int) -> None:
        if self._rng.random() < UNASSIGNED or case.assignee is not None:
            return
        wait = self._rng.randrange(SECOND, 20 * MINUTE)
        self.office.later(at + wait, lambda when: self._if_live(case, self._assign, when))

    def _assign(self, case: Case, when: int) -> None:
        if self._rng.random() < 0.3:  # noqa: PLR2004
            case.team = FIRST_TEAM + self._rng.randrange(2)
        self.office.assign(case, when, self._agent(when))

    def _reply(self, case: Case, when: int) -> None:
        rng, office = self._rng, self.office
        if rng.random() < NOTE:
            self._note(case, when)
            when += 1
        self._answer(case, when)
        following = self.ask_again if rng.random() < ANSWERS_AGAIN else self._end
        wait = self._pause(case)
        office.later(when + wait, lambda later: self._if_live(case, following, later))

    def ask_again(self, case: Case, when: int) -> None:
        """The customer writes once more; a closed ticket opens by that."""
        self.write(case, when)
        if case.status == "closed":
            self.office.reopen(case, when)
        wait = self._pause(case)
        self.office.later(when + wait, lambda later: self._if_live(case, self._reply, later))

    def _end(self, case: Case, when: int) -> None:
        rng = self._rng
        if rng.random() < SNOOZED and case.snoozed is None and case.status == "open":
            until = when + DAY
            self.office.snooze(case, when, until)
            self.office.later(until, lambda later: self._if_live(case, self._wake, later))
        elif rng.random() >= NEVER_CLOSED:
            case.fields[FIRST_FIELD] = rng.choice(REASONS)
            self.shut(case, when)

    def _wake(self, case: Case, when: int) -> None:
        if case.snoozed is not None:
            self.office.reopen(case, when, self.office.bot)
        self.office.later(when + HOUR, lambda later: self._if_live(case, self._shut, later))

    def shut(self, case: Case, when: int) -> None:
        """Close a ticket and plan what may follow."""
        rng, office = self._rng, self.office
        by_rule = rng.random() < 0.15  # noqa: PLR2004
        office.close(case, when, office.bot if by_rule else case.assignee)
        if case.survey is None and not case.spam and rng.random() < SURVEYED:
            self._survey(case, when)
        if rng.random() < REOPENED:
            wait = int(rng.uniform(0.2, 20) * DAY)
            office.later(when + wait, lambda later: self._if_live(case, self.ask_again, later))

    def _shut(self, case: Case, when: int) -> None:
        if case.closed is None:
            self.office.close(case, when, case.assignee)

    def _maybe_bin(self, case: Case, at: int) -> None:
        rng = self._rng
        if rng.random() < TRASHED:
            wait = int(rng.uniform(1, 30) * DAY)
            self.office.later(at + wait, lambda when: self._if_live(case, self.bin, when))

    def bin(self, case: Case, when: int) -> None:
        """Put a ticket into the bin; later it may be deleted, or come back."""
        if case.trashed is not None:
            return
        self.office.trash(case, when)
        dice = self._rng.random()
        if dice < DELETED_LATER:
            self.office.later(when + 3 * DAY, lambda at: self._if_live(case, self._delete, at))
        elif dice < DELETED_LATER + RESTORED:
            self.office.later(when + DAY, lambda at: self._if_live(case, self._restore, at))

    def _delete(self, case: Case, when: int) -> None:
        if case.trashed is not None:
            self.office.delete(case, when)

    def _restore(self, case: Case, when: int) -> None:
        self.office.restore(case, when)

    # Messages

    def write(self, case: Case, when: int) -> None:
        """The customer writes."""
        rng = self._rng
        text = rng.choice(texts.CONTENTS)
        line = Line(
            self._line_id(),
            when,
            case.customer,
            text,
            case.channel,
            by_agent=False,
            via=VIA.get(case.channel, case.channel),
            integration=case.integration,
            addresses=(f"{case.channel}@{self.office.name}.example.org", ""),
        )
        if rng.random() < 0.05:  # noqa: PLR2004
            line.attachments = [{"name": "proof of purchase.pdf", "size": 48_213}]
        self.office.say(case, line)

    def answer(self, case: Case, when: int, agent: int, *, delay: int = 0) -> Line:
        """An agent writes, and the message goes out `delay` later."""
        line = self._line(case, when, agent, self._rng.choice(texts.CONTENTS))
        line.sent = when + delay
        self.office.say(case, line)
        return line

    def _answer(self, case: Case, when: int) -> None:
        """The assignee writes, or whoever is there; delivery takes its time, and may fail."""
        rng, office = self._rng, self.office
        agent = case.assignee if rng.random() < 0.85 and case.assignee else self._agent(when)  # noqa: PLR2004
        line = self._line(case, when, agent, rng.choice(texts.CONTENTS))
        if rng.random() < FROM_ELSEWHERE:
            line.via = case.channel
        office.say(case, line)
        wait = 1_900_000 + rng.randrange(SECOND)
        if rng.random() < SLOW_DELIVERY:
            wait = rng.randrange(10 * MINUTE, 6 * HOUR)
        office.later(when + wait, lambda at: self._delivered(case, line, at))

    def _delivered(self, case: Case, line: Line, when: int) -> None:
        rng = self._rng
        if rng.random() < FAILED:
            line.failed = when
        else:
            line.sent = when
            if rng.random() < 0.3:  # noqa: PLR2004
                wait = rng.randrange(MINUTE, 2 * DAY)
                self.office.later(when + wait, lambda at: self._opened(case, line, at))
        self.office.deliver(case, line)

    def _opened(self, case: Case, line: Line, when: int) -> None:
        line.opened = when
        self.office.deliver(case, line)

    def _note(self, case: Case, when: int) -> None:
        line = self._line(case, when, self._agent(when), "Please look at this with me.")
        line.public, line.channel, line.sent = False, "internal-note", when
        self.office.say(case, line)

    def _line(self, case: Case, when: int, author: int, text: str) -> Line:
        return Line(
            self._line_id(),
            when,
            author,
            text,
            case.channel,
            by_agent=True,
            via="helpdesk",
            reader=case.customer,
            integration=case.integration,
            addresses=("", f"{case.channel}@{self.office.name}.example.org"),
        )

    # Surveys

    def _survey(self, case: Case, when: int) -> None:
        made = Survey(self.office.next("survey") + FIRST_SURVEY, case.customer, when, when + HOUR)
        self.office.ask(case, made)
        if self._rng.random() < SENT:
            self.office.later(when + HOUR, lambda at: self._if_live(case, self._send_survey, at))

    def _send_survey(self, case: Case, when: int) -> None:
        survey = self._surveyed(case)
        survey.sent = when
        self.office.ask(case, survey)
        if self._rng.random() < SCORED:
            spread = self._rng.random() ** 3 * LONGEST_LIFE_OF_SURVEY
            wait = 5 * MINUTE + int(spread)
            self.office.later(when + wait, lambda at: self._if_live(case, self.score, at))

    def score(self, case: Case, when: int) -> None:
        """The customer answers the survey."""
        survey = self._surveyed(case)
        if survey.scored is not None:
            return
        survey.sent = survey.sent or when
        survey.scored = when
        survey.score = self._rng.choice((1, 2, 3, 4, 4, 5, 5, 5))
        survey.comment = self._rng.choice((None, None, "Merci!", "too slow 🐌"))
        self.office.ask(case, survey)

    def _surveyed(self, case: Case) -> Survey:
        assert case.survey is not None  # noqa: S101 - for the type checker
        return case.survey

    # Chances

    @property
    def _first_id(self) -> int:
        """One account is old enough for ids that outgrow 31 bits."""
        return FIRST_CASE if self.office.name == "harbor" else 2**31 - 40

    def _line_id(self) -> int:
        return self.office.next("line") + FIRST_LINE

    def _customer(self, at: int) -> int:
        known = list(self.office.customers)
        if known and self._rng.random() < RETURNING:
            return self._rng.choice(known)
        return self.office.new_customer(at).id

    def _agent(self, at: int) -> int:
        month = (EPOCH + timedelta(microseconds=at)).strftime("%Y-%m")
        return self._rng.choice(self.office.working(month)).id

    def _pause(self, case: Case) -> int:
        middle = MEDIAN_REPLY.get(case.channel, USUAL_REPLY)
        return int(math.exp(self._rng.gauss(math.log(middle), 1.1))) + 1

    @staticmethod
    def _if_live(case: Case, step: Callable[[Case, int], None], when: int) -> None:
        if case.state == LIVE:
            step(case, when)
