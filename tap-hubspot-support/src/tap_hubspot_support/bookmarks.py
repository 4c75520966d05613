"""What a stream remembers between runs, inside its Singer bookmark."""

from __future__ import annotations

import base64
import zlib
from contextlib import nullcontext
from datetime import datetime
from typing import TYPE_CHECKING, Any, TypeVar

import msgspec

from tap_hubspot_support.instants import iso, milliseconds

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, MutableMapping
    from contextlib import AbstractContextManager

T = TypeVar("T")
_DAY = 86_400_000


class FullSync(msgspec.Struct):
    """A pass over all records under way.

    Attributes:
        version: Its table version.
        started: When it began (ms).
        parts: What it reads: name to fingerprint.
        bin: Packed ids that were in the recycle bin at its beginning.
        ranges: What is left to list; None when nothing has been listed that counts.
        complete: Whether it reads all parts, so that windows can start at its beginning.
    """

    version: int
    started: int
    parts: dict[str, str]
    bin: str
    ranges: list[tuple[int, int | None]] | None = None
    complete: bool = True


class Part(msgspec.Struct):
    """A table or group of tables read once: its fingerprint and its last table version."""

    fingerprint: str
    version: int


class Window(msgspec.Struct):
    """A search window under way: [lo, hi) in ms of the modified date, ids written up to last."""

    lo: int
    hi: int
    last_id: int = 0


class BinPass(msgspec.Struct):
    """Packed ids that an unfinished look through the bin has written as archived and as live."""

    archived: str = ""
    live: str = ""


class Bookmark:
    """Typed access to one walk's state dictionary.

    Every change is one update of it under the writer's lock, so that no STATE message sees half
    of one.

    Args:
        state: The dictionary inside the Singer state.
        lock: The writer's lock.
    """

    def __init__(
        self, state: MutableMapping[str, Any], lock: AbstractContextManager[Any] | None = None
    ) -> None:
        self._state = state
        self._lock = lock or nullcontext()

    @property
    def portal_id(self) -> int | None:
        """The HubSpot account that the bookmark is about; None before the first run."""
        return self._state.get("portal_id")

    @property
    def modified(self) -> int | None:
        """End (ms) of the last complete window of modified dates; None before the first."""
        return _ms(self._state.get("replication_key_value"))

    @property
    def version(self) -> int:
        """The table version that records carry; 0 before the first run."""
        return int(self._state.get("version") or 0)

    @property
    def parts(self) -> dict[str, Part]:
        """What has been read completely: the records under `records`, companions by name."""
        found = self._state.get("parts") or {}
        return {name: msgspec.convert(part, Part) for name, part in found.items()}

    @property
    def is_known_empty(self) -> bool:
        """Whether the last look found neither live nor archived records."""
        return bool(self._state.get("empty"))

    @property
    def floor(self) -> int:
        """Modified date (ms) before which records are left out, fixed by the first run."""
        return _ms(self._state.get("floor")) or 0

    @property
    def bin_ids(self) -> str:
        """Packed ids that were in the recycle bin at the last look."""
        return str(self._state.get("bin") or "")

    @property
    def bin_seen(self) -> int:
        """When (ms) the recycle bin was last looked through."""
        return _ms(self._state.get("bin_seen")) or 0

    @property
    def bin_pass(self) -> BinPass:
        """What an unfinished look through the recycle bin has written so far."""
        return _struct(self._state.get("bin_pass"), BinPass) or BinPass()

    @property
    def full(self) -> FullSync | None:
        """The full sync under way, if any."""
        return _struct(self._state.get("full"), FullSync)

    @property
    def window(self) -> Window | None:
        """The search window under way, if any."""
        return _struct(self._state.get("window"), Window)

    @property
    def is_readable(self) -> bool:
        """Whether everything in it has a form that this tap writes."""
        try:
            for name in (
                "modified",
                "version",
                "floor",
                "bin_seen",
                "bin_pass",
                "full",
                "window",
                "parts",
            ):
                getattr(self, name)
            unpack_ids(self.bin_ids)
        except (TypeError, ValueError, msgspec.MsgspecError, zlib.error):
            return False
        return True

    def reconcile_due(self, now: int, days: float) -> bool:
        """Whether the last full sync began at least this many days ago."""
        done = _ms(self._state.get("reconciled"))
        # 0 is always due: the server tells whole seconds, so a quick second run may seem earlier.
        return done is None or days <= 0 or now - done >= days * _DAY

    @property
    def newest_version(self) -> int:
        """The latest table version that anything was written under."""
        return max(self.version, self.full.version if self.full else 0)

    def next_version(self, now: int) -> int:
        """A table version above all earlier ones."""
        return max(now, self.newest_version + 1)

    def keep_portal_id(self, portal_id: int) -> None:
        """Remember which account the bookmark is about."""
        self._update(portal_id=portal_id)

    def begin(self, version: int, parts: Mapping[str, str], floor: int, now: int) -> None:
        """Start without a full sync, at a floor of modified dates."""
        self._update(
            version=version,
            parts=_plain({name: Part(text, version) for name, text in parts.items()}),
            floor=iso(floor),
            reconciled=iso(now),
        )

    def keep_full(self, full: FullSync) -> None:
        """Remember how far a full sync has come."""
        self._update(full=msgspec.to_builtins(full))

    def keep_window(self, window: Window) -> None:
        """Remember how far a search window has come."""
        self._update(window=msgspec.to_builtins(window))

    def end_window(self, key: str | None, hi: int) -> None:
        """A window is complete: the next one starts at its end."""
        self._update(replication_key=key, replication_key_value=iso(hi), window=None, empty=None)

    def end_full(self, key: str | None, full: FullSync, *, empty: bool) -> None:
        """A full sync is complete.

        Windows then start at its beginning, if it read everything. Not so when the account
        counted no record at all: the count may lag, and nothing was listed.
        """
        parts = self.parts | {n: Part(text, full.version) for n, text in full.parts.items()}
        self._update(parts=_plain(parts), version=full.version, full=None, empty=empty or None)
        if full.complete:
            self._update(reconciled=iso(full.started), window=None)
        if full.complete and not empty:
            self._update(replication_key=key, replication_key_value=iso(full.started))

    def forget_parts(self, names: Iterable[str]) -> None:
        """Parts that are not read any more have to be read from the start one day."""
        gone = set(names)
        if gone & set(self.parts):
            self._update(parts=_plain({n: p for n, p in self.parts.items() if n not in gone}))
        if (full := self.full) is not None and gone & set(full.parts):
            full.parts = {n: text for n, text in full.parts.items() if n not in gone}
            self.keep_full(full)

    def keep_bin(self, packed: str, seen: int) -> None:
        """Remember what is in the recycle bin, after a complete look through it."""
        self._update(bin=packed, bin_seen=iso(seen), bin_pass=None)

    def keep_bin_pass(self, place: BinPass) -> None:
        """Remember how far a look through the recycle bin has come."""
        self._update(bin_pass=msgspec.to_builtins(place))

    def keep_version(self, version: int) -> None:
        """Remember the table version of a table that is read whole each run."""
        self._update(version=version)

    def _update(self, **values: Any) -> None:
        with self._lock:
            self._state.update(values)
            for name in [n for n, value in self._state.items() if value is None]:
                del self._state[name]


def pack_ids(ids: Iterable[int]) -> str:
    """Ids as short text: differences of the sorted ids, compressed.

    >>> unpack_ids(pack_ids([9007199254740993, 5, 7])) == {5, 7, 9007199254740993}
    True
    """
    previous, steps = 0, []
    for number in sorted(set(ids)):
        steps.append(number - previous)
        previous = number
    if not steps:
        return ""
    return base64.b64encode(zlib.compress(msgspec.json.encode(steps), 9)).decode()


def unpack_ids(packed: str) -> set[int]:
    """The ids that `pack_ids` packed."""
    if not packed:
        return set()
    steps = msgspec.json.decode(zlib.decompress(base64.b64decode(packed)), type=list[int])
    ids, current = set(), 0
    for step in steps:
        current += step
        ids.add(current)
    return ids


def _ms(text: Any) -> int | None:
    return milliseconds(msgspec.convert(text, datetime)) if text else None


def _plain(parts: Mapping[str, Part]) -> Any:
    return msgspec.to_builtins(dict(parts))


def _struct(data: Any, shape: type[T]) -> T | None:
    return msgspec.convert(data, shape) if data else None
