"""Satisfaction surveys: prepared when a ticket closes, sent later, answered late or never."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.helpdesk_objects import DAY, HOUR, MINUTE, Survey

if TYPE_CHECKING:
    from sandbox.world.helpdesk_cases import Case
    from sandbox.world.helpdesk_office import Office

FIRST_SURVEY = 3_001
SENT, SCORED = 0.92, 0.5
LONGEST_WAIT = 40 * DAY


class Polls:
    """Asks customers how satisfied they were."""

    def __init__(self, office: Office) -> None:
        self.office = office
        self._rng = office.rng

    def prepare(self, case: Case, when: int) -> None:
        """A survey is made; mostly it is sent after an hour."""
        made = Survey(self.office.next("survey") + FIRST_SURVEY, case.customer, when, when + HOUR)
        self.office.ask(case, made)
        if self._rng.random() < SENT:
            self.office.later_in(case, when + HOUR, self._send)

    def score(self, case: Case, when: int) -> None:
        """The customer answers."""
        survey = case.survey
        if survey is None or survey.scored is not None:
            return
        survey.sent = survey.sent or when
        survey.scored = when
        survey.score = self._rng.choice((1, 2, 3, 4, 4, 5, 5, 5))
        survey.comment = self._rng.choice((None, None, "Merci!", "too slow 🐌"))
        self.office.ask(case, survey)

    def _send(self, case: Case, when: int) -> None:
        survey = case.survey
        if survey is None:
            return
        survey.sent = survey.sent or when
        self.office.ask(case, survey)
        if self._rng.random() < SCORED:
            wait = 5 * MINUTE + int(self._rng.random() ** 3 * LONGEST_WAIT)
            self.office.later_in(case, when + wait, self.score)
