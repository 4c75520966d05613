"""Hold the tables of a further system (`livechat`, `gorgias`) against the truth of its part.

Truth and warehouse are compared in the canonical form of `sandbox.verification`, here with
microseconds: every row the truth states is there once, live, with every column as stated; what the
truth lists under `gone` is flagged where it was ever loaded; any other row is one too many.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any

from psycopg import sql

from sandbox.verification import Difference, _columns, _expression, _tables

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping

    from psycopg import Connection

Row = dict[str, Any]
Key = tuple[Any, ...]

KEYS: dict[str, dict[str, tuple[str, ...]]] = {
    "livechat": {
        "chats": ("thread_id",),
        "events": ("thread_id", "event_id"),
        "chat_users": ("chat_id", "user_id"),
        "agents": ("agent_id",),
        "bots": ("bot_id",),
        "groups": ("group_id",),
        "tags": ("name",),
    },
    "gorgias": {
        **dict.fromkeys(
            (
                *("tickets", "messages", "users", "teams", "customers", "satisfaction_surveys"),
                *("tags", "events", "custom_fields", "integrations"),
            ),
            ("account", "id"),
        ),
        "agent_statistics": ("account", "agent_id", "channel", "month"),
    },
}
"""What makes a row of each table the same row."""

GONE = "gone"
STATISTICS = "agent_statistics"
SOURCES = "sources"
"""Where figures came from: what a run could have is not the world's business."""

COUNTS = ("closed_tickets", "messages_sent", "csat_sent")
"""Figures that say whether anything happened: a median or a rate is of something counted."""

_OF_TICKETS = frozenset({"messages", "satisfaction_surveys"})
_HOME = "tickets"


@dataclass(frozen=True)
class _Held:
    """A row of the warehouse, how often it is there, and whether it is marked as gone for good."""

    row: Row
    gone: bool
    times: int = 1

    @property
    def flagged(self) -> bool:
        """Whether a reader is told by any mark that the row no longer counts."""
        return self.gone or self.row.get("is_deleted") is True


def part_differences(
    truth: Mapping[str, Any], connection: Connection[Any], part: str
) -> list[Difference]:
    """Compare all tables of one part with the schema of the same name.

    Monthly statistics are compared for the months that the warehouse has of an account; rows in
    which nothing happened may be missing.

    Args:
        truth: What `World.truth()` returns.
        connection: A connection to the warehouse; only read from.
        part: `livechat` or `gorgias`.

    Returns:
        Every disagreement; an empty list when warehouse and truth are the same.
    """
    there = _tables(connection, part)
    held = {table: _held(connection, part, table) for table in KEYS[part] if table in there}
    judge = _Judge(truth[f"{part}.{GONE}"], held)
    found: list[Difference] = []
    for table, keys in KEYS[part].items():
        stated = {tuple(r[key] for key in keys): r for r in truth[f"{part}.{table}"].values()}
        found.extend(judge.compared(table, stated))
    return found


class _Judge:
    """Compares tables of one warehouse, all of which it knows: some tell about others."""

    def __init__(self, gone: Mapping[str, str], held: Mapping[str, Mapping[Key, _Held]]) -> None:
        self._gone = frozenset(gone)
        self._held = held

    def compared(self, table: str, stated: Mapping[Key, Row]) -> Iterator[Difference]:
        """The differences of one table."""
        held = self._held.get(table, {})
        months = {(key[0], key[-1]) for key in held} if table == STATISTICS else set()
        for key in stated.keys() | held.keys():
            row, found = stated.get(key), held.get(key)
            if row is None and found is not None:
                yield from self._surplus(table, key, found)
            elif row is not None and found is not None:
                yield from _compared(table, key, row, found)
            elif row is not None and not (table == STATISTICS and _may_miss(row, key, months)):
                yield Difference(table, key, "*", "a row", None)

    def _surplus(self, table: str, key: Key, held: _Held) -> Iterator[Difference]:
        """A row that the truth does not state."""
        if table == STATISTICS and _is_empty(held.row):
            return
        known = "/".join((table, *map(str, key))) in self._gone or self._was_in_one(table, held)
        if not known:
            yield Difference(table, key, "*", None, "a row")
        elif not (held.flagged or self._home_is_gone(table, held)):
            yield Difference(table, key, "_sdc_deleted_at", "gone", None)

    def _was_in_one(self, table: str, held: _Held) -> bool:
        """Whether a row hung on a ticket that is gone: deleting a ticket deletes its survey."""
        ticket = (held.row.get("account"), held.row.get("ticket_id"))
        return table in _OF_TICKETS and f"{_HOME}/{ticket[0]}/{ticket[1]}" in self._gone

    def _home_is_gone(self, table: str, held: _Held) -> bool:
        """Whether the ticket of a row is flagged: nothing else tells of what it held."""
        ticket = (held.row.get("account"), held.row.get("ticket_id"))
        home = self._held.get(_HOME, {}).get(ticket) if table in _OF_TICKETS else None
        return home is not None and home.flagged


def _compared(table: str, key: Key, stated: Row, held: _Held) -> Iterator[Difference]:
    if held.times > 1:
        yield Difference(table, key, "*", "one row", f"{held.times} rows")
    if held.gone:
        yield Difference(table, key, "_sdc_deleted_at", None, "gone")
    deleted = stated.get("trashed_datetime") is not None
    if held.row.get("is_deleted", deleted) is not deleted:
        yield Difference(table, key, "is_deleted", deleted, held.row["is_deleted"])
    for column, value in stated.items():
        found = held.row.get(column, "no such column")
        if column != SOURCES and (type(value) is not type(found) or value != found):
            yield Difference(table, key, column, value, found)


def _may_miss(stated: Row, key: Key, months: set[tuple[Any, Any]]) -> bool:
    return (key[0], key[-1]) not in months or _is_empty(stated)


def _is_empty(row: Row) -> bool:
    waited = row.get("first_response_median_seconds") is not None
    return not waited and not any(row.get(name) for name in COUNTS)


def _held(connection: Connection[Any], part: str, table: str) -> dict[Key, _Held]:
    columns = _columns(connection, part, table)
    values = [(name, kind) for name, kind in columns if not name.startswith("_sdc_")]
    marked = any(name == "_sdc_deleted_at" for name, _ in columns)
    query = sql.SQL("select {}, {} from {}").format(
        sql.SQL("_sdc_deleted_at is not null" if marked else "false"),
        sql.SQL(", ").join(_expression(name, kind) for name, kind in values),
        sql.Identifier(part, table),
    )
    found: dict[Key, _Held] = {}
    for mark, *rest in connection.execute(query):
        row = dict(zip((name for name, _ in values), rest, strict=True))
        key = tuple(row[column] for column in KEYS[part][table])
        times = found[key].times + 1 if key in found else 1
        found[key] = _Held(row, mark, times)
    return found
