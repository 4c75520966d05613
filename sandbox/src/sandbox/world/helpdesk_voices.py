"""What is said in a ticket, by customers, agents, rules and bots, and how it is delivered."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.helpdesk_cases import Case, Line
from sandbox.world.helpdesk_objects import DAY, HOUR, MINUTE, SECOND

if TYPE_CHECKING:
    from sandbox.world.helpdesk_office import Office

FIRST_LINE = 88_001
RULE = 7
VIA = {"chat": "gorgias_chat"}
FROM_ELSEWHERE, WITH_FILE, READ = 0.05, 0.05, 0.3
FAILED, SLOW_DELIVERY = 0.02, 0.05


class Voices:
    """Lets people and machines write."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._rng = office.rng

    def write(self, case: Case, when: int) -> None:
        """The customer writes."""
        rng = self._rng
        line = Line(
            self._number(),
            when,
            case.customer,
            rng.choice(texts.CONTENTS),
            case.channel,
            by_agent=False,
            via=VIA.get(case.channel, case.channel),
            integration=case.integration,
            addresses=(f"{case.channel}@{self.office.name}.example.org", ""),
        )
        if rng.random() < WITH_FILE:
            line.attachments = [{"name": "proof of purchase.pdf", "size": 48_213}]
        self.office.say(case, line)

    def answer_at_once(self, case: Case, when: int, agent: int) -> None:
        """An agent writes, and the message goes out in the same instant."""
        line = self._line(case, when, agent, self._rng.choice(texts.CONTENTS))
        line.sent = when
        self.office.say(case, line)

    def answer(self, case: Case, when: int, agent: int) -> None:
        """An agent writes; delivery takes its time, and may fail."""
        rng = self._rng
        line = self._line(case, when, agent, rng.choice(texts.CONTENTS))
        if rng.random() < FROM_ELSEWHERE:
            line.via = case.channel
        self.office.say(case, line)
        wait = 1_900_000 + rng.randrange(SECOND)
        if rng.random() < SLOW_DELIVERY:
            wait = rng.randrange(10 * MINUTE, 6 * HOUR)
        self.office.later(when + wait, lambda at: self._delivered(line, at))

    def note(self, case: Case, when: int, agent: int) -> None:
        """An agent writes to colleagues only."""
        line = self._line(case, when, agent, "Please look at this with me.")
        line.public, line.channel, line.sent = False, "internal-note", when
        self.office.say(case, line)

    def confirm(self, case: Case, when: int) -> None:
        """A rule answers that somebody will answer."""
        line = self._line(case, when, self.office.bot, "We have received your message.")
        line.rule, line.via, line.sent = RULE, "rule", when + SECOND
        self.office.say(case, line)

    def help(self, case: Case, when: int) -> None:
        """A bot tries to help."""
        line = self._line(case, when, self.office.helper, "May I help you?")
        line.sent = when
        self.office.say(case, line)

    def _delivered(self, line: Line, when: int) -> None:
        if self._rng.random() < FAILED:
            line.failed = when
        else:
            line.sent = when
            if self._rng.random() < READ:
                wait = self._rng.randrange(MINUTE, 2 * DAY)
                self.office.later(when + wait, lambda at: self._opened(line, at))
        self.office.deliver(line)

    def _opened(self, line: Line, when: int) -> None:
        line.opened = when
        self.office.deliver(line)

    def _line(self, case: Case, when: int, author: int, text: str) -> Line:
        return Line(
            self._number(),
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

    def _number(self) -> int:
        return self.office.next("line") + FIRST_LINE
