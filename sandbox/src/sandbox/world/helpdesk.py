"""The part `gorgias` of the world: the helpdesks of the company's clients."""

from __future__ import annotations

from collections import Counter
from datetime import datetime, timezone
from typing import TYPE_CHECKING, Any

from sandbox.gorgias.helpdesk import Helpdesk
from sandbox.world import helpdesk_figures
from sandbox.world.clock import quiet_part
from sandbox.world.helpdesk_edges import stage_edges
from sandbox.world.helpdesk_life import Narrator
from sandbox.world.helpdesk_mischief import disturb
from sandbox.world.helpdesk_objects import DAY, LIVE, SECOND, Row
from sandbox.world.helpdesk_office import Office
from sandbox.world.values import milliseconds, moment

if TYPE_CHECKING:
    import random
    from collections.abc import Callable

    from sandbox.world.company import World

ACCOUNTS = (
    ("harbor", "America/New_York", ("email", "chat")),
    ("alpenglow", "Europe/Vienna", ("email",)),
    ("southbay", "Australia/Sydney", ("email", "chat")),
)
"""Domain, time zone, and the channels whose figures its client wants."""

SIZES = (118, 34, 34)
FEWEST_TICKETS = 200
SHARE = 3
YEARS_BACK = 20


def opening(now: int) -> int:
    """Epoch milliseconds of the first of the latest leap February twenty months before `now`."""
    day = moment(now)
    year, month = day.year, day.month - YEARS_BACK
    while month < 1:
        year, month = year - 1, month + 12
    if month < 2:  # noqa: PLR2004 - the February of that year is yet to come
        year -= 1
    while year % 4:
        year -= 1
    return milliseconds(datetime(year, 2, 1, tzinfo=timezone.utc))


class HelpdeskPart:
    """The accounts, their lives, and the truth about them.

    Args:
        clock: "Now" in epoch milliseconds.
        now: The world's first "now" in epoch milliseconds.
        seed: Which company.
        tickets: How many tickets there are, over all accounts.
        accounts: How many of `ACCOUNTS` there are.
        agents: How many of the company's people work at each; None for the usual team.
        start: When the accounts were opened, epoch milliseconds; None for a leap February.
    """

    def __init__(
        self,
        clock: Callable[[], int],
        now: int,
        seed: int = 7,
        *,
        tickets: int = FEWEST_TICKETS,
        accounts: int = 2,
        agents: int | None = None,
        start: int | None = None,
    ) -> None:
        begun = (opening(now) if start is None else start) * 1000
        self.start, self._now = begun, now * 1000
        self.channels = {name: channels for name, _, channels in ACCOUNTS[:accounts]}
        self.desks = [Helpdesk(name, zone, clock) for name, zone, _ in ACCOUNTS[:accounts]]
        self.offices = {
            desk.domain: Office(desk, str(seed), begun, size, agents)
            for desk, size in zip(self.desks, SIZES, strict=False)
        }
        self._narrators = {name: Narrator(one) for name, one in self.offices.items()}
        self._per_day = tickets / max(1, (self._now - begun) // DAY)
        for name, office in self.offices.items():
            grant(office)
            self._history(self._narrators[name], tickets // accounts)

    def advance(self, start: int, duration: int, rng: random.Random) -> Counter[str]:
        """Live from `start` for `duration` (milliseconds); says how often what happened."""
        floor = (start + quiet_part(duration)) * 1000
        until = (start + duration) * 1000
        happened: Counter[str] = Counter()
        for name, office in self.offices.items():
            with office.desk.lock:
                office.happened.clear()
                office.rng.seed(f"{name}:{rng.random()}")
                self._new_tickets(self._narrators[name], floor, until)
                disturb(self._narrators[name], floor, until)
                office.live_until(until, floor)
            happened.update({f"gorgias.{kind}": n for kind, n in office.happened.items()})
        return happened

    def truth(self, now: int) -> dict[str, Any]:
        """What a warehouse must hold at `now`: see HELPDESK.md."""
        streams: dict[str, Any] = {}
        for name, office in self.offices.items():
            for stream, rows in _rows(name, office).items():
                streams.setdefault(stream, {}).update(
                    {f"{name}/{key}": r for key, r in rows.items()}
                )
        streams["agent_statistics"] = {
            key: row
            for name, office in self.offices.items()
            for key, row in helpdesk_figures.statistics(
                office, self.channels[name], self.start, now * 1000
            ).items()
        }
        streams["gone"] = {
            key: fate
            for name, one in self.offices.items()
            for key, fate in _gone(name, one).items()
        }
        return streams

    def metrics_truth(self) -> dict[str, Row]:
        """The figures of every ticket that counts, by `account/id`: see `helpdesk_figures`."""
        return {
            f"{name}/{case.id}": helpdesk_figures.figures(office, case).row()
            for name, office in self.offices.items()
            for case in office.cases.values()
            if case.state == LIVE and not case.spam and case.trashed is None
        }

    def _history(self, narrator: Narrator, count: int) -> None:
        office = narrator.office
        ends = self._now - SECOND
        edges = stage_edges(narrator, self.start, ends)
        quiet = quiet_month(self.start)
        for _ in range(max(0, count - edges)):
            at = self.start + int(office.rng.random() * (ends - self.start))
            if not quiet[0] <= at < quiet[1]:
                office.later(at, narrator.live)
        office.live_until(ends)
        disturb(narrator, ends - 2 * DAY, ends)
        office.live_until(ends)

    def _new_tickets(self, narrator: Narrator, floor: int, until: int) -> None:
        rng = narrator.office.rng
        wanted = self._per_day * (until - floor) / DAY / len(self.offices)
        for _ in range(max(2, round(wanted))):
            narrator.office.later(floor + int(rng.random() * (until - floor)), narrator.live)


def quiet_month(start: int) -> tuple[int, int]:
    """A stretch of weeks in which nobody writes: the client has closed down."""
    return start + 510 * DAY, start + 555 * DAY


def grant(office: Office) -> None:
    """Give the account's key and tokens out; they are no secrets of anybody."""
    agent = office.workers[0]
    email, key = credentials(office)
    office.desk.grant_key(email, key, agent.id)
    office.desk.grant_token(f"oauth-{office.name}-token", agent.id)


def credentials(office: Office) -> tuple[str, str]:
    """The e-mail address and API key that a tap is given."""
    return office.workers[0].email, f"key-of-{office.name}"


def _rows(name: str, office: Office) -> dict[str, dict[int, Row]]:
    live = [one for one in office.cases.values() if one.state == LIVE]
    made = {
        "tickets": {one.id: one.truth(name) for one in live},
        "messages": {line.id: line.truth(name, one.id) for one in live for line in one.lines},
        "satisfaction_surveys": {
            one.survey.id: one.survey.truth(name, one.id) for one in live if one.survey
        },
        "users": {one.id: one.truth(name) for one in office.users.values()},
        "customers": {one.id: one.truth(name) for one in office.customers.values()},
        "tags": {one.id: one.truth(name) for one in office.tags.values()},
        "events": {one.id: one.truth(name) for one in office.happenings},
    }
    fixed = {
        table: {one.id: one.truth(name) for one in rows} for table, rows in office.fixed.items()
    }
    return {**made, **fixed}


def _gone(name: str, office: Office) -> dict[str, str]:
    gone = {
        f"tickets/{name}/{one.id}": one.state for one in office.cases.values() if one.state != LIVE
    }
    gone |= {f"messages/{name}/{key}": fate for key, fate in office.lost_lines.items()}
    return gone | {f"customers/{name}/{key}": "merged" for key in office.merged}


def helpdesk(world: World) -> HelpdeskPart:
    """The part for a world, with a third as many tickets as HubSpot has."""
    tickets = max(FEWEST_TICKETS, len(world.population.ledger.tickets) // SHARE)
    return HelpdeskPart(world.clock, world.clock.base, world.seed, tickets=tickets)
