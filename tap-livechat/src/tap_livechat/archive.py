"""Reading the archive: windows of creation time, pages inside them, several windows at once."""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import TYPE_CHECKING, Any

from tap_livechat.client import Call, Client, RefusedError
from tap_livechat.cost import dollars
from tap_livechat.instants import asked, instant, months_before, written
from tap_livechat.wire import MalformedReply, Shape, read_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

logger = logging.getLogger(__name__)

PAGE = 100
METHOD = "agent/action/list_archives"
_THREADS_PER_WINDOW = 2_000
_RESTARTS = 5
_OVERLAP = timedelta(seconds=1)  # whether a range holds its own end is not documented
_WAKE_SECONDS = 0.2


@dataclass(frozen=True)
class Window:
    """Threads created from `low` to `high`; None is without that bound."""

    low: datetime | None
    high: datetime | None = None

    def filters(self) -> dict[str, str]:
        """The request's filters."""
        bounds = {"from": self.low, "to": self.high and self.high + _OVERLAP}
        return {name: asked(bound) for name, bound in bounds.items() if bound is not None}


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


class Archive:
    """The archive as one token sees it.

    Args:
        client: Reads from LiveChat.
        workers: Windows read at the same time.
        page: Most threads per request, 100 at most.
    """

    def __init__(self, client: Client, *, workers: int, page: int = PAGE) -> None:
        self._client = client
        self._workers = workers
        self._page = page
        self._stopped = threading.Event()

    def pages(self, since: datetime | None) -> Iterator[Page]:
        """All threads created at or after an instant, none of them missing; a few may repeat.

        Raises:
            FatalSyncError, RetriableSyncError: The archive could not be read.
        """
        whole = Window(since)
        first, found = self._first(whole)
        if not first.chats:
            return
        windows = self._split(first, found)
        self._announce(found, len(windows))
        if windows:
            yield Page(first.chats, _end(first.chats))
            yield from self._side_by_side(windows)
        else:
            for chats in self._window(whole, first):
                yield Page(chats, _end(chats))

    def _announce(self, found: int, windows: int) -> None:
        requests = max(1, -(-found // self._page)) + windows
        self._client.bill.plan(requests)
        logger.info(
            "reading the archive threads_estimated=%d windows=%d requests_planned=%d dollars=%s",
            found,
            max(1, windows),
            requests,
            dollars(requests),
        )

    # One window

    def _first(self, window: Window) -> tuple[_Reply, int]:
        reply = self._ask(window)
        return reply, reply.found

    def _ask(self, window: Window) -> _Reply:
        body = {"limit": self._page, "sort_order": "asc"}
        filters = window.filters()
        return self._read({"filters": filters, **body} if filters else body)

    def _window(self, window: Window, reply: _Reply | None = None) -> Iterator[list[Shape]]:
        """The pages of a window; one that cannot be gone through to its end begins anew.

        It begins where it had come to: a page id may expire, and one that leads to itself
        would never end.
        """
        begun, reply = window, reply or self._ask(window)
        known: set[str] = set()
        restarts = 0
        while True:
            yield reply.chats
            if reply.next_page is None or self._stopped.is_set():
                return
            left = _from(reply.chats, begun)
            restarts = restarts if left == begun else 0
            begun = left
            if _ties(reply.chats):
                yield from self._instant(reply.chats[-1])
            following = None if reply.next_page in known else self._turn(reply.next_page)
            known.add(reply.next_page)
            if following is None:
                restarts += 1
                following = self._begin_again(begun, restarts)
            reply = following

    def _begin_again(self, left: Window, restarts: int) -> _Reply:
        if restarts > _RESTARTS:
            raise RefusedError(
                "reading the archive: its pages lead nowhere. Run again later; if this goes on, "
                "report it to LiveChat's support.",
                "validation",
            )
        logger.warning("a page of the archive is no longer known: reading what is left anew")
        return self._ask(left)

    def _turn(self, page_id: str) -> _Reply | None:
        """The page of a page id, which goes alone; None when the id is no longer known."""
        try:
            return self._read({"page_id": page_id})
        except RefusedError as error:
            if error.kind == "validation":
                return None
            raise

    def _instant(self, chat: Shape) -> Iterator[list[Shape]]:
        """All threads of one very instant: where a page ends among them, some might be lost."""
        moment = instant(chat["thread"]["created_at"])
        reply = self._ask(Window(moment, moment))
        yield reply.chats
        while reply.next_page is not None and reply.chats and not self._stopped.is_set():
            following = self._turn(reply.next_page)
            if following is None:
                return
            reply = following
            yield reply.chats

    def _read(self, body: dict[str, Any]) -> _Reply:
        return self._client.read(Call("reading the archive", METHOD, body, _reply))

    # Many windows

    def _split(self, first: _Reply, found: int) -> list[Window]:
        """The rest of a large archive in windows of like length; none for a small one."""
        if self._workers == 1 or found <= _THREADS_PER_WINDOW or first.next_page is None:
            return []
        low, high = instant(first.chats[-1]["thread"]["created_at"]), self._newest()
        count = max(self._workers, found // _THREADS_PER_WINDOW)
        step = (high - low) / count
        edges = [low + step * number for number in range(count)]
        ends: Sequence[datetime | None] = [*edges[1:], None]
        return [Window(edge, end) for edge, end in zip(edges, ends, strict=True)]

    def _newest(self) -> datetime:
        reply = self._read({"limit": 1, "sort_order": "desc"})
        return instant(reply.chats[0]["thread"]["created_at"])

    def _side_by_side(self, windows: list[Window]) -> Iterator[Page]:
        arrivals: queue.Queue[tuple[int, Any]] = queue.Queue(self._workers * 2)
        finished: set[int] = set()
        with ThreadPoolExecutor(self._workers, thread_name_prefix="window") as pool:
            for number, window in enumerate(windows):
                pool.submit(self._bring, number, window, arrivals)
            try:
                while len(finished) < len(windows):
                    number, arrived = arrivals.get()
                    if isinstance(arrived, BaseException):
                        raise arrived
                    if arrived is None:
                        finished.add(number)
                        arrived = []
                    yield Page(arrived, _reached(windows, finished))
            finally:
                self._stopped.set()
                pool.shutdown(wait=True, cancel_futures=True)

    def _bring(self, number: int, window: Window, arrivals: queue.Queue[tuple[int, Any]]) -> None:
        try:
            for chats in self._window(window):
                self._put(arrivals, (number, chats))
            self._put(arrivals, (number, None))
        except BaseException as error:  # noqa: BLE001 - raised again by the thread that waits
            self._put(arrivals, (number, error))

    def _put(self, arrivals: queue.Queue[tuple[int, Any]], item: tuple[int, Any]) -> None:
        while not self._stopped.is_set():
            try:
                arrivals.put(item, timeout=_WAKE_SECONDS)
            except queue.Full:
                continue
            return


@dataclass(frozen=True)
class _Reply:
    """A page as it was answered. `found` is the vendor's estimate of all that match."""

    chats: list[Shape]
    found: int
    next_page: str | None


def _reply(value: Any) -> _Reply:
    chats = read_list(value.get("chats") if isinstance(value, dict) else None)
    for chat in chats:
        thread = chat.get("thread")
        if not isinstance(thread, dict) or not thread.get("id") or not thread.get("created_at"):
            raise MalformedReply
    found, following = value.get("found_chats"), value.get("next_page_id")
    return _Reply(
        chats,
        found if isinstance(found, int) else len(chats),
        following if isinstance(following, str) and following else None,
    )


def _from(chats: list[Shape], window: Window) -> Window:
    """What is left of a window behind a page."""
    if not chats:
        return window
    return Window(instant(chats[-1]["thread"]["created_at"]), window.high)


def _ties(chats: list[Shape]) -> bool:
    """Whether a page ends among threads of one very instant."""
    if len(chats) < 2:  # noqa: PLR2004 - two to be equal
        return False
    one, other = chats[-2]["thread"]["created_at"], chats[-1]["thread"]["created_at"]
    return bool(one == other)


def _end(chats: list[Shape]) -> str | None:
    return written(instant(chats[-1]["thread"]["created_at"])) if chats else None


def _reached(windows: list[Window], finished: set[int]) -> str | None:
    """Up to when all windows are finished, none before it missing."""
    reached = None
    for number, window in enumerate(windows):
        if number not in finished or window.high is None:
            break
        reached = written(window.high)
    return reached


def _limits(value: Any) -> Shape:
    limits = value.get("limits") if isinstance(value, dict) else None
    return limits if isinstance(limits, dict) else {}


def plan_begins(client: Client, now: datetime) -> datetime | None:
    """Since when the plan keeps chats, by the licence's own properties; None when it keeps all.

    Raises:
        RefusedError: The token may not read the licence's properties.
    """
    method = "configuration/action/list_license_properties"
    known = client.read(Call("reading the plan's limits", method, {}, _limits))
    months = known.get("archives_retention.hard", known.get("archives_retention.base"))
    if not isinstance(months, int) or months < 0:
        return None
    return months_before(now, months)
