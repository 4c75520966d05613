"""The checkpoint: which batch was the last one, and whether its run is still at work.

It is the description of a protected range on the hidden worksheet. Each batch deletes the range
that it found and adds its own, in the same atomic request as the rows. Google refuses to delete
what is not there, so a batch that was applied already, or that somebody else's batch has
overtaken, is refused as a whole.
"""

from __future__ import annotations

import os
import socket
from dataclasses import dataclass
from datetime import datetime, timezone
from enum import Enum
from typing import Any

import msgspec

_PREFIX = "target-gsheets "
_LONG_AGO = 1.0


class After(Enum):
    """What the run does after a batch."""

    GOES_ON = "goes on"
    GIVES_UP = "gives up"
    IS_DONE = "is done"

    def until(self, now: float, lease: float) -> float:
        """Return the server time until which other runs stay away, 0 if all is settled.

        A run that gives up keeps nobody waiting, but leaves word of what it has written.
        """
        return {After.GOES_ON: now + lease, After.GIVES_UP: _LONG_AGO, After.IS_DONE: 0.0}[self]


class Applied(msgspec.Struct, frozen=True):
    """Rows of a stream without key that were written since the last emitted state."""

    rows: int
    digest: str


class Mark(msgspec.Struct, frozen=True):
    """What the description says.

    Attributes:
        run: The run's id.
        number: Counts the run's batches from 1.
        at: Server time of the batch, Unix seconds.
        until: Server time after which the run counts as dead, 0 once it has ended.
        host: Where it runs.
        process: Its process id there.
        applied: By stream without key.
    """

    run: str
    number: int
    at: float
    until: float
    host: str
    process: int
    applied: dict[str, Applied] = {}

    @property
    def open(self) -> bool:
        """The run has not ended properly, or not yet."""
        return self.until > 0


@dataclass(frozen=True)
class Checkpoint:
    """A mark and the range that carries it."""

    range_id: int
    mark: Mark


def described(mark: Mark) -> str:
    """Return the description of a mark's range."""
    return _PREFIX + msgspec.json.encode(mark).decode()


def read_mark(description: str | None) -> Mark | None:
    """Return the mark in a description, None if it is not ours."""
    if not description or not description.startswith(_PREFIX):
        return None
    try:
        return msgspec.json.decode(description[len(_PREFIX) :], type=Mark)
    except msgspec.MsgspecError:
        return None


def checkpoint_of(protected: list[dict[str, Any]]) -> Checkpoint | None:
    """Return the newest checkpoint among a worksheet's protected ranges."""
    found = [
        Checkpoint(each["protectedRangeId"], mark)
        for each in protected
        if (mark := read_mark(each.get("description"))) is not None
    ]
    return max(found, key=lambda each: each.mark.at, default=None)


def first_mark(run: str) -> Mark:
    """Return the mark that a run's batches go on from."""
    return Mark(run, 0, 0, 0, socket.gethostname(), os.getpid())


def holder(mark: Mark, run: str, now: float) -> str | None:
    """Say who is at work on the spreadsheet, None if nobody else is.

    Args:
        mark: The last checkpoint's.
        run: The asking run's id.
        now: The server's time.
    """
    if mark.run == run or not mark.open or now >= mark.until or _dead(mark):
        return None
    times = f"wrote at {_clock(mark.at)} (it counts until {_clock(mark.until)})"
    return f"a run on {mark.host} that {times}"


def _clock(seconds: float) -> str:
    return datetime.fromtimestamp(seconds, timezone.utc).strftime("%H:%M:%S UTC")


def _dead(mark: Mark) -> bool:
    if mark.host != socket.gethostname():
        return False
    if mark.process == os.getpid():
        # An earlier run within this very process has ended, however it did.
        return True
    try:
        os.kill(mark.process, 0)
    except ProcessLookupError:
        return True
    except PermissionError:
        return False
    return False


def next_mark(mark: Mark, *, now: float, until: float, applied: dict[str, Applied]) -> Mark:
    """Return the mark of the next batch."""
    changed: Mark = msgspec.structs.replace(
        mark, number=mark.number + 1, at=now, until=until, applied=applied
    )
    return changed
