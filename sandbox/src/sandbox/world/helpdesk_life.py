"""How a ticket lives: questions, answers, closing, opening again, surveys, the bin."""

from __future__ import annotations

import math
from typing import TYPE_CHECKING

from sandbox.world import texts
from sandbox.world.helpdesk_cases import Case
from sandbox.world.helpdesk_definitions import (
    CHANNELS,
    FIRST_FIELD,
    FIRST_INTEGRATION,
    FIRST_TAG,
    FIRST_TEAM,
    REASONS,
    TAGS,
)
from sandbox.world.helpdesk_objects import DAY, HOUR, MINUTE, SECOND
from sandbox.world.helpdesk_polls import Polls
from sandbox.world.helpdesk_voices import VIA, Voices

if TYPE_CHECKING:
    from sandbox.world.helpdesk_office import Office

FIRST_CASE = 500
CHANNEL_WEIGHTS = (52, 32, 9, 7)
MEDIAN_REPLY = {"chat": 2 * MINUTE}
USUAL_REPLY = 4 * HOUR
RETURNING = 0.5
BY_AGENT, SPAM, UNASSIGNED = 0.06, 0.04, 0.08
AUTOMATIC, HELPER, NOTE = 0.2, 0.18, 0.2
ANSWERS_AGAIN, NEVER_CLOSED, REOPENED, SNOOZED = 0.4, 0.07, 0.14, 0.05
SURVEYED, BY_RULE, BY_OWNER, TO_TEAM = 0.6, 0.15, 0.85, 0.3
TRASHED, DELETED_LATER, RESTORED = 0.03, 0.3, 0.2


class Narrator:
    """Plans the lives of one account's tickets and lets them happen."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self.voices = Voices(office)
        self.polls = Polls(office)
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
            self.voices.write(case, at)
            case.spam = True
            self.office.touch(case, at)
            self.office.later_in(case, at + HOUR, self._shut)
            return case
        case.tags = sorted(rng.sample(range(FIRST_TAG, FIRST_TAG + len(TAGS)), rng.randrange(3)))
        if case.by_agent:
            case.assignee = self._agent(at)
            self.voices.answer(case, at, case.assignee)
        else:
            self.voices.write(case, at)
            self._greet(case, at)
        self._assign_soon(case, at)
        self.office.later_in(case, at + self._pause(case), self._reply)
        self._maybe_bin(case, at)
        return case

    # Steps; each takes the ticket and the instant

    def _greet(self, case: Case, at: int) -> None:
        """What machines answer before anybody has read the ticket."""
        rng, office = self._rng, self.office
        if rng.random() < AUTOMATIC:
            office.later_in(case, at + 2 * SECOND, self.voices.confirm)
        if case.channel == "chat" and rng.random() < HELPER:
            wait = rng.randrange(5 * SECOND, 25 * SECOND)
            office.later_in(case, at + wait, self.voices.help)

    def _assign_soon(self, case: Case, at: int) -> None:
        if self._rng.random() < UNASSIGNED or case.assignee is not None:
            return
        wait = self._rng.randrange(SECOND, 20 * MINUTE)
        self.office.later_in(case, at + wait, self._assign)

    def _assign(self, case: Case, when: int) -> None:
        if self._rng.random() < TO_TEAM:
            case.team = FIRST_TEAM + self._rng.randrange(2)
        self.office.assign(case, when, self._agent(when))

    def _reply(self, case: Case, when: int) -> None:
        rng, office = self._rng, self.office
        if rng.random() < NOTE:
            self.voices.note(case, when, self._agent(when))
            when += 1
        self.voices.answer(case, when, self._author(case, when))
        following = self.ask_again if rng.random() < ANSWERS_AGAIN else self._end
        wait = self._pause(case)
        office.later_in(case, when + wait, following)

    def ask_again(self, case: Case, when: int) -> None:
        """The customer writes once more; a closed ticket opens by that."""
        self.voices.write(case, when)
        if case.status == "closed":
            self.office.reopen(case, when)
        wait = self._pause(case)
        self.office.later_in(case, when + wait, self._reply)

    def _end(self, case: Case, when: int) -> None:
        rng = self._rng
        if rng.random() < SNOOZED and case.snoozed is None and case.status == "open":
            self.sleep(case, when, DAY)
        elif rng.random() >= NEVER_CLOSED:
            case.fields[FIRST_FIELD] = rng.choice(REASONS)
            self.shut(case, when)

    def sleep(self, case: Case, when: int, length: int) -> None:
        """Snooze a ticket for a while."""
        self.office.snooze(case, when, when + length)
        self.office.later_in(case, when + length, self._wake)

    def _wake(self, case: Case, when: int) -> None:
        if case.snoozed is not None:
            self.office.reopen(case, when, self.office.bot)
        self.office.later_in(case, when + HOUR, self._shut)

    def shut(self, case: Case, when: int) -> None:
        """Close a ticket and plan what may follow."""
        rng, office = self._rng, self.office
        by_rule = rng.random() < BY_RULE
        office.close(case, when, office.bot if by_rule else case.assignee)
        if case.survey is None and not case.spam and rng.random() < SURVEYED:
            self.polls.prepare(case, when)
        if rng.random() < REOPENED:
            wait = int(rng.uniform(0.2, 20) * DAY)
            office.later_in(case, when + wait, self.ask_again)

    def _shut(self, case: Case, when: int) -> None:
        if case.closed is None:
            self.office.close(case, when, case.assignee)

    def _maybe_bin(self, case: Case, at: int) -> None:
        rng = self._rng
        if rng.random() < TRASHED:
            wait = int(rng.uniform(1, 30) * DAY)
            self.office.later_in(case, at + wait, self.bin)

    def bin(self, case: Case, when: int) -> None:
        """Put a ticket into the bin; later it may be deleted, or come back."""
        if case.trashed is not None:
            return
        self.office.trash(case, when)
        dice = self._rng.random()
        if dice < DELETED_LATER:
            self.office.later_in(case, when + 3 * DAY, self._delete)
        elif dice < DELETED_LATER + RESTORED:
            self.office.later_in(case, when + DAY, self._restore)

    def _delete(self, case: Case, when: int) -> None:
        if case.trashed is not None:
            self.office.delete(case, when)

    def _restore(self, case: Case, when: int) -> None:
        self.office.restore(case, when)

    # Chances

    @property
    def _first_id(self) -> int:
        """One account is old enough for ids that outgrow 31 bits."""
        return FIRST_CASE if self.office.name == "harbor" else 2**31 - 40

    def _customer(self, at: int) -> int:
        known = list(self.office.customers)
        if known and self._rng.random() < RETURNING:
            return self._rng.choice(known)
        return self.office.new_customer(at).id

    def _agent(self, at: int) -> int:
        return self._rng.choice(self.office.working(at)).id

    def _author(self, case: Case, when: int) -> int:
        """The assignee mostly, or whoever is there."""
        owner = case.assignee
        return owner if owner and self._rng.random() < BY_OWNER else self._agent(when)

    def _pause(self, case: Case) -> int:
        middle = MEDIAN_REPLY.get(case.channel, USUAL_REPLY)
        return int(math.exp(self._rng.gauss(math.log(middle), 1.1))) + 1
