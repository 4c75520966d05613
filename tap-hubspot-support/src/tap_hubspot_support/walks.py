"""From selected streams to the walks of every portal."""

from __future__ import annotations

import logging
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass, replace
from functools import partial
from typing import TYPE_CHECKING, Any, TypeVar

from singer_sdk.exceptions import AbortedSyncPausedException, FatalSyncError

from tap_hubspot_support._endings import FAILURES
from tap_hubspot_support.discovery import (
    all_objects,
    all_references,
    fixed_tables,
    is_left_out,
    record_table,
    united,
)
from tap_hubspot_support.object_walk import ObjectWalk
from tap_hubspot_support.record_table import RecordTable
from tap_hubspot_support.reference_walk import ReferenceWalk
from tap_hubspot_support.registry import FAMILIES

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Mapping, Sequence

    from tap_hubspot_support.companions import Companion
    from tap_hubspot_support.conduct import Walk
    from tap_hubspot_support.discovery import Found
    from tap_hubspot_support.objects import ObjectType
    from tap_hubspot_support.output import Output
    from tap_hubspot_support.run import Run
    from tap_hubspot_support.table_stream import TableStream
    from tap_hubspot_support.tables import Table

T = TypeVar("T")
logger = logging.getLogger(__name__)
_FULL_TABLE = "FULL_TABLE"


@dataclass
class Portal:
    """One account of a run: its connection, and what was found in it."""

    run: Run
    found: Found

    @property
    def name(self) -> str:
        """What messages call it."""
        return self.run.settings.name

    @property
    def failure(self) -> Exception | None:
        """Why nothing of it can be read."""
        return self.found.failure

    @property
    def failures(self) -> list[Exception]:
        """Everything that a catalog would lack."""
        whole = [self.failure] if self.failure else []
        return [*whole, *self.found.failures.values()]

    def told(self, failure: Exception) -> str:
        """A failure with the portal's name before it, where there are several."""
        return f"{self.name}: {failure}" if self.name else str(failure)

    def connect(self) -> None:
        """Learn the account's number, which every row carries, and its sizes."""
        if self.failure is not None:
            logger.error("portal failed reason=%s", self.told(self.failure))
        else:
            self.attempt(lambda: [self.run.portal_id, self.run.objects and self.run.counts])

    def attempt(self, read: Callable[[], Iterable[T]]) -> list[T]:
        """What a reading finds; if it fails, so does the portal, and nothing is found."""
        try:
            return list(read())
        except (*FAILURES, AbortedSyncPausedException) as failure:
            self.found.failure = failure
            logger.error("portal failed reason=%s", self.told(failure))  # noqa: TRY400
            return []


@dataclass(frozen=True)
class Work:
    """What is to be read, and what cannot be."""

    walks: list[Walk]
    failed: list[tuple[Run, str, Exception]]


def tables_of(
    portals: Sequence[Portal], schemas: Mapping[str, dict[str, Any]] | None
) -> list[Table]:
    """All tables of all portals.

    Args:
        portals: What was found.
        schemas: Those of a catalog, by stream: then only its tables, with its columns.
    """
    settings = portals[0].run.settings
    found = [portal.found for portal in portals]
    objects = all_objects(found)
    columns = united(found)
    tables = [record_table(o, columns.get(o.table, ())) for o in objects]
    names = {table.name for table in tables}
    tables += [t for t in fixed_tables(settings, objects) if t.name not in names]
    if schemas is not None:
        tables = [_as_asked(t, schemas[t.name]) for t in tables if t.name in schemas]
    return [_of_portals(t) for t in tables] if settings.many_portals else tables


def _as_asked(table: Table, schema: Mapping[str, Any]) -> Table:
    columns = schema.get("properties") or {}
    key = table.replication_key if table.replication_key in columns else None
    return replace(table, columns={**columns}, replication_key=key)


def _of_portals(table: Table) -> Table:
    columns = {"portal_id": {"type": "integer"}, **table.columns}
    columns["portal_id"] = {"type": "integer"}
    keys = ("portal_id", *(key for key in table.keys if key != "portal_id"))
    return replace(table, keys=keys, columns=columns)


def work_of(portals: Sequence[Portal], streams: Sequence[TableStream], output: Output) -> Work:
    """All walks that feed the selected streams.

    Raises:
        FatalSyncError: The state or the catalog belongs to something else.
    """
    wanted = {stream.name: stream for stream in streams}
    with ThreadPoolExecutor(len(portals), "portal") as pool:
        list(pool.map(Portal.connect, portals))
    connected = [portal for portal in portals if portal.failure is None]
    _check_portals(connected, streams)
    work = Work([], [])
    for portal in connected:
        output.check_state(portal.run)
        walks = portal.attempt(partial(_walks_of, portal, wanted, output, work.failed))
        work.walks.extend(walks)
    if wrong := [walk.name for walk in work.walks if not walk.bookmark.is_readable]:
        raise FatalSyncError(_unreadable(wrong[0]))
    output.holds_versions = any(portal.failure is not None for portal in portals)
    for stream in streams:
        stream.announce()
    for walk in work.walks:
        output.expect(walk.run, walk.name, walk.feeders)
    return work


def _walks_of(
    portal: Portal,
    wanted: Mapping[str, TableStream],
    output: Output,
    failed: list[tuple[Run, str, Exception]],
) -> Iterator[ObjectWalk | ReferenceWalk]:
    run = portal.run
    for object_type in run.objects:
        yield from _object_walk(portal, object_type, wanted, output, failed)
    for reference in all_references(run.settings, run.objects):
        if any(table.name in wanted for table in reference.tables):
            bookmark = output.bookmark(reference.tables[0].name, run.portal_id)
            limit = _limit(run, wanted.values())
            yield ReferenceWalk(run, reference, wanted, bookmark, limit=limit)


def _object_walk(
    portal: Portal,
    object_type: ObjectType,
    wanted: Mapping[str, TableStream],
    output: Output,
    failed: list[tuple[Run, str, Exception]],
) -> Iterator[ObjectWalk]:
    run, stream = portal.run, wanted.get(object_type.table)
    companions = [c for f in FAMILIES for c in f.companions(run, object_type, wanted)]
    if stream is None and not companions:
        return
    if (failure := portal.found.failures.get(object_type.table)) is not None:
        failed += [(run, name, failure) for name in _fed(stream, companions)]
        return
    yield ObjectWalk(
        run,
        object_type,
        _record_table(run, object_type, stream),
        companions,
        output.bookmark(object_type.table, run.portal_id),
        limit=_limit(run, [s for s in wanted.values() if s.name in _fed(stream, companions)]),
        full_table=stream is not None and stream.replication_method == _FULL_TABLE,
    )


def _record_table(
    run: Run, object_type: ObjectType, stream: TableStream | None
) -> RecordTable | None:
    if stream is None:
        return None

    def is_asked_for(name: str) -> bool:
        return not is_left_out(name, run.settings, object_type)

    return RecordTable(run, object_type, stream, is_asked_for)


def _fed(stream: TableStream | None, companions: Iterable[Companion]) -> list[str]:
    own = [stream.name] if stream else []
    return list(dict.fromkeys([*own, *(name for c in companions for name in c.tables)]))


def _limit(run: Run, streams: Iterable[TableStream]) -> int | None:
    limits = [run.settings.limit, *(stream.ABORT_AT_RECORD_COUNT for stream in streams)]
    return min((n for n in limits if n is not None), default=None)


def _check_portals(portals: Sequence[Portal], streams: Iterable[TableStream]) -> None:
    known: dict[int, str] = {}
    for portal in portals:
        other = known.setdefault(portal.run.portal_id, portal.name)
        if other != portal.name:
            raise FatalSyncError(
                f"The portals {other} and {portal.name} are the same HubSpot account "
                f"{portal.run.portal_id}. Leave one of them out of the setting portals."
            )
    for stream in streams:
        if any(p.run.settings.many_portals for p in portals) and (
            "portal_id" not in (stream.primary_keys or ())
        ):
            raise FatalSyncError(
                f"The catalog's key of {stream.name} does not tell portals apart. Make the "
                "catalog again with --discover and the setting portals."
            )


def _unreadable(name: str) -> str:
    return (
        f"The state of the stream {name} was not written by this tap, or was "
        "changed since. Give the last state that was kept, or none: then everything "
        "is loaded again."
    )
