"""Reading the archive: windows of creation time, pages inside them, several windows at once."""

from __future__ import annotations

import logging
import queue
import threading
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from tap_livechat._exact_json import MalformedReply
from tap_livechat.client import Call, Client, RefusedError
from tap_livechat.cost import dollars
from tap_livechat.instants import instant, written
from tap_livechat.windows import Page, Window, end_of, reached, ties, what_is_left
from tap_livechat.wire import Shape, read_list

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from datetime import datetime

logger = logging.getLogger(__name__)

PAGE = 100
METHOD = "agent/action/list_archives"
_THREADS_PER_WINDOW = 2_000
_RESTARTS = 5
_THREADS_BY_ID = 10  # twenty may be asked for, but ten is what a page holds unasked
_SLOW = "request_timeout"
_WAKE_SECONDS = 0.2


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
        first = self._begin(whole)
        if first is None:
            yield from self._side_by_side(self._smaller(whole, self._workers * 2))
            return
        windows = self._split(first)
        self._announce(since, first.found, len(windows))
        if windows:
            yield Page(first.chats, end_of(first.chats))
            yield from self._side_by_side(windows)
        else:
            for chats in self._window(whole, first):
                yield Page(chats, end_of(chats))

    def of_ids(self, ids: Sequence[str]) -> Iterator[Page]:
        """Those of some threads that are still there, whenever they were created."""
        for start in range(0, len(ids), _THREADS_BY_ID):
            self._client.bill.plan(1)
            chosen = ids[start : start + _THREADS_BY_ID]
            yield Page(self._read({"filters": {"thread_ids": chosen}}).chats)

    def _announce(self, since: datetime | None, found: int, windows: int) -> None:
        requests = max(1, -(-found // self._page)) + windows
        self._client.bill.plan(requests)
        logger.info(
            "reading the archive since=%s threads_estimated=%d windows=%d requests_planned=%d "
            "dollars=%s",
            written(since) if since else "the beginning",
            found,
            max(1, windows),
            requests,
            dollars(requests),
        )

    # One window

    def _begin(self, window: Window) -> _Reply | None:
        """The first page of a window; None where it is more than LiveChat can go through."""
        try:
            return self._ask(window)
        except RefusedError as error:
            if error.kind == _SLOW:
                return None
            raise

    def _smaller(self, window: Window, count: int) -> list[Window]:
        slices = window.slices(count, self._client.now)
        if not slices:
            raise RefusedError(
                "reading the archive: LiveChat takes too long for even a day of it. Run again "
                "later; if this goes on, report it to LiveChat's support.",
                _SLOW,
            )
        logger.warning("LiveChat takes too long for a window of the archive: cutting it up")
        return slices

    def _ask(self, window: Window) -> _Reply:
        body = {"limit": self._page, "sort_order": "asc"}
        filters = window.filters()
        return self._read({"filters": filters, **body} if filters else body)

    def _window(self, window: Window, reply: _Reply | None = None) -> Iterator[list[Shape]]:
        """The pages of a window; one that cannot be gone through to its end begins anew.

        It begins where it had come to: a page id may expire, and one that leads to itself
        would never end.
        """
        begun, reply = window, reply or self._begin(window)
        if reply is None:
            for half in self._smaller(window, 2):
                if not self._stopped.is_set():
                    yield from self._window(half)
            return
        known: set[str] = set()
        restarts = 0
        while True:
            yield reply.chats
            if reply.next_page is None or self._stopped.is_set():
                return
            left = what_is_left(reply.chats, begun)
            restarts = restarts if left == begun else 0
            begun = left
            if ties(reply.chats):
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
        call = Call("reading the archive", METHOD, body, _reply, hopeless=_SLOW)
        return self._client.read(call)

    # Many windows

    def _split(self, first: _Reply) -> list[Window]:
        """The rest of a large archive in windows of like length; none for a small one."""
        found = first.found
        if self._workers == 1 or found <= _THREADS_PER_WINDOW or first.next_page is None:
            return []
        if not first.chats:
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
                    yield Page(arrived, reached(windows, finished))
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
