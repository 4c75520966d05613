"""Parts of the archive by creation time, and up to where a page or a part brings a reading."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime, timedelta, timezone
from typing import TYPE_CHECKING

from tap_livechat.instants import asked, instant, written

if TYPE_CHECKING:
    from tap_livechat.wire import Shape

_OVERLAP = timedelta(seconds=1)  # whether a range holds its own end is not documented
_SHORTEST = timedelta(days=1)
_FIRST = datetime(2002, 1, 1, tzinfo=timezone.utc)
"""There was no LiveChat before."""


@dataclass(frozen=True)
class Window:
    """Threads created from `low` to `high`; None is without that bound."""

    low: datetime | None
    high: datetime | None = None

    def filters(self) -> dict[str, str]:
        """The request's filters."""
        bounds = {"from": self.low, "to": self.high and self.high + _OVERLAP}
        return {name: asked(bound) for name, bound in bounds.items() if bound is not None}

    def slices(self, count: int, now: datetime) -> list[Window]:
        """The window in parts of one length; none where it is too short to be cut."""
        low, high = self.low or _FIRST, self.high or now
        if high - low < _SHORTEST:
            return []
        edges = [low + (high - low) / count * number for number in range(1, count)]
        return [
            Window(begin, end)
            for begin, end in zip([self.low, *edges], [*edges, self.high], strict=True)
        ]


@dataclass(frozen=True)
class Page:
    """Some chats, one thread each, and up to when everything has been read by now.

    Attributes:
        chats: As the API has them.
        complete: Every thread created before this instant was in this page or an earlier one;
            None where that cannot be told yet.
    """

    chats: list[Shape]
    complete: str | None = None


def what_is_left(chats: list[Shape], window: Window) -> Window:
    """What is left of a window behind a page."""
    if not chats:
        return window
    return Window(instant(chats[-1]["thread"]["created_at"]), window.high)


def ties(chats: list[Shape]) -> bool:
    """Whether a page ends among threads of one very instant."""
    if len(chats) < 2:  # noqa: PLR2004 - two to be equal
        return False
    one, other = chats[-2]["thread"]["created_at"], chats[-1]["thread"]["created_at"]
    return bool(one == other)


def end_of(chats: list[Shape]) -> str | None:
    """Up to when a page in the order of creation brings a reading."""
    return written(instant(chats[-1]["thread"]["created_at"])) if chats else None


def reached(windows: list[Window], finished: set[int]) -> str | None:
    """Up to when all windows are finished, none before it missing."""
    place = None
    for number, window in enumerate(windows):
        if number not in finished or window.high is None:
            break
        place = written(window.high)
    return place
