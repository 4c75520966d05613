"""The one place where rows, versions and bookmarks are written, one walk at a time."""

from __future__ import annotations

import threading
import time
from collections import Counter
from typing import TYPE_CHECKING, Any

from singer_sdk.exceptions import FatalSyncError

from tap_hubspot_support.bookmarks import Bookmark
from tap_hubspot_support.rejections import REJECTED_VALUE

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Mapping, MutableMapping, Sequence

    from tap_hubspot_support.batches import Batch
    from tap_hubspot_support.rejections import Rejection
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.table_stream import TableStream

_CHECKPOINT_SECONDS = 15.0
_OTHER_MODE = (
    "The state was kept without the setting portals and is used with it, or the other way round: "
    "the tables have another key then. Give the state that belongs to these settings, or none and "
    "a target schema of its own: then everything is loaded again."
)


class Output:
    """Writes what walks of many threads hand over, each batch whole.

    Bookmarks change under the same lock that rows are written under, so a STATE message, or a
    signal, finds them as far as the rows before it and no further.

    Args:
        streams: All tables by name.
        state: The tap's Singer state.
        write_state: Writes the STATE message.
        many_portals: Whether tables hold the rows of several accounts.
    """

    def __init__(
        self,
        streams: Mapping[str, TableStream],
        state: MutableMapping[str, Any],
        write_state: Callable[[Any], None],
        *,
        many_portals: bool = False,
    ) -> None:
        self.lock = threading.RLock()
        self.rejections: Counter[str] = Counter()
        self._streams, self._state, self._write = streams, state, write_state
        self._many_portals = many_portals
        self._feeders: dict[str, set[str]] = {}
        self._tables: dict[str, set[str]] = {}
        self._since_state = 0
        self._state_written = time.monotonic()
        self.holds_versions = False

    def bookmark(self, name: str, portal_id: int) -> Bookmark:
        """The bookmark of a walk, inside the Singer state."""
        with self.lock:
            state = self._state.setdefault("bookmarks", {}).setdefault(name, {})
            if not self._many_portals:
                return Bookmark(state, self.lock)
            partitions = state.setdefault("partitions", [])
            context = {"portal_id": portal_id}
            found = next((p for p in partitions if p.get("context") == context), None)
            if found is None:
                found = {"context": context}
                partitions.append(found)
            return Bookmark(found, self.lock)

    def check_state(self, run: Run) -> None:
        """Refuse the state of something else: it would skip and flag the wrong rows.

        Raises:
            FatalSyncError: It is another account's, or of another number of portals.
        """
        for bookmark in self._state.get("bookmarks", {}).values():
            if ("partitions" in bookmark) != self._many_portals and (
                "partitions" in bookmark or "portal_id" in bookmark
            ):
                raise FatalSyncError(_OTHER_MODE)
            known = bookmark.get("portal_id")
            if known is not None and known != run.portal_id:
                raise FatalSyncError(
                    f"The state is about the HubSpot account {known}, but the access token "
                    f"belongs to account {run.portal_id}. Use a token of account {known}, or give "
                    f"account {run.portal_id} a state and a target schema of its own."
                )

    def expect(self, run: Run, walk: str, feeders: Mapping[str, Iterable[str]]) -> None:
        """Tell which parts of a walk feed which tables, and announce the tables."""
        with self.lock:
            for part, tables in feeders.items():
                for name in tables:
                    self._streams[name].announce()
                    self._feeders.setdefault(name, set()).add(_feeder(run, walk, part))
                    self._tables.setdefault(_feeder(run, walk, part), set()).add(name)

    def write(self, run: Run, batch: Batch, version: int, walk: str) -> None:
        """Write a batch and move the bookmark."""
        with self.lock:
            for table in batch.rows:
                shared = self._shared_version(run, table.table, version)
                self._write_rows(run, table.table, table.rows, shared)
                self._reject(run, table.rejections)
            for part in batch.complete:
                self._complete(_feeder(run, walk, part), version)
            batch.written()
            waited = time.monotonic() - self._state_written
            if self._since_state >= self._frequency or waited > _CHECKPOINT_SECONDS:
                self.checkpoint()

    def checkpoint(self) -> None:
        """Write the state as it is now."""
        with self.lock:
            self._write(self._state)
            self._since_state, self._state_written = 0, time.monotonic()

    @property
    def _frequency(self) -> int:
        return next(iter(self._streams.values())).STATE_MSG_FREQUENCY

    def _write_rows(self, run: Run, name: str, rows: Sequence[Any], version: int | None) -> None:
        stream = self._streams.get(name)
        if not rows or stream is None or not stream.selected:
            return
        stream.announce()
        stream.write(rows, version, run.synced)
        self._since_state += len(rows)

    def _shared_version(self, run: Run, table: str, version: int) -> int:
        """The version for a row of a table that several walks of a portal write.

        A walk may write a row that another one has written in a pass under way, which will not
        come to it again: under a lower version the end of that pass would take the row for gone.
        """
        feeders = (feeder.split("/", 2) for feeder in self._feeders.get(table, ()))
        walks = {walk for portal, walk, _ in feeders if portal == str(run.portal_id)}
        if len(walks) < 2:  # noqa: PLR2004 - one walk alone knows its version
            return version
        marks = (self.bookmark(walk, run.portal_id) for walk in walks)
        return max(version, *(mark.newest_version for mark in marks))

    def _reject(self, run: Run, rejections: Sequence[Rejection]) -> None:
        """Write rejections at once, before any STATE message that covers their records."""
        if not rejections:
            return
        self.rejections.update(rejection.misfit.column for rejection in rejections)
        rows = [rejection.row(run.portal_id, run.synced) for rejection in rejections]
        self._write_rows(run, REJECTED_VALUE.name, rows, None)

    def _complete(self, feeder: str, version: int) -> None:
        """A part was read whole under a version: rows below it are gone.

        A table that several parts or portals feed has one version only: the lowest that all of
        them have completed, so that nobody's rows fall to another's pass.
        """
        for name in self._tables.get(feeder, ()):
            stream = self._streams[name]
            if not stream.table.reconciles:
                continue
            kept = self._versions(name)
            if not self._many_portals and not kept and len(self._feeders[name]) == 1:
                stream.activate(version)
                continue
            kept[feeder] = version
            if self._feeders[name] <= kept.keys() and not self.holds_versions:
                stream.activate(min(kept.values()))

    def _versions(self, name: str) -> dict[str, int]:
        """Completed versions of a shared table by who feeds it, kept in the state."""
        bookmarks = self._state.setdefault("bookmarks", {})
        kept: dict[str, int] = bookmarks.get(name, {}).get("versions", {})
        here = {feeder.split("/")[0] for feeder in self._feeders[name]}
        # A part that is not loaded any more holds nobody back; a portal that is not configured
        # any more may come back, and its rows are not ours to mark.
        for feeder in [f for f in kept if f.split("/")[0] in here]:
            if feeder not in self._feeders[name]:
                del kept[feeder]
        if self._many_portals or len(self._feeders[name]) > 1:
            bookmarks.setdefault(name, {})["versions"] = kept
        return kept


def _feeder(run: Run, walk: str, part: str) -> str:
    return f"{run.portal_id}/{walk}/{part}"
