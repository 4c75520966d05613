"""What happens to one ticket between its creation and now."""

from __future__ import annotations

import math
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from sandbox.world import pipelines as P  # noqa: N812 - a table of constants
from sandbox.world.values import DAY_MS, HOUR_MS, MINUTE_MS

if TYPE_CHECKING:
    import random
    from collections.abc import Mapping

    from sandbox.world.pipelines import Pipeline
    from sandbox.world.rota import Rota

PIPELINE_WEIGHTS = {P.SUPPORT: 55, P.CHAT: 25, P.ENTERPRISE: 12, P.SPAM: 8}
MEDIAN_CLOSE_MS = {
    P.SUPPORT: 9 * HOUR_MS,
    P.CHAT: 25 * MINUTE_MS,
    P.ENTERPRISE: 3 * DAY_MS,
    P.SPAM: 2 * HOUR_MS,
}
SPREAD = 1.9  # of the logarithm: one close in forty takes forty times the median
MEDIAN_REPLY_MS = 40 * MINUTE_MS

NEVER_CLOSED = 0.08
REOPENED = 0.07
MOVED_TO_SUPPORT = 0.04
UNASSIGNED = 0.08
ASSIGNED_LATER = 0.4
REASSIGNED = 0.12
TAKEN_AWAY = 0.02
NO_REPLY = 0.12
REPLY_AT_ONCE = 0.005
REPLY_BEFORE = 0.01  # a mailbox with a wrong clock


@dataclass(frozen=True)
class Move:
    """A ticket arrives in a stage."""

    at: int
    pipeline: str
    stage: str
    closed: bool


@dataclass
class Life:
    """The plan of one ticket; instants are epoch milliseconds, in ascending order.

    Attributes:
        moves: Stages, the first at creation.
        owners: Owner ids from an instant on; None takes the owner away.
        reply: When an agent first answered.
        last: The last change of anything.
    """

    moves: list[Move]
    owners: list[tuple[int, int | None]] = field(default_factory=list)
    reply: int | None = None
    last: int = 0


class Biographer:
    """Plans lives from one random stream."""

    def __init__(self, rng: random.Random, pipelines: Mapping[str, Pipeline], rota: Rota) -> None:
        self.rng = rng
        self._pipelines = pipelines
        self._rota = rota
        self._pipeline_ids = list(PIPELINE_WEIGHTS)
        self._pipeline_weights = list(PIPELINE_WEIGHTS.values())

    def plan(self, created: int, until: int) -> Life:
        """The life of a ticket created at `created`, as far as `until`."""
        pipeline = self.rng.choices(self._pipeline_ids, self._pipeline_weights)[0]
        life = Life([move for move in self._moves(pipeline, created) if move.at <= until])
        life.owners = [entry for entry in self._owners(created) if entry[0] <= until]
        life.reply = self._reply(created, until)
        # Something small, a note or a read message, is often the last thing that happened.
        touched = life.moves[-1].at + self._duration(HOUR_MS)
        instants = [life.moves[-1].at, *(at for at, _ in life.owners), life.reply or 0]
        life.last = max(*instants, touched if touched <= until else 0)
        return life

    def new_owner(self, at: int) -> int:
        """Somebody to own a ticket from `at` on."""
        return self._rota.pick(self.rng, at)

    def _duration(self, median: int) -> int:
        return 1 + int(median * math.exp(self.rng.gauss(0, SPREAD)))

    def _moves(self, pipeline: str, created: int) -> list[Move]:
        rng = self.rng
        waiting = self._pipelines[pipeline].open_stages
        end = created + self._duration(MEDIAN_CLOSE_MS[pipeline])
        moves = [Move(created, pipeline, waiting[0].id, closed=False)]
        steps = rng.choice((0, 0, 1, 1, 2, 3))
        arrivals = sorted(rng.randrange(created + 1, end + 1) for _ in range(steps))
        moves += [Move(at, pipeline, rng.choice(waiting).id, closed=False) for at in arrivals]
        if pipeline == P.CHAT and rng.random() < MOVED_TO_SUPPORT:
            pipeline = P.SUPPORT
            moves.append(Move(end, pipeline, "2", closed=False))
            end += self._duration(MEDIAN_CLOSE_MS[pipeline])
        if rng.random() >= NEVER_CLOSED:
            moves += self._endings(pipeline, end)
        return moves

    def _endings(self, pipeline: str, end: int) -> list[Move]:
        """Closed, and sometimes opened again and mostly closed again."""
        rng = self.rng
        close = self._pipelines[pipeline].closed_stage.id
        moves = [Move(end, pipeline, close, closed=True)]
        if rng.random() < REOPENED:
            again = self._pipelines[pipeline].open_stages[-1].id
            at = end + self._duration(DAY_MS)
            moves.append(Move(at, pipeline, again, closed=False))
            if rng.random() >= NEVER_CLOSED:
                at += self._duration(DAY_MS)
                moves.append(Move(at, pipeline, close, closed=True))
        return moves

    def _owners(self, created: int) -> list[tuple[int, int | None]]:
        rng = self.rng
        if rng.random() < UNASSIGNED:
            return []
        at = created
        if rng.random() < ASSIGNED_LATER:
            at += self._duration(10 * MINUTE_MS)
        entries: list[tuple[int, int | None]] = [(at, self.new_owner(at))]
        if rng.random() < REASSIGNED:
            at += self._duration(5 * HOUR_MS)
            entries.append((at, self.new_owner(at)))
        if rng.random() < TAKEN_AWAY:
            at += self._duration(5 * HOUR_MS)
            entries.append((at, None))
        return entries

    def _reply(self, created: int, until: int) -> int | None:
        dice = self.rng.random()
        if dice < NO_REPLY:
            return None
        if dice < NO_REPLY + REPLY_AT_ONCE:
            return created
        if dice < NO_REPLY + REPLY_AT_ONCE + REPLY_BEFORE:
            return created - self.rng.randrange(1, HOUR_MS)
        at = created + self._duration(MEDIAN_REPLY_MS)
        return at if at <= until else None
