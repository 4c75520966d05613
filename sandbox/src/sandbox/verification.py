"""Hold a warehouse against the truth of the world it was loaded from.

Every column of every row is compared in one canonical form (integers as int, decimals as
plain text, instants as UTC text with milliseconds, dates as text, JSON decoded), so a value
that arrived with the wrong type differs as surely as one that arrived with the wrong value.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, cast

from psycopg import sql

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from psycopg import Connection
    from typing_extensions import LiteralString

Row = dict[str, Any]

KEYS: Mapping[str, tuple[str, ...]] = {
    "ticket": ("id",),
    "owner": ("owner_id",),
    "ticket_pipeline": ("pipeline_id",),
    "ticket_pipeline_stage": ("pipeline_id", "stage_id"),
    "ticket_property_history": ("ticket_id", "name", "timestamp_instant"),
    "rejected_value": ("stream", "record_id", "column_name"),
}
"""The tables compared and what makes a row of each the same row."""

RUN_COLUMNS = frozenset({"_fivetran_synced", "rejected_at"})
"""Columns that say when a run happened, of which a world knows nothing."""

FLAGS = ("is_deleted", "_fivetran_deleted")

LEDGER = "rejected_value"
"""A table that remembers: its rows stay when the value they speak of has been mended since."""

_CANONICAL: Mapping[str, LiteralString] = {
    "numeric": "trim_scale({0})::text",
    "timestamp with time zone": (
        """to_char({0} at time zone 'UTC', 'YYYY-MM-DD"T"HH24:MI:SS.US"Z"')"""
    ),
    "date": "{0}::text",
    "bigint": "{0}",
    "boolean": "{0}",
    "text": "{0}",
    "jsonb": "{0}",
}


@dataclass(frozen=True)
class Difference:
    """One disagreement: where it stands, what the world says, what the warehouse holds."""

    table: str
    key: tuple[Any, ...]
    column: str
    truth: Any
    warehouse: Any


def differences(
    truth: Mapping[str, Any], connection: Connection[Any], schema: str = "hubspot"
) -> list[Difference]:
    """Compare every table of `truth` with the same table in `schema`.

    Args:
        truth: What `World.truth()` returns.
        connection: A connection to the warehouse; only read from.
        schema: The schema the tap's tables were loaded into.

    Returns:
        Every disagreement; an empty list when warehouse and truth are the same.
    """
    gone = {int(key) for key in truth.get("gone", {})}
    found: list[Difference] = []
    for table in KEYS:
        expected = _keyed(table, _rows(truth.get(table, [])))
        actual = _keyed(table, _read(connection, schema, table))
        found.extend(_compare(table, expected, actual, gone))
    return found


def _rows(stated: Mapping[str, Row] | Sequence[Row]) -> Iterator[Row]:
    yield from stated if isinstance(stated, list) else cast("Mapping[str, Row]", stated).values()


def _keyed(table: str, rows: Iterator[Row]) -> dict[tuple[Any, ...], Row]:
    return {tuple(row[column] for column in KEYS[table]): row for row in rows}


def _read(connection: Connection[Any], schema: str, table: str) -> Iterator[Row]:
    columns = _columns(connection, schema, table)
    if not columns:
        return
    query = sql.SQL("select {} from {}").format(
        sql.SQL(", ").join(_expression(name, kind) for name, kind in columns),
        sql.Identifier(schema, table),
    )
    names = [name for name, _ in columns]
    for values in connection.execute(query):
        yield dict(zip(names, map(_trimmed, values), strict=True))


def _columns(connection: Connection[Any], schema: str, table: str) -> list[tuple[str, str]]:
    found = connection.execute(
        "select column_name, data_type from information_schema.columns"
        " where table_schema = %s and table_name = %s order by ordinal_position",
        (schema, table),
    )
    return [(n, k) for n, k in found if not n.startswith("_sdc_") and n not in RUN_COLUMNS]


def _expression(name: str, kind: str) -> sql.Composed:
    template = _CANONICAL.get(kind, "'wrong type: ' || pg_typeof({0})")
    return sql.SQL(template).format(sql.Identifier(name))


def _trimmed(value: Any) -> Any:
    """An instant's text keeps its microseconds only where there are any to be ashamed of."""
    if isinstance(value, str) and len(value) == 27 and value.endswith("000Z"):  # noqa: PLR2004
        return value[:-4] + "Z"
    return value


def _compare(
    table: str,
    expected: dict[tuple[Any, ...], Row],
    actual: dict[tuple[Any, ...], Row],
    gone: set[int],
) -> Iterator[Difference]:
    for key in expected.keys() | actual.keys():
        if _subject(table, key) in gone:
            yield from _compare_gone(table, key, actual.get(key))
        else:
            yield from _compare_row(table, key, expected.get(key), actual.get(key))


def _subject(table: str, key: tuple[Any, ...]) -> Any:
    """The ticket a row speaks of, for the tables that speak of tickets."""
    if table == "rejected_value":
        return int(key[1])
    return key[0] if table in ("ticket", "ticket_property_history") else None


def _compare_gone(table: str, key: tuple[Any, ...], actual: Row | None) -> Iterator[Difference]:
    """A purged or merged ticket answers nothing any more: only its flags can be known."""
    if table != "ticket" or actual is None:
        return
    for flag in FLAGS:
        if actual.get(flag) is not True:
            yield Difference(table, key, flag, truth=True, warehouse=actual.get(flag))


def _compare_row(
    table: str, key: tuple[Any, ...], expected: Row | None, actual: Row | None
) -> Iterator[Difference]:
    if table == LEDGER and expected is None:
        return
    if expected is None or actual is None:
        yield Difference(table, key, "*", expected and "a row", actual and "a row")
        return
    compared = expected.keys() if table == LEDGER else expected.keys() | actual.keys()
    for column in compared:
        stated, held = expected.get(column), actual.get(column, "no such column")
        if column not in RUN_COLUMNS and (type(stated) is not type(held) or stated != held):
            yield Difference(table, key, column, stated, held)
