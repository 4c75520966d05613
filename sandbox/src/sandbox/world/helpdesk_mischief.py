"""What every stretch of time must bring, so that no sync gets by on luck."""

from __future__ import annotations

from typing import TYPE_CHECKING

from sandbox.world.helpdesk_objects import DAY, LIVE

if TYPE_CHECKING:
    from collections.abc import Callable

    from sandbox.world.helpdesk_cases import Case
    from sandbox.world.helpdesk_life import Narrator

    Deed = Callable[[Narrator, int], None]


def disturb(narrator: Narrator, start: int, until: int) -> None:
    """Plan one of each deed within a stretch of time, whatever else happens."""
    rng = narrator.office.rng
    for deed in DEEDS:
        at = start + int(rng.random() * (until - start))
        narrator.office.later(at, lambda when, deed=deed: deed(narrator, when))  # type: ignore[misc]


def merge_tickets(narrator: Narrator, when: int) -> None:
    """Two tickets become one; the one that goes has no survey."""
    office = narrator.office
    found = _some(narrator, 2, lambda one: one.survey is None and not one.spam and not one.by_agent)
    if len(found) == 2:  # noqa: PLR2004
        office.merge(found[0], found[1], when)


def merge_customers(narrator: Narrator, when: int) -> None:
    """Two customers become one; the one that goes has no survey."""
    office = narrator.office
    asked = {one.survey.customer for one in office.cases.values() if one.survey}
    free = [key for key in office.customers if key not in asked]
    if len(free) >= 2:  # noqa: PLR2004
        winner, loser = office.rng.sample(free, 2)
        office.merge_customers(office.customers[winner], office.customers[loser], when)


def write_again(narrator: Narrator, when: int) -> None:
    """A customer answers in a ticket that was closed, perhaps long ago."""
    for case in _some(narrator, 1, lambda one: one.closed is not None and not one.spam):
        narrator.ask_again(case, when)


def throw_away(narrator: Narrator, when: int) -> None:
    """A ticket goes into the bin."""
    for case in _some(narrator, 1, lambda one: one.trashed is None):
        narrator.bin(case, when)


def delete(narrator: Narrator, when: int) -> None:
    """A ticket in the bin is deleted."""
    for case in _some(narrator, 1, lambda one: one.trashed is not None):
        narrator.office.delete(case, when)


def score_late(narrator: Narrator, when: int) -> None:
    """A survey that was sent weeks ago is answered."""

    def waits(one: Case) -> bool:
        survey = one.survey
        return bool(survey and survey.sent and not survey.scored and survey.at > when - 44 * DAY)

    for case in _some(narrator, 1, waits):
        narrator.polls.score(case, when)


def close(narrator: Narrator, when: int) -> None:
    """An open ticket is closed."""
    for case in _some(narrator, 1, lambda one: one.status == "open" and not one.spam):
        narrator.shut(case, when)


def snooze(narrator: Narrator, when: int) -> None:
    """An open ticket is put to sleep for longer than most stretches last."""
    for case in _some(narrator, 1, lambda one: one.status == "open" and not one.spam):
        narrator.sleep(case, when, 3 * DAY)


def retag(narrator: Narrator, when: int) -> None:
    """A ticket is labelled anew."""
    tags = list(narrator.office.tags)[:-1]
    for case in _some(narrator, 1, lambda _: True):
        case.tags = sorted(narrator.office.rng.sample(tags, 2))
        narrator.office.touch(case, when)


def move_staff(narrator: Narrator, when: int) -> None:
    """A season is over for somebody who never took a ticket."""
    office = narrator.office
    idle = [one for one in office.users.values() if one.role == "lite-agent" and one.left is None]
    if idle:
        leaver = office.rng.choice(idle)
        leaver.left = when
        office.change_user(leaver)


def describe_customer(narrator: Narrator, when: int) -> None:
    """Somebody writes down what they know of a customer."""
    office = narrator.office
    if office.customers:
        one = office.customers[office.rng.choice(list(office.customers))]
        one.note = f"Called on {when // DAY}; prefers e-mail."
        office.change_customer(one, when)


DEEDS: tuple[Deed, ...] = (
    merge_tickets,
    merge_customers,
    write_again,
    throw_away,
    delete,
    score_late,
    close,
    snooze,
    retag,
    move_staff,
    describe_customer,
)


def _some(narrator: Narrator, count: int, fits: Callable[[Case], bool]) -> list[Case]:
    office = narrator.office
    found = [one for one in office.cases.values() if one.state == LIVE and fits(one)]
    return office.rng.sample(found, count) if len(found) >= count else []
