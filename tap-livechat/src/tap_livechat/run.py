"""One run over one licence: what the streams share, and what is said about what was seen."""

from __future__ import annotations

import logging
from dataclasses import dataclass, field
from functools import cached_property
from typing import TYPE_CHECKING

from tap_livechat.archive import Archive
from tap_livechat.authors import Authors
from tap_livechat.client import RefusedError
from tap_livechat.instants import days_before, instant
from tap_livechat.licence import Licence, groups_of, is_administrator, plan_begins

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import datetime

    from tap_livechat.client import Client
    from tap_livechat.settings import Settings
    from tap_livechat.threads import Entry
    from tap_livechat.windows import Page

logger = logging.getLogger(__name__)

_LIMIT = "limit_reached"
_MUCH_LATER_DAYS = 31


@dataclass
class Seen:
    """What a reading of the archive came across.

    Attributes:
        open: When threads that still go on were created, by id.
        awaited: The same of threads that went on when an earlier run read them, and that this one
            has not met yet.
    """

    threads: int = 0
    restricted: int = 0
    first: str | None = None
    last: str | None = None
    groups: set[int] = field(default_factory=set)
    open: dict[str, str] = field(default_factory=dict)
    awaited: dict[str, str] = field(default_factory=dict)

    def note(self, entry: Entry, created_at: str) -> None:
        """Note one thread."""
        self.threads += 1
        self.restricted += entry.is_restricted
        self.groups.update(entry.group_ids)
        self.awaited.pop(entry.thread_id, None)
        self.open.pop(entry.thread_id, None)
        if entry.is_open:
            self.open[entry.thread_id] = created_at
        self.first = min(self.first or created_at, created_at)
        self.last = max(self.last or created_at, created_at)

    def place(self, complete: str | None) -> str | None:
        """How far a reading has come, at most to the newest thread it met."""
        return min(complete, self.last) if complete and self.last else None


class Run:
    """Settings, connection, and facts about the licence, read once when first needed."""

    def __init__(self, settings: Settings, client: Client) -> None:
        self.settings = settings
        self.client = client
        self.licence = Licence(client)
        self.seen = Seen()

    @cached_property
    def authors(self) -> Authors:
        """Tells people from bots."""
        bots = self.licence.bot_ids()
        if bots is None:
            logger.warning(
                "the token may not list bots: they are told by the form of their ids. Give it the "
                "scope agents-bot--all:ro"
            )
        return Authors(bots or ())

    def since(self, place: str | None) -> datetime | None:
        """From when on to read threads, given up to when they are known."""
        if place is None:
            return self.settings.start
        again = days_before(instant(place), self.settings.lookback_days)
        return max(again, self.settings.start) if self.settings.start else again

    def pages(self, since: datetime | None) -> Iterator[Page]:
        """The archive since an instant, or since the plan keeps it."""
        archive = self._archive()
        try:
            yield from archive.pages(since)
        except RefusedError as error:
            begins = self._plan_begins() if error.kind == _LIMIT and not self.seen.threads else None
            if begins is None:
                raise
            logger.warning(
                "the plan keeps no chats from before %s: reading from there on", begins.date()
            )
            yield from archive.pages(max(begins, since) if since else begins)

    def left_open(self, since: datetime | None) -> Iterator[Page]:
        """Threads from before an instant that went on when they were last read."""
        if since is not None:
            old = [id_ for id_, at in self.seen.awaited.items() if instant(at) < since]
            yield from self._archive().of_ids(old)

    def _archive(self) -> Archive:
        limit = self.settings.limit
        workers = 1 if limit else self.settings.max_concurrency
        return Archive(self.client, workers=workers, page=min(limit or 100, 100))

    def tell(self, since: datetime | None) -> None:
        """Say aloud what the token or the plan keeps from sight."""
        if self.seen.restricted:
            logger.warning(
                "the plan keeps back the events of %d of %d threads, the oldest ones. A larger "
                "plan, or an earlier first run, would have them",
                self.seen.restricted,
                self.seen.threads,
            )
        self._tell_about_plan(since)
        self._tell_about_groups()

    def _tell_about_plan(self, since: datetime | None) -> None:
        first = self.seen.first
        asked_for = self.settings.start
        if since is None or first is None or since != asked_for:
            return
        if (instant(first) - since).days < _MUCH_LATER_DAYS:
            return
        begins = self._plan_begins()
        if begins is not None and begins > since:
            logger.warning(
                "the plan keeps no chats from before %s: threads from start_date until then are "
                "missing",
                begins.date(),
            )

    def _plan_begins(self) -> datetime | None:
        try:
            return plan_begins(self.client, self.client.now)
        except RefusedError:
            return None

    def _tell_about_groups(self) -> None:
        agent = self.licence.agent_of(self.settings.credential.account_id)
        if agent is None or not self.seen.threads:
            return
        mine = groups_of(agent)
        everyone = set().union(*(groups_of(one) for one in self.licence.agents))
        # Somebody else's chats in sight: the token sees all groups, or all there are.
        if everyone <= mine or not self.seen.groups <= mine:
            return
        certain = not is_administrator(agent)
        logger.warning(
            "the token %s only the chats of the groups %s; those of the groups %s %s missing "
            "without an error. Use a token with the scope chats--all:ro, made by an administrator",
            "sees" if certain else "saw",
            _names(mine),
            _names(everyone - mine),
            "are" if certain else "may be",
        )


def _names(groups: set[int]) -> str:
    return ", ".join(map(str, sorted(groups)))
